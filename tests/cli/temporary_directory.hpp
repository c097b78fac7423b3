// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_TESTS_CLI_TEMPORARY_DIRECTORY_HPP
#define XEINSUM_TESTS_CLI_TEMPORARY_DIRECTORY_HPP

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <stdexcept>
#include <string>

namespace xeinsum::test
{
    /// A folder of the test's own, removed with all in it.
    class temporary_directory
    {
    public:
        temporary_directory()
        {
            std::string name = (std::filesystem::temp_directory_path() / "xeinsum-test-XXXXXX").string();
            if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp failed");
            m_path = name;
        }
        temporary_directory(const temporary_directory&) = delete;
        temporary_directory& operator=(const temporary_directory&) = delete;
        ~temporary_directory()
        {
            std::error_code ignored;
            std::filesystem::remove_all(m_path, ignored);
        }

        std::string path(const std::string& name = "") const { return name.empty() ? m_path.string() : (m_path / name).string(); }

        std::string write(const std::string& name, const std::string& bytes) const
        {
            std::ofstream(path(name), std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
            return path(name);
        }

        std::string read(const std::string& name) const
        {
            std::ifstream file(path(name), std::ios::binary);
            return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
        }

        std::set<std::string> names() const
        {
            std::set<std::string> all;
            for (const auto& entry : std::filesystem::directory_iterator(m_path)) all.insert(entry.path().filename().string());
            return all;
        }

    private:
        std::filesystem::path m_path;
    };
}

#endif
