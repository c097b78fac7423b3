// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include "cases.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <stdexcept>

#include <nlohmann/json.hpp>

namespace bench
{
    std::vector<contraction> read_cases(const std::string& file)
    {
        const std::filesystem::path named = std::filesystem::path(XEINSUM_BENCHMARK_CASES) / (file + ".jsonl");
        std::ifstream in(std::filesystem::exists(named) ? named : std::filesystem::path(file));
        if (!in) throw std::runtime_error("cannot read the cases of " + file);
        std::vector<contraction> cases;
        for (std::string line; std::getline(in, line);)
        {
            const auto json = nlohmann::json::parse(line);
            cases.push_back({json.at("id"), json.at("subscripts"), json.at("shapes"), json.value("same_operand", false)});
        }
        return cases;
    }

    contraction shrink(contraction c, double scale)
    {
        for (xeinsum::extents& shape : c.shapes)
            for (std::int64_t& n : shape)
                n = std::max(std::min<std::int64_t>(n, 4), static_cast<std::int64_t>(std::lround(static_cast<double>(n) / scale)));
        return c;
    }
}
