// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include "blocks.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>

#include "sorting.hpp"

namespace xeinsum::detail
{
    namespace
    {
        constexpr std::int64_t cache_line = 64;
        /// As far as the innermost axis grows before the others, and the one along a copied tensor's cache lines.
        constexpr std::int64_t long_row = 256, long_line = 64;

        class sizer
        {
        public:
            sizer(step& s, std::size_t element_bytes, std::int64_t block_bytes)
                : m_step(s), m_loops(s.loops), m_most(block_bytes / static_cast<std::int64_t>(element_bytes)),
                  m_line(std::max<std::int64_t>(8, cache_line / static_cast<std::int64_t>(element_bytes)))
            {
            }

            void run()
            {
                if (m_loops.empty()) return;
                for (loop_axis& x : m_loops) x.tile = 1;
                for (std::size_t t = 0; t < 3; ++t)
                    if (const std::size_t d = fastest(t); d < m_loops.size()) m_loops[d].tile = std::min(m_loops[d].extent, m_line);
                grow(m_loops.size() - 1, long_row);
                for (std::size_t t = 0; t < 3; ++t)
                    if (const std::size_t d = fastest(t); m_step.tensors[t].copied && d < m_loops.size()) grow(d, long_line);
                for (std::size_t d = m_loops.size(); d-- > 0;) grow(d, m_loops[d].extent);
            }

        private:
            /// The axis on which the tensor takes its shortest step; none: the number of axes.
            std::size_t fastest(std::size_t t) const
            {
                std::size_t best = m_loops.size();
                for (std::size_t d = 0; d < m_loops.size(); ++d)
                {
                    const std::int64_t stride = std::abs(m_loops[d].strides[t]);
                    if (stride != 0 && (best == m_loops.size() || stride <= std::abs(m_loops[best].strides[t]))) best = d;
                }
                return best;
            }

            /// Takes as much of an axis as there is room for, up to `target`, in even blocks.
            void grow(std::size_t d, std::int64_t target)
            {
                loop_axis& x = m_loops[d];
                std::int64_t fixed = 0, moving = 0;
                for (std::size_t t = 0; t < 3; ++t)
                    if (m_step.tensors[t].copied) (x.strides[t] == 0 ? fixed : moving) += block_elements(m_step, t);
                const std::int64_t fits = moving == 0 ? x.extent : (m_most - fixed) / (moving / x.tile);
                const std::int64_t room = std::min({fits, target, x.extent});
                if (room <= x.tile) return;
                const std::int64_t blocks = (x.extent + room - 1) / room;
                x.tile = std::max(x.tile, (x.extent + blocks - 1) / blocks);
            }

            step& m_step;
            std::vector<loop_axis>& m_loops;
            std::int64_t m_most, m_line;
        };

        /// Elements copied in one piece of the step, which takes `divided` of the axis that is divided: a block is copied anew
        /// whenever an axis turns on which the tensor moves, or one outside that.
        std::int64_t copied_in_piece(const step& s, std::size_t tensor, std::int64_t divided)
        {
            std::int64_t size = 1, turns = 1, again = 1;
            for (const std::size_t d : block_order(s))
            {
                const loop_axis& x = s.loops[d];
                const bool is_divided = s.threads.of == division::group::loops && s.threads.axis == d;
                const std::int64_t extent = is_divided ? divided : x.extent, blocks = (extent + tile_of(x) - 1) / tile_of(x);
                if (x.strides[tensor] == 0) turns *= blocks;
                else
                {
                    size *= extent;
                    if (blocks > 1) again = turns;
                }
            }
            return size * again;
        }
    }

    void size_blocks(step& s, std::size_t element_bytes, std::int64_t block_bytes) { sizer(s, element_bytes, block_bytes).run(); }

    axis_order block_order(const step& s)
    {
        axis_order order;
        for (std::size_t d = 0; d < s.loops.size(); ++d) order.push_back(d);
        const auto is_kept = [&](std::size_t d) { return s.loops[d].strides[result_tensor] != 0; };
        if (s.tensors[result_tensor].copied) sort_stably(order, [&](std::size_t x, std::size_t y) { return is_kept(x) && !is_kept(y); });
        return order;
    }

    void block_strides(const step& s, std::size_t tensor, const std::int64_t* extents, std::int64_t* strides)
    {
        std::int64_t reach = 1;
        for (std::size_t d = s.loops.size(); d-- > 0;)
        {
            const bool moves = s.loops[d].strides[tensor] != 0;
            strides[d] = moves ? reach : 0;
            if (moves) reach *= extents[d];
        }
    }

    std::int64_t block_elements(const step& s, std::size_t tensor)
    {
        std::int64_t size = 1;
        for (const loop_axis& x : s.loops)
            if (x.strides[tensor] != 0) size *= tile_of(x);
        return size;
    }

    std::int64_t copied_elements(const step& s, std::size_t tensor)
    {
        if (!s.tensors[tensor].copied) return 0;
        if (s.call) return s.tensors[tensor].lies.size();
        const division& d = s.threads;
        if (d.of != division::group::loops) return copied_in_piece(s, tensor, 0);
        const std::int64_t last = s.loops[d.axis].extent - (d.pieces - 1) * d.length;
        return (d.pieces - 1) * copied_in_piece(s, tensor, d.length) + copied_in_piece(s, tensor, last);
    }

    std::int64_t copy_buffer_elements(const step& s, std::size_t tensor)
    {
        if (!s.tensors[tensor].copied) return 0;
        return s.call ? s.tensors[tensor].lies.size() : block_elements(s, tensor) * s.threads.pieces;
    }
}
