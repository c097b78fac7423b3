// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_SRC_EXECUTE_BLOCKED_NEST_HPP
#define XEINSUM_SRC_EXECUTE_BLOCKED_NEST_HPP

#include <algorithm>
#include <array>
#include <cstdlib>

#include <xeinsum/plan.hpp>

#include "../plan/blocks.hpp"
#include "../plan/sorting.hpp"
#include "nest_axes.hpp"

namespace xeinsum::detail
{
    /// A nest that is run block by block, as the plan's tiles say: of an operand that is copied, each block is packed when it is its
    /// turn; of a result that is computed apart, each is put into place when its last sum is in.
    template <class T>
    class blocked_nest
    {
    public:
        blocked_nest(const step& s, bool adds) : m_step(s), m_adds(adds), m_order(block_order(s))
        {
            for (std::size_t t = 0; t < 3; ++t)
                if (s.tensors[t].copied) m_sizes[t] = block_elements(s, t);
            m_by_result = m_order;
            const auto reach = [&](std::size_t d) { return std::abs(s.loops[d].strides[result_tensor]); };
            sort_stably(m_by_result, [&](std::size_t x, std::size_t y) { return reach(x) > reach(y); });
        }

        /// Elements of the buffers that one piece needs.
        std::int64_t workspace() const { return m_sizes[left_tensor] + m_sizes[right_tensor] + m_sizes[result_tensor]; }

        /// Runs the axes of one piece, listed as the step's loops; run_block(left, right, result, axes, rank) computes one block. A
        /// result that is computed apart is scaled by the factors alpha and beta on its way. Returns how many elements were copied.
        template <class RunBlock>
        std::int64_t run(const simd::nest_axis* axes, const T* left, const T* right, T* out, T* buffers, const T* factors, const RunBlock& run_block) const
        {
            const std::array<T*, 3> buffer = {buffers, buffers + m_sizes[left_tensor], buffers + m_sizes[left_tensor] + m_sizes[right_tensor]};
            const std::array<const T*, 2> operand = {left, right};
            const std::size_t rank = m_order.size();
            std::array<std::int64_t, 64> first{}, extent{};
            std::array<std::array<std::int64_t, 64>, 3> strides;
            std::int64_t copied = 0;
            std::array<bool, 2> fresh = {true, true};
            for (;;)
            {
                std::array<std::int64_t, 3> at{};
                bool begins = true, ends = true;  // the sums of this block of the result
                for (std::size_t d = 0; d < rank; ++d)
                {
                    extent[d] = std::min(tile_of(m_step.loops[d]), axes[d].extent - first[d]);
                    for (std::size_t t = 0; t < 3; ++t) at[t] += first[d] * axes[d].strides[t];
                    if (axes[d].strides[result_tensor] != 0) continue;
                    begins = begins && first[d] == 0;
                    ends = ends && first[d] + extent[d] == axes[d].extent;
                }
                for (std::size_t t = 0; t < 3; ++t)
                {
                    if (m_step.tensors[t].copied) block_strides(m_step, t, extent.data(), strides[t].data());
                    else
                        for (std::size_t d = 0; d < rank; ++d) strides[t][d] = axes[d].strides[t];
                }
                std::array<const T*, 2> from{};
                for (const std::size_t t : {left_tensor, right_tensor})
                {
                    from[t] = operand[t] ? operand[t] + at[t] : nullptr;
                    if (!m_step.tensors[t].copied) continue;
                    if (fresh[t]) copied += pack(t, axes, extent.data(), strides[t].data(), from[t], buffer[t]);
                    from[t] = buffer[t];
                }
                T* const target = out + at[result_tensor];
                const bool apart = m_step.tensors[result_tensor].copied;
                T* const sums = apart ? buffer[result_tensor] : target;
                nest_axes block;
                for (std::size_t d = 0; d < rank; ++d) block.add({extent[d], {strides[0][d], strides[1][d], strides[2][d]}});
                if (m_adds && begins) clear(sums, block.axes.data(), block.rank);
                run_block(from[0], from[1], sums, block.axes.data(), block.rank);
                if (apart && ends) copied += put(axes, extent.data(), strides[result_tensor].data(), buffer[result_tensor], target, factors);
                if (!advance(axes, first.data(), fresh)) return copied;
            }
        }

    private:
        /// The next block; `fresh` tells which operands have another one there. False after the last one.
        bool advance(const simd::nest_axis* axes, std::int64_t* first, std::array<bool, 2>& fresh) const
        {
            fresh = {false, false};
            for (std::size_t i = m_order.size(); i-- > 0;)
            {
                const std::size_t d = m_order[i];
                const std::int64_t tile = tile_of(m_step.loops[d]);
                if (tile >= axes[d].extent) continue;
                for (const std::size_t t : {left_tensor, right_tensor}) fresh[t] = fresh[t] || axes[d].strides[t] != 0;
                first[d] += tile;
                if (first[d] < axes[d].extent) return true;
                first[d] = 0;
            }
            return false;
        }

        /// Packs a block of an operand.
        std::int64_t pack(std::size_t t, const simd::nest_axis* axes, const std::int64_t* extent, const std::int64_t* strides, const T* from, T* to) const
        {
            return with_block(m_order, t, extent, [&](std::size_t d) { return axes[d].strides[t]; }, [&](std::size_t d) { return strides[d]; },
                              [&](const nest_axes& block) { simd::kernels_for_cpu<T>().copy(from, to, block.axes.data(), block.rank); });
        }

        /// Puts a block of the result into place, along its own cache lines.
        std::int64_t put(const simd::nest_axis* axes, const std::int64_t* extent, const std::int64_t* strides, const T* from, T* to, const T* factors) const
        {
            constexpr std::size_t t = result_tensor;
            return with_block(m_by_result, t, extent, [&](std::size_t d) { return strides[d]; }, [&](std::size_t d) { return axes[d].strides[t]; },
                              [&](const nest_axes& block) { simd::kernels_for_cpu<T>().update(from, to, factors, block.axes.data(), block.rank); });
        }

        /// Calls copy(axes) for a block of a tensor, its axes in this order; returns how many elements it has.
        template <class FromStride, class ToStride, class Copy>
        std::int64_t with_block(const axis_order& order, std::size_t t, const std::int64_t* extent, FromStride from_stride,
                                ToStride to_stride, Copy copy) const
        {
            nest_axes block;
            std::int64_t size = 1;
            for (const std::size_t d : order)
            {
                if (m_step.loops[d].strides[t] == 0) continue;
                block.add({extent[d], {from_stride(d), 0, to_stride(d)}});
                size *= extent[d];
            }
            copy(block);
            return size;
        }

        const step& m_step;
        bool m_adds;
        axis_order m_order, m_by_result;
        std::array<std::int64_t, 3> m_sizes{};
    };
}

#endif
