// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
//
// Transpositions whose sides are several axes each: tables tell where lines and columns are, and cache lines of c are written whole, past the caches
// if it is large.
#pragma once

#include "nest.hpp"
#include "stream.hpp"
#include "transpose.hpp"

namespace
{
    /// One side of a transposition: neighbouring axes of the tensor that is contiguous along them, taken as one, and
    /// where each of its lines lies in the other tensor.
    struct line_table
    {
        static constexpr i64 most = 512;        ///< of one axis; longer ones are taken in pieces
        static constexpr i64 most_fused = 2048;  ///< of several
        i64 offset[most_fused];
        i64 size = 1;
        i64 first_extent = 1;   ///< of the contiguous axis itself, of which one table takes `first` elements
        i64 first_stride = 0;
        bool taken[max_nest] = {};

        /// The axis on which `own` is contiguous and, while there is room, those that continue it: not the other side's.
        line_table(const nest_axis* axes, int rank, int contiguous, int own, int other, int reserved, const line_table* not_these)
        {
            constexpr i64 enough = 64;
            const nest_axis* chosen[max_nest];
            int count = 0;
            i64 reach = axes[contiguous].extent;
            chosen[count++] = &axes[contiguous];
            taken[contiguous] = true;
            for (bool grown = true; grown && reach < enough;)
            {
                grown = false;
                for (int d = 0; d < rank && !grown; ++d)
                {
                    const bool free = !taken[d] && d != reserved && !(not_these && not_these->taken[d]);
                    if (!free || axes[d].strides[own] != reach || reach * axes[d].extent > most_fused) continue;
                    chosen[count++] = &axes[d];
                    taken[d] = grown = true;
                    reach *= axes[d].extent;
                }
            }
            first_extent = axes[contiguous].extent;
            first_stride = axes[contiguous].strides[other];
            offset[0] = 0;
            for (int i = 0; i < count; ++i)
            {
                const i64 n = i == 0 && first_extent > most ? most : chosen[i]->extent;
                for (i64 x = 1; x < n; ++x)
                    for (i64 q = 0; q < size; ++q) offset[x * size + q] = offset[q] + x * chosen[i]->strides[other];
                size *= n;
            }
        }

        /// True if every line, and every piece, begins as far from a cache line's beginning as the first.
        bool begin_alike(i64 element_bytes) const
        {
            for (i64 i = 0; i < size; ++i)
                if (offset[i] * element_bytes % cache_line != 0) return false;
            return first_extent <= most || most * first_stride * element_bytes % cache_line == 0;
        }

        /// Lines in the piece that begins at this element of the contiguous axis.
        i64 piece(i64 first) const { return first_extent > most && first_extent - first < most ? first_extent - first : size; }
        i64 step() const { return first_extent > most ? most : first_extent; }
    };

    /// Lines that are transposed together: as many as fill a cache line of the result.
    template <class T>
    inline constexpr i64 lines_at_once = cache_line / sizeof(T);

    /// Fetches the lines that are transposed next: they are too many for the CPU to foresee, or too far apart.
    /// Always inline: GCC takes a call that does nothing but fetch for one without effect, and drops it.
    template <class T>
    inline __attribute__((always_inline)) void fetch_lines(i64 U, i64 V, const T* a, const i64* line)
    {
        constexpr i64 most = 64;  // elements of a line: the CPU follows by itself from there
        const i64 lines = V < lines_at_once<T> ? V : lines_at_once<T>, length = U < most ? U : most;
        for (i64 v = 0; v < lines; ++v)
            for (i64 u = 0; u < length; u += lines_at_once<T>) __builtin_prefetch(a + line[v] + u, 0, 2);
    }

    /// Columns that are written in turns: each may lie on a page of its own, and the CPU knows the place of some hundred only. Where they
    /// are a multiple of 2 KiB apart they share a few sets of the L1 cache, in which no more than a dozen lines each have room.
    constexpr i64 most_columns(i64 bytes_apart) { return bytes_apart % 2048 == 0 ? 16 : 64; }

    /// Elements of a column before its first cache line begins; none if lines begin within an element.
    template <class T>
    i64 before_line(const T* column)
    {
        const auto over = reinterpret_cast<std::uintptr_t>(column) % cache_line;
        return over == 0 || over % sizeof(T) != 0 ? 0 : static_cast<i64>((cache_line - over) / sizeof(T));
    }

    /// How columns are written.
    struct column_writes
    {
        bool alike;   ///< all begin as far from a cache line's beginning
        bool stream;  ///< past the caches, where a cache line is whole
    };

