// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include "cases.hpp"

#include <fstream>

#include <nlohmann/json.hpp>

#include <xeinsum/subscripts.hpp>

namespace test
{
    using nlohmann::json;

    std::vector<network_case> load_networks(const std::string& file)
    {
        const auto flops = [](const json& from, const char* search) -> std::optional<double> {
            if (!from.contains(search)) return std::nullopt;
            return std::stod(from[search]["flops"].get<std::string>());
        };
        using labels = std::vector<xeinsum::label>;
        std::ifstream lines(file);
        std::vector<network_case> cases;
        for (std::string line; std::getline(lines, line);)
        {
            const json from = json::parse(line);
            network_case c;
            c.id = from["id"];
            c.equation = from.contains("subscripts") ? xeinsum::parse(from["subscripts"].get<std::string>())
                                                     : xeinsum::equation(from["inputs"].get<std::vector<labels>>(), from["output"].get<labels>());
            c.shapes = from["shapes"].get<std::vector<xeinsum::extents>>();
            c.greedy = flops(from, "oe_greedy");
            c.optimal = flops(from, "oe_optimal");
            cases.push_back(std::move(c));
        }
        return cases;
    }
}
