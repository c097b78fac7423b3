// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_SRC_PLAN_BLOCK_LOWERING_HPP
#define XEINSUM_SRC_PLAN_BLOCK_LOWERING_HPP

#include <limits>
#include <optional>

#include "lowering.hpp"

namespace xeinsum::detail
{
    /// Whether there is a kernel for blocks of small products of this type.
    bool has_block_products(dtype type);

    /// Decides how many small products are run in blocks: of each tensor that lies across them, a block is brought into the cache as matrices
    /// side by side, or, where the matrices are smaller than a vector, as elements of as many of them as a vector holds. Nothing where none of these ways
    /// is expected to stay below so many nanoseconds.
    std::optional<step> lower_to_blocks(const step_problem& problem, kernel op, const labelled_layout& left, const labelled_layout& right,
                                        double limit = std::numeric_limits<double>::infinity());
}

#endif
