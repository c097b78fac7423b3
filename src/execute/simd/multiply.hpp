// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
//
// c[...] = a[...] * b[...], no axis summed: element by element, scaled or outer, as the strides say.
#pragma once

#include "rows.hpp"

namespace
{
    template <class T>
    void multiply_row(i64 n, const T* a, i64 sa, const T* b, i64 sb, T* c, i64 sc)
    {
        if (sc == 1 && sa == 1 && sb == 1)
#pragma GCC ivdep
            for (i64 i = 0; i < n; ++i) c[i] = arithmetic<T>::multiply(a[i], b[i]);
        else if (sc == 1 && sa == 1 && sb == 0)
        {
            const T factor = *b;
#pragma GCC ivdep
            for (i64 i = 0; i < n; ++i) c[i] = arithmetic<T>::multiply(a[i], factor);
        }
        else if (sc == 1 && sa == 0 && sb == 1)
        {
            const T factor = *a;
#pragma GCC ivdep
            for (i64 i = 0; i < n; ++i) c[i] = arithmetic<T>::multiply(factor, b[i]);
        }
        else
            for (i64 i = 0; i < n; ++i) c[i * sc] = arithmetic<T>::multiply(a[i * sa], b[i * sb]);
    }

    /// Rows of c that span several axes: each operand is read from the table's places, or as one stretch, or as one number.
    template <class T>
    void multiply_composite(const T* a, const T* b, T* c, const nest_axis* axes, const composite_row& row)
    {
        row_reader<T> read_a(row, 0), read_b(row, 1);
        walk(outer_axes(axes, row.rank, -1), [&](const i64* outer) {
            row.for_pieces(axes, outer, [&](const i64* at, i64 n) {
                multiply_row(n, read_a(a + at[0], n), 1, read_b(b + at[1], n), 1, c + at[2], 1);
            });
        });
    }

    template <class T>
    void multiply_nest(const T* a, const T* b, T* c, const nest_axis* axes, int rank)
    {
        int inner = axis_with(axes, rank, 2, 1);
        if (inner < 0) inner = rank - 1;
        const nest_axis& x = rank > 0 ? axes[inner] : single;
        if (inner == rank - 1 && x.extent < short_axis && x.strides[2] == 1)
        {
            const composite_row row(axes, rank, 2);
            if (row.size >= 2 * x.extent) return multiply_composite(a, b, c, axes, row);
        }
        const int next = next_axis(rank, inner);
        const nest_axis& y = next >= 0 ? axes[next] : single;
        walk(outer_axes(axes, rank, inner, next), [&](const i64* at) {
            for (i64 i = 0; i < y.extent; ++i)
                multiply_row(x.extent, a + at[0] + i * y.strides[0], x.strides[0], b + at[1] + i * y.strides[1], x.strides[1],
                             c + at[2] + i * y.strides[2], x.strides[2]);
        });
    }
}
