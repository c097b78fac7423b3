// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
//
// c[...] = a[...] * b[...], no axis summed: element by element, scaled or outer, as the strides say.
#pragma once

#include "nest.hpp"

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

    template <class T>
    void multiply_nest(const T* a, const T* b, T* c, const nest_axis* axes, int rank)
    {
        int inner = axis_with(axes, rank, 2, 1);
        if (inner < 0) inner = rank - 1;
        const nest_axis& x = rank > 0 ? axes[inner] : single;
        walk(outer_axes(axes, rank, inner), [&](const i64* at) {
            multiply_row(x.extent, a + at[0], x.strides[0], b + at[1], x.strides[1], c + at[2], x.strides[2]);
        });
    }
}
