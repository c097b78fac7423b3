// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
//
// Batches of products whose batch axis is contiguous in the result ("ijb,jkb->ikb"): a vector holds one element of each
// of several products,
//
//     c[i, j, x] += sum over k of a[i, k, x] * b[k, j, x]        x < lanes
//
// Blocks of a and b, a cache line of x wide, are packed first: the elements of one product may lie far apart.
#pragma once

#include "nest.hpp"

namespace
{
    template <class T>
    class lane_products
    {
        using V = vector<T>;
        static constexpr int lanes = V::lanes;
        static constexpr int vectors = vector_bytes >= 64 ? 1 : 2;
        static constexpr i64 width = vectors * lanes;
        static constexpr i64 depth = 32, most_a = 256, most_b = 384;  // of what is packed, in widths: both stay in the L1 cache
        static constexpr int tile_rows = vectors == 1 ? 4 : 2, tile_columns = 3;

    public:
        lane_products(const nest_axis& i, const nest_axis& j, const nest_axis& k, const nest_axis& x) : m_i(i), m_j(j), m_k(k), m_x(x) {}

        void run(const T* a, const T* b, T* c)
        {
            const i64 sums = m_k.extent < depth ? m_k.extent : depth;
            const i64 rows = most_a / sums, columns = most_b / sums / tile_columns * tile_columns;
            for (i64 x = 0; x < m_x.extent; x += width)
            {
                m_used = part(m_x, x, width);
                for (i64 k = 0; k < m_k.extent; k += depth)
                    for (i64 j = 0; j < m_j.extent; j += columns)
                    {
                        const i64 ks = part(m_k, k, depth), js = part(m_j, j, columns);
                        pack(b + x * m_x.strides[1] + k * m_k.strides[1] + j * m_j.strides[1], m_x.strides[1], ks, m_k.strides[1], js, m_j.strides[1], m_b);
                        for (i64 i = 0; i < m_i.extent; i += rows)
                        {
                            const i64 is = part(m_i, i, rows);
                            pack(a + x * m_x.strides[0] + i * m_i.strides[0] + k * m_k.strides[0], m_x.strides[0], is, m_i.strides[0], ks, m_k.strides[0], m_a);
                            multiply(is, js, ks, c + x + i * m_i.strides[2] + j * m_j.strides[2]);
                        }
                    }
            }
        }

    private:
        static i64 part(const nest_axis& axis, i64 first, i64 most) { return axis.extent - first < most ? axis.extent - first : most; }

        /// to[p][q][x] = from[p, q, x]
        void pack(const T* from, i64 x_stride, i64 ps, i64 p_stride, i64 qs, i64 q_stride, T* to) const
        {
            for (i64 p = 0; p < ps; ++p)
                for (i64 q = 0; q < qs; ++q, to += width)
                {
                    const T* const source = from + p * p_stride + q * q_stride;
                    if (x_stride == 1) __builtin_prefetch(source + width, 0, 2);  // the next lanes: it lies too far away for the CPU to foresee it
                    if (m_used == width && x_stride == 1)
                        for (i64 x = 0; x < width; ++x) to[x] = source[x];
                    else
                        for (i64 x = 0; x < width; ++x) to[x] = x < m_used ? source[x * x_stride] : T{};
                }
        }

        void multiply(i64 is, i64 js, i64 ks, T* c) const
        {
            for (i64 i = 0; i < is; i += tile_rows)
                for (i64 j = 0; j < js; j += tile_columns)
                {
                    T* const to = c + i * m_i.strides[2] + j * m_j.strides[2];
                    const int m = static_cast<int>(part_of(is - i, tile_rows)), n = static_cast<int>(part_of(js - j, tile_columns));
                    tile_of_size<tile_rows>(m, n, i, j, js, ks, to);
                }
        }

        static i64 part_of(i64 rest, i64 most) { return rest < most ? rest : most; }

        /// tile<m, n>
        template <int Rows>
        void tile_of_size(int m, int n, i64 i, i64 j, i64 js, i64 ks, T* c) const
        {
            if constexpr (Rows > 1)
                if (m < Rows) return tile_of_size<Rows - 1>(m, n, i, j, js, ks, c);
            if (n == 3) tile<Rows, 3>(i, j, js, ks, c);
            else if (n == 2) tile<Rows, 2>(i, j, js, ks, c);
            else tile<Rows, 1>(i, j, js, ks, c);
        }

        template <int Rows, int Columns>
        void tile(i64 i, i64 j, i64 js, i64 ks, T* c) const
        {
            using memory = typename V::memory;
            typename V::type sum[Rows][Columns][vectors] = {};
            const T* a = m_a + i * ks * width;
            const T* b = m_b + j * width;
            for (i64 k = 0; k < ks; ++k, a += width, b += js * width)
                for (int v = 0; v < vectors; ++v)
                {
                    typename V::type row[Rows];
                    for (int r = 0; r < Rows; ++r) row[r] = *reinterpret_cast<const memory*>(a + r * ks * width + v * lanes);
                    for (int q = 0; q < Columns; ++q)
                    {
                        const typename V::type column = *reinterpret_cast<const memory*>(b + q * width + v * lanes);
                        for (int r = 0; r < Rows; ++r)
                            sum[r][q][v] = arithmetic<T>::add(sum[r][q][v], arithmetic<T>::multiply(row[r], column));
                    }
                }
            for (int r = 0; r < Rows; ++r)
                for (int q = 0; q < Columns; ++q)
                {
                    T* const to = c + r * m_i.strides[2] + q * m_j.strides[2];
                    if (m_used == width)
                    {
                        for (int v = 0; v < vectors; ++v)
                        {
                            memory& all = *reinterpret_cast<memory*>(to + v * lanes);
                            all = arithmetic<T>::add(static_cast<typename V::type>(all), sum[r][q][v]);
                        }
                        continue;
                    }
                    T products[width];
                    for (int v = 0; v < vectors; ++v) *reinterpret_cast<memory*>(products + v * lanes) = sum[r][q][v];
                    for (i64 x = 0; x < m_used; ++x) to[x] = arithmetic<T>::add(to[x], products[x]);
                }
        }

        const nest_axis& m_i;
        const nest_axis& m_j;
        const nest_axis& m_k;
        const nest_axis& m_x;
        i64 m_used = width;
        alignas(64) T m_a[most_a * width];
        alignas(64) T m_b[most_b * width];
    };

    /// Runs the nest that way if it is one; false if not.
    template <class T>
    bool contract_lanes(const T* a, const T* b, T* c, const nest_axis* axes, int rank)
    {
        if constexpr (is_complex<T> || vector<T>::lanes == 1) return false;
        else
        {
            if (rank < 4) return false;
            const int x = axis_with(axes, rank, 2, 1);
            if (x < 0 || axes[x].strides[0] == 0 || axes[x].strides[1] == 0) return false;
            const int i = axis_through(axes, rank, true, false, true), j = axis_through(axes, rank, false, true, true),
                      k = axis_through(axes, rank, true, true, false);
            if (i < 0 || j < 0 || k < 0) return false;
            outer_axes outer(axes, 0, -1);
            for (int d = 0; d < rank; ++d)
                if (d != i && d != j && d != k && d != x) outer.axes[outer.rank++] = axes[d];
            lane_products<T> products(axes[i], axes[j], axes[k], axes[x]);
            walk(outer, [&](const i64* at) { products.run(a + at[0], b + at[1], c + at[2]); });
            return true;
        }
    }
}
