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
                const T *const left = a + k * m_k.strides[0], *const right = b + k * m_k.strides[1];
                if (m_j.extent < half) multiply_narrow(n, left, right, c);
                else multiply(n, left, right, m_k.strides[1], m_j.extent, c, m_i.strides[2]);
            }
        }

    private:
        /// All rows times `columns` columns, at least half a vector of them.
        void multiply(i64 n, const T* a, const T* b, i64 b_step, i64 columns, T* c, i64 c_step) const
        {
            i64 j = 0;
            const auto panel = [&](auto whole, auto halves) {
                constexpr int vectors = decltype(whole)::value, more = decltype(halves)::value;
                constexpr i64 width = vectors * lanes + more * half;
                const i64 rest = columns - j, last = rest < width ? rest - width : 0;
                rows_from<panel_rows, vectors, more>(0, n, a, b + j, b_step, c + j, c_step, last);
                j += width;
            };
            constexpr std::integral_constant<int, 0> none;
            constexpr std::integral_constant<int, 1> one;
            constexpr std::integral_constant<int, 2> two;
            constexpr std::integral_constant<int, 3> three;
            constexpr i64 most_left = 2 * lanes + (H::is_half ? half : 0);
            while (j + most_left < columns) panel(three, none);
            if constexpr (H::is_half)
            {
                const i64 rest = columns - j;
                if (rest > 2 * lanes) return panel(two, one);
                if (rest > lanes && rest <= lanes + half) return panel(one, one);
                if (rest > half && rest < lanes && columns < lanes) return panel(none, two);
                if (rest > 0 && rest <= half) return panel(none, one);
            }
            if (j + lanes < columns) panel(two, none);
            else if (j < columns) panel(one, none);
        }

        template <int Rows, int Whole, int Halves>
        void rows_from(i64 i, i64 n, const T* a, const T* b, i64 b_step, T* c, i64 c_step, i64 last) const
        {
            for (; i + Rows <= m_i.extent; i += Rows) tile<Rows, Whole, Halves>(n, a + i * m_i.strides[0], b, b_step, c + i * c_step, c_step, last);
            if constexpr (Rows > 1)
                if (i < m_i.extent) rows_from<Rows / 2, Whole, Halves>(i, n, a, b, b_step, c, c_step, last);
        }

        template <class Vector>
        static auto& at(T* p)
        {
            return *reinterpret_cast<typename Vector::memory*>(p);
        }
        template <class Vector>
        static auto& at(const T* p)
        {
            return *reinterpret_cast<const typename Vector::memory*>(p);
        }

        /// `last`: how far the last vector begins from its place, 0 or less.
        template <int Rows, int Whole, int Halves>
        __attribute__((noinline)) void tile(i64 n, const T* a, const T* b, i64 b_step, T* c, i64 c_step, i64 last) const
        {
            // Where the vectors of a row begin.
            const auto whole_at = [last](int v) { return v * lanes + (Halves == 0 && v + 1 == Whole ? last : 0); };
            const auto half_at = [last](int v) { return Whole * lanes + v * half + (v + 1 == Halves ? last : 0); };
            typename V::type sum[Rows][Whole + 1] = {};
            typename H::type rest[Rows][Halves + 1] = {};
            const i64 row = m_i.strides[0], step = m_k.strides[0];
#pragma GCC unroll 1
            for (i64 k = 0; k < n; ++k, a += step, b += b_step)
            {
                if (step == 1 && k % line == 0)
#pragma GCC unroll 8
                    for (int r = 0; r < Rows; ++r) __builtin_prefetch(a + (Rows + r) * row);
                typename V::type column[Whole + 1];
                typename H::type few[Halves + 1];
#pragma GCC unroll 8
                for (int v = 0; v < Whole; ++v) column[v] = at<V>(b + whole_at(v));
#pragma GCC unroll 8
                for (int v = 0; v < Halves; ++v) few[v] = at<H>(b + half_at(v));
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
                for (int v = 0; v < Whole; ++v) sum[r][v] += at<V>(to + whole_at(v));
#pragma GCC unroll 8
                for (int v = 0; v < Halves; ++v) rest[r][v] += at<H>(to + half_at(v));
#pragma GCC unroll 8
                for (int v = Halves - 1; v >= 0; --v) at<H>(to + half_at(v)) = rest[r][v];
#pragma GCC unroll 8
                for (int v = Whole - 1; v >= 0; --v) at<V>(to + whole_at(v)) = sum[r][v];
            }
        }

        /// Fewer columns than half a vector has lanes: b is padded first, and rows of c are summed up apart.
        void multiply_narrow(i64 n, const T* a, const T* b, T* c) const
        {
            alignas(vector_bytes) T padded[depth * half], apart[panel_rows * half];
            for (i64 k = 0; k < n; ++k)
                for (i64 j = 0; j < half; ++j) padded[k * half + j] = j < m_j.extent ? b[k * m_k.strides[1] + j] : T{};
            for (i64 i = 0; i < m_i.extent; i += panel_rows)
            {
                const i64 count = m_i.extent - i < panel_rows ? m_i.extent - i : panel_rows;
                __builtin_memset(apart, 0, sizeof(apart));
                const nest_axis part = {count, {m_i.strides[0], 0, 0}};
                matrix_product(part, m_k, m_j).multiply(n, a + i * m_i.strides[0], padded, half, half, apart, half);
                for (i64 r = 0; r < count; ++r)
                    for (i64 j = 0; j < m_j.extent; ++j) c[(i + r) * m_i.strides[2] + j] += apart[r * half + j];
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
