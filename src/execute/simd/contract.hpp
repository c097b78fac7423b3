// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
//
// c[...] += sum of a[...] * b[...] over the axes on which c does not move, where each element of the larger operand is
// used once or a few times and memory sets the pace: dots, matrix-vector products and batches of them.
#pragma once

#include <utility>

#include "dots.hpp"
#include "lanes.hpp"
#include "matrices.hpp"
#include "reduce.hpp"
#include "rows.hpp"

namespace
{
    /// Where each number's other part lies.
    template <class V, int... I>
    inline __attribute__((always_inline)) V exchange_parts(V x, std::integer_sequence<int, I...>)
    {
        return __builtin_shufflevector(x, x, (I ^ 1)...);
    }

    /// The sum of a[i] * b[i] for as many complex numbers as whole vectors take, which is returned. Both parts of a go with
    /// both of b: re re and im im, then, parts of b exchanged, re im and im re.
    template <class R>
    i64 dot_pairs(i64 n, const complex<R>* a, const complex<R>* b, complex<R>& sum)
    {
        using V = vector<R>;
        constexpr i64 lanes = V::lanes, numbers = lanes / 2;
        if constexpr (lanes < 2) return 0;
        else
        {
            using memory = typename V::memory;
            using type = typename V::type;
            type straight[2] = {}, crossed[2] = {};
            i64 i = 0;
            for (; i + 2 * numbers <= n; i += 2 * numbers)
                for (int v = 0; v < 2; ++v)
                {
                    const type x = *reinterpret_cast<const memory*>(a + i + v * numbers), y = *reinterpret_cast<const memory*>(b + i + v * numbers);
                    straight[v] += x * y;
                    crossed[v] += x * exchange_parts(y, std::make_integer_sequence<int, V::lanes>{});
                }
            const type products = straight[0] + straight[1], others = crossed[0] + crossed[1];
            for (int l = 0; l < V::lanes; l += 2)
            {
                sum.re += products[l] - products[l + 1];
                sum.im += others[l] + others[l + 1];
            }
            return i;
        }
    }

    template <class T>
    T dot_row(i64 n, const T* a, const T* b)
    {
        using V = vector<T>;
        constexpr i64 lanes = V::lanes;
        T sum{};
        i64 i = 0;
        if constexpr (!is_complex<T> && lanes > 1)
        {
            using memory = typename V::memory;
            if (n >= lanes)
            {
                typename V::type s[4] = {};
                const auto take = [&](int v, i64 at) {
                    const typename V::type x = *reinterpret_cast<const memory*>(a + at), y = *reinterpret_cast<const memory*>(b + at);
                    s[v] = arithmetic<T>::add(s[v], arithmetic<T>::multiply(x, y));
                };
                if (n >= long_row<T>)
                {
                    const i64 apart = n / (4 * lanes) * lanes;
                    for (; i < apart; i += lanes)
                        for (int v = 0; v < 4; ++v) take(v, i + v * apart);
                    i = 4 * apart;
                }
                for (; i + 4 * lanes <= n; i += 4 * lanes)
                    for (int v = 0; v < 4; ++v) take(v, i + v * lanes);
                for (; i + lanes <= n; i += lanes) take(0, i);
                sum = fold_lanes<T>(arithmetic<T>::add(arithmetic<T>::add(s[0], s[1]), arithmetic<T>::add(s[2], s[3])));
            }
        }
        else if constexpr (is_complex<T>) i = dot_pairs(n, a, b, sum);
        for (; i < n; ++i) sum = multiply_add(sum, a[i], b[i]);
        return sum;
    }

    /// c[r * step] += a[r * row_a + ...] . b[r * row_b + ...] for contiguous rows; b may be one row for all of a's. Equal rows have equal
    /// dots, wherever they lie and however many there are.
    template <class T>
    void dot_rows(i64 rows, i64 n, const T* a, i64 row_a, const T* b, i64 row_b, T* c, i64 step)
    {
        if constexpr (has_lanes<T>)
        {
            if (n >= vector<T>::lanes && n < long_row<T>)
            {
                const auto once = [a, b, row_a](i64 q, i64 i) __attribute__((always_inline)) { return arithmetic<T>::multiply(load<vector<T>>(a + q * row_a + i), load<vector<T>>(b + i)); };
                const auto both = [a, b, row_a, row_b](i64 q, i64 i) __attribute__((always_inline)) { return arithmetic<T>::multiply(load<vector<T>>(a + q * row_a + i), load<vector<T>>(b + q * row_b + i)); };
                if (row_b != 0) return sum_equally(0, rows, n, c, step, both);
                return sum_equally(0, rows, n, c, step, once);
            }
        }
        for (i64 r = 0; r < rows; ++r) c[r * step] = arithmetic<T>::add(c[r * step], dot_row(n, a + r * row_a, b + r * row_b));
    }

