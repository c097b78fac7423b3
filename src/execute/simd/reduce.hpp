// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
//
// c[...] += sum of a[...] over the axes on which c does not move.
#pragma once

#include "fold.hpp"
#include "mask.hpp"
#include "rows.hpp"

namespace
{
    /// Sum of n contiguous elements: vectors of partial sums, then their lanes. Long rows are read at four places at once, which keeps
    /// more of the memory busy than one stream does, and than eight.
    template <class T>
    T sum_row(i64 n, const T* a)
    {
        using V = vector<T>;
        T sum{};
        i64 i = 0;
        if constexpr (is_complex<T>)
        {
            T other{};
            for (; i + 2 <= n; i += 2)
            {
                sum = arithmetic<T>::add(sum, a[i]);
                other = arithmetic<T>::add(other, a[i + 1]);
            }
            sum = arithmetic<T>::add(sum, other);
        }
        else if constexpr (V::lanes > 1)
        {
            constexpr i64 lanes = V::lanes, parts = 8, places = 4;
            using type = typename V::type;
            const bool is_long = n >= long_row<T>;
            const i64 step = is_long ? parts / places * lanes : parts * lanes, end = is_long ? n / (places * step) * step : n / step * step;
            i64 place[parts];  // of each partial sum's vectors
            for (int v = 0; v < parts; ++v) place[v] = is_long ? v % places * end + v / places * lanes : v * lanes;
            if (end > 0)
            {
                type s[parts] = {};
                for (; i < end; i += step)
#pragma GCC unroll 8
                    for (int v = 0; v < parts; ++v)
                        s[v] = arithmetic<T>::add(s[v], static_cast<type>(*reinterpret_cast<const typename V::memory*>(a + i + place[v])));
#pragma GCC unroll 8
                for (int m = parts / 2; m > 0; m /= 2)
                    for (int v = 0; v < m; ++v) s[v] = arithmetic<T>::add(s[v], s[v + m]);
                sum = fold_lanes<T>(s[0]);
                if (is_long) i = places * end;
            }
        }
        for (; i < n; ++i) sum = arithmetic<T>::add(sum, a[i]);
        return sum;
    }

    /// c[r * step] += the sum of the n terms of row r, for as many rows as are a multiple of Parts * Rows, which is returned: so many parts of
    /// all are read at once, as short rows would not keep the adders busy, nor one stream the memory, and the lanes of so many rows of each
    /// are folded together. terms(r, i) are those of row r from i on, a vector of them; there are that many at least. However many parts and
    /// rows: the terms of a row are added in one order.
    template <int Parts, int Rows, class T, class Terms>
    i64 sum_parts(i64 rows, i64 n, T* c, i64 step, const Terms& terms)
    {
        using type = typename vector<T>::type;
        constexpr i64 lanes = vector<T>::lanes;
        const i64 part = rows / (Parts * Rows) * Rows, rest = n % lanes;
        const lane_bits fresh = rest > 0 ? lanes_from<T>(lanes - rest) : lane_bits{};
        for (i64 first = 0; first < part; first += Rows)
        {
            type of_rows[Rows * Parts];
#pragma GCC unroll 8
            for (int q = 0; q < Rows; ++q)
            {
                const i64 r = first + q;
                type s[Parts] = {}, t[Parts] = {};
                const auto take = [&](type (&sum)[Parts], i64 i) {
#pragma GCC unroll 8
                    for (int k = 0; k < Parts; ++k) sum[k] = arithmetic<T>::add(sum[k], terms(r + k * part, i));
                };
                i64 i = 0;
                for (; i + 2 * lanes <= n; i += 2 * lanes)
                {
                    take(s, i);
                    take(t, i + lanes);
                }
                if (i + lanes <= n) take(s, i);
                // The last vector reaches back to terms that are there already.
                if (rest > 0)
#pragma GCC unroll 8
                    for (int k = 0; k < Parts; ++k) t[k] = arithmetic<T>::add(t[k], masked(terms(r + k * part, n - lanes), fresh));
#pragma GCC unroll 8
                for (int k = 0; k < Parts; ++k) of_rows[q * Parts + k] = arithmetic<T>::add(s[k], t[k]);
            }
            const folded_sums<T, Rows * Parts> sums(of_rows);
            for (int q = 0; q < Rows; ++q)
                for (int k = 0; k < Parts; ++k)
                {
                    T& to = c[(first + q + k * part) * step];
                    to = arithmetic<T>::add(to, sums[q * Parts + k]);
                }
        }
        return Parts * part;
    }

