// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
//
// The tiled product: blocks of both operands are packed straight from the tensors into panels, multiplied in registers
// and written through the result's own strides; no tensor is ever copied whole. The loops are those of GotoBLAS:
//
//     for each block of columns            the packed block of B stays in the L3 or L2 cache
//       for each block of what is contracted
//         for each block of rows           the packed block of A stays in the L2 cache
//           for each panel of columns      stays in the L1 cache
//             for each panel of rows       one tile of C, in registers
//
// Where C can't be written along its cache lines, a block of it is summed up in a matrix that stays in the cache and then
// transposed into place ("staged").
#pragma once

#include "copy.hpp"
#include "nest.hpp"
#include "pack.hpp"
#include "panels.hpp"
#include "update.hpp"

namespace
{
    using xeinsum::simd::tile_task;

    /// The largest block of a group.
    inline i64 block_size(const tile_axes& g)
    {
        i64 size = 1;
        for (int d = 0; d < g.rank; ++d) size *= g.axes[d].tile < g.axes[d].extent ? g.axes[d].tile : g.axes[d].extent;
        return size;
    }

    inline i64 round_up(i64 n, i64 step) { return (n + step - 1) / step * step; }

    inline bool is_one_block(const tile_axes& g)
    {
        for (int d = 0; d < g.rank; ++d)
            if (g.axes[d].tile < g.axes[d].extent) return false;
        return true;
    }

    /// Whether a block is the last one of its group.
    inline bool is_last(const tile_axes& g, const block& b)
    {
        for (int d = 0; d < g.rank; ++d)
            if (b.first[d] + g.axes[d].tile < g.axes[d].extent) return false;
        return true;
    }

    template <class T>
    class tiled_product
    {
    public:
        explicit tiled_product(const tile_task<T>& task)
            : m_task(task), m_first(task.factors[0], task.factors[1]), m_later(task.factors[0], one<T>()),
              m_memory(static_cast<char*>(task.workspace)),
              m_small(is_one_block(task.rows) && is_one_block(task.columns) && is_one_block(task.contracted))
        {
            const i64 rows = block_size(task.rows), columns = block_size(task.columns), depth = block_size(task.contracted);
            m_panel = columns >= widest ? widest : round_up(columns, lanes);
            m_packed_a = take<T>(round_up(rows, height) * depth);
            m_packed_b = take<T>(round_up(columns, m_panel) * depth);
            for (int t = 0; t < 2; ++t) m_contracted.offset[t] = take<i64>(depth);
            m_rows.offset[0] = take<i64>(rows);
            m_columns.offset[0] = take<i64>(columns);
            m_c_row = take<i64>(rows + height);
            m_c_column = take<i64>(columns);
            m_c_run = take<i64>(columns);
            m_rows.run = m_contracted.run = nullptr;
            if (task.staged)
            {
                m_rows.offset[1] = m_columns.offset[1] = m_columns.run = nullptr;
                m_stage = take<T>(rows * columns);
                return;
            }
            m_rows.offset[1] = m_c_row;
            m_columns.offset[1] = m_c_column;
            m_columns.run = m_c_run;
        }

        i64 run()
        {
            walk(outer_axes(m_task.loops, m_task.loop_count, -1), [&](const i64* at) {
                multiply(m_task.a + at[0], m_task.b + at[1], m_task.c + at[2]);
                m_located = m_small;
            });
            return m_packed;
        }

    private:
        static constexpr int height = tile_of<T>::rows, lanes = vector<T>::lanes, widest = tile_of<T>::columns;

        template <class E>
        E* take(i64 n)
        {
            E* const at = reinterpret_cast<E*>(m_memory);
            m_memory += round_up(n * static_cast<i64>(sizeof(E)), 64);
            return at;
        }

        /// Blocks that are all there is lie alike in every turn of the loops: they are located once.
        void find(const tile_axes& g, block& b)
        {
            if (!m_located) locate(g, b);
        }

        void multiply(const T* a, const T* b, T* c)
        {
            begin(m_task.columns, m_columns);
            do
            {
                find(m_task.columns, m_columns);
                if (m_task.staged) multiply_staged(a, b, c);
                else multiply_in_place(a, b, c);
            } while (advance(m_task.columns, m_columns));
        }

