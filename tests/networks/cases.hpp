// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_TESTS_NETWORKS_CASES_HPP
#define XEINSUM_TESTS_NETWORKS_CASES_HPP

#include <optional>
#include <string>
#include <vector>

#include <xeinsum/equation.hpp>
#include <xeinsum/layout.hpp>

namespace test
{
    /// A network of tests/benchmark/cases/networks.jsonl, with what opt_einsum's paths cost.
    struct network_case
    {
        std::string id;
        xeinsum::equation equation;
        std::vector<xeinsum::extents> shapes;
        std::optional<double> greedy, optimal;  ///< flops
    };

    std::vector<network_case> load_networks(const std::string& file);
}

#endif
