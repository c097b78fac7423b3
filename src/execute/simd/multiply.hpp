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

    /// Products of n elements in runs of a vector or more, on each of which an operand is contiguous or one number.
    template <bool MovesA, bool MovesB, class T>
    void multiply_runs(i64 n, i64 run, const T* a, const std::int32_t* at_a, const T* b, const std::int32_t* at_b, T* c)
    {
        using V = vector<T>;
        for (i64 i = 0; i < n; i += run)
        {
            const T *const from_a = a + at_a[i], *const from_b = b + at_b[i];
            const typename V::type x = V::splat(*from_a), y = V::splat(*from_b);
            by_vectors<T>(run, [&](i64 j) {
                const typename V::type left = MovesA ? load<V>(from_a + j) : x, right = MovesB ? load<V>(from_b + j) : y;
                store<V>(c + i + j, arithmetic<T>::multiply(left, right));
            });
        }
    }

    /// The same for runs shorter than a vector on which `row` is contiguous, the same elements each time, and the factor one number: each is
    /// written as a vector, whose end the next one overwrites.
    template <class T>
    void multiply_short_runs(i64 n, i64 run, const T* row, const T* factor, const std::int32_t* at, T* c)
    {
        using V = vector<T>;
        T padded[V::lanes] = {};
        for (i64 j = 0; j < run; ++j) padded[j] = row[j];
        const typename V::type x = load<V>(padded);
        i64 i = 0;
        for (; i + V::lanes <= n; i += run) store<V>(c + i, arithmetic<T>::multiply(x, V::splat(factor[at[i]])));
        for (; i < n; i += run)
            for (i64 j = 0; j < run; ++j) c[i + j] = arithmetic<T>::multiply(row[j], factor[at[i]]);
    }

    /// The rows of a nest as runs: which of the functions above makes them, if one does.
    template <class T>
    class run_products
    {
    public:
        run_products(const composite_row& row, const nest_axis& inner) : m_row(row), m_run(inner.extent), m_moves_a(inner.strides[0] != 0), m_moves_b(inner.strides[1] != 0)
        {
            const bool stands_still = !m_moves_a && !m_moves_b;  // an axis that both broadcast
            if (row.run[0] != m_run || row.run[1] != m_run || stands_still) return;
            const int moving = m_moves_a ? 0 : 1;
            m_long = m_run >= vector<T>::lanes;
            m_short = !m_long && 2 * m_run >= vector<T>::lanes && m_moves_a != m_moves_b && row.period[moving] == m_run;
        }

        bool exist() const { return m_long || m_short; }

        /// c = a * b for n elements of a row.
        void operator()(i64 n, const T* a, const T* b, T* c) const
        {
            const std::int32_t *const at_a = m_row.offset[0], *const at_b = m_row.offset[1];
            if (m_short) m_moves_a ? multiply_short_runs(n, m_run, a, b, at_b, c) : multiply_short_runs(n, m_run, b, a, at_a, c);
            else if (!m_moves_b) multiply_runs<true, false>(n, m_run, a, at_a, b, at_b, c);
            else if (!m_moves_a) multiply_runs<false, true>(n, m_run, a, at_a, b, at_b, c);
            else multiply_runs<true, true>(n, m_run, a, at_a, b, at_b, c);
        }

    private:
        const composite_row& m_row;
        i64 m_run;
        bool m_moves_a, m_moves_b, m_long = false, m_short = false;
    };

    /// Rows of runs, written past the caches or not.
    template <class T>
    void multiply_rows_of_runs(const T* a, const T* b, T* c, const nest_axis* axes, const composite_row& row, const run_products<T>& products, bool past_caches)
    {
        if (!past_caches) return row.for_all(axes, [&](const i64* at, i64 n) { products(n, a + at[0], b + at[1], c + at[2]); });
        constexpr i64 in_line = cache_line / static_cast<i64>(sizeof(T));
        alignas(cache_line) T lines[composite_row::most + in_line];
        row.for_all(axes, [&](const i64* at, i64 n) {
            // What fills a cache line here does so in c.
            T* const to = c + at[2];
            const i64 begin = static_cast<i64>(reinterpret_cast<std::uintptr_t>(to) % cache_line / sizeof(T));
            T* const from = lines + begin;
            products(n, a + at[0], b + at[1], from);
            i64 i = begin == 0 ? 0 : in_line - begin;
            if (i > n) i = n;
            copy_stretch(i, from, to);
            for (; i + in_line <= n; i += in_line) stream_line(from + i, to + i);
            copy_stretch(n - i, from + i, to + i);
        });
        end_stream();
    }

    /// Rows of c that span several axes: each operand is read from the table's places, or as one stretch, or as one number.
    template <class T>
    void multiply_composite(const T* a, const T* b, T* c, const nest_axis* axes, const composite_row& row, const nest_axis& inner, bool past_caches)
    {
        past_caches = past_caches && row.size * static_cast<i64>(sizeof(T)) >= least_streamed_row;
        // What either is as it lies in a row or stays for some of them is gathered at no cost.
        const auto comes_free = [&](int t) { return row.stays(axes, t) || row.neighbours(t); };
        if constexpr (can_stream<T>)
            if (const run_products<T> products(row, inner); products.exist() && !(comes_free(0) && comes_free(1))) return multiply_rows_of_runs(a, b, c, axes, row, products, past_caches);
        row_reader<T> read_a(row, 0), read_b(row, 1);
        if constexpr (can_stream<T>)
            if (past_caches)
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
            if (row.size >= 2 * x.extent) return multiply_composite(a, b, c, axes, row, x, past_caches);
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
