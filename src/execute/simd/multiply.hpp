// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
//
// c[...] = a[...] * b[...], no axis summed: element by element, scaled or outer, as the strides say.
#pragma once

#include "rows.hpp"
#include "stream.hpp"

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

    /// The same for a row of c that is written past the caches; each operand is contiguous, or one number.
    template <bool MovesA, bool MovesB, class T>
    void multiply_row_past_caches(i64 n, const T* a, const T* b, T* c)
    {
        using V = vector<T>;
        using memory = typename V::memory;
        using type = typename V::type;
        constexpr i64 lanes = V::lanes, wide = cache_line / static_cast<i64>(sizeof(T));
        const auto one = [&](i64 i) { c[i] = arithmetic<T>::multiply(a[MovesA ? i : 0], b[MovesB ? i : 0]); };
        i64 i = 0;
        for (; i < n && reinterpret_cast<std::uintptr_t>(c + i) % cache_line != 0; ++i) one(i);
        const type x = V::splat(*a), y = V::splat(*b);
        for (; i + wide <= n; i += wide)
            for (i64 j = i; j < i + wide; j += lanes)
            {
                const type left = MovesA ? static_cast<type>(*reinterpret_cast<const memory*>(a + j)) : x;
                const type right = MovesB ? static_cast<type>(*reinterpret_cast<const memory*>(b + j)) : y;
                stream_vector(arithmetic<T>::multiply(left, right), c + j);
            }
        for (; i < n; ++i) one(i);
    }

    /// Rows from this size on (in bytes) are written past the caches: the lines that two of them share do not count.
    constexpr i64 least_streamed_row = 512;

    template <class T>
    using streamed_row = void (*)(i64, const T*, const T*, T*);

    /// The function for rows on which the operands move as said.
    template <class T>
    streamed_row<T> row_past_caches(bool moves_a, bool moves_b)
    {
        return moves_a ? (moves_b ? &multiply_row_past_caches<true, true, T> : &multiply_row_past_caches<true, false, T>)
                       : (moves_b ? &multiply_row_past_caches<false, true, T> : &multiply_row_past_caches<false, false, T>);
    }

    /// Whether rows can be written past the caches.
    template <class T>
    bool streams(const nest_axis& row)
    {
        const auto moves_or_stands = [](i64 stride) { return stride == 0 || stride == 1; };
        return row.strides[2] == 1 && row.extent * static_cast<i64>(sizeof(T)) >= least_streamed_row && moves_or_stands(row.strides[0]) &&
               moves_or_stands(row.strides[1]);
    }

    template <class T>
    void multiply_past_caches(const T* a, const T* b, T* c, const nest_axis* axes, int rank, int inner)
    {
        const nest_axis& x = axes[inner];
        const auto row = row_past_caches<T>(x.strides[0] != 0, x.strides[1] != 0);
        walk(outer_axes(axes, rank, inner), [&](const i64* at) { row(x.extent, a + at[0], b + at[1], c + at[2]); });
        end_stream();
    }

    template <class T>
    inline constexpr bool can_stream = !is_complex<T> && vector<T>::lanes > 1;

    /// Rows of c that span several axes: each operand is read from the table's places, or as one stretch, or as one number.
    template <class T>
    void multiply_composite(const T* a, const T* b, T* c, const nest_axis* axes, const composite_row& row, bool past_caches)
    {
        row_reader<T> read_a(row, 0), read_b(row, 1);
        if constexpr (can_stream<T>)
            if (past_caches && row.size * static_cast<i64>(sizeof(T)) >= least_streamed_row)
            {
                const auto product = row_past_caches<T>(read_a.step() != 0, read_b.step() != 0);
                row.for_all(axes, [&](const i64* at, i64 n) { product(n, read_a(a + at[0], n), read_b(b + at[1], n), c + at[2]); });
                return end_stream();
            }
        row.for_all(axes, [&](const i64* at, i64 n) {
            multiply_row(n, read_a(a + at[0], n), read_a.step(), read_b(b + at[1], n), read_b.step(), c + at[2], 1);
        });
    }

    template <class T>
    void multiply_nest(const T* a, const T* b, T* c, const nest_axis* axes, int rank, bool past_caches)
    {
        past_caches = past_caches && reinterpret_cast<std::uintptr_t>(c) % sizeof(T) == 0;
        int inner = axis_with(axes, rank, 2, 1);
        if (inner < 0) inner = rank - 1;
        const nest_axis& x = rank > 0 ? axes[inner] : single;
        if (inner == rank - 1 && x.extent < short_product_axis && x.strides[2] == 1)
        {
            const composite_row row(axes, rank, 2);
            if (row.size >= 2 * x.extent) return multiply_composite(a, b, c, axes, row, past_caches);
        }
        if constexpr (can_stream<T>)
            if (past_caches && streams<T>(x)) return multiply_past_caches(a, b, c, axes, rank, inner);
        const int next = next_axis(rank, inner);
        const nest_axis& y = next >= 0 ? axes[next] : single;
        walk(outer_axes(axes, rank, inner, next), [&](const i64* at) {
            for (i64 i = 0; i < y.extent; ++i)
                multiply_row(x.extent, a + at[0] + i * y.strides[0], x.strides[0], b + at[1] + i * y.strides[1], x.strides[1],
                             c + at[2] + i * y.strides[2], x.strides[2]);
        });
    }
}