    /// The same for the rows from r to end: what Parts * Rows leave is taken fewer at a time.
    template <int Parts = 4, int Rows = 2, class T, class Terms>
    void sum_equally(i64 r, i64 end, i64 n, T* c, i64 step, const Terms& terms)
    {
        const auto from_here = [&terms, r](i64 q, i64 i) __attribute__((always_inline)) { return terms(r + q, i); };
        r += sum_parts<Parts, Rows>(end - r, n, c + r * step, step, from_here);
        if constexpr (Rows > 1)
        {
            if (r < end) sum_equally<Parts, Rows / 2>(r, end, n, c, step, terms);
        }
        else if constexpr (Parts > 1)
        {
            if (r < end) sum_equally<Parts / 2, 1>(r, end, n, c, step, terms);
        }
    }

    template <class T>
    inline constexpr bool has_lanes = !is_complex<T> && vector<T>::lanes > 1;

    /// c[r * step] += sum of the n contiguous elements at a + r * row.
    template <class T>
    void sum_rows(i64 rows, i64 n, const T* a, i64 row, T* c, i64 step)
    {
        if constexpr (has_lanes<T>)
        {
            const auto terms = [a, row](i64 q, i64 i) __attribute__((always_inline)) { return load<vector<T>>(a + q * row + i); };
            if (rows > 1 && n >= vector<T>::lanes && n < long_row<T>) return sum_equally(0, rows, n, c, step, terms);
        }
        for (i64 r = 0; r < rows; ++r) c[r * step] = arithmetic<T>::add(c[r * step], sum_row(n, a + r * row));
    }

    /// c[r * step] += sum of the `Run` elements at a + r * row, which are too few for a vector.
    template <int Run, class T>
    void sum_short_rows(i64 rows, const T* a, i64 row, T* c, i64 step)
    {
        for (i64 r = 0; r < rows; ++r, a += row, c += step)
        {
            T sum = a[0];
            for (int i = 1; i < Run; ++i) sum = arithmetic<T>::add(sum, a[i]);
            *c = arithmetic<T>::add(*c, sum);
        }
    }

    /// c[i] += sum over r of a[r * row + i]: four rows at a time, a quarter of all apart, in pieces of c that stay in the
    /// cache.
    template <class T>
    void add_rows(i64 rows, i64 n, const T* a, i64 row, T* c)
    {
        constexpr i64 piece = kept_piece<T>;
        const i64 quarter = rows / 4;
        for (i64 i0 = 0; i0 < n; i0 += piece)
        {
            const i64 m = n - i0 < piece ? n - i0 : piece;
            T* const to = c + i0;
            for (i64 r = 0; r < quarter; ++r)
            {
                const T* const x = a + r * row + i0;
                const T* const y = x + quarter * row;
                const T* const z = y + quarter * row;
                const T* const w = z + quarter * row;
#pragma GCC ivdep
                for (i64 i = 0; i < m; ++i)
                    to[i] = arithmetic<T>::add(to[i], arithmetic<T>::add(arithmetic<T>::add(x[i], y[i]), arithmetic<T>::add(z[i], w[i])));
            }
            for (i64 r = 4 * quarter; r < rows; ++r)
            {
                const T* const x = a + r * row + i0;
#pragma GCC ivdep
                for (i64 i = 0; i < m; ++i) to[i] = arithmetic<T>::add(to[i], x[i]);
            }
        }
    }

