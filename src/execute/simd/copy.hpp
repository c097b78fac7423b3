// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
//
// c[...] = a[...]: rows where both are contiguous on one axis; tiles transposed in registers, a cache line of c at a
// time, where each is contiguous on another one.
#pragma once

#include "rows.hpp"
#include "stream.hpp"
#include "transpose.hpp"

namespace
{
    template <class T>
    void copy_row(i64 n, const T* a, i64 a_stride, T* c, i64 c_stride)
    {
        if (a_stride == 1 && c_stride == 1)
        {
            if (n >= 64) __builtin_memcpy(c, a, static_cast<std::size_t>(n) * sizeof(T));
            else copy_stretch(n, a, c);
            return;
        }
        if (a_stride == 0 && c_stride == 1)
        {
            const T value = *a;
            for (i64 i = 0; i < n; ++i) c[i] = value;
            return;
        }
        for (i64 i = 0; i < n; ++i) c[i * c_stride] = a[i * a_stride];
    }

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

    /// Rows of c that span several axes, gathered from wherever a has them.
    template <class T>
    void copy_composite(const T* a, T* c, const nest_axis* axes, const composite_row& row)
    {
        const row_gatherer<T> gather(row, 0);
        row.for_all(axes, [&](const i64* at, i64 n) { gather(n, a + at[0], c + at[2]); });
    }

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

    /// The size of a tensor or a part of it, in bytes.
    template <class T>
    i64 bytes_of(const nest_axis* axes, int rank)
    {
        i64 size = static_cast<i64>(sizeof(T));
        for (int d = 0; d < rank; ++d) size *= axes[d].extent;
        return size;
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

    template <class T>
    void copy_elements(const T* a, T* c, const nest_axis* axes, int rank, bool past_caches)
    {
        if (rank == 0)
        {
            *c = *a;
            return;
        }
        const int from = axis_with(axes, rank, 0, 1), to = axis_with(axes, rank, 2, 1);
        if (from >= 0 && to >= 0 && from != to)
        {
            if (are_matrices<T>(axes[from], axes[to]) && copy_matrices(a, c, axes, rank, from, to)) return;
            const line_table lines(axes, rank, to, 2, 0, from, nullptr);  // v: contiguous in c
            line_table columns(axes, rank, from, 0, 2, to, &lines);     // u: contiguous in a
            constexpr i64 side = tile_side<T>(64 / sizeof(T));
            if (lines.size < side || columns.size < side)
            {
                if (copy_matrices(a, c, axes, rank, from, to)) return;
                const composite_row row(axes, rank, 2);
                if (row.size > lines.size) return copy_composite(a, c, axes, row);
            }
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
            return;
        }
        const int inner = to >= 0 ? to : from >= 0 ? from : rank - 1;
        const nest_axis& x = axes[inner];
        if (inner == to && inner == rank - 1 && x.extent < 16)
        {
            const composite_row row(axes, rank, 2);
            if (row.size >= 2 * x.extent) return copy_composite(a, c, axes, row);
        }
        const int next = next_axis(rank, inner);
        const nest_axis& y = next >= 0 ? axes[next] : single;
        const auto for_rows = [&](const auto& copy) {
            walk(outer_axes(axes, rank, inner, next), [&](const i64* at) {
                for (i64 i = 0; i < y.extent; ++i) copy(a + at[0] + i * y.strides[0], c + at[2] + i * y.strides[2]);
            });
        };
        const bool short_rows = x.strides[0] == 1 && x.strides[2] == 1 && with_run(x.extent, [&](auto length) {
            for_rows([](const T* row, T* to_row) { __builtin_memcpy(to_row, row, decltype(length)::value * sizeof(T)); });
        });
        if (!short_rows) for_rows([&](const T* row, T* to_row) { copy_row(x.extent, row, x.strides[0], to_row, x.strides[2]); });
    }

    /// Copies a nest as one of wider elements, each of which holds what an axis has that is contiguous in both tensors; false if no other axis allows that,
    /// or the elements would not be `Bytes` wide.
    template <int Bytes, class T>
    bool copy_wider(const T* a, T* c, const nest_axis* axes, int rank, int contiguous, bool past_caches)
    {
        const i64 n = axes[contiguous].extent;
        if (n * static_cast<i64>(sizeof(T)) != Bytes) return false;
        nest_axis wider[max_nest];
        int count = 0;
        for (int d = 0; d < rank; ++d)
        {
            if (d == contiguous) continue;
            const nest_axis& x = axes[d];
            if (x.strides[0] % n != 0 || x.strides[2] % n != 0) return false;
            wider[count++] = {x.extent, {x.strides[0] / n, 0, x.strides[2] / n}};
        }
        copy_elements(reinterpret_cast<const moved<Bytes>*>(a), reinterpret_cast<moved<Bytes>*>(c), wider, count, past_caches);
        return true;
    }

    template <class T>
    void copy_nest(const T* a, T* c, const nest_axis* axes, int rank, bool past_caches = false)
    {
        const int inner = axis_with(axes, rank, 2, 1);
        if (inner >= 0 && axes[inner].strides[0] == 1 && axes[inner].extent > 1)
        {
            if constexpr (sizeof(T) < 4)
                if (copy_wider<4>(a, c, axes, rank, inner, past_caches)) return;
            if constexpr (sizeof(T) < 8)
                if (copy_wider<8>(a, c, axes, rank, inner, past_caches)) return;
            if constexpr (sizeof(T) < 16)
                if (copy_wider<16>(a, c, axes, rank, inner, past_caches)) return;
        }
        copy_elements(a, c, axes, rank, past_caches);
    }
}