    /// c[r * step] += sum of a[r * row + i] * b[i * b_step] for `Run` values of i, which are too few for a vector.
    template <int Run, class T>
    void dot_short_rows(i64 rows, const T* a, i64 row, const T* b, i64 b_step, T* c, i64 step)
    {
        T factor[Run];
        for (int i = 0; i < Run; ++i) factor[i] = b[i * b_step];
        for (i64 r = 0; r < rows; ++r, a += row, c += step)
        {
            T sum = arithmetic<T>::multiply(a[0], factor[0]);
            for (int i = 1; i < Run; ++i) sum = multiply_add(sum, a[i], factor[i]);
            *c = arithmetic<T>::add(*c, sum);
        }
    }

    /// c[i] += sum over r of a[r * row + i] * b[r * step]: four rows at a time, a quarter of all apart, in
    /// pieces of c that stay in the cache.
    template <class T>
    void add_scaled_rows(i64 rows, i64 n, const T* a, i64 row, const T* b, i64 step, T* c)
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
                const T f = b[r * step], g = b[(r + quarter) * step], h = b[(r + 2 * quarter) * step], k = b[(r + 3 * quarter) * step];
#pragma GCC ivdep
                for (i64 i = 0; i < m; ++i)
                    to[i] = multiply_add(multiply_add(multiply_add(multiply_add(to[i], x[i], f), y[i], g), z[i], h), w[i], k);
            }
            for (i64 r = 4 * quarter; r < rows; ++r)
            {
                const T* const x = a + r * row + i0;
                const T f = b[r * step];
#pragma GCC ivdep
                for (i64 i = 0; i < m; ++i) to[i] = multiply_add(to[i], x[i], f);
            }
        }
    }

    /// c[i] += sum over r of a[r * row_a + i] * b[r * row_b + i], summed up in registers.
    template <class T>
    void add_row_products(i64 rows, i64 n, const T* a, i64 row_a, const T* b, i64 row_b, T* c)
    {
        i64 i = 0;
        if constexpr (!is_complex<T> && vector<T>::lanes > 1)
        {
            using V = vector<T>;
            using memory = typename V::memory;
            constexpr i64 ahead = 8;  // rows: the CPU does not foresee where short ones go on
            const auto add = [&](auto count, i64 first, lane_bits mask) {
                constexpr int vectors = decltype(count)::value;
                typename V::type sum[vectors] = {};
                const T *x = a + first, *y = b + first;
                for (i64 r = 0; r < rows; ++r, x += row_a, y += row_b)
                {
                    if (first == 0) fetch(x + ahead * row_a, n), fetch(y + ahead * row_b, n);
                    for (int v = 0; v < vectors; ++v)
                        sum[v] = arithmetic<T>::add(sum[v], arithmetic<T>::multiply(static_cast<typename V::type>(*reinterpret_cast<const memory*>(x + v * V::lanes)),
                                                                                     static_cast<typename V::type>(*reinterpret_cast<const memory*>(y + v * V::lanes))));
                }
                for (int v = 0; v < vectors; ++v)
                {
                    memory& to = *reinterpret_cast<memory*>(c + first + v * V::lanes);
                    to = arithmetic<T>::add(static_cast<typename V::type>(to), masked(sum[v], mask));
                }
            };
            const lane_bits all = lanes_from<T>(0);
            for (; i + 4 * V::lanes <= n; i += 4 * V::lanes) add(std::integral_constant<int, 4>{}, i, all);
            for (; i + V::lanes <= n; i += V::lanes) add(std::integral_constant<int, 1>{}, i, all);
            // The last vector reaches back to lanes that are there already.
            if (i < n && n >= V::lanes)
            {
                add(std::integral_constant<int, 1>{}, n - V::lanes, lanes_from<T>(V::lanes - (n - i)));
                return;
            }
        }
        for (i64 r = 0; r < rows; ++r)
            for (i64 j = i; j < n; ++j) c[j] = multiply_add(c[j], a[r * row_a + j], b[r * row_b + j]);
    }

    template <class T>
    void contract_row(const nest_axis& x, const T* a, const T* b, T* c)
    {
        const i64 n = x.extent, sa = x.strides[0], sb = x.strides[1], sc = x.strides[2];
        if (sc == 0 && sa == 1 && sb == 1) *c = arithmetic<T>::add(*c, dot_row(n, a, b));
        else if (sc == 0)
        {
            T sum{};
            for (i64 i = 0; i < n; ++i) sum = multiply_add(sum, a[i * sa], b[i * sb]);
            *c = arithmetic<T>::add(*c, sum);
        }
        else if (sa == 1 && sb == 1 && sc == 1)
#pragma GCC ivdep
            for (i64 i = 0; i < n; ++i) c[i] = multiply_add(c[i], a[i], b[i]);
        else
            for (i64 i = 0; i < n; ++i) c[i * sc] = multiply_add(c[i * sc], a[i * sa], b[i * sb]);
    }

    /// The innermost axis that is summed among the first `rank`; -1 if none.
    inline int summed_axis(const nest_axis* axes, int rank)
    {
        int summed = rank - 1;
        while (summed >= 0 && axes[summed].strides[2] != 0) --summed;
        return summed;
    }

    /// sum[i] += x[i * sx] * y[i * sy]; each operand is contiguous, or one number.
    template <class T>
    void add_products(i64 n, const T* x, i64 sx, const T* y, i64 sy, T* sum)
    {
        if (sx == 0 && sy != 0) return add_products(n, y, sy, x, sx, sum);
        const T factor = *y;
        if (sx == 0)
        {
            const T product = arithmetic<T>::multiply(*x, factor);
#pragma GCC ivdep
            for (i64 i = 0; i < n; ++i) sum[i] = arithmetic<T>::add(sum[i], product);
        }
        else if (sy == 0)
#pragma GCC ivdep
            for (i64 i = 0; i < n; ++i) sum[i] = multiply_add(sum[i], x[i], factor);
        else
#pragma GCC ivdep
            for (i64 i = 0; i < n; ++i) sum[i] = multiply_add(sum[i], x[i], y[i]);
    }

    /// Rows of the leading operand along which c is contiguous: products are added to c where it lies. The other operand's row, which is
    /// gathered, serves all indices of an axis on which that operand stands still, as many as leave c in the cache.
    template <class T>
    void contract_kept_rows(const T* a, const T* b, T* c, const nest_axis* axes, const composite_row& row, int leading)
    {
        row_reader<T> read_lead(row, leading), read_other(row, 1 - leading);
        const T* const lead = leading == 0 ? a : b;
        const T* const other = leading == 0 ? b : a;
        int still = row.rank - 1;
        while (still >= 0 && (axes[still].strides[1 - leading] != 0 || axes[still].strides[2] == 0)) --still;
        const nest_axis& y = still >= 0 ? axes[still] : single;
        constexpr i64 most = 16;
        for (i64 first = 0; first < y.extent; first += most)
        {
            const i64 n = y.extent - first < most ? y.extent - first : most;
            walk(outer_axes(axes, row.rank, still), [&](const i64* at) {
                const T* const gathered = read_other(other + at[1 - leading], row.size);
                for (i64 i = first; i < first + n; ++i)
                    add_products(row.size, read_lead(lead + at[leading] + i * y.strides[leading], row.size), read_lead.step(), gathered,
                                 read_other.step(), c + at[2] + i * y.strides[2]);
            });
        }
    }

    /// Rows of the leading operand that span several axes, kept and summed ones: their products are summed element by element over
    /// the axes that stand innermost outside of the row and are summed, too; then each goes to its place in c.
    template <class T>
    void contract_composite(const T* a, const T* b, T* c, const nest_axis* axes, const composite_row& row)
    {
        row_reader<T> read_a(row, 0), read_b(row, 1);
        int kept = row.rank;
        while (kept > 0 && axes[kept - 1].strides[2] == 0) --kept;
        const outer_axes summed(axes + kept, row.rank - kept, -1);
        const bool sums_pieces = row.sums_pieces(axes);
        T sum[composite_row::most];
        const auto clear = [&] {
            for (i64 i = 0; i < row.size; ++i) sum[i] = T{};
        };
        walk(outer_axes(axes, kept, -1), [&](const i64* outer) {
            clear();
            row.for_pieces(axes, outer, [&](const i64* at, i64 n) {
                walk(summed, [&](const i64* k) {
                    const T* const x = read_a(a + at[0] + k[0], n);
                    const T* const y = read_b(b + at[1] + k[1], n);
                    add_products(n, x, read_a.step(), y, read_b.step(), sum);
                });
                if (sums_pieces) return;
                row.add_to(c + at[2], sum, n);
                clear();
            });
            if (sums_pieces) row.add_to(c + outer[2], sum, row.size);
        });
    }

    template <class T>
    void contract_nest(const T* a, const T* b, T* c, const nest_axis* axes, int rank)
    {
        const int inner = rank - 1;
        const nest_axis& x = rank > 0 ? axes[inner] : single;
        if (contract_lanes(a, b, c, axes, rank) || contract_matrices(a, b, c, axes, rank) || contract_dots(a, b, c, axes, rank)) return;
        if (x.extent < short_axis)
        {
            const int leading = x.strides[0] == 1 ? 0 : x.strides[1] == 1 ? 1 : -1;
            if (leading >= 0 && sums_rows(axes, rank, leading) && axes[rank - 2].strides[1 - leading] == 0)
            {
                const nest_axis& y = axes[rank - 2];
                const auto rows = [&](auto run) {
                    walk(outer_axes(axes, rank, rank - 1, rank - 2), [&](const i64* at) {
                        const T *const long_one = leading == 0 ? a + at[0] : b + at[1], *const short_one = leading == 0 ? b + at[1] : a + at[0];
                        dot_short_rows<decltype(run)::value>(y.extent, long_one, y.strides[leading], short_one, x.strides[1 - leading], c + at[2], y.strides[2]);
                    });
                };
                if (with_run(x.extent, rows)) return;
            }
            if (leading >= 0)
            {
                const composite_row row(axes, rank, leading);
                if (row.size >= 2 * x.extent && row.piece == 0 && row.writes_neighbours())
                    return contract_kept_rows(a, b, c, axes, row, leading);
                if (row.size >= 2 * x.extent) return contract_composite(a, b, c, axes, row);
            }
        }
        const bool left_moves = x.strides[0] == 1 && x.strides[1] == 0, right_moves = x.strides[0] == 0 && x.strides[1] == 1;
        if (x.strides[2] == 1 && (left_moves || right_moves))
        {
            const int summed = summed_axis(axes, rank - 1);
            const nest_axis& r = summed >= 0 ? axes[summed] : single;
            walk(outer_axes(axes, rank, inner, summed), [&](const i64* at) {
                if (left_moves) add_scaled_rows(r.extent, x.extent, a + at[0], r.strides[0], b + at[1], r.strides[1], c + at[2]);
                else add_scaled_rows(r.extent, x.extent, b + at[1], r.strides[1], a + at[0], r.strides[0], c + at[2]);
            });
            return;
        }
        if (const int summed = summed_axis(axes, rank - 1); x.strides[2] == 1 && x.strides[0] == 1 && x.strides[1] == 1 && summed >= 0)
        {
            const nest_axis& r = axes[summed];
            walk(outer_axes(axes, rank, inner, summed), [&](const i64* at) { add_row_products(r.extent, x.extent, a + at[0], r.strides[0], b + at[1], r.strides[1], c + at[2]); });
            return;
        }
        const int next = next_axis(rank, inner);
        const nest_axis& y = next >= 0 ? axes[next] : single;
        const bool dots = x.strides[0] == 1 && x.strides[1] == 1 && x.strides[2] == 0;
        if (dots && y.strides[2] != 0)
        {
            walk(outer_axes(axes, rank, inner, next), [&](const i64* at) {
                if (y.strides[0] != 0) dot_rows(y.extent, x.extent, a + at[0], y.strides[0], b + at[1], y.strides[1], c + at[2], y.strides[2]);
                else dot_rows(y.extent, x.extent, b + at[1], y.strides[1], a + at[0], y.strides[0], c + at[2], y.strides[2]);
            });
            return;
        }
        // Rows of a few cache lines end before the CPU has seen where they lead.
        constexpr i64 ahead = 4, few = 2048 / static_cast<i64>(sizeof(T));
        const bool fetches = dots && x.extent <= few;
        walk(outer_axes(axes, rank, inner, next), [&](const i64* at) {
            for (i64 i = 0; i < y.extent; ++i)
            {
                if (fetches && i + ahead < y.extent)
                {
                    fetch(a + at[0] + (i + ahead) * y.strides[0], x.extent);
                    fetch(b + at[1] + (i + ahead) * y.strides[1], x.extent);
                }
                contract_row(x, a + at[0] + i * y.strides[0], b + at[1] + i * y.strides[1], c + at[2] + i * y.strides[2]);
            }
        });
    }
}
