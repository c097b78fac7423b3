// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
//
// Batches of matrix products that lie in the cache as matrices: b and c have their columns side by side, and nothing is packed,
//
//     c[i, j] += sum over k of a[i, k] * b[k, j]        j: neighbours in b and c
//
// A tile of c is summed up in registers: whole vectors, and vectors of half the width where few columns are left. Where the
// columns end within a vector, the last one of a row reaches back to the one before, and its lanes that are there already add
// nothing.
#pragma once

#include "mask.hpp"
#include "nest.hpp"
#include "rows.hpp"

namespace
{
    /// A vector of half the width, or the whole one where half of it has no registers of its own.
    template <class T>
    struct half_vector
    {
        static constexpr bool is_half = vector_bytes > 16;
        static constexpr int bytes = is_half ? vector_bytes / 2 : vector_bytes, lanes = bytes / static_cast<int>(sizeof(T));
        typedef T type __attribute__((vector_size(bytes)));
        typedef T memory __attribute__((vector_size(bytes), aligned(alignof(T)), may_alias));
        static type splat(T x) { return x - type{}; }
    };

    template <class T>
    class matrix_product
    {
        using V = vector<T>;
        using H = half_vector<T>;
        static constexpr i64 lanes = V::lanes, half = H::lanes;
        static constexpr i64 line = 64 / static_cast<i64>(sizeof(T));
        static constexpr i64 depth = 192;  // of what is summed in one go: three vectors of each row of b stay in the L1 cache

    public:
        matrix_product(const nest_axis& i, const nest_axis& k, const nest_axis& j) : m_i(i), m_k(k), m_j(j) {}

        void run(const T* a, const T* b, T* c) const
        {
            for (i64 k = 0; k < m_k.extent; k += depth)
            {
                const i64 n = m_k.extent - k < depth ? m_k.extent - k : depth;
                const operands all = {n, a + k * m_k.strides[0], b + k * m_k.strides[1], m_k.strides[1], c, m_i.strides[2]};
                if (m_j.extent < half) multiply_narrow(all);
                else multiply(all, m_j.extent);
            }
        }

    private:
        /// What is multiplied: n sums at a time, and the steps from row to row of b and c.
        struct operands
        {
            i64 n;
            const T* a;
            const T* b;
            i64 b_step;
            T* c;
            i64 c_step;
        };

        /// All rows times `columns` columns, at least half a vector of them: three vectors of them at a time, then what is left in
        /// as few halves as hold it.
        void multiply(const operands& all, i64 columns) const
        {
            i64 j = 0;
            while (j < columns)
            {
                const i64 left = (columns - j + half - 1) / half;
                const auto panel = [&](auto whole, auto halves) {
                    constexpr int vectors = decltype(whole)::value, more = decltype(halves)::value;
                    constexpr i64 width = vectors * lanes + more * half;
                    const i64 rest = columns - j, last = rest < width ? rest - width : 0;
                    rows_from<panel_rows, vectors, more>(0, {all.n, all.a, all.b + j, all.b_step, all.c + j, all.c_step}, last);
                    j += width;
                };
                constexpr std::integral_constant<int, 0> none;
                constexpr std::integral_constant<int, 1> one;
                constexpr std::integral_constant<int, 2> two;
                constexpr std::integral_constant<int, 3> three;
                if constexpr (H::is_half)
                {
                    if (left == 1) panel(none, one);
                    else if (left == 2 && columns < lanes) panel(none, two);
                    else if (left == 2) panel(one, none);
                    else if (left == 3) panel(one, one);
                    else if (left == 4) panel(two, none);
                    else if (left == 5) panel(two, one);
                    else panel(three, none);
                }
                else if (left == 1) panel(one, none);
                else if (left == 2) panel(two, none);
                else panel(three, none);
            }
        }

        /// `last`: how far the last vector of a row begins from its place, 0 or less.
        template <int Rows, int Whole, int Halves>
        void rows_from(i64 i, const operands& all, i64 last) const
        {
            for (; i + Rows <= m_i.extent; i += Rows) tile<Rows, Whole, Halves>(i, all, last);
            if constexpr (Rows > 1)
                if (i < m_i.extent) rows_from<Rows / 2, Whole, Halves>(i, all, last);
        }

