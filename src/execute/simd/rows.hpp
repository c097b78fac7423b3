// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
//
// Nests whose innermost axis is short: neighbouring axes along which the tensor that leads is contiguous are taken as one
// row, whatever the other tensors do on them, and where each of its elements lies in those is kept in a table.
#pragma once

#include <utility>

#include "nest.hpp"

namespace
{
    /// An innermost axis shorter than this is worth a composite row.
    inline constexpr i64 short_axis = 16;

    /// Calls body(length) with a short run's length as a type, for loops over it to be unrolled; false if it is not short.
    template <class Body, int... Run>
    bool with_run(i64 run, const Body& body, std::integer_sequence<int, Run...>)
    {
        return ((run == Run + 1 && (body(std::integral_constant<int, Run + 1>{}), true)) || ...);
    }

    /// \overload
    template <class Body>
    bool with_run(i64 run, const Body& body)
    {
        return with_run(run, body, std::make_integer_sequence<int, short_axis>{});
    }

    /// For products an innermost axis shorter than this is: a row's own beginning and end cost as much.
    inline constexpr i64 short_product_axis = 64;

    struct composite_row
    {
        static constexpr i64 most = 2048;
        static constexpr i64 enough = 256, long_enough = 64;
        std::int32_t offset[3][most];
        i64 size = 1;   ///< elements of a row
        i64 run[3] = {1, 1, 1};      ///< elements of its innermost axis, where the tensor is contiguous or stands still along it
        i64 period[3] = {1, 1, 1};  ///< after so many elements the tensor's places repeat
        int rank = 0;   ///< axes of the nest that are not in the row
        i64 piece = 0;  ///< if not 0: the outermost axis of the row, axes[rank], is taken in pieces of this extent

        /// Takes the innermost axes of the nest for as long as each continues the one before it in `leading`. A row along which the
        /// third tensor is contiguous ends where a summed axis begins, unless it is too short.
        composite_row(const nest_axis* axes, int count, int leading) : rank(count)
        {
            offset[0][0] = offset[1][0] = offset[2][0] = 0;
            while (rank > 0 && size < enough && axes[rank - 1].strides[leading] == size && size * 2 <= most)
            {
                const nest_axis& x = axes[--rank];
                i64 n = x.extent;
                // What one number is multiplied with ends where that is another one.
                const auto begins_to_move = [&](int t) { return period[t] == 1 && x.strides[t] != 0; };
                if (leading == 2 && size >= long_enough && (begins_to_move(0) || begins_to_move(1)))
                {
                    ++rank;
                    break;
                }
                // Sums of few places fold into one another, while they are those of one row.
                if (leading != 2 && x.strides[2] != 0 && period[2] < size && size >= long_enough)
                {
                    ++rank;
                    break;
                }
                if (leading != 2 && x.strides[2] == 0 && size >= short_axis && neighbours(2))
                {
                    ++rank;
                    break;
                }
                if (size * n > most) n = piece = enough / size + 1;
                if (reaches_too_far(x, n))
                {
                    ++rank, piece = 0;
                    break;
                }
                for (int t = 0; t < 3; ++t)
                {
                    for (i64 i = 1; i < n; ++i)
                        for (i64 q = 0; q < size; ++q) offset[t][i * size + q] = offset[t][q] + static_cast<std::int32_t>(i * x.strides[t]);
                    if (x.strides[t] != 0) period[t] = size * n;
                    if (size == 1 && (x.strides[t] == 0 || x.strides[t] == 1)) run[t] = n;
                }
                size *= n;
            }
            m_writes_neighbours = neighbours(2);
        }

        /// Offsets are kept in 32 bits.
        bool reaches_too_far(const nest_axis& x, i64 n) const
        {
            constexpr i64 most_offset = i64{1} << 30;
            for (int t = 0; t < 3; ++t)
            {
                const i64 stride = x.strides[t] < 0 ? -x.strides[t] : x.strides[t];
                const i64 last = offset[t][size - 1] < 0 ? -offset[t][size - 1] : offset[t][size - 1];
                if (stride > most_offset / n || last + n * stride > most_offset) return true;
            }
            return false;
        }

        bool neighbours(int t) const
        {
            for (i64 i = 0; i < size; ++i)
                if (offset[t][i] != i) return false;
            return true;
        }

        /// Calls body(offsets, n) for the row at these offsets, or for each of its pieces; n is the row's size, or less at
        /// the end of an axis taken in pieces.
        template <class Body>
        void for_pieces(const nest_axis* axes, const i64* at, Body&& body) const
        {
            const nest_axis& x = piece > 0 ? axes[rank] : single;
            const i64 length = piece > 0 ? piece : 1, line = size / length;
            for (i64 first = 0; first < x.extent; first += length)
            {
                const i64 here[3] = {at[0] + first * x.strides[0], at[1] + first * x.strides[1], at[2] + first * x.strides[2]};
                body(here, (x.extent - first < length ? x.extent - first : length) * line);
            }
        }

