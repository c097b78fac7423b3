// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
//
// Matrices of dots: both operands lie along what is summed, and nothing is packed,
//
//     c[i, j] += sum over k of a[i, k] * b[j, k]        k: neighbours in a and b
//
// A tile holds a vector of partial sums for each of its elements; where the sums are complete, the tile's vectors are folded into
// one another. This is what a few rows times a large matrix is, as in a layer of weights that is applied to a small batch.
#pragma once

#include "fold.hpp"
#include "matrices.hpp"
#include "nest.hpp"

namespace
{
    template <class T>
    class dot_products
    {
        using V = vector<T>;
        using memory = typename V::memory;
        static constexpr i64 lanes = V::lanes;
        static constexpr int tile_rows = 4, tile_columns = vector_bytes >= 64 ? 4 : 2;  // with two operands' vectors, what the registers hold
        static constexpr i64 depth = 4096 / static_cast<i64>(sizeof(T));  // of what is summed in one go: a tile's rows stay in the L1 cache

    public:
        dot_products(const nest_axis& i, const nest_axis& j, i64 k) : m_i(i), m_j(j), m_k(k) {}

        /// The columns of a tile are part of all apart: each is a stream of its own for the CPU to foresee.
        void run(const T* a, const T* b, T* c) const
        {
            const i64 part = m_j.extent / tile_columns;
            for (i64 k = 0; k < m_k; k += depth)
            {
                // What is left behind it would be less than a vector.
                const i64 n = m_k - k < depth + lanes ? m_k - k : depth;
                for (i64 j = 0; j < part; ++j) rows_from<tile_rows, tile_columns>(0, n, a + k, b + k + j * m_j.strides[1], part, c + j * m_j.strides[2]);
                for (i64 j = part * tile_columns; j < m_j.extent; ++j) rows_from<tile_rows, 1>(0, n, a + k, b + k + j * m_j.strides[1], 0, c + j * m_j.strides[2]);
                if (n > depth) break;
            }
        }

    private:
        template <int Rows, int Columns>
        void rows_from(i64 i, i64 n, const T* a, const T* b, i64 apart, T* c) const
        {
            for (; i + Rows <= m_i.extent; i += Rows) tile<Rows, Columns>(n, a + i * m_i.strides[0], b, apart * m_j.strides[1], c + i * m_i.strides[2], apart * m_j.strides[2]);
            if constexpr (Rows > 1)
                if (i < m_i.extent) rows_from<Rows / 2, Columns>(i, n, a, b, apart, c);
        }

        template <int Rows, int Columns>
        __attribute__((noinline)) void tile(i64 n, const T* a, const T* b, i64 b_step, T* c, i64 c_step) const
        {
            typename V::type sum[Rows * Columns];
            const i64 a_step = m_i.strides[0];
            const auto add = [&](i64 k, auto part) {
                typename V::type x[Rows];
#pragma GCC unroll 8
                for (int r = 0; r < Rows; ++r) x[r] = *reinterpret_cast<const memory*>(a + r * a_step + k);
#pragma GCC unroll 8
                for (int q = 0; q < Columns; ++q)
                {
                    const typename V::type y = *reinterpret_cast<const memory*>(b + q * b_step + k);
#pragma GCC unroll 8
                    for (int r = 0; r < Rows; ++r) sum[r * Columns + q] += part(x[r] * y);
                }
            };
#pragma GCC unroll 16
            for (int s = 0; s < Rows * Columns; ++s) sum[s] = typename V::type{};
            i64 k = 0;
#pragma GCC unroll 1
            for (; k + lanes <= n; k += lanes) add(k, [](auto products) { return products; });
            // The last vector reaches back to products that are there already.
            if (k < n) add(n - lanes, [fresh = lanes_from<T>(lanes - (n - k))](auto products) { return masked(products, fresh); });
            const folded_sums<T, Rows * Columns> sums(sum);
            for (int r = 0; r < Rows; ++r)
                for (int q = 0; q < Columns; ++q) c[r * m_i.strides[2] + q * c_step] += sums[r * Columns + q];
        }

        const nest_axis& m_i;
        const nest_axis& m_j;
        i64 m_k;
    };

    /// Runs the nest that way if its innermost axis is that of the sums, contiguous in both operands; false if not.
    template <class T>
    bool contract_dots(const T* a, const T* b, T* c, const nest_axis* axes, int rank)
    {
        if constexpr (!has_matrix_product<T>) return false;
        else
        {
            if (rank < 3) return false;
            const nest_axis& k = axes[rank - 1];
            if (k.strides[0] != 1 || k.strides[1] != 1 || k.strides[2] != 0 || k.extent < vector<T>::lanes) return false;
            const int i = axis_through(axes, rank, true, false, true), j = axis_through(axes, rank, false, true, true);
            if (i < 0 || j < 0) return false;
            outer_axes outer(axes, 0, -1);
            for (int d = 0; d < rank - 1; ++d)
                if (d != i && d != j) outer.axes[outer.rank++] = axes[d];
            // The longer side is read once.
            if (axes[i].extent <= axes[j].extent)
            {
                const dot_products<T> products(axes[i], axes[j], k.extent);
                walk(outer, [&](const i64* at) { products.run(a + at[0], b + at[1], c + at[2]); });
            }
            else
            {
                const nest_axis rows = {axes[j].extent, {axes[j].strides[1], 0, axes[j].strides[2]}}, columns = {axes[i].extent, {0, axes[i].strides[0], axes[i].strides[2]}};
                const dot_products<T> products(rows, columns, k.extent);
                walk(outer, [&](const i64* at) { products.run(b + at[1], a + at[0], c + at[2]); });
            }
            return true;
        }
    }
}
