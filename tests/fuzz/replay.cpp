// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <vector>

/// \file
/// Takes all files of the folders that it is given through a fuzzer's function, which ends the program where a promise does not
/// hold. A folder that is not there is an empty one: git keeps none without files.

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

int main(int argc, char** argv)
{
    std::size_t count = 0;
    for (int i = 1; i < argc; ++i)
    {
        if (!std::filesystem::exists(argv[i])) continue;
        for (const auto& entry : std::filesystem::directory_iterator(argv[i]))
        {
            std::cerr << entry.path().string() << '\n';
            std::ifstream file(entry.path(), std::ios::binary);
            const std::vector<char> bytes{std::istreambuf_iterator<char>(file), {}};
            LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
            ++count;
        }
    }
    std::cout << count << " inputs\n";
    return count > 0 ? 0 : 1;
}