        /// Calls body(offsets, n) for every row of the nest, or every piece. Pieces are taken outside, each for all indices of the
        /// other axes, where an operand takes longer steps from piece to piece than along those: they would be fetched anew each time.
        template <class Body>
        void for_all(const nest_axis* axes, Body&& body) const
        {
            const outer_axes outer(axes, rank, -1);
            if (piece == 0 || outer.rank == 0 || !steps_further(axes[rank], outer.axes[outer.rank - 1]))
                return walk(outer, [&](const i64* at) { for_pieces(axes, at, body); });
            const i64 start[3] = {0, 0, 0};
            for_pieces(axes, start, [&](const i64* first, i64 n) {
                walk(outer, [&](const i64* at) {
                    const i64 here[3] = {first[0] + at[0], first[1] + at[1], first[2] + at[2]};
                    body(here, n);
                });
            });
        }

        static bool steps_further(const nest_axis& x, const nest_axis& y)
        {
            constexpr i64 kept = 1 << 15;  // so many elements stay in the cache
            const auto length = [](i64 stride) { return stride < 0 ? -stride : stride; };
            for (int t = 0; t < 2; ++t)
                if (length(x.strides[t]) > length(y.strides[t]) && length(x.strides[t]) > kept / x.extent) return true;
            return false;
        }

        /// True if the third tensor is contiguous along the row, and so takes its sums as they are.
        bool writes_neighbours() const { return m_writes_neighbours; }

        /// True if one row after another, or one piece, has the same places in a tensor.
        bool stays(const nest_axis* axes, int t) const
        {
            constexpr i64 some = 4;
            if (period[t] == 1) return true;
            const int next = piece > 0 ? rank : rank - 1;
            return next >= 0 && axes[next].strides[t] == 0 && axes[next].extent >= some * (piece > 0 ? piece : 1);
        }

        /// True if the pieces of a row are summed: they all have the same places in the third tensor.
        bool sums_pieces(const nest_axis* axes) const { return piece > 0 && axes[rank].strides[2] == 0; }

        /// c[offset] += sum for a row's sums, which are used up; those of one place are added up first.
        template <class T>
        void add_to(T* c, T* sum, i64 n) const
        {
            const std::int32_t* const at = offset[2];
            for (i64 turns = n / period[2]; n % period[2] == 0 && turns > 1; n = turns * period[2])
            {
                const i64 left = (turns + 1) / 2;
                const T* const rest = sum + left * period[2];
#pragma GCC ivdep
                for (i64 i = 0; i < (turns - left) * period[2]; ++i) sum[i] = arithmetic<T>::add(sum[i], rest[i]);
                turns = left;
            }
            if (m_writes_neighbours)
            {
#pragma GCC ivdep
                for (i64 i = 0; i < n; ++i) c[i] = arithmetic<T>::add(c[i], sum[i]);
                return;
            }
            const bool sums_runs = run[2] > 1 && at[1] == at[0] && n % run[2] == 0;
            if (sums_runs && with_run(run[2], [&](auto length) { add_runs<decltype(length)::value>(c, sum, n); })) return;
            for (i64 i = 0; i < n;)
            {
                T all = sum[i];
                const std::int32_t place = at[i];
                for (++i; i < n && at[i] == place; ++i) all = arithmetic<T>::add(all, sum[i]);
                c[place] = arithmetic<T>::add(c[place], all);
            }
        }

        /// The same where each `Run` of sums have one place.
        template <int Run, class T>
        void add_runs(T* c, const T* sum, i64 n) const
        {
            for (i64 i = 0; i < n; i += Run)
            {
                T all = sum[i];
                for (int j = 1; j < Run; ++j) all = arithmetic<T>::add(all, sum[i + j]);
                T& to = c[offset[2][i]];
                to = arithmetic<T>::add(to, all);
            }
        }

    private:
        bool m_writes_neighbours = false;
    };

    /// to[i] = from[at[i]], one by one: the CPUs' own gathers are slower.
    template <class T>
#ifndef __clang__
    __attribute__((noinline, optimize("no-tree-vectorize")))
#endif
    void gather_singly(i64 n, const T* from, const std::int32_t* at, T* to)
    {
#ifdef __clang__
#pragma clang loop vectorize(disable)
#endif
        for (i64 i = 0; i < n; ++i) to[i] = from[at[i]];
    }

    /// The same where each `Run` of places are neighbours.
    template <class T, int Run>
    void gather_runs(i64 n, const T* from, const std::int32_t* at, T* to)
    {
        for (i64 i = 0; i < n; i += Run) __builtin_memcpy(to + i, from + at[i], Run * sizeof(T));
    }

    /// The same where each `Run` of places are one.
    template <class T, int Run>
    void gather_repeats(i64 n, const T* from, const std::int32_t* at, T* to)
    {
        for (i64 i = 0; i < n; i += Run)
        {
            const T x = from[at[i]];
            for (int j = 0; j < Run; ++j) to[i + j] = x;
        }
    }

