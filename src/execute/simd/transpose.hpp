// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
//
// Square tiles transposed in registers:  to[column[u] + r] = from[row[r] + u].
#pragma once

#include "vector.hpp"

namespace
{
    /// The side of the largest register tile for elements of this size; 1 where there is none.
    template <class T>
    inline constexpr int widest_side = sizeof(T) == 4 || sizeof(T) == 8 ? vector_bytes / static_cast<int>(sizeof(T)) : 1;

    /// The side of a register tile for elements of this size, if it divides `width`; 1 where there is none.
    template <class T>
    constexpr int tile_side(int width)
    {
        const int widest = (vector_bytes >= 32 ? 32 : 16) / static_cast<int>(sizeof(T));
        if (sizeof(T) != 4 && sizeof(T) != 8) return 1;
        if (width % widest == 0) return widest;
        return width % (widest / 2) == 0 && widest > 2 ? widest / 2 : 1;
    }

    template <int Bytes>
    struct bits
    {
    };
    template <>
    struct bits<4>
    {
        using type = std::uint32_t;
    };
    template <>
    struct bits<8>
    {
        using type = std::uint64_t;
    };

    /// Elements of this size as they move: bits.
    template <class T, int Lanes>
    struct lanes_of
    {
        using lane = typename bits<sizeof(T)>::type;
        typedef lane type __attribute__((vector_size(Lanes * sizeof(T))));
        typedef lane memory __attribute__((vector_size(Lanes * sizeof(T)), aligned(alignof(T)), may_alias));
    };

    /// Four vectors of four parts of 16 bytes each: part p of vector v becomes part v of vector p.
    template <class V>
    inline __attribute__((always_inline)) void transpose_parts(V& v0, V& v1, V& v2, V& v3)
    {
        typedef std::uint64_t parts __attribute__((vector_size(64)));
        const auto x0 = reinterpret_cast<parts>(v0), x1 = reinterpret_cast<parts>(v1), x2 = reinterpret_cast<parts>(v2), x3 = reinterpret_cast<parts>(v3);
        const auto even = [](parts x, parts y) __attribute__((always_inline)) { return __builtin_shufflevector(x, y, 0, 1, 4, 5, 8, 9, 12, 13); };
        const auto odd = [](parts x, parts y) __attribute__((always_inline)) { return __builtin_shufflevector(x, y, 2, 3, 6, 7, 10, 11, 14, 15); };
        const parts even01 = even(x0, x1), even23 = even(x2, x3), odd01 = odd(x0, x1), odd23 = odd(x2, x3);
        v0 = reinterpret_cast<V>(even(even01, even23));
        v1 = reinterpret_cast<V>(even(odd01, odd23));
        v2 = reinterpret_cast<V>(odd(even01, even23));
        v3 = reinterpret_cast<V>(odd(odd01, odd23));
    }

    template <class T>
    inline __attribute__((always_inline)) void transpose_registers(typename lanes_of<T, 2>::type (&r)[2])
    {
        const auto a = __builtin_shufflevector(r[0], r[1], 0, 2), b = __builtin_shufflevector(r[0], r[1], 1, 3);
        r[0] = a;
        r[1] = b;
    }

    template <class T>
    inline __attribute__((always_inline)) void transpose_registers(typename lanes_of<T, 4>::type (&r)[4])
    {
        typename lanes_of<T, 4>::type t[4];
        if constexpr (sizeof(T) == 8)
        {
            for (int i = 0; i < 4; i += 2)
            {
                t[i] = __builtin_shufflevector(r[i], r[i + 1], 0, 4, 2, 6);
                t[i + 1] = __builtin_shufflevector(r[i], r[i + 1], 1, 5, 3, 7);
            }
            for (int i = 0; i < 2; ++i)
            {
                r[i] = __builtin_shufflevector(t[i], t[i + 2], 0, 1, 4, 5);
                r[i + 2] = __builtin_shufflevector(t[i], t[i + 2], 2, 3, 6, 7);
            }
        }
        else
        {
            for (int i = 0; i < 4; i += 2)
            {
                t[i] = __builtin_shufflevector(r[i], r[i + 1], 0, 4, 1, 5);
                t[i + 1] = __builtin_shufflevector(r[i], r[i + 1], 2, 6, 3, 7);
            }
            for (int i = 0; i < 2; ++i)
            {
                r[2 * i] = __builtin_shufflevector(t[i], t[i + 2], 0, 1, 4, 5);
                r[2 * i + 1] = __builtin_shufflevector(t[i], t[i + 2], 2, 3, 6, 7);
            }
        }
    }

