// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include "estimate.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <vector>

#include "blas_choice.hpp"
#include "blocks.hpp"
#include "dots.hpp"
#include "lowering.hpp"

namespace xeinsum::detail
{
    namespace
    {
        // Nanoseconds where elements have four bytes, each; larger ones count as so many more. Of a call, of a block and of what tiles do for one, it is the same for all.
        constexpr double copied_element = 0.084, copied_run = 0.12, transposed_line = 0.14, uncached_element = 0.15, uncached_copy = 0.023;
        constexpr double multiplication = 0.0082, multiplication_in_lanes = 0.11, padded_element = 0.06;
        constexpr double made_call = 56, blas_tile = 3.4, blas_element = 0.12, blas_multiplication = 0.0095, register_tile = 21, tile_block = 150, copied_block = 900, folded_dot = 0.41, written_row = 4.9,
                         short_result_row = 0.37, added_element = 0.11, gathered_element = 0.18, streamed_element = 0.023, far_line = 1.7, packed_element = 0.15, stored_element = 0.0036, far_piece = 2.6;

        /// What fewer than eight columns are worth, which are padded first and put into place one by one.
        constexpr double narrow_columns = 36;

        /// Elements of four bytes that the caches hold.
        constexpr double cache_elements = 4 << 20;

        constexpr double line_elements = 16;

        /// Of a tensor, from which on its parts that are far from each other are slow to come.
        constexpr double far_elements = 1 << 20;

        /// Elements of a row of the result, and from one row to the next, from which on a call leaves a page with each of its rows.
        constexpr std::int64_t short_row = 128, far_row = 1024;

        double words_of(std::size_t element_bytes) { return static_cast<double>(element_bytes) / 4; }

        double as_double(std::int64_t n) { return static_cast<double>(n); }
        double tiles_of(double n, double tile) { return std::ceil(n / tile); }
        double padded(double n, double tile) { return tiles_of(n, tile) * tile; }

        /// How many blocks the tiles divide the axes into.
        template <class Axes>
        double blocks_of(const Axes& axes)
        {
            double n = 1;
            for (const auto& x : axes) n *= tiles_of(as_double(x.extent), as_double(x.tile));
            return n;
        }

        /// What it costs to copy a strided tensor to or from one that lies in the order in which its axes are added, outermost first.
        class copying
        {
        public:
            void add(std::int64_t extent, std::int64_t stride)
            {
                if (extent != 1) m_axes.push_back({as_double(extent), std::abs(as_double(stride))});
            }

            double time(double each) const
            {
                double n = 1, run = 1, fastest = std::numeric_limits<double>::infinity(), along = 1;
                bool is_run = true;
                for (auto x = m_axes.rbegin(); x != m_axes.rend(); ++x)
                {
                    n *= x->extent;
                    is_run = is_run && x->stride == run;
                    if (is_run) run *= x->extent;
                    if (x->stride > 0 && x->stride < fastest) fastest = x->stride, along = x->extent;
                }
                if (run > 1 || m_axes.empty()) return n * each + n / run * copied_run;
                // Elements apart from each other bring their cache lines along, and come one by one.
                const bool far = n > far_elements && m_axes.back().stride >= as_double(far_row);
                return n * (std::min(fastest, line_elements) * each + (fastest > 1 ? gathered_element : 0)) + (n / m_axes.back().extent + n / along) * transposed_line +
                       (far ? n / std::min(along, line_elements) * far_piece : 0);
            }

        private:
            struct axis
            {
                double extent, stride;
            };
            small_vector<axis, 8> m_axes;
        };

        /// Of all copies of a step's tensors.
        double elements_copied(const step& s)
        {
            double n = 0;
            for (const std::size_t t : {left_tensor, right_tensor, result_tensor}) n += as_double(copied_elements(s, t));
            return n;
        }

        /// What calls take longer where they write short rows of a large result, each far from the one before: on a page of its own, of which
        /// the rest is written by later calls.
        double time_of_far_rows(const step& s)
        {
            const auto& c = *s.call;
            const std::int64_t row = c.column_major ? c.m : c.n, rows = c.column_major ? c.n : c.m;
            const bool far = c.steps[result_tensor] >= far_row && row <= short_row && elements_of(s.tensors[result_tensor].lies) > cache_elements;
            return far && !s.tensors[result_tensor].copied ? as_double(call_count(s)) * as_double(rows) * written_row : 0;
        }