        /// Rows from the i-th on.
        template <int Rows, int Whole, int Halves>
        __attribute__((noinline)) void tile(i64 i, const operands& all, i64 last) const
        {
            // Where the vectors of a row begin.
            const auto whole_at = [last](int v) { return v * lanes + (Halves == 0 && v + 1 == Whole ? last : 0); };
            const auto half_at = [last](int v) { return Whole * lanes + v * half + (v + 1 == Halves ? last : 0); };
            typename V::type sum[Rows][Whole + 1] = {};
            typename H::type rest[Rows][Halves + 1] = {};
            const i64 n = all.n, row = m_i.strides[0], step = m_k.strides[0], b_step = all.b_step, c_step = all.c_step;
            const T *a = all.a + i * row, *b = all.b;
            T* const c = all.c + i * c_step;
#pragma GCC unroll 1
            for (i64 k = 0; k < n; ++k, a += step, b += b_step)
            {
                if (step == 1 && k % line == 0)
#pragma GCC unroll 8
                    for (int r = 0; r < Rows; ++r) __builtin_prefetch(a + (Rows + r) * row);
                typename V::type column[Whole + 1];
                typename H::type few[Halves + 1];
#pragma GCC unroll 8
                for (int v = 0; v < Whole; ++v) column[v] = load<V>(b + whole_at(v));
#pragma GCC unroll 8
                for (int v = 0; v < Halves; ++v) few[v] = load<H>(b + half_at(v));
#pragma GCC unroll 8
                for (int r = 0; r < Rows; ++r)
                {
                    const T x = a[r * row];
#pragma GCC unroll 8
                    for (int v = 0; v < Whole; ++v) sum[r][v] += V::splat(x) * column[v];
#pragma GCC unroll 8
                    for (int v = 0; v < Halves; ++v) rest[r][v] += H::splat(x) * few[v];
                }
            }
            // The last vector is read before the others are written and written before them: its lanes that are theirs, too, are
            // old ones, and no CPU likes to read what it has just written in other pieces.
            const auto fresh = lanes_from<T>(Halves == 0 ? -last : 0);
            const auto fresh_of_half = lanes_from<T, H::bytes>(Halves > 0 ? -last : 0);
#pragma GCC unroll 8
            for (int r = 0; r < Rows; ++r)
            {
                T* const to = c + r * c_step;
                if constexpr (Halves > 0) rest[r][Halves - 1] = masked(rest[r][Halves - 1], fresh_of_half);
                else sum[r][Whole - 1] = masked(sum[r][Whole - 1], fresh);
#pragma GCC unroll 8
                for (int v = 0; v < Whole; ++v) sum[r][v] += load<V>(to + whole_at(v));
#pragma GCC unroll 8
                for (int v = 0; v < Halves; ++v) rest[r][v] += load<H>(to + half_at(v));
#pragma GCC unroll 8
                for (int v = Halves - 1; v >= 0; --v) store<H>(to + half_at(v), rest[r][v]);
#pragma GCC unroll 8
                for (int v = Whole - 1; v >= 0; --v) store<V>(to + whole_at(v), sum[r][v]);
            }
        }

        /// Fewer columns than half a vector has lanes: b is padded first, and rows of c are summed up apart.
        void multiply_narrow(const operands& all) const
        {
            alignas(vector_bytes) T padded[depth * half], apart[panel_rows * half];
            for (i64 k = 0; k < all.n; ++k)
                for (i64 j = 0; j < half; ++j) padded[k * half + j] = j < m_j.extent ? all.b[k * all.b_step + j] : T{};
            for (i64 i = 0; i < m_i.extent; i += panel_rows)
            {
                const i64 count = m_i.extent - i < panel_rows ? m_i.extent - i : panel_rows;
                __builtin_memset(apart, 0, sizeof(apart));
                const nest_axis part = {count, {m_i.strides[0], 0, 0}};
                matrix_product(part, m_k, m_j).multiply({all.n, all.a + i * m_i.strides[0], padded, half, apart, half}, half);
                for (i64 r = 0; r < count; ++r)
                    for (i64 j = 0; j < m_j.extent; ++j) all.c[(i + r) * all.c_step + j] += apart[r * half + j];
            }
        }

        const nest_axis& m_i;
        const nest_axis& m_k;
        const nest_axis& m_j;
    };

    template <class T>
    inline constexpr bool has_matrix_product = !is_complex<T> && !std::is_same_v<T, truth> && vector<T>::lanes > 1 && sizeof(T) >= 4;

    /// Runs the nest that way if its innermost axes are those of rows, sums and columns; false if not.
    template <class T>
    bool contract_matrices(const T* a, const T* b, T* c, const nest_axis* axes, int rank)
    {
        if constexpr (!has_matrix_product<T>) return false;
        else
        {
            if (rank < 3) return false;
            const nest_axis &i = axes[rank - 3], &k = axes[rank - 2], &j = axes[rank - 1];
            const bool columns = j.strides[0] == 0 && j.strides[1] == 1 && j.strides[2] == 1;
            if (!columns || k.strides[2] != 0 || k.strides[0] == 0 || k.strides[1] == 0 || i.strides[1] != 0 || i.strides[0] == 0 || i.strides[2] == 0) return false;
            const matrix_product<T> product(i, k, j);
            walk(outer_axes(axes, rank - 3, -1), [&](const i64* at) { product.run(a + at[0], b + at[1], c + at[2]); });
            return true;
        }
    }
}