    template <class T>
    inline __attribute__((always_inline)) void transpose_registers(typename lanes_of<T, 8>::type (&r)[8])
    {
        typename lanes_of<T, 8>::type t[8];
        if constexpr (sizeof(T) == 8)
        {
            for (int i = 0; i < 8; i += 2)
            {
                t[i] = __builtin_shufflevector(r[i], r[i + 1], 0, 8, 2, 10, 4, 12, 6, 14);
                t[i + 1] = __builtin_shufflevector(r[i], r[i + 1], 1, 9, 3, 11, 5, 13, 7, 15);
            }
            for (int i = 0; i < 2; ++i) transpose_parts(t[i], t[i + 2], t[i + 4], t[i + 6]);
            for (int i = 0; i < 8; ++i) r[i] = t[i];
            return;
        }
        for (int i = 0; i < 8; i += 2)
        {
            t[i] = __builtin_shufflevector(r[i], r[i + 1], 0, 8, 1, 9, 4, 12, 5, 13);
            t[i + 1] = __builtin_shufflevector(r[i], r[i + 1], 2, 10, 3, 11, 6, 14, 7, 15);
        }
        for (int i = 0; i < 8; i += 4)
            for (int j = 0; j < 2; ++j)
            {
                r[i + 2 * j] = __builtin_shufflevector(t[i + j], t[i + j + 2], 0, 1, 8, 9, 4, 5, 12, 13);
                r[i + 2 * j + 1] = __builtin_shufflevector(t[i + j], t[i + j + 2], 2, 3, 10, 11, 6, 7, 14, 15);
            }
        for (int i = 0; i < 4; ++i)
        {
            t[i] = __builtin_shufflevector(r[i], r[i + 4], 0, 1, 2, 3, 8, 9, 10, 11);
            t[i + 4] = __builtin_shufflevector(r[i], r[i + 4], 4, 5, 6, 7, 12, 13, 14, 15);
        }
        for (int i = 0; i < 8; ++i) r[i] = t[i];
    }

    template <class T>
    inline __attribute__((always_inline)) void transpose_registers(typename lanes_of<T, 16>::type (&r)[16])
    {
        typename lanes_of<T, 16>::type t[16];
        for (int i = 0; i < 16; i += 2)
        {
            t[i] = __builtin_shufflevector(r[i], r[i + 1], 0, 16, 1, 17, 4, 20, 5, 21, 8, 24, 9, 25, 12, 28, 13, 29);
            t[i + 1] = __builtin_shufflevector(r[i], r[i + 1], 2, 18, 3, 19, 6, 22, 7, 23, 10, 26, 11, 27, 14, 30, 15, 31);
        }
        for (int i = 0; i < 16; i += 4)
            for (int j = 0; j < 2; ++j)
            {
                r[i + 2 * j] = __builtin_shufflevector(t[i + j], t[i + j + 2], 0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29);
                r[i + 2 * j + 1] = __builtin_shufflevector(t[i + j], t[i + j + 2], 2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31);
            }
        for (int i = 0; i < 4; ++i) transpose_parts(r[i], r[i + 4], r[i + 8], r[i + 12]);
    }

    /// Where each row or column of a tile is: so far behind the one before, or wherever a table says.
    inline auto place(i64 step)
    {
        return [step](int i) { return i * step; };
    }
    inline auto place(const i64* table)
    {
        return [table](int i) { return table[i]; };
    }

    /// Side x Side elements: row r is contiguous at from + row(r); what becomes of column u at to + column(u).
    template <class T, int Side, class Rows, class Columns>
    inline __attribute__((always_inline)) void transpose_tile(const T* from, Rows rows, T* to, Columns columns)
    {
        using memory = typename lanes_of<T, Side>::memory;
        const auto row = place(rows);
        const auto column = place(columns);
        typename lanes_of<T, Side>::type r[Side];
        for (int i = 0; i < Side; ++i) r[i] = *reinterpret_cast<const memory*>(from + row(i));
        transpose_registers<T>(r);
        for (int i = 0; i < Side; ++i) *reinterpret_cast<memory*>(to + column(i)) = r[i];
    }
}
