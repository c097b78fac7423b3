// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_SRC_PLAN_DIVISION_HPP
#define XEINSUM_SRC_PLAN_DIVISION_HPP

#include <vector>

#include "lowering.hpp"

namespace xeinsum::detail
{
    /// Drops axes of extent 1, puts long strides outside, fuses neighbours that are one axis in every tensor. Strides
    /// through the tensor `leading` count first.
    std::vector<loop_axis> normalized(std::vector<loop_axis> loops, std::size_t leading = result_tensor);

    /// Whether so many products, of operands with so many elements, are worth more than one thread.
    bool is_worth_dividing(double products, double elements, std::size_t threads);

    /// The products that a step makes: half of them where an operand meets itself.
    constexpr double dividable_products(kernel op, double products) { return is_rank_k(op) ? products / 2 : products; }

    /// How threads divide a tiled product. One thread, or too little work: not at all.
    division divide_tiles(const step& s, const step_problem& problem);

    /// How threads divide the loops around small products.
    division divide_calls(const step& s, const step_problem& problem);

    /// How threads divide a loop nest that touches `elements` elements.
    division divide_loops(const step& s, const step_problem& problem, double elements);
}

#endif
