// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
//
// c[...] = a[...]: rows where both are contiguous on one axis; tiles transposed in registers, a cache line of c at a
// time, where each is contiguous on another one.
#pragma once

#include "nest.hpp"
#include "transpose.hpp"

namespace
{
    template <class T>
    void copy_row(i64 n, const T* a, i64 a_stride, T* c, i64 c_stride)
    {
        if (a_stride == 1 && c_stride == 1)
        {
            __builtin_memcpy(c, a, static_cast<std::size_t>(n) * sizeof(T));
            return;
        }
        for (i64 i = 0; i < n; ++i) c[i * c_stride] = a[i * a_stride];
    }

    /// c[u * c_row + v] = a[v * a_row + u] for u < U, v < V.
    template <class T>
    void copy_transposed(i64 U, i64 V, const T* a, i64 a_row, T* c, i64 c_row)
    {
        constexpr int side = tile_side<T>(64 / sizeof(T));
        constexpr i64 line = 64 / sizeof(T);
        constexpr i64 block_u = 4 * line, block_v = 4 * line;
        i64 rows[side];
        for (int i = 0; i < side; ++i) rows[i] = i * a_row;
        for (i64 v0 = 0; v0 < V; v0 += block_v)
            for (i64 u0 = 0; u0 < U; u0 += block_u)
            {
                const i64 v1 = V - v0 < block_v ? V : v0 + block_v;
                const i64 u1 = U - u0 < block_u ? U : u0 + block_u;
                i64 u = u0;
                if constexpr (side > 1)
                {
                    for (; u + side <= u1; u += side)
                    {
                        i64 v = v0;
                        for (; v + side <= v1; v += side) transpose_tile<T, side>(a + v * a_row + u, rows, c + u * c_row + v, c_row);
                        for (; v < v1; ++v)
                            for (int i = 0; i < side; ++i) c[(u + i) * c_row + v] = a[v * a_row + u + i];
                    }
                }
                for (; u < u1; ++u)
                    for (i64 v = v0; v < v1; ++v) c[u * c_row + v] = a[v * a_row + u];
            }
    }

    template <class T>
    void copy_nest(const T* a, T* c, const nest_axis* axes, int rank)
    {
        if (rank == 0)
        {
            *c = *a;
            return;
        }
        const int from = axis_with(axes, rank, 0, 1), to = axis_with(axes, rank, 2, 1);
        if (from >= 0 && to >= 0 && from != to)
        {
            const nest_axis& u = axes[from];
            const nest_axis& v = axes[to];
            walk(outer_axes(axes, rank, from, to), [&](const i64* at) {
                copy_transposed(u.extent, v.extent, a + at[0], v.strides[0], c + at[2], u.strides[2]);
            });
            return;
        }
        const int inner = to >= 0 ? to : from >= 0 ? from : rank - 1;
        const nest_axis& x = axes[inner];
        walk(outer_axes(axes, rank, inner),
             [&](const i64* at) { copy_row(x.extent, a + at[0], x.strides[0], c + at[2], x.strides[2]); });
    }
}
