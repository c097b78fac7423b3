// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include "tile_lowering.hpp"

#include <algorithm>
#include <utility>

#include "division.hpp"
#include "sorting.hpp"

namespace xeinsum::detail
{
    namespace
    {
        std::int64_t round_up(std::int64_t n, std::int64_t step) { return (n + step - 1) / step * step; }

        /// What a block of each operand may take, in bytes. The packed rows and a panel of columns share the L2 cache; the
        /// packed columns stay there too if few rows use them, else in the L3 cache.
        constexpr std::int64_t row_block_bytes = 192 << 10;
        constexpr std::int64_t small_column_block_bytes = 256 << 10;
        constexpr std::int64_t column_block_bytes = 2 << 20;
        /// Sums that one tile of registers takes in one go, and what a block takes where there are more.
        constexpr std::int64_t whole_depth = 384;
        constexpr std::int64_t block_depth = 256;
        /// The same for mirrored products, whose rows and columns are packed for half of the work.
        constexpr std::int64_t mirrored_block_depth = 384;
        /// Multiples that suit the panels of every instruction set.
        constexpr std::int64_t row_step = 24;
        constexpr std::int64_t column_step = 48;
        constexpr std::int64_t most_lines = 4096;
        /// Rows that a block of the result takes that is summed up apart.
        constexpr std::int64_t most_staged_rows = 256;
        /// Stretches of the result shorter than this (in elements) are not worth writing one by one.
        constexpr std::int64_t short_stretch = 8;
        constexpr std::int64_t stage_bytes = 384 << 10;
        /// Few sums at a time, then: what is read lies on as many pages, and the CPU knows the place of some hundred only.
        constexpr std::int64_t staged_depth = 48;
        /// Stretches of the result (in bytes) up to which a staged block grows along them, and what its columns, packed and summed up, may take then:
        /// what is shorter is written as many lines on as many pages.
        constexpr std::int64_t long_stretch_bytes = 768;
        constexpr std::int64_t long_stage_bytes = 4 << 20;
        constexpr std::int64_t cache_line = 64;

        class tiler
        {
        public:
            tiler(product p, kernel op) : m_product(std::move(p)), m_problem(m_product.problem), m_op(op) { m_product.place_result(); }

            step run()
            {
                step s;
                s.op = m_op;
                s.tensors = m_product.all_in_place();
                s.loops.reserve(m_product.batch.size());
                for (const product_axis& x : m_product.batch) s.loops.push_back({{x.id}, x.extent, x.strides});
                s.loops = normalized(std::move(s.loops));
                tiled_product& t = s.tiles.emplace();
                t.contracted = fuse(m_product.contracted, left_tensor, right_tensor, 0);
                t.rows = fuse(m_product.rows, left_tensor, result_tensor, 1);
                t.columns = fuse(m_product.columns, right_tensor, result_tensor, 1);
                t.staged = favours_stage(t.columns);
                if (t.staged) t.columns = fuse(m_product.columns, right_tensor, result_tensor, 0);
                t.mirrored = !t.staged && m_problem.one_operand && is_own_transpose(s);
                if (t.mirrored) s.op = m_op == kernel::batched_gemm ? kernel::batched_syrk : kernel::syrk;
                size_tiles(t);
                s.threads = divide_tiles(s, m_problem);
                return s;
            }

        private:
            /// Whether rows and columns are one and the same axis of one operand, with which everything else moves alike.
            static bool is_own_transpose(const step& s)
            {
                const tiled_product& t = *s.tiles;
                const auto one_stride = [](const auto& x) { return x.strides[0] == x.strides[1]; };
                return t.rows.size() == 1 && t.columns.size() == 1 && t.rows[0].extent == t.columns[0].extent &&
                       t.rows[0].strides[0] == t.columns[0].strides[0] && std::ranges::all_of(t.contracted, one_stride) &&
                       std::ranges::all_of(s.loops, one_stride);
            }

            /// Columns are walked as the result lies, for it to be written along its cache lines. Where it has no long
            /// stretches along them, or their operand lies otherwise and is the larger traffic, that one is read as it lies,
            /// and the result is transposed block by block.
            bool favours_stage(const std::vector<tiled_axis>& columns) const
            {
                if (columns.empty()) return false;
                const tiled_axis& last = columns.back();
                if (last.strides[1] != 1 || last.extent < short_stretch) return true;
                if (magnitude(last.strides[0]) == 1) return false;
                const bool across = std::ranges::any_of(columns, [](const tiled_axis& x) { return magnitude(x.strides[0]) == 1; });
                const double rows = values_of(m_product.rows);
                return across && rows < values_of(m_product.contracted) && rows <= most_staged_rows;
            }

            /// A group's axes by descending stride in the one of its two tensors that leads, fused where they are one axis in both.
            static std::vector<tiled_axis> fuse(product_axes group, std::size_t operand, std::size_t other, std::size_t leading)
            {
                sort_by_stride(group, leading == 0 ? other : operand);
                sort_by_stride(group, leading == 0 ? operand : other);
                std::vector<tiled_axis> axes;
                axes.reserve(group.size());
                for (const product_axis& x : group)
                {
                    const std::array next{x.strides[operand], x.strides[other]};
                    if (!axes.empty() && axes.back().strides[0] == next[0] * x.extent && axes.back().strides[1] == next[1] * x.extent)
                    {
                        axes.back().labels.push_back(x.id);
                        axes.back().extent *= x.extent;
                        axes.back().strides = next;
                    }
                    else axes.push_back({{x.id}, x.extent, next, 1});
                }
                return axes;
            }