        /// The elements of a row as BLAS's kernels have them: what is left behind the last whole vector in pieces of half its length, of a quarter and so on, each of
        /// which takes as long as a whole one.
        double in_pieces(std::int64_t n, std::int64_t lanes) { return as_double((n / lanes + std::popcount(static_cast<std::uint64_t>(n % lanes))) * lanes); }

        double time_of_call(const blas_call& c, double words)
        {
            const double m = as_double(c.m), n = as_double(c.n), k = as_double(c.k);
            const bool packs = m * n * k > most_uncopied_products;
            const double packed = packs ? (m + n) * k : 0, each = packs ? blas_multiplication : multiplication;
            const std::int64_t row = c.column_major ? c.m : c.n;
            const double rows = c.column_major ? n : m, lanes = line_elements / words, row_in_pieces = packs ? in_pieces(row, static_cast<std::int64_t>(lanes)) : padded(as_double(row), lanes);
            return made_call / words + packed * blas_element + row_in_pieces * padded(rows, 4) * k * each + row_in_pieces * rows / 64 * blas_tile +
                   (as_double(row) < line_elements ? rows * short_result_row : 0);
        }

        double time_of_calls(const step& s, double words)
        {
            double time = time_of_far_rows(s);
            for (const tensor_use& use : s.tensors)
            {
                copying copy;
                for (std::size_t d = 0; use.copied && d < use.lies.rank(); ++d) copy.add(use.lies.shape[d], use.lies.strides[d]);
                if (use.copied) time += copy.time(copied_element);
            }
            return time + as_double(call_count(s)) * time_of_call(*s.call, words);
        }

        double time_of_dots(const step& s)
        {
            double rows = std::numeric_limits<double>::infinity(), turns = 1;
            for (const loop_axis& x : s.loops)
            {
                turns *= as_double(x.extent);
                if (is_free(x)) rows = std::min(rows, as_double(x.extent));
            }
            const double sums = as_double(s.loops.back().extent);
            return turns / sums * (padded(rows, 2) / rows * padded(sums, 16) * multiplication + folded_dot);
        }

        double time_of_tiles(const step& s, double words)
        {
            const tiled_product& t = *s.tiles;
            const auto packing = [&](const std::vector<tiled_axis>& lines, std::size_t tensor) {
                copying copy;
                for (const tiled_axis& x : t.contracted) copy.add(x.extent, x.strides[tensor]);
                for (const tiled_axis& x : lines) copy.add(x.extent, x.strides[0]);
                return copy.time(packed_element);
            };
            copying result;
            if (t.staged)
                for (const tiled_axis& x : t.rows) result.add(x.extent, x.strides[1]);
            for (const tiled_axis& x : t.columns) result.add(x.extent, x.strides[1]);
            const double rows = values_of(t.rows), columns = values_of(t.columns), depth = values_of(t.contracted), depth_blocks = blocks_of(t.contracted);
            return values_of(s.loops) * (packing(t.rows, left_tensor) * blocks_of(t.columns) + packing(t.columns, right_tensor) * (t.staged && depth_blocks > 1 ? blocks_of(t.rows) : 1) +
                                     result.time(t.staged ? copied_element : stored_element) * (t.staged ? 1 : rows * depth_blocks) + padded(rows, 8) * padded(columns, 16) * depth * multiplication +
                                     tiles_of(rows, 8) * tiles_of(columns, 48) * depth_blocks * register_tile + blocks_of(t.rows) * blocks_of(t.columns) * depth_blocks * tile_block / words);
        }

        /// Without copies.
        double time_of_block(const product_size& b, bool in_lanes, double words)
        {
            if (in_lanes) return copied_block / words + b.rows * b.columns * b.depth * padded(b.batch, 16) * multiplication_in_lanes;
            const bool narrow = b.columns < 8;
            return copied_block / words + b.batch * (padded(b.rows, 8) * (narrow ? narrow_columns : padded(b.columns, 8)) * b.depth * multiplication +
                                             tiles_of(b.rows, 8) * tiles_of(b.columns, 48) * register_tile + (narrow ? (b.depth + b.rows) * 8 * padded_element : 0));
        }