    /// Calls take(i) for whole vectors of n elements, the last of which may overlap the one before; false if there are too few.
    template <class T, class Take>
    inline __attribute__((always_inline)) bool by_vectors(i64 n, const Take& take)
    {
        constexpr i64 lanes = vector<T>::lanes;
        if constexpr (is_complex<T> || lanes == 1) return false;
        else
        {
            if (n < lanes) return false;
            for (i64 i = 0; i + lanes <= n; i += lanes) take(i);
            if (n % lanes != 0) take(n - lanes);
            return true;
        }
    }

    /// Fewer than twice `Half` elements, as two halves that may overlap, or as fewer still.
    template <int Half, class T>
    inline __attribute__((always_inline)) void copy_few(i64 n, const T* from, T* to)
    {
        if (n >= Half)
        {
            constexpr std::size_t bytes = Half * sizeof(T);
            T last[Half];
            __builtin_memcpy(last, from + n - Half, bytes);
            __builtin_memcpy(to, from, bytes);
            __builtin_memcpy(to + n - Half, last, bytes);
        }
        else if constexpr (Half > 1) copy_few<Half / 2>(n, from, to);
    }

    /// A short stretch: a call of memcpy would cost more than it moves.
    template <class T>
    inline __attribute__((always_inline)) void copy_stretch(i64 n, const T* from, T* to)
    {
        constexpr int lanes = vector<T>::lanes;
        if constexpr (!is_complex<T> && lanes > 1)
        {
            using memory = typename vector<T>::memory;
            if (!by_vectors<T>(n, [&](i64 i) { *reinterpret_cast<memory*>(to + i) = *reinterpret_cast<const memory*>(from + i); }))
                copy_few<lanes / 2>(n, from, to);
        }
        else
            for (i64 i = 0; i < n; ++i) to[i] = from[i];
    }

    template <class T>
    inline __attribute__((always_inline)) void fill_stretch(i64 n, T x, T* to)
    {
        if constexpr (!is_complex<T>)
        {
            using memory = typename vector<T>::memory;
            if (by_vectors<T>(n, [&](i64 i) { *reinterpret_cast<memory*>(to + i) = vector<T>::splat(x); })) return;
        }
        for (i64 i = 0; i < n; ++i) to[i] = x;
    }

    /// The same for longer runs, of neighbours or of one place.
    template <class T>
    void gather_long_runs(i64 n, i64 run, bool repeats, const T* from, const std::int32_t* at, T* to)
    {
        for (i64 i = 0; i < n; i += run)
            if (repeats) fill_stretch(run, from[at[i]], to + i);
            else copy_stretch(run, from + at[i], to + i);
    }

    /// How the elements that one tensor has of a row are brought side by side.
    template <class T>
    class row_gatherer
    {
    public:
        row_gatherer(const composite_row& row, int tensor)
            : m_at(row.offset[tensor]), m_run(row.run[tensor]), m_period(row.period[tensor]), m_repeats(row.size > 1 && m_at[1] == m_at[0])
        {
        }

        /// True if all places are one: there is nothing to gather.
        bool stands_still() const { return m_period == 1; }

        void operator()(i64 n, const T* from, T* to) const
        {
            // A period that is shorter than a vector is gathered a few times.
            constexpr i64 lanes = vector<T>::lanes;
            const i64 whole = m_period < lanes ? (lanes + m_period - 1) / m_period * m_period : m_period;
            const i64 once = n < whole ? n : whole, runs = once / m_run * m_run;
            const bool done = m_run > 1 && with_run(m_run, [&](auto length) {
                constexpr int run = decltype(length)::value;
                m_repeats ? gather_repeats<T, run>(runs, from, m_at, to) : gather_runs<T, run>(runs, from, m_at, to);
            });
            if (!done && m_run > 1) gather_long_runs(runs, m_run, m_repeats, from, m_at, to);
            else if (!done) gather_singly(runs, from, m_at, to);
            for (i64 i = runs; i < once; ++i) to[i] = from[m_at[i]];
            for (i64 filled = once; filled < n;)
            {
                const i64 more = n - filled < filled ? n - filled : filled;
                copy_stretch(more, to, to + filled);
                filled += more;
            }
        }

    private:
        const std::int32_t* m_at;
        i64 m_run, m_period;
        bool m_repeats;
    };

    /// A row's elements of one operand, side by side: where it has them so, else gathered.
    template <class T>
    class row_reader
    {
    public:
        row_reader(const composite_row& row, int tensor) : m_gather(row, tensor), m_in_place(m_gather.stands_still() || row.neighbours(tensor)) {}

        /// From one element of what is returned to the next: 0 if all are one.
        i64 step() const { return m_gather.stands_still() ? 0 : 1; }

        const T* operator()(const T* from, i64 n)
        {
            if (m_in_place) return from;
            // An operand that stands still is gathered once.
            if (from == m_from && n <= m_size) return m_row;
            m_gather(n, from, m_row);
            m_from = from;
            m_size = n;
            return m_row;
        }

    private:
        row_gatherer<T> m_gather;
        bool m_in_place;
        const T* m_from = nullptr;
        i64 m_size = 0;
        T m_row[composite_row::most];
    };
}
