// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
//
// The product of two packed blocks: a panel of rows times a panel of columns is one tile of C, summed up in registers and then
// written, or added, where C lies.
#pragma once

#include "rows.hpp"
#include "update.hpp"
#include "vector.hpp"

namespace
{
    /// A value type's register tile: `rows` x `vectors` accumulators.
    template <class T>
    struct tile_of
    {
        static constexpr int rows = panel_rows;
        static constexpr int vectors = panel_vectors;
        static constexpr int columns = vectors * vector<T>::lanes;
    };
    template <>
    struct tile_of<long double>
    {
        static constexpr int rows = 2;
        static constexpr int vectors = 2;
        static constexpr int columns = 2;
    };
    template <class R>
    struct tile_of<complex<R>>
    {
        static constexpr int rows = 2;
        static constexpr int vectors = 2;
        static constexpr int columns = vectors * vector<R>::lanes;
    };

    /// Rows x Vectors accumulators: what a pair of panels adds up to.
    template <class T, int Rows, int Vectors>
    struct accumulators
    {
        using V = vector<T>;
        typename V::type sum[Rows][Vectors];

        template <class Arithmetic>
        inline __attribute__((always_inline)) void multiply(i64 depth, const T* a, const T* b, i64 panel)
        {
            constexpr int lanes = V::lanes;
#pragma GCC unroll 8
            for (int r = 0; r < Rows; ++r)
#pragma GCC unroll 8
                for (int v = 0; v < Vectors; ++v) sum[r][v] = typename V::type{};
#pragma GCC unroll 1
            for (i64 p = 0; p < depth; ++p)
            {
                typename V::type column[Vectors];
#pragma GCC unroll 8
                for (int v = 0; v < Vectors; ++v) column[v] = *reinterpret_cast<const typename V::memory*>(b + v * lanes);
#pragma GCC unroll 8
                for (int r = 0; r < Rows; ++r)
                {
                    const auto row = V::splat(a[r]);
#pragma GCC unroll 8
                    for (int v = 0; v < Vectors; ++v)
                        sum[r][v] = Arithmetic::add(sum[r][v], Arithmetic::multiply(row, column[v]));
                }
                a += tile_of<T>::rows;
                b += panel;
            }
        }

        inline __attribute__((always_inline)) void store(int r, T* to) const
        {
#pragma GCC unroll 8
            for (int v = 0; v < Vectors; ++v) *reinterpret_cast<typename V::memory*>(to + v * V::lanes) = sum[r][v];
        }
    };

    /// Where a tile of C lies.
    template <class T>
    struct target
    {
        T* c;
        const i64* row;     ///< offset of each row
        const i64* ahead;   ///< offsets of the rows that come next
        const i64* column;  ///< offset of each column
        const i64* run;     ///< per column: how many from it on are neighbours
        i64 panel;          ///< columns of a packed panel
        int columns;        ///< of this tile
        bool accumulate;
        bool far;           ///< C is not in the cache
        const factors<T>* scaled;  ///< if not null, c = alpha * tile + beta * c in place of those

        /// Fetches what the tile after next writes: the rows of C are too far apart for the CPU to foresee them.
        /// Always inline: GCC takes a call that does nothing but fetch for one without effect, and drops it.
        inline __attribute__((always_inline)) void prefetch() const
        {
            constexpr int line = 64;
            constexpr int width = tile_of<T>::columns * static_cast<int>(sizeof(T));
#pragma GCC unroll 8
            for (int r = 0; r < tile_of<T>::rows; ++r)
            {
                const char* const from = reinterpret_cast<const char*>(c + ahead[r] + column[0]);
#pragma GCC unroll 8
                for (int at = 0; at < width; at += line) __builtin_prefetch(from + at, 1);
                __builtin_prefetch(from + width - 1, 1);
            }
        }

        /// A tile from a buffer of `width` columns: run by run, each in all of its rows.
        __attribute__((noinline)) void scatter(const T* from, int rows, int width) const
        {
            for (int j = 0; j < columns;)
            {
                const i64 rest = columns - j, n = run[j] < rest ? run[j] : rest;
                T* const to = c + column[j];
                if (scaled)
                    for (int r = 0; r < rows; ++r) update_row(n, from + r * width + j, 1, to + row[r], 1, *scaled);
                else if (!with_run(n, [&](auto length) { write_run<decltype(length)::value>(to, from + j, rows, width); }))
                    for (int r = 0; r < rows; ++r) write(to + row[r], from + r * width + j, n);
                j += static_cast<int>(n);
            }
        }

    private:
        template <int Run>
        void write_run(T* to, const T* from, int rows, int width) const
        {
            for (int r = 0; r < rows; ++r, from += width)
                if (accumulate)
                    for (int i = 0; i < Run; ++i) to[row[r] + i] = arithmetic<T>::add(to[row[r] + i], from[i]);
                else __builtin_memcpy(to + row[r], from, Run * sizeof(T));
        }

        void write(T* to, const T* from, i64 n) const
        {
            if (accumulate)
#pragma GCC ivdep
                for (i64 i = 0; i < n; ++i) to[i] = arithmetic<T>::add(to[i], from[i]);
            else
#pragma GCC ivdep
                for (i64 i = 0; i < n; ++i) to[i] = from[i];
        }
    };

    /// Both planes of a complex product.
    template <class R, int Rows, int Vectors>
    struct accumulators<complex<R>, Rows, Vectors>
    {
        using V = vector<R>;
        typename V::type re[Rows][Vectors], im[Rows][Vectors];