    /// c[column[u] + v] = a[line[v] + u] for u < U, v < V: tiles of Side x Side, the last ones of which reach back to elements that are there
    /// already; smaller ones where that is too much.
    template <int Side, class T>
    inline __attribute__((always_inline)) void copy_tiles(i64 U, i64 V, const T* a, const i64* line, T* c, const i64* column)
    {
        if constexpr (Side < 2 || Side * sizeof(T) < 16)
        {
            for (i64 u = 0; u < U; ++u)
                for (i64 v = 0; v < V; ++v) c[column[u] + v] = a[line[v] + u];
        }
        else if (U < Side || V < Side) copy_tiles<Side / 2>(U, V, a, line, c, column);
        else
            for (i64 u = 0; u < U; u += Side)
            {
                if (u > U - Side) u = U - Side;
                for (i64 v = 0; v < V; v += Side)
                {
                    if (v > V - Side) v = V - Side;
                    transpose_tile<T, Side>(a + u, line + v, c + v, column + u);
                }
            }
    }

    /// c[column[u] + v] = a[line[v] + u] for u < U, v < V.
    template <class T>
    void copy_transposed(i64 U, i64 V, const T* a, const i64* line, T* c, const i64* column, column_writes how)
    {
        constexpr int side = widest_side<T>;
        constexpr i64 wide = lines_at_once<T>;
        // Whole cache lines of columns that begin alike, then: each is complete before the next one is begun.
        const i64 begin = how.alike ? before_line(c + column[0]) : 0, head = V >= 2 * wide ? begin : 0;
        const bool stream = how.stream && head == begin && reinterpret_cast<std::uintptr_t>(c) % sizeof(T) == 0;
        for (i64 v = 0, n = 0; v < V; v += n)
        {
            n = v == 0 && head > 0 ? head : wide;
            if (n > V - v) n = V - v;
            if (v + n < V) fetch_lines(U, V - v - n, a, line + v + n);
            i64 u = 0;
            if constexpr (side > 1)
                if (stream && n == wide)
                    for (; u + side <= U; u += side)
                    {
                        alignas(cache_line) T lines[side * wide];
                        for (i64 w = 0; w < wide; w += side) transpose_tile<T, side>(a + u, line + v + w, lines + w, wide);
                        for (int i = 0; i < side; ++i) stream_line(lines + i * wide, c + column[u + i] + v);
                    }
            // Less than a cache line is written as a whole one's length, where that leaves no line half written for longer.
            const bool widens = !stream && n < wide && V >= wide;
            const i64 first = widens ? (v + wide <= V ? v : V - wide) : v;
            copy_tiles<side>(U - u, widens ? wide : n, a + u, line + first, c + first, column + u);
        }
    }

    /// The nest line by line, where the two tables say; axes that neither took are walked around them.
    template <class T>
    void copy_lines(const T* a, T* c, const nest_axis* axes, int rank, const line_table& lines, const line_table& columns, bool past_caches)
    {
        outer_axes outer(axes, rank, -1);
        outer.rank = 0;
        for (int d = 0; d < rank; ++d)
            if (!lines.taken[d] && !columns.taken[d]) outer.axes[outer.rank++] = axes[d];
        const i64 size = bytes_of<T>(axes, rank);
        const bool alike = columns.begin_alike(sizeof(T));
        const column_writes how{alike, alike && (past_caches || size >= streamed_bytes)};
        const i64 at_once = most_columns(columns.size > 1 ? columns.offset[1] * static_cast<i64>(sizeof(T)) : 1);
        // A block is transposed when the next one is known, for that to be fetched meanwhile.
        const T* source = nullptr;
        T* target = nullptr;
        i64 U = 0, V = 0;
        const auto transpose = [&] {
            if (!source) return;
            for (i64 u = 0; u < U; u += at_once)
                copy_transposed(U - u < at_once ? U - u : at_once, V, source + u, lines.offset, target, columns.offset + u, how);
        };
        walk(outer, [&](const i64* at) {
            for (i64 u = 0; u < columns.first_extent; u += columns.step())
                for (i64 v = 0; v < lines.first_extent; v += lines.step())
                {
                    const T* const next = a + at[0] + u + v * lines.first_stride;
                    fetch_lines(columns.piece(u), lines.piece(v), next, lines.offset);
                    transpose();
                    source = next;
                    target = c + at[2] + v + u * columns.first_stride;
                    U = columns.piece(u);
                    V = lines.piece(v);
                }
        });
        transpose();
        if (how.stream) end_stream();
    }
}