        /// What blocks read in place and memory holds, a piece of each line at a time, where the lines are far apart.
        double time_of_far_lines(const step& s, double words)
        {
            if (s.tensors[right_tensor].copied || elements_of(s.tensors[right_tensor].lies) * words < cache_elements) return 0;
            double lines = 1, rows = 1, least = std::numeric_limits<double>::infinity();
            for (const loop_axis& x : s.loops)
            {
                const bool a = x.strides[left_tensor] != 0, b = x.strides[right_tensor] != 0, c = x.strides[result_tensor] != 0;
                if (b) lines *= as_double(x.extent);
                else rows *= as_double(x.extent);
                if (a && b && !c) least = std::min(least, std::abs(as_double(x.strides[right_tensor])));
            }
            return least >= far_row ? lines / 48 * tiles_of(rows, 8) * far_line : 0;
        }

        double time_of_blocks(const step& s, double words)
        {
            double time = 0;
            for (const std::size_t t : {left_tensor, right_tensor, result_tensor})
            {
                if (!s.tensors[t].copied) continue;
                copying copy;
                for (const loop_axis& x : s.loops)
                    if (x.strides[t] != 0) copy.add(tile_of(x), x.strides[t]);
                time += copy.time(copied_element) * as_double(copied_elements(s, t)) / as_double(block_elements(s, t));
            }
            double batch = 1, rows = 1, columns = 1, depth = 1, blocks = 1;
            bool in_lanes = false;
            for (const loop_axis& x : s.loops)
            {
                const bool a = x.strides[left_tensor] != 0, b = x.strides[right_tensor] != 0, c = x.strides[result_tensor] != 0;
                in_lanes = a && b && c && &x == &s.loops.back();
                const double n = as_double(tile_of(x));
                (a && b && c ? batch : a && b ? depth : a ? rows : columns) *= in_lanes ? padded(n, 16) : n;
                blocks *= tiles_of(as_double(x.extent), as_double(tile_of(x)));
            }
            return time + time_of_far_lines(s, words) + blocks * time_of_block({batch, rows, columns, depth}, in_lanes, words);
        }

        /// What the memory takes beside: where the tensors, and copies of them, are more than the caches hold.
        double time_of_memory(double elements, double copied)
        {
            return (elements > cache_elements ? elements * uncached_element : 0) + (copied > cache_elements ? copied * uncached_copy : 0);
        }

        /// What the result takes more than it would as an operand, or less: BLAS clears what it then adds to, tiles write past the caches what they do not hold.
        double time_of_result(const step& s, double elements, double written)
        {
            if (s.call) return written > cache_elements ? written * added_element : 0;
            return s.tiles && elements > cache_elements ? written * (streamed_element - uncached_element) : 0;
        }

        double least_time(double time, const product_size& size, std::size_t threads, std::size_t element_bytes)
        {
            const double words = words_of(element_bytes);
            return (time * words + time_of_memory(size.elements * words, 0)) / static_cast<double>(threads);
        }
    }

    double expected_time(const step& s, std::size_t element_bytes)
    {
        const double words = words_of(element_bytes);
        double elements = 0;
        for (const tensor_use& use : s.tensors) elements += elements_of(use.lies) * words;
        const double written = elements_of(s.tensors[result_tensor].lies) * words;
        const double copied = s.tiles ? 0 : elements_copied(s) * words;
        const double time = s.tiles ? time_of_tiles(s, words) : s.call ? time_of_calls(s, words) : is_matrix_of_dots(s.loops) ? time_of_dots(s) : time_of_blocks(s, words);
        return (time * words + time_of_memory(elements, copied) + time_of_result(s, elements, written)) / as_double(s.threads.pieces);
    }

    double least_time_of_calls(const product_size& size, double calls, std::size_t element_bytes)
    {
        return least_time(size.products() * multiplication + calls * made_call / words_of(element_bytes), size, 1, element_bytes);
    }

    double least_time_of_calls(const product_size& size, const blas_call& call, double calls, std::size_t element_bytes)
    {
        return least_time(calls * time_of_call(call, words_of(element_bytes)), size, 1, element_bytes);
    }

    double least_time_of_dots(const product_size& size, std::int64_t length, std::size_t threads, std::size_t element_bytes)
    {
        const double sums = as_double(length);
        return least_time(size.products() / sums * (padded(sums, 16) * multiplication + folded_dot), size, threads, element_bytes);
    }

    double least_time_of_blocks(const product_size& size, bool lanes, double copied, std::size_t threads, std::size_t element_bytes)
    {
        return least_time(time_of_block(size, lanes, words_of(element_bytes)) + copied * copied_element, size, threads, element_bytes);
    }
}