    /// Rows of a that span several axes, kept and summed ones, summed element by element over one more axis; then each
    /// sum goes to its place in c.
    template <class T>
    void reduce_composite(const T* a, T* c, const nest_axis* axes, const composite_row& row)
    {
        int summed = row.rank - 1;
        while (summed >= 0 && axes[summed].strides[2] != 0) --summed;
        const nest_axis& r = summed >= 0 ? axes[summed] : single;
        const bool sums_pieces = row.sums_pieces(axes);
        T sum[composite_row::most];
        const auto clear = [&] {
            for (i64 i = 0; i < row.size; ++i) sum[i] = T{};
        };
        walk(outer_axes(axes, row.rank, summed), [&](const i64* outer) {
            clear();
            row.for_pieces(axes, outer, [&](const i64* at, i64 n) {
                add_rows(r.extent, n, a + at[0], r.strides[0], sum);
                if (sums_pieces) return;
                row.add_to(c + at[2], sum, n);
                clear();
            });
            if (sums_pieces) row.add_to(c + outer[2], sum, row.size);
        });
    }

    /// Sum of n elements that lie apart: four sums, as each addition waits for the one before it in its own.
    template <class T>
    T sum_apart(i64 n, const T* a, i64 stride)
    {
        T s[4] = {};
        i64 i = 0;
        for (; i + 4 <= n; i += 4)
#pragma GCC unroll 4
            for (int v = 0; v < 4; ++v) s[v] = arithmetic<T>::add(s[v], a[(i + v) * stride]);
        for (; i < n; ++i) s[0] = arithmetic<T>::add(s[0], a[i * stride]);
        return arithmetic<T>::add(arithmetic<T>::add(s[0], s[1]), arithmetic<T>::add(s[2], s[3]));
    }

    template <class T>
    void reduce_nest(const T* a, T* c, const nest_axis* axes, int rank)
    {
        int inner = axis_with(axes, rank, 0, 1);
        if (inner < 0) inner = rank - 1;
        const nest_axis& x = rank > 0 ? axes[inner] : single;
        if (sums_rows(axes, rank, 0))
        {
            const nest_axis& y = axes[rank - 2];
            const auto rows = [&](auto run) {
                walk(outer_axes(axes, rank, rank - 1, rank - 2), [&](const i64* at) {
                    sum_short_rows<decltype(run)::value>(y.extent, a + at[0], y.strides[0], c + at[2], y.strides[2]);
                });
            };
            if (with_run(x.extent, rows)) return;
        }
        if (inner == rank - 1 && x.strides[0] == 1 && x.extent < short_axis)
        {
            const composite_row row(axes, rank, 0);
            if (row.size >= 2 * x.extent) return reduce_composite(a, c, axes, row);
        }
        if (x.strides[0] == 1 && x.strides[2] == 1)
        {
            int summed = rank - 1;  // the innermost axis that is summed
            while (summed >= 0 && (summed == inner || axes[summed].strides[2] != 0)) --summed;
            const nest_axis& r = summed >= 0 ? axes[summed] : single;
            walk(outer_axes(axes, rank, inner, summed),
                 [&](const i64* at) { add_rows(r.extent, x.extent, a + at[0], r.strides[0], c + at[2]); });
            return;
        }
        if (x.strides[0] == 1 && x.strides[2] == 0)
        {
            const int next = rank - 2 >= 0 && inner == rank - 1 ? rank - 2 : -1;
            const nest_axis& y = next >= 0 ? axes[next] : single;
            walk(outer_axes(axes, rank, inner, next),
                 [&](const i64* at) { sum_rows(y.extent, x.extent, a + at[0], y.strides[0], c + at[2], y.strides[2]); });
            return;
        }
        walk(outer_axes(axes, rank, inner), [&](const i64* at) {
            const T* const from = a + at[0];
            T* const to = c + at[2];
            if (x.strides[2] != 0)
                for (i64 i = 0; i < x.extent; ++i) to[i * x.strides[2]] = arithmetic<T>::add(to[i * x.strides[2]], from[i * x.strides[0]]);
            else *to = arithmetic<T>::add(*to, sum_apart(x.extent, from, x.strides[0]));
        });
    }
}