        template <class Arithmetic>
        inline __attribute__((always_inline)) void multiply(i64 depth, const complex<R>* panel_a, const complex<R>* panel_b, i64 width)
        {
            constexpr int lanes = V::lanes, height = tile_of<complex<R>>::rows;
            const R* a = &panel_a->re;
            const R* b = &panel_b->re;
            for (int r = 0; r < Rows; ++r)
                for (int v = 0; v < Vectors; ++v) re[r][v] = im[r][v] = typename V::type{};
#pragma GCC unroll 1
            for (i64 p = 0; p < depth; ++p, a += 2 * height, b += 2 * width)
            {
                typename V::type column_re[Vectors], column_im[Vectors];
                for (int v = 0; v < Vectors; ++v)
                {
                    column_re[v] = *reinterpret_cast<const typename V::memory*>(b + v * lanes);
                    column_im[v] = *reinterpret_cast<const typename V::memory*>(b + width + v * lanes);
                }
                for (int r = 0; r < Rows; ++r)
                {
                    const auto row_re = V::splat(a[r]), row_im = V::splat(a[height + r]);
                    for (int v = 0; v < Vectors; ++v)
                    {
                        re[r][v] += row_re * column_re[v];
                        re[r][v] -= row_im * column_im[v];
                        im[r][v] += row_re * column_im[v];
                        im[r][v] += row_im * column_re[v];
                    }
                }
            }
        }

        void store(int r, complex<R>* to) const
        {
            for (int v = 0; v < Vectors; ++v)
                for (int l = 0; l < V::lanes; ++l) to[v * V::lanes + l] = {re[r][v][l], im[r][v][l]};
        }
    };

    template <class T, class Arithmetic, int Rows, int Vectors>
    __attribute__((noinline)) void multiply_panels(i64 depth, const T* a, const T* b, const target<T>& out)
    {
        using V = vector<T>;
        constexpr int width = Vectors * V::lanes;
        accumulators<T, Rows, Vectors> tile;
        if (out.far) out.prefetch();
        tile.template multiply<Arithmetic>(depth, a, b, out.panel);
        if constexpr (!is_complex<T>)
        {
            if (out.columns == width && out.run[0] >= width && !out.scaled)
            {
                // Spelled out: `auto` would forget that the type has an element's alignment only.
                using memory = typename V::memory;
                memory* row[Rows];
#pragma GCC unroll 8
                for (int r = 0; r < Rows; ++r) row[r] = reinterpret_cast<memory*>(out.c + out.column[0] + out.row[r]);
                if (out.accumulate)
                {
#pragma GCC unroll 8
                    for (int r = 0; r < Rows; ++r)
#pragma GCC unroll 8
                        for (int v = 0; v < Vectors; ++v)
                            row[r][v] = arithmetic<T>::add(static_cast<typename V::type>(row[r][v]), tile.sum[r][v]);
                    return;
                }
#pragma GCC unroll 8
                for (int r = 0; r < Rows; ++r)
#pragma GCC unroll 8
                    for (int v = 0; v < Vectors; ++v) row[r][v] = tile.sum[r][v];
                return;
            }
        }
        alignas(64) T buffer[Rows * width];
#pragma GCC unroll 8
        for (int r = 0; r < Rows; ++r) tile.store(r, buffer + r * width);
        out.scatter(buffer, Rows, width);
    }

    template <class T>
    using panels_product = void (*)(i64, const T*, const T*, const target<T>&);

    /// multiply_panels for every number of rows and of vectors up to the tile's.
    template <class T, class Arithmetic>
    struct panel_table
    {
        panels_product<T> at[tile_of<T>::rows][tile_of<T>::vectors];

        constexpr panel_table() : at{} { fill_rows<tile_of<T>::rows>(); }

        template <int Rows>
        constexpr void fill_rows()
        {
            fill<Rows, tile_of<T>::vectors>();
            if constexpr (Rows > 1) fill_rows<Rows - 1>();
        }
        template <int Rows, int Vectors>
        constexpr void fill()
        {
            at[Rows - 1][Vectors - 1] = &multiply_panels<T, Arithmetic, Rows, Vectors>;
            if constexpr (Vectors > 1) fill<Rows, Vectors - 1>();
        }
    };
    template <class T, class Arithmetic>
    inline constexpr panel_table<T, Arithmetic> products{};

    /// Whether all of a packed block, seen as signed, fits half of its type.
    template <class T>
    bool fits_half(const T* packed, i64 n)
    {
        if constexpr (!has_halves<T>) return false;
        else
        {
            constexpr int half = 4 * sizeof(T);
            T beyond = 0;
            for (i64 i = 0; i < n; ++i) beyond |= (packed[i] + (T{1} << (half - 1))) >> half;
            return beyond == 0;
        }
    }

    /// One packed block of A times one of B. `out` is where its first tile lies. Of column j, tiles whose rows all stand
    /// above row j + diagonal are left out.
    template <class T, class Arithmetic>
    void multiply_blocks(i64 depth, const T* a, i64 rows, const T* b, i64 columns, target<T> out, i64 diagonal)
    {
        constexpr int height = tile_of<T>::rows, lanes = vector<T>::lanes;
        const i64 width = out.panel;
        const i64* const first_row = out.row;
        for (i64 j = 0; j < columns; j += width, out.column += width, out.run += width)
        {
            out.columns = static_cast<int>(columns - j < width ? columns - j : width);
            const auto& by_rows = products<T, Arithmetic>.at;
            const int vectors = (out.columns + lanes - 1) / lanes;
            const i64 top = j + diagonal;
            for (i64 i = top > 0 ? top / height * height : 0; i < rows; i += height)
            {
                const int m = rows - i < height ? static_cast<int>(rows - i) : height;
                out.row = first_row + i;
                out.ahead = first_row + (i + 3 * height <= rows ? i + 2 * height : i);
                by_rows[m - 1][vectors - 1](depth, a + i * depth, b + j * depth, out);
            }
        }
    }
}
