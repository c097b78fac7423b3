// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
//
// Transpositions of two axes, matrix by matrix: in tiles where both are long enough, and where one is short in tiles that reach over its lines' ends.
#pragma once

#include "rows.hpp"
#include "stream.hpp"
#include "transpose.hpp"

namespace
{
    /// The side of the least tile with room for `Short` lines, or columns; 1 where none has.
    template <class T, int Short>
    inline constexpr int narrow_side = [] {
        int side = 2;
        while (side < Short) side *= 2;
        return side <= widest_side<T> ? side : 1;
    }();

    /// Whether the compiler interleaves so many neighbours by itself, better than tiles do: shuffles of whole vectors.
    template <class T, int Neighbours>
    inline constexpr bool shuffled_by_compiler = !__is_class(T) && (Neighbours <= 4 || Neighbours == 8);

    /// `Side` lines of `Short` elements each, one behind the other: to[i + e * step] = from[i * Short + e].
    template <int Short, int Side, class T>
    inline __attribute__((always_inline)) void separate_tile(const T* from, T* to, i64 step)
    {
        using memory = typename lanes_of<T, Side>::memory;
        typename lanes_of<T, Side>::type r[Side];
        for (int i = 0; i < Side; ++i) r[i] = *reinterpret_cast<const memory*>(from + i * Short);
        transpose_registers<T>(r);
        for (int e = 0; e < Short; ++e) *reinterpret_cast<memory*>(to + e * step) = r[e];
    }

    /// Tiles for lines too short for one: a transposition of `Short` lines by n elements, a[i + e * a_step] to c[i * Short + e]. Returns for how many i.
    template <int Short, class T>
    i64 interleave_tiles(i64 n, const T* a, i64 a_step, T* c)
    {
        constexpr int side = narrow_side<T, Short>;
        if (shuffled_by_compiler<T, Short> || side == 1 || n < side) return 0;
        if constexpr (side > 1)
        {
            // Lines that are not there stand in the tile as the last one does, and in the result until the next column is written.
            i64 line[side];
            for (int e = 0; e < side; ++e) line[e] = (e < Short ? e : Short - 1) * a_step;
            i64 i = 0;
            for (; (i + side - 1) * Short + side <= n * Short; i += side) transpose_tile<T, side>(a + i, line, c + i * Short, Short);
            if (i < n)
            {
                T last[side * Short + side];
                transpose_tile<T, side>(a + n - side, line, last, Short);
                __builtin_memcpy(c + (n - side) * Short, last, side * Short * sizeof(T));
            }
        }
        return n;
    }

    /// The way back: a[i * Short + e] to c[i + e * c_step].
    template <int Short, class T>
    i64 separate_tiles(i64 n, const T* a, T* c, i64 c_step)
    {
        constexpr int side = narrow_side<T, Short>;
        if (shuffled_by_compiler<T, Short> || side == 1 || n < side) return 0;
        if constexpr (side > 1)
        {
            // What a line has beyond its end is the next one's; it comes into columns that are not there.
            i64 i = 0;
            for (; (i + side - 1) * Short + side <= n * Short; i += side) separate_tile<Short, side>(a + i * Short, c + i, c_step);
            if (i < n)
            {
                T last[side * Short + side];
                __builtin_memcpy(last, a + (n - side) * Short, side * Short * sizeof(T));
                separate_tile<Short, side>(last, c + n - side, c_step);
            }
        }
        return n;
    }

    /// A transposition of `Short` lines by n elements: a[i + e * a_step] to c[i * c_step + e].
    template <int Short, class T>
    void interleave(i64 n, const T* a, i64 a_step, T* c, i64 c_step)
    {
        if (c_step == Short)
#pragma GCC ivdep
            for (i64 i = interleave_tiles<Short>(n, a, a_step, c); i < n; ++i)
                for (int e = 0; e < Short; ++e) c[i * Short + e] = a[i + e * a_step];
        else
#pragma GCC ivdep
            for (i64 i = 0; i < n; ++i)
                for (int e = 0; e < Short; ++e) c[i * c_step + e] = a[i + e * a_step];
    }

