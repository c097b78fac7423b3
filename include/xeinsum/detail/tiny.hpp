// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_DETAIL_TINY_HPP
#define XEINSUM_DETAIL_TINY_HPP

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

/// \file
/// What is too small for BLAS and for a search of a path. A contraction of up to three operands whose labels take few values
/// together goes from left to right, a product of two operands that does runs in the library's own loops. The path search and the
/// lowering keep to that rule, so that einsum() can run such contractions without building their plan.

namespace xeinsum::detail
{
    /// So many values of all labels together are tiny. A call of gemm is ahead of the loops from 64 on or so, but up to
    /// here by less than the plan of that call costs.
    inline constexpr std::int64_t tiny_iterations = 512;

    /// Multiplies a count by an extent; false where that leaves 1 to tiny_iterations.
    constexpr bool stays_tiny(std::int64_t& count, std::int64_t extent)
    {
        if (extent < 1 || extent > tiny_iterations) return false;
        count *= extent;
        return count <= tiny_iterations;
    }

    /// Whether labels of these extents take 1 to tiny_iterations values together.
    constexpr bool is_tiny(std::span<const std::int64_t> sizes)
    {
        std::int64_t count = 1;
        for (const std::int64_t extent : sizes)
            if (!stays_tiny(count, extent)) return false;
        return true;
    }

    /// More operands have an order worth looking for, however small they are.
    inline constexpr std::size_t tiny_order_operands = 3;

    /// Whether a contraction goes from left to right where no order is asked for.
    constexpr bool is_tiny_in_any_order(std::size_t operand_count, std::span<const std::int64_t> sizes)
    {
        return operand_count <= tiny_order_operands && is_tiny(sizes);
    }

    /// Whether the labels of two operands take so few values together; given as indices into sizes, each operand's without repetition.
    constexpr bool is_tiny(std::span<const std::int64_t> sizes, std::span<const std::size_t> left,
                           std::span<const std::size_t> right)
    {
        std::int64_t count = 1;
        for (const std::size_t id : left)
            if (!stays_tiny(count, sizes[id])) return false;
        for (const std::size_t id : right)
            if (std::find(left.begin(), left.end(), id) == left.end() && !stays_tiny(count, sizes[id])) return false;
        return true;
    }
}

#endif
