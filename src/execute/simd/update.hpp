// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
//
// c[...] = alpha * a[...] + beta * c[...]: row by row; what lies across is transposed into a buffer first, tile by tile.
#pragma once

#include "copy.hpp"
#include "nest.hpp"

namespace
{
    template <class T>
    bool is_number(T x, int n)
    {
        return x == static_cast<T>(n);
    }
    template <class R>
    bool is_number(complex<R> x, int n)
    {
        return x.re == static_cast<R>(n) && x.im == R{};
    }
    inline bool is_number(truth x, int n) { return x.byte == n; }

    template <class T>
    T one()
    {
        if constexpr (is_complex<T>) return {1, 0};
        else return T{1};
    }

    /// alpha and beta, as a caller of BLAS gives them.
    template <class T>
    struct factors
    {
        T alpha, beta;
        bool is_copy;  ///< alpha is 1, beta 0
        bool is_sum;   ///< both are 1
        bool writes;   ///< beta is 0: c is not read

        factors(T a, T b)
            : alpha(a), beta(b), is_copy(is_number(alpha, 1) && is_number(beta, 0)),
              is_sum(is_number(alpha, 1) && is_number(beta, 1)), writes(is_number(beta, 0))
        {
        }
    };

    template <class T>
    void update_row(i64 n, const T* a, i64 sa, T* c, i64 sc, const factors<T>& f)
    {
        const T alpha = f.alpha, beta = f.beta;
        const auto rows = [n, a, c, sa, sc](auto&& value) {
            if (sa == 1 && sc == 1)
#pragma GCC ivdep
                for (i64 i = 0; i < n; ++i) c[i] = value(a[i], c[i]);
            else
                for (i64 i = 0; i < n; ++i) c[i * sc] = value(a[i * sa], c[i * sc]);
        };
        if (f.is_copy) rows([](T x, T) { return x; });
        else if (f.is_sum) rows([](T x, T y) { return arithmetic<T>::add(y, x); });
        else if (f.writes) rows([alpha](T x, T) { return arithmetic<T>::multiply(alpha, x); });
        else
            rows([alpha, beta](T x, T y) { return arithmetic<T>::add(arithmetic<T>::multiply(alpha, x), arithmetic<T>::multiply(beta, y)); });
    }

    /// Rows of c, which a has contiguous along another axis.
    template <class T>
    void update_transposed(const T* a, T* c, const factors<T>& f, const nest_axis& row, const nest_axis& other)
    {
        constexpr i64 side = sizeof(T) > 4 ? 32 : 64;
        T tile[side * side];
        for (i64 i = 0; i < other.extent; i += side)
            for (i64 j = 0; j < row.extent; j += side)
            {
                const i64 m = other.extent - i < side ? other.extent - i : side, n = row.extent - j < side ? row.extent - j : side;
                const T* const from = a + i * other.strides[0] + j * row.strides[0];
                T* const to = c + i * other.strides[2] + j * row.strides[2];
                const nest_axis axes[2] = {{m, {other.strides[0], 0, n}}, {n, {row.strides[0], 0, 1}}};
                copy_nest(from, tile, axes, 2);
                for (i64 k = 0; k < m; ++k) update_row(n, tile + k * n, 1, to + k * other.strides[2], row.strides[2], f);
            }
    }

    template <class T>
    void update_nest(const T* a, T* c, const factors<T>& f, const nest_axis* axes, int rank, bool past_caches = false)
    {
        if (f.is_copy) return copy_nest(a, c, axes, rank, past_caches);
        if (rank == 0) return update_row(1, a, 1, c, 1, f);
        const int from = axis_with(axes, rank, 0, 1), to = axis_with(axes, rank, 2, 1);
        if (from >= 0 && to >= 0 && from != to)
            return walk(outer_axes(axes, rank, from, to),
                        [&](const i64* at) { update_transposed(a + at[0], c + at[2], f, axes[to], axes[from]); });
        const int inner = to >= 0 ? to : from >= 0 ? from : rank - 1;
        const nest_axis& x = axes[inner];
        walk(outer_axes(axes, rank, inner), [&](const i64* at) { update_row(x.extent, a + at[0], x.strides[0], c + at[2], x.strides[2], f); });
    }
}