            static std::int64_t block(const std::vector<tiled_axis>& axes)
            {
                std::int64_t size = 1;
                for (const tiled_axis& x : axes) size *= x.tile;
                return size;
            }

            /// How many elements of the axis share a cache line in one of its tensors.
            std::int64_t in_line(const tiled_axis& x) const
            {
                const std::int64_t line = std::max<std::int64_t>(8, cache_line / static_cast<std::int64_t>(m_problem.element_bytes));
                std::int64_t most = 1;
                for (const std::int64_t stride : x.strides)
                    if (stride != 0) most = std::max(most, (line + magnitude(stride) - 1) / magnitude(stride));
                return std::min(x.extent, most);
            }

            /// Gives each axis what lies on a cache line of one of its tensors (the innermost `step`), then lets the axes grow from the
            /// innermost out to `target` in all.
            void size_axes(std::vector<tiled_axis>& axes, std::int64_t target, std::int64_t step) const
            {
                for (std::size_t d = 0; d < axes.size(); ++d)
                    axes[d].tile = d + 1 == axes.size() ? std::min(axes[d].extent, step) : in_line(axes[d]);
                // The innermost axis grows first, then those along the other tensor's cache lines, then the rest.
                small_vector<std::size_t, 8> order;
                for (std::size_t d = axes.size(); d-- > 0;) order.push_back(d);
                const auto turn = [&](std::size_t d) { return d + 1 == axes.size() ? 0 : in_line(axes[d]) > 1 ? 1 : 2; };
                sort_stably(order, [&](std::size_t x, std::size_t y) { return turn(x) < turn(y); });
                for (const std::size_t d : order)
                {
                    tiled_axis& x = axes[d];
                    const std::int64_t room = target / (block(axes) / x.tile);
                    if (room <= x.tile) continue;
                    const std::int64_t blocks = (x.extent + room - 1) / room;
                    x.tile = (x.extent + blocks - 1) / blocks;
                    if (d + 1 == axes.size()) x.tile = std::min(x.extent, round_up(x.tile, step));
                }
            }

            /// Has a staged block grow along the columns that are next to each other in the result, if what it has of them is a short stretch.
            void lengthen(tiled_product& t) const
            {
                const auto bytes = static_cast<std::int64_t>(m_problem.element_bytes);
                for (std::int64_t stretch = 1;;)
                {
                    const auto next = std::ranges::find(t.columns, stretch, [](const tiled_axis& x) { return x.strides[1]; });
                    if (next == t.columns.end()) return;
                    const std::int64_t line = block(t.columns) / next->tile * (block(t.rows) + block(t.contracted)) * bytes;
                    const std::int64_t wanted = (long_stretch_bytes / bytes + stretch - 1) / stretch;
                    const std::int64_t room = std::min({wanted, long_stage_bytes / line, next->extent});
                    if (room > next->tile)
                    {
                        const std::int64_t blocks = (next->extent + room - 1) / room;
                        next->tile = (next->extent + blocks - 1) / blocks;
                    }
                    if (next->tile < next->extent) return;
                    stretch *= next->extent;
                }
            }

            void size_tiles(tiled_product& t) const
            {
                const auto bytes = static_cast<std::int64_t>(m_problem.element_bytes);
                const double depth = values_of(m_product.contracted), rows = values_of(m_product.rows);
                if (t.staged)
                {
                    const bool few = rows <= most_staged_rows;
                    size_axes(t.contracted, few ? staged_depth : depth <= whole_depth ? whole_depth : block_depth, 8);
                    size_axes(t.rows, most_staged_rows, few ? 1 : row_step);
                    const std::int64_t room = stage_bytes / (block(t.rows) * bytes);
                    size_axes(t.columns, std::clamp(room, 8 * column_step, most_lines), column_step);
                    if (m_problem.may_copy) lengthen(t);
                    return;
                }
                size_axes(t.contracted, depth <= whole_depth ? whole_depth : t.mirrored ? mirrored_block_depth : block_depth, 8);
                const std::int64_t line = block(t.contracted) * bytes;
                const std::int64_t column_bytes = rows <= 256 ? small_column_block_bytes : column_block_bytes;
                size_axes(t.columns, std::clamp(column_bytes / line, column_step, most_lines), column_step);
                size_axes(t.rows, std::clamp(row_block_bytes / line, row_step, std::int64_t{768}), row_step);
            }

            product m_product;
            const step_problem& m_problem;
            kernel m_op;
        };

        /// Columns are written by vectors: they are to be the side on which the result is contiguous, unless that side is
        /// narrower than a vector.
        bool left_gives_columns(const product& p)
        {
            const double l = values_of(p.rows), r = values_of(p.columns);
            constexpr double narrow = 8;
            if (l >= narrow && r >= narrow)
                for (const product_axes* own : {&p.rows, &p.columns})
                    for (const product_axis& x : *own)
                        if (x.extent >= short_stretch && x.strides[result_tensor] == 1) return own == &p.rows;
            return l > r;
        }
    }

    bool has_tiles(dtype type) { return type != dtype::other && type != dtype::clongdouble; }

    step lower_to_tiles(const product& p, kernel op)
    {
        if (!left_gives_columns(p)) return tiler(p, op).run();
        step s = tiler(p.exchanged(), op).run();
        s.inputs = {1, 0};  // the caller's order, exchanged
        return s;
    }
}
