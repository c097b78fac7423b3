// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_SRC_PLAN_BLOCKS_HPP
#define XEINSUM_SRC_PLAN_BLOCKS_HPP

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include <xeinsum/detail/small_vector.hpp>
#include <xeinsum/plan.hpp>

/// \file
/// A loop nest of which some tensors lie across the others is run in blocks: of those tensors, each block is copied into a
/// buffer that lies as the nest walks it (a result: is computed there, then put into place). Buffers stay in the cache.

namespace xeinsum::detail
{
    /// What the blocks of a loop nest may take together.
    inline constexpr std::int64_t nest_block_bytes = 128 << 10;

    /// Gives the axes of a nest their tiles, for the blocks of all copied tensors to take at most so many bytes together, each with whole cache
    /// lines of the tensor itself.
    void size_blocks(step& s, std::size_t element_bytes, std::int64_t block_bytes = nest_block_bytes);

    /// Positions of a nest's axes.
    using axis_order = small_vector<std::size_t, 8>;

    /// How much of the axis a block takes: 1 at least.
    inline std::int64_t tile_of(const loop_axis& x) { return x.tile == 0 ? std::max<std::int64_t>(1, x.extent) : x.tile; }

    /// The order in which the axes are walked block by block, outermost first: those that are summed last where the
    /// result is computed apart, for each block of it to be put into place once.
    axis_order block_order(const step& s);

    /// Writes the strides of the buffer of a block with these extents, axis by axis; 0 where the tensor itself does not move.
    void block_strides(const step& s, std::size_t tensor, const std::int64_t* extents, std::int64_t* strides);

    /// Elements of a block's buffer.
    std::int64_t block_elements(const step& s, std::size_t tensor);

    /// Elements that the step copies of one of its tensors, all blocks together; 0 for one that is used in place.
    std::int64_t copied_elements(const step& s, std::size_t tensor);

    /// Elements of the buffers that those copies need at a time, in all pieces of the step.
    std::int64_t copy_buffer_elements(const step& s, std::size_t tensor);
}

#endif