        void multiply_in_place(const T* a, const T* b, T* c)
        {
            bool accumulate = false;
            begin(m_task.contracted, m_contracted);
            do
            {
                pack_columns(b);
                begin(m_task.rows, m_rows);
                do
                {
                    find(m_task.rows, m_rows);
                    if (!m_task.mirrored)
                    {
                        multiply_packed(a, in_place(c, accumulate), m_columns.size, -m_columns.size);
                        continue;
                    }
                    const i64 columns = columns_to_diagonal();
                    if (columns <= 0) continue;
                    multiply_packed(a, in_place(c, accumulate), columns, m_columns.first[0] - first_row());
                    if (is_last(m_task.contracted, m_contracted)) mirror(c);
                } while (advance(m_task.rows, m_rows));
                accumulate = true;
            } while (advance(m_task.contracted, m_contracted));
        }

        /// The block's first row in all of C, where that is mirrored.
        i64 first_row() const { return m_task.first_row + m_rows.first[0]; }

        /// How many columns of the block stand left of the diagonal, or on it, in its last row.
        i64 columns_to_diagonal() const
        {
            const i64 columns = first_row() + m_rows.size - m_columns.first[0];
            return columns < m_columns.size ? columns : m_columns.size;
        }

        /// C is its own conjugate transpose.
        bool is_hermitian() const { return is_complex<T> && m_task.conjugate_a != m_task.conjugate_b; }

        static T conjugate(T x)
        {
            if constexpr (is_complex<T>) x.im = -x.im;
            return x;
        }

        /// Copies what the block has left of its diagonal square to the other side of C, and within the square across the diagonal.
        void mirror(T* c) const
        {
            const i64 row_stride = m_task.rows.axes[0].strides[1], column_stride = m_task.columns.axes[0].strides[1];
            T* const all = c - m_task.first_row * row_stride;
            const auto at = [&](i64 i, i64 j) { return all + i * row_stride + j * column_stride; };
            const i64 first = first_row(), end = first + m_rows.size, left = m_columns.first[0];
            const i64 right = left + columns_to_diagonal(), square = right < first ? right : first;
            const auto across = [&](i64 i, i64 rows, i64 j, i64 columns) {
                const nest_axis axes[2] = {{columns, {column_stride, 0, row_stride}}, {rows, {row_stride, 0, column_stride}}};
                if (columns > 0 && !is_hermitian()) copy_nest(at(i, j), at(j, i), axes, 2);
                for (i64 q = j; is_hermitian() && q < j + columns; ++q)
                    for (i64 r = i; r < i + rows; ++r) *at(q, r) = conjugate(*at(r, q));
            };
            constexpr i64 side = 64, small = 16;
            for (i64 j = left; j < square; j += side) across(first, m_rows.size, j, square - j < side ? square - j : side);
            const i64 last = right < end ? right : end;
            for (i64 j = left > first ? left : first; j < last; j += small)
            {
                const i64 next = j + small < last ? j + small : last;
                across(j, next - j, first, j - first);
                for (i64 q = j; q < next; ++q)
                {
                    for (i64 i = j; i < q; ++i) *at(i, q) = is_hermitian() ? conjugate(*at(q, i)) : *at(q, i);
                    if constexpr (is_complex<T>)
                        if (is_hermitian()) at(q, q)->im = 0;  // to the last bit
                }
            }
        }

        /// A block of C is completed before the next one is begun; what is contracted in more than one block is packed
        /// anew for each block of rows.
        void multiply_staged(const T* a, const T* b, T* c)
        {
            const bool pack_once = is_one_block(m_task.contracted);
            begin(m_task.rows, m_rows);
            bool first = true;
            do
            {
                find(m_task.rows, m_rows);
                bool accumulate = false;
                begin(m_task.contracted, m_contracted);
                do
                {
                    if (first || !pack_once) pack_columns(b);
                    multiply_packed(a, stage(accumulate), m_columns.size, -m_columns.size);
                    accumulate = true;
                } while (advance(m_task.contracted, m_contracted));
                unstage(c);
                first = false;
            } while (advance(m_task.rows, m_rows));
        }

        void pack_columns(const T* b)
        {
            find(m_task.contracted, m_contracted);
            if (m_panel == lanes) pack_columns_into<lanes>(b);
            else if (m_panel == 2 * lanes) pack_columns_into<2 * lanes>(b);
            else pack_columns_into<widest>(b);
            m_packed += m_columns.size * m_contracted.size;
            m_half_b = fits_half(m_packed_b, round_up(m_columns.size, m_panel) * m_contracted.size);
        }

