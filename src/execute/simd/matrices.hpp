// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
//
// Batches of matrix products that lie in the cache as matrices: b and c have their columns side by side, and nothing is packed,
//
//     c[i, j] += sum over k of a[i, k] * b[k, j]        j: neighbours in b and c
//
// A tile of c is summed up in registers. Where the columns end within a vector, the last one of a row reaches back to the
// one before, and its lanes that are there already add nothing.
#pragma once

#include "mask.hpp"
#include "nest.hpp"
#include "rows.hpp"

namespace
{
    template <class T>
    class matrix_product
    {
        using V = vector<T>;
        using memory = typename V::memory;
        static constexpr i64 lanes = V::lanes;
        static constexpr i64 depth = 192;  // of what is summed in one go: three vectors of each row of b stay in the L1 cache

    public:
        matrix_product(const nest_axis& i, const nest_axis& k, const nest_axis& j) : m_i(i), m_k(k), m_j(j) {}

        void run(const T* a, const T* b, T* c) const
        {
            for (i64 k = 0; k < m_k.extent; k += depth)
            {
                const i64 n = m_k.extent - k < depth ? m_k.extent - k : depth;
                const T *const left = a + k * m_k.strides[0], *const right = b + k * m_k.strides[1];
                if (m_j.extent < lanes) multiply_narrow(n, left, right, c);
                else multiply(n, left, right, m_k.strides[1], m_j.extent, c, m_i.strides[2]);
            }
        }

    private:
        /// All rows times `columns` columns, at least a vector of them.
        void multiply(i64 n, const T* a, const T* b, i64 b_step, i64 columns, T* c, i64 c_step) const
        {
            i64 j = 0;
            const auto panel = [&](auto vectors) {
                constexpr int count = decltype(vectors)::value;
                const i64 rest = columns - j - (count - 1) * lanes, last = rest < lanes ? rest - lanes : 0;
                rows<count>(n, a, b + j, b_step, c + j, c_step, last);
                j += count * lanes;
            };
            while (j + 2 * lanes < columns) panel(std::integral_constant<int, 3>{});
            if (j + lanes < columns) panel(std::integral_constant<int, 2>{});
            else if (j < columns) panel(std::integral_constant<int, 1>{});
        }

        template <int Vectors>
        void rows(i64 n, const T* a, const T* b, i64 b_step, T* c, i64 c_step, i64 last) const
        {
            rows_from<panel_rows, Vectors>(0, n, a, b, b_step, c, c_step, last);
        }

        template <int Rows, int Vectors>
        void rows_from(i64 i, i64 n, const T* a, const T* b, i64 b_step, T* c, i64 c_step, i64 last) const
        {
            for (; i + Rows <= m_i.extent; i += Rows) tile<Rows, Vectors>(n, a + i * m_i.strides[0], b, b_step, c + i * c_step, c_step, last);
            if constexpr (Rows > 1)
                if (i < m_i.extent) rows_from<Rows / 2, Vectors>(i, n, a, b, b_step, c, c_step, last);
        }

        /// `last`: how far the last vector begins from its place, 0 or less.
        template <int Rows, int Vectors>
        __attribute__((noinline)) void tile(i64 n, const T* a, const T* b, i64 b_step, T* c, i64 c_step, i64 last) const
        {
            typename V::type sum[Rows][Vectors] = {};
            const i64 row = m_i.strides[0], step = m_k.strides[0];
            const T* const end = b + last;
#pragma GCC unroll 1
            for (i64 k = 0; k < n; ++k, a += step)
            {
                typename V::type column[Vectors];
#pragma GCC unroll 8
                for (int v = 0; v < Vectors; ++v)
                    column[v] = *reinterpret_cast<const memory*>((v + 1 < Vectors ? b : end) + k * b_step + v * lanes);
#pragma GCC unroll 8
                for (int r = 0; r < Rows; ++r)
                {
                    const auto x = V::splat(a[r * row]);
#pragma GCC unroll 8
                    for (int v = 0; v < Vectors; ++v) sum[r][v] += x * column[v];
                }
            }
            const lane_bits fresh = lanes_from<T>(-last);
#pragma GCC unroll 8
            for (int r = 0; r < Rows; ++r)
            {
                T* const to = c + r * c_step;
#pragma GCC unroll 8
                for (int v = 0; v + 1 < Vectors; ++v) *reinterpret_cast<memory*>(to + v * lanes) += sum[r][v];
                *reinterpret_cast<memory*>(to + (Vectors - 1) * lanes + last) += masked(sum[r][Vectors - 1], fresh);
            }
        }

        /// Fewer columns than a vector has lanes: b is padded first, and rows of c are summed up apart.
        void multiply_narrow(i64 n, const T* a, const T* b, T* c) const
        {
            T padded[depth * lanes], apart[panel_rows * lanes];
            for (i64 k = 0; k < n; ++k)
                for (i64 j = 0; j < lanes; ++j) padded[k * lanes + j] = j < m_j.extent ? b[k * m_k.strides[1] + j] : T{};
            for (i64 i = 0; i < m_i.extent; i += panel_rows)
            {
                const i64 count = m_i.extent - i < panel_rows ? m_i.extent - i : panel_rows;
                __builtin_memset(apart, 0, sizeof(apart));
                const nest_axis part = {count, {m_i.strides[0], 0, 0}};
                matrix_product(part, m_k, m_j).template rows<1>(n, a + i * m_i.strides[0], padded, lanes, apart, lanes, 0);
                for (i64 r = 0; r < count; ++r)
                    for (i64 j = 0; j < m_j.extent; ++j) c[(i + r) * m_i.strides[2] + j] += apart[r * lanes + j];
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
