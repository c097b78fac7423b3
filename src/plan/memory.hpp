// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_SRC_PLAN_MEMORY_HPP
#define XEINSUM_SRC_PLAN_MEMORY_HPP

#include <cstddef>
#include <vector>

#include <xeinsum/plan.hpp>

/// \file
/// Which bytes of the workspace each step takes for its result and its buffers.

namespace xeinsum::detail
{
    inline constexpr std::size_t cache_line = 64;

    /// What a buffer takes in the workspace.
    constexpr std::size_t in_lines(std::size_t bytes) { return (bytes + cache_line - 1) / cache_line * cache_line; }

    /// What the pieces of a tiled step and of a loop nest keep their axes in (simd::tile_axis and simd::nest_axis are no larger).
    inline constexpr std::size_t axis_bytes = 32;

    struct memory_needs
    {
        std::size_t workspace = 0;    ///< bytes
        std::size_t bookkeeping = 0;  ///< bytes that are allocated apart: lists of axes too long for the stack, a padded vector
    };

    /// Gives every step its places. A place is free again after the last step that reads it; what sliced steps read of
    /// the others stays. `sliced_labels` is the number of labels that are sliced.
    memory_needs place_in_workspace(std::vector<step>& steps, std::size_t operand_count, std::size_t sliced_labels, dtype type, std::size_t element_bytes);
}

#endif