        template <int Width>
        void pack_columns_into(const T* b)
        {
            pack<T, Width>(b, m_task.columns, m_columns, m_task.contracted, m_contracted, 1, m_task.conjugate_b, m_packed_b);
        }

        /// The first columns of the packed block, up to the diagonal, which crosses its first row in column -`diagonal`.
        void multiply_packed(const T* a, const target<T>& out, i64 columns, i64 diagonal)
        {
            pack<T, height>(a, m_task.rows, m_rows, m_task.contracted, m_contracted, 0, m_task.conjugate_a, m_packed_a);
            m_packed += m_rows.size * m_contracted.size;
            const i64 rows = m_rows.size, depth = m_contracted.size;
            if constexpr (has_halves<T>)
                if (m_half_b && fits_half(m_packed_a, round_up(rows, height) * depth))
                    return multiply_blocks<T, half_arithmetic<T>>(depth, m_packed_a, rows, m_packed_b, columns, out, diagonal);
            multiply_blocks<T, arithmetic<T>>(depth, m_packed_a, rows, m_packed_b, columns, out, diagonal);
        }

        target<T> in_place(T* c, bool accumulate)
        {
            repeat_last();
            const factors<T>& f = accumulate ? m_later : m_first;
            return {c + m_rows.base[1] + m_columns.base[1], m_c_row, m_c_row, m_c_column, m_c_run, m_panel, 0, f.is_sum, true,
                    f.is_copy || f.is_sum ? nullptr : &f};
        }

        /// Tiles look ahead past the last row.
        void repeat_last() const
        {
            for (int r = 0; r < height; ++r) m_c_row[m_rows.size + r] = m_c_row[m_rows.size - 1];
        }

        /// The block of C as a matrix of its own, which stays in the cache until all of its sums are complete.
        target<T> stage(bool accumulate)
        {
            if (m_staged_rows != m_rows.size || m_staged_columns != m_columns.size)
            {
                m_staged_rows = m_rows.size, m_staged_columns = m_columns.size;
                for (i64 i = 0; i < m_rows.size; ++i) m_c_row[i] = i * m_columns.size;
                for (i64 j = 0; j < m_columns.size; ++j) m_c_column[j] = j, m_c_run[j] = m_columns.size - j;
                repeat_last();
            }
            return {m_stage, m_c_row, m_c_row, m_c_column, m_c_run, m_panel, 0, accumulate, false, nullptr};
        }

        /// Puts the matrix to where C lies.
        void unstage(T* c) const
        {
            nest_axis axes[2 * max_axes];
            int rank = 0;
            i64 stride = 1;
            const auto add = [&](const tile_axes& g, const block& b) {
                for (int d = g.rank - 1; d >= 0; --d)
                {
                    if (b.extent[d] > 1) axes[rank++] = {b.extent[d], {stride, 0, g.axes[d].strides[1]}};
                    stride *= b.extent[d];
                }
            };
            add(m_task.columns, m_columns);
            add(m_task.rows, m_rows);
            // Long strides through C first.
            const auto reach = [](const nest_axis& x) { return x.strides[2] < 0 ? -x.strides[2] : x.strides[2]; };
            for (int i = 1; i < rank; ++i)
                for (int j = i; j > 0 && reach(axes[j - 1]) < reach(axes[j]); --j)
                {
                    const nest_axis x = axes[j];
                    axes[j] = axes[j - 1];
                    axes[j - 1] = x;
                }
            update_nest(m_stage, c + m_rows.base[1] + m_columns.base[1], m_first, axes, rank, m_task.past_caches);
        }

        const tile_task<T>& m_task;
        factors<T> m_first, m_later;  ///< of a block of C that is begun, and of one that more is added to
        char* m_memory;
        bool m_small;
        bool m_located = false;
        bool m_half_b = false;
        i64 m_packed = 0;
        i64 m_panel;  ///< columns of a packed panel
        T* m_packed_a;
        T* m_packed_b;
        block m_rows, m_columns, m_contracted;
        i64 *m_c_row, *m_c_column, *m_c_run;  ///< where a block's tiles are written: in C, or in the stage
        T* m_stage = nullptr;
        i64 m_staged_rows = 0, m_staged_columns = 0;
    };
}
