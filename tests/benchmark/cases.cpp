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
    namespace
    {
        using json = nlohmann::json;

        /// An integer label as a character of its own, in UTF-8: networks have more labels than there are letters.
        std::string character(unsigned label)
        {
            const unsigned code = 0x4E00 + label;
            return {static_cast<char>(0xE0 | code >> 12), static_cast<char>(0x80 | (code >> 6 & 0x3F)), static_cast<char>(0x80 | (code & 0x3F))};
        }

        std::string term_of(const json& labels)
        {
            std::string term;
            for (const json& label : labels) term += character(label);
            return term;
        }

        /// The subscripts of a case: as they stand, or from lists of integer labels.
        std::string subscripts_of(const json& one)
        {
            if (one.contains("subscripts")) return one.at("subscripts");
            std::string all;
            for (const json& labels : one.at("inputs")) all += term_of(labels) + ",";
            all.pop_back();
            return all + "->" + term_of(one.at("output"));
        }
    }

    std::vector<contraction> read_cases(const std::string& file)
    {
        const std::filesystem::path named = std::filesystem::path(XEINSUM_BENCHMARK_CASES) / (file + ".jsonl");
        std::ifstream in(std::filesystem::exists(named) ? named : std::filesystem::path(file));
        if (!in) throw std::runtime_error("cannot read the cases of " + file);
        std::vector<contraction> cases;
        for (std::string line; std::getline(in, line);)
        {
            const json one = json::parse(line);
            cases.push_back({one.at("id"), subscripts_of(one), one.at("shapes"), one.value("same_operand", false)});
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
