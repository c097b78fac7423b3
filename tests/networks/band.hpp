// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_TESTS_NETWORKS_BAND_HPP
#define XEINSUM_TESTS_NETWORKS_BAND_HPP

#include <cstddef>
#include <vector>

#include <xeinsum/equation.hpp>
#include <xeinsum/layout.hpp>

#include "support/random.hpp"

namespace test
{
    /// A network whose operands share labels with near ones only, so that it can be contracted from left to right.
    struct band_network
    {
        std::vector<std::vector<xeinsum::label>> inputs;
        std::vector<xeinsum::label> output;
        std::vector<xeinsum::extents> shapes;

        xeinsum::equation equation() const { return xeinsum::equation(inputs, output); }
    };

    /// With hyperedges, traces, labels of one operand, axes of extent 1 that broadcast, scalars and parts that share nothing.
    band_network draw_band(engine& random, std::size_t operands);

    /// A value and the sum of the absolute values that it was made of, per element of the result, row-major.
    struct left_to_right_result
    {
        std::vector<long double> value, magnitude;
    };

    /// Contracts the operands (row-major values) one after the other, in plain loops over all values of the labels.
    left_to_right_result contract_left_to_right(const band_network& n, const std::vector<std::vector<double>>& values);
}

#endif
