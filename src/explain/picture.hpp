// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_SRC_EXPLAIN_PICTURE_HPP
#define XEINSUM_SRC_EXPLAIN_PICTURE_HPP

#include <cstddef>

#include <xeinsum/plan.hpp>

#include "figure.hpp"

namespace xeinsum::detail
{
    /// More steps, or more operands of a tree, are told in text alone.
    inline constexpr std::size_t most_steps_drawn = 24, most_leaves_drawn = 32;

    /// A step: its operands as boxes with coloured axes, the matrices that they are folded into, their product, the result.
    figure step_picture(const plan& p, std::size_t number);

    /// The contraction tree, the result on top: labels, kernel and cost at each node, and its part of the whole cost as a bar.
    figure tree_picture(const plan& p);
}

#endif
