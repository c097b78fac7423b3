// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_SRC_PLAN_DOTS_HPP
#define XEINSUM_SRC_PLAN_DOTS_HPP

#include <algorithm>
#include <vector>

#include <xeinsum/plan.hpp>

/// \file
/// Loops that are a matrix of dots: both operands are contiguous along what is summed innermost, and each has an axis of its own in the
/// result. Nothing is packed for their kernel (src/execute/simd/dots.hpp), which suits few rows or columns.

namespace xeinsum::detail
{
    /// An axis of one operand's, kept in the result.
    inline bool is_free(const loop_axis& x) { return (x.strides[left_tensor] == 0) != (x.strides[right_tensor] == 0) && x.strides[result_tensor] != 0; }

    /// Exactly one such axis of either operand, beside batches and sums.
    inline bool is_matrix_of_dots(const std::vector<loop_axis>& loops)
    {
        constexpr std::int64_t least_sums = 16;  // a vector
        if (loops.size() < 3 || loops.back().strides != std::array<std::int64_t, 3>{1, 1, 0} || loops.back().extent < least_sums) return false;
        const auto of = [&](std::size_t tensor) {
            return std::ranges::count_if(loops, [&](const loop_axis& x) { return is_free(x) && x.strides[tensor] != 0; });
        };
        return of(left_tensor) == 1 && of(right_tensor) == 1;
    }
}

#endif