    /// The way back: a[i * a_step + e] to c[i + e * c_step].
    template <int Short, class T>
    void separate(i64 n, const T* a, i64 a_step, T* c, i64 c_step)
    {
        if (a_step == Short)
#pragma GCC ivdep
            for (i64 i = separate_tiles<Short>(n, a, c, c_step); i < n; ++i)
                for (int e = 0; e < Short; ++e) c[i + e * c_step] = a[i * Short + e];
        else
#pragma GCC ivdep
            for (i64 i = 0; i < n; ++i)
                for (int e = 0; e < Short; ++e) c[i + e * c_step] = a[i * a_step + e];
    }

    /// c[u * c_step + v] = a[v * a_step + u] for u < U, v < V, neither less than a tile has; the shorter side is gone through first.
    template <class T>
    void transpose_matrix(i64 U, i64 V, const T* a, i64 a_step, T* c, i64 c_step)
    {
        constexpr int side = widest_side<T>;
        const auto for_tiles = [](i64 n, const auto& body) __attribute__((always_inline)) {
            for (i64 i = 0; i < n; i += side) body(i < n - side ? i : n - side);
        };
        const auto tile = [&](i64 u, i64 v) __attribute__((always_inline)) {
            transpose_tile<T, side>(a + v * a_step + u, a_step, c + u * c_step + v, c_step);
        };
        if (U < V) for_tiles(V, [&](i64 v) { for_tiles(U, [&](i64 u) { tile(u, v); }); });
        else for_tiles(U, [&](i64 u) { for_tiles(V, [&](i64 v) { tile(u, v); }); });
    }

    /// Transposes matrices of the two contiguous axes one by one, where that is better than to take other axes with them: where one of the two is too
    /// short for tiles and the other one long, or both are long enough and either the caches hold all or a side is that of a tile. False if it is not so.
    template <class T>
    bool copy_matrices(const T* a, T* c, const nest_axis* axes, int rank, int from, int to)
    {
        constexpr i64 least = 16, side = widest_side<T>, narrow = side > 1 ? side : short_axis;
        const nest_axis &x = axes[from], &y = axes[to];
        const auto for_matrices = [&](const auto& body) { walk(outer_axes(axes, rank, from, to), [&](const i64* at) { body(a + at[0], c + at[2]); }); };
        if constexpr (side > 1)
            if (x.extent >= side && y.extent >= side)
            {
                if (x.extent > side && y.extent > side && bytes_of<T>(axes, rank) >= streamed_bytes) return false;
                for_matrices([&](const T* matrix, T* to_matrix) { transpose_matrix(x.extent, y.extent, matrix, y.strides[0], to_matrix, x.strides[2]); });
                return true;
            }
        const bool interleaves = y.extent < narrow && x.extent >= least, separates = x.extent < narrow && y.extent >= least;
        if (!interleaves && !separates) return false;
        with_run(interleaves ? y.extent : x.extent, [&](auto length) {
            constexpr int n = decltype(length)::value;
            for_matrices([&](const T* matrix, T* to_matrix) {
                if (interleaves) interleave<n>(x.extent, matrix, y.strides[0], to_matrix, x.strides[2]);
                else separate<n>(y.extent, matrix, y.strides[0], to_matrix, x.strides[2]);
            });
        });
        return true;
    }

    /// True if matrices of these two axes leave little to be gained by taking other axes with them: a short side's lines lie one behind the other, or both
    /// sides fill most of their tiles.
    template <class T>
    bool are_matrices(const nest_axis& from, const nest_axis& to)
    {
        const bool dense = from.strides[2] == to.extent, was_dense = to.strides[0] == from.extent;
        if (to.extent < widest_side<T>) return dense;
        if (from.extent < widest_side<T>) return was_dense;
        return dense || was_dense || (from.extent >= 2 * widest_side<T> && to.extent >= 2 * widest_side<T>);
    }
}
