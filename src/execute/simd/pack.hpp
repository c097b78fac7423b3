// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
//
// Packing: a block of a strided tensor becomes panels, each `Width` lines wide, that the product's kernel reads from
// front to back:
//
//     panels[(j / Width) * P * Width + p * Width + j % Width] = from[line[j] + depth[p]]     j < J, p < P
//
// j counts the block's rows or columns, p what is contracted; each runs over one or more axes of the tensor, outermost
// first. The way it is read follows the axis on which the tensor is contiguous, wherever that stands.
#pragma once

#include "kernels.hpp"
#include "rows.hpp"
#include "transpose.hpp"

namespace
{
    using xeinsum::simd::tile_axes;

    /// Axes that a tensor can have: with more, each of extent 2 at least, no loop over them would end.
    constexpr int max_axes = 64;

    /// The part of a group's axes that one block takes, and where each of its lines lies in the two tensors.
    struct block
    {
        i64 first[max_axes];   ///< where it begins on each axis
        i64 extent[max_axes];  ///< how far it goes
        i64 size;              ///< product of the extents
        i64* offset[2];        ///< per line: offset in each tensor from the block's first; null where nobody asks
        i64* run;              ///< per line: how many from it on are neighbours in the second tensor; null likewise
        i64 base[2];           ///< offset of the block's first line in each tensor
    };

    inline void begin(const tile_axes& g, block& b)
    {
        for (int d = 0; d < g.rank; ++d) b.first[d] = 0;
    }

    inline bool advance(const tile_axes& g, block& b)
    {
        for (int d = g.rank - 1; d >= 0; --d)
        {
            b.first[d] += g.axes[d].tile;
            if (b.first[d] < g.axes[d].extent) return true;
            b.first[d] = 0;
        }
        return false;
    }

    /// The offsets of the lines of one more axis outside, `stride` apart, of which the first `size` are known.
    inline void repeat_offsets(i64* offset, i64 size, i64 extent, i64 stride)
    {
        if (size == 1)
        {
            const i64 first = offset[0];
            for (i64 i = 1; i < extent; ++i) offset[i] = first + i * stride;
            return;
        }
        for (i64 i = 1; i < extent; ++i)
        {
            i64* const to = offset + i * size;
#pragma GCC ivdep
            for (i64 q = 0; q < size; ++q) to[q] = offset[q] + i * stride;
        }
    }

    /// How many lines of a block the second tensor has side by side, from the first one on.
    inline i64 neighbours(const tile_axes& g, const block& b)
    {
        i64 row = 1;
        for (int d = g.rank - 1; d >= 0; --d)
        {
            if (b.extent[d] > 1 && g.axes[d].strides[1] != row) break;
            row *= b.extent[d];
        }
        return row;
    }

    inline void locate(const tile_axes& g, block& b)
    {
        b.base[0] = b.base[1] = 0;
        b.size = 1;
        for (int t = 0; t < 2; ++t)
            if (b.offset[t]) b.offset[t][0] = 0;
        for (int d = g.rank - 1; d >= 0; --d)
        {
            const i64 left = g.axes[d].extent - b.first[d];
            b.extent[d] = left < g.axes[d].tile ? left : g.axes[d].tile;
            for (int t = 0; t < 2; ++t)
            {
                const i64 stride = g.axes[d].strides[t];
                b.base[t] += b.first[d] * stride;
                if (b.offset[t]) repeat_offsets(b.offset[t], b.size, b.extent[d], stride);
            }
            b.size *= b.extent[d];
        }
        if (!b.run) return;
        const i64 row = neighbours(g, b);
        for (i64 j = 0; j < b.size; j += row)
            for (i64 i = 0; i < row; ++i) b.run[j + i] = row - i;
    }

    /// The axis of a block on which tensor `t` is contiguous; -1 if none. `inner` becomes the number of lines that
    /// one step on it passes.
    inline int contiguous_axis(const tile_axes& g, const block& b, int t, i64& inner)
    {
        inner = 1;
        for (int d = g.rank - 1; d >= 0; --d)
        {
            if (b.extent[d] > 1 && g.axes[d].strides[t] == 1) return d;
            inner *= b.extent[d];
        }
        return -1;
    }

    template <class T, int Width>
    struct packer
    {
        const T* from;
        const i64* line;
        i64 lines;
        const i64* depth;
        i64 depths;
        T* to;

        /// Rows that are fetched before they are read: they lie too far apart for the CPU to foresee them.
        static constexpr i64 ahead = 8;

        i64 place(i64 j) const { return j / Width * (depths * Width) + j % Width; }

        /// One by one, in the order of the panels.
        void gather() const
        {
            for (i64 j = 0; j < lines; j += Width)
            {
                T* const panel = to + place(j);
                const i64* const at = line + j;
                if (lines - j >= Width)
                    for (i64 p = 0; p < depths; ++p)
                    {
                        const T* const source = from + depth[p];
                        T* const row = panel + p * Width;
#pragma GCC unroll 8
                        for (int w = 0; w < Width; ++w) row[w] = source[at[w]];
                    }
                else
                    for (i64 p = 0; p < depths; ++p)
                        for (i64 w = 0; w < lines - j; ++w) panel[p * Width + w] = from[at[w] + depth[p]];
            }
        }

        /// The last panel's missing lines are zeros: whole vectors, before the lines before them are written.
        void pad() const
        {
            const i64 rest = lines % Width;
            if (rest == 0) return;
            constexpr i64 lanes = vector<T>::lanes;
            T* const panel = to + place(lines - rest);
            if constexpr (Width % lanes == 0 && !is_complex<T>)
                for (i64 p = 0; p < depths; ++p)
                    for (i64 w = rest / lanes * lanes; w < Width; w += lanes)
                        *reinterpret_cast<typename vector<T>::memory*>(panel + p * Width + w) = typename vector<T>::type{};
            else
                for (i64 p = 0; p < depths; ++p)
                    for (int w = 0; w < Width; ++w) panel[p * Width + w] = T{};
        }

        /// n lines, `Stride` elements from one to the next.
        template <int Stride>
        static inline __attribute__((always_inline)) void take(i64 n, const T* source, T* target)
        {
            if constexpr (Stride == 1) copy_stretch(n, source, target);
            else
#pragma GCC ivdep
                for (i64 w = 0; w < n; ++w) target[w] = source[w * Stride];
        }

        /// Lines lie side by side, or a few elements apart, `row` of them at a time: stretches of a row are copied, split where panels end.
        template <int Stride>
        void by_lines(i64 row) const
        {
            for (i64 j0 = 0; j0 < lines; j0 += row)
                for (i64 p = 0; p < depths; ++p)
                {
                    const T* const source = from + line[j0] + depth[p];
                    if (p + ahead < depths) fetch(from + line[j0] + depth[p + ahead], row * Stride);
                    T* target = to + place(j0) + p * Width;
                    i64 j = 0;
                    const i64 rest = Width - j0 % Width;
                    if (rest < Width)
                    {
                        j = rest < row ? rest : row;
                        take<Stride>(j, source, target);
                        target += depths * Width - j0 % Width;
                    }
                    for (; j + Width <= row; j += Width, target += depths * Width) take<Stride>(Width, source + j * Stride, target);
                    take<Stride>(row - j, source + j * Stride, target);
                }
        }

        /// The same with rows of `Run` lines, which are too short for a loop.
        template <int Run>
        void by_short_lines() const
        {
            for (i64 j = 0; j < lines; j += Width)
            {
                T* const panel = to + place(j);
                const i64* const at = line + j;
                const i64 n = lines - j < Width ? lines - j : Width, head = (Run - j % Run) % Run < n ? (Run - j % Run) % Run : n;
                for (i64 p = 0; p < depths; ++p)
                {
                    const T* const source = from + depth[p];
                    T* const row = panel + p * Width;
                    i64 w = 0;
                    for (; w < head; ++w) row[w] = source[at[w]];
                    for (; w + Run <= n; w += Run) __builtin_memcpy(row + w, source + at[w], Run * sizeof(T));
                    for (; w < n; ++w) row[w] = source[at[w]];
                }
            }
        }

        /// Contiguous on a contracted axis (`length` of it, `inner` steps of p apart): tiles are transposed, panel by panel.
        template <int Side>
        void by_depth(i64 length, i64 inner) const
        {
            const i64 outer = depths / (length * inner);
            for (i64 first = 0; first < lines; first += Width)
                for (i64 o = 0; o < outer; ++o)
                    for (i64 i = 0; i < inner; ++i)
                    {
                        const i64 p0 = o * length * inner + i, end = first + Width < lines ? first + Width : lines;
                        for (i64 j = first; j < end; j += Side) stretches<Side>(j, end, p0, length, inner);
                    }
        }

        /// `length` elements of `Side` lines, which are as many at least. The last tile reaches back to elements that are there already.
        template <int Side>
        void stretches(i64 j, i64 end, i64 p0, i64 length, i64 inner) const
        {
            if constexpr (Side > 2)
                if (end - j < Side)
                {
                    for (; j < end; j += Side / 2) stretches<Side / 2>(j, end, p0, length, inner);
                    return;
                }
            const T* const source = from + depth[p0];
            T* const panel = to + place(j) + p0 * Width;
            for (i64 w = j + ahead; w < j + ahead + Side && w < lines; ++w) fetch(source + line[w], length);
            if constexpr (Side > 1)
                if (end - j >= Side)
                {
                    for (i64 u = 0; u < length; u += Side)
                    {
                        if (u > length - Side) u = length - Side;
                        transpose_tile<T, Side>(source + u, line + j, panel + u * inner * Width, inner * Width);
                    }
                    return;
                }
            for (i64 u = 0; u < length; ++u)
                for (i64 w = 0; w < end - j; ++w) panel[u * inner * Width + w] = source[line[j + w] + u];
        }

        /// The same with a length that is too short for a loop.
        template <int Run>
        void by_short_depth(i64 inner) const
        {
            const i64 outer = depths / (Run * inner);
            for (i64 j = 0; j < lines; j += Width)
                for (i64 o = 0; o < outer; ++o)
                    for (i64 i = 0; i < inner; ++i)
                    {
                        const i64 p0 = o * Run * inner + i;
                        const T* const source = from + depth[p0];
                        T* const panel = to + place(j) + p0 * Width;
                        const auto take = [&](i64 w) {
                            for (int u = 0; u < Run; ++u) panel[u * inner * Width + w] = source[line[j + w] + u];
                        };
                        if (lines - j >= Width)
#pragma GCC unroll 4
                            for (int w = 0; w < Width; ++w) take(w);
                        else
                            for (i64 w = 0; w < lines - j; ++w) take(w);
                    }
        }

        /// Contiguous on another axis of the lines than the innermost one (`length` of it, `inner` lines apart, the
        /// innermost `row` long): tiles of the two are transposed.
        void by_outer_line(i64 length, i64 inner, i64 row) const
        {
            constexpr int side = tile_side<T>(Width);
            const i64 blocks = lines / (length * inner);
            for (i64 o = 0; o < blocks; ++o)
                for (i64 i = 0; i < inner; i += row)
                {
                    const i64 j0 = o * length * inner + i;
                    for (i64 p = 0; p < depths; ++p)
                        for (i64 v = 0; v < row; v += side)
                        {
                            const int n = row - v < side ? static_cast<int>(row - v) : side;
                            i64 u = 0;
                            if constexpr (side > 1)
                            {
                                if (n == side)
                                    for (; u + side <= length; u += side) cross(j0 + v + u * inner, inner, p);
                            }
                            for (; u < length; ++u)
                                for (int w = 0; w < n; ++w)
                                {
                                    const i64 j = j0 + v + u * inner + w;
                                    to[place(j) + p * Width] = from[line[j] + depth[p]];
                                }
                        }
                }
        }

        /// Side x side elements of one p: lines j ... j + side - 1, and the same `side` times `inner` lines further.
        void cross(i64 j, i64 inner, i64 p) const
        {
            constexpr int side = tile_side<T>(Width);
            T tile[side * side];
            transpose_tile<T, side>(from + depth[p], line + j, tile, side);
            for (int u = 0; u < side; ++u)
            {
                const i64 first = j + u * inner;
                T* const target = to + place(first) + p * Width;
                const T* const source = tile + u * side;
                if (first % Width + side <= Width)
                    for (int w = 0; w < side; ++w) target[w] = source[w];
                else
                    for (int w = 0; w < side; ++w) to[place(first + w) + p * Width] = source[w];
            }
        }
    };

    /// Complex blocks: in each row of a panel the real parts, then the imaginary ones, times 1 or -1.
    template <class R, int Width>
    void pack_planes(const packer<complex<R>, Width>& p, R sign)
    {
        for (i64 j = 0; j < p.lines; j += Width)
        {
            R* row = &(p.to + p.place(j))->re;
            for (i64 d = 0; d < p.depths; ++d, row += 2 * Width)
                for (int w = 0; w < Width; ++w)
                {
                    const complex<R> x = j + w < p.lines ? p.from[p.line[j + w] + p.depth[d]] : complex<R>{};
                    row[w] = x.re;
                    row[Width + w] = sign * x.im;
                }
        }
    }

    /// Packs a block: `depth_tensor` is the tensor's place in the strides of `depths`. Complex values may be conjugated on the way.
    template <class T, int Width>
    void pack(const T* from, const tile_axes& lines, const block& lb, const tile_axes& depths, const block& db, int depth_tensor, [[maybe_unused]] bool conjugated, T* to)
    {
        const packer<T, Width> p{from + lb.base[0] + db.base[depth_tensor], lb.offset[0], lb.size, db.offset[depth_tensor], db.size, to};
        if constexpr (is_complex<T>)
        {
            using real = decltype(T::re);
            return pack_planes(p, conjugated ? real(-1) : real(1));
        }
        i64 line_inner = 1, depth_inner = 1;
        const int line_axis = contiguous_axis(lines, lb, 0, line_inner);
        const int depth_axis = contiguous_axis(depths, db, depth_tensor, depth_inner);
        i64 row = 1;  // the innermost axis of the lines
        for (int d = lines.rank - 1; d >= 0 && row == 1; --d) row = lb.extent[d];
        const i64 line_length = line_axis >= 0 ? lb.extent[line_axis] : 0, depth_length = depth_axis >= 0 ? db.extent[depth_axis] : 0;
        p.pad();
        constexpr int widest = Width % widest_side<T> == 0 ? widest_side<T> : tile_side<T>(Width);
        constexpr int side = tile_side<T>(Width), half = side > 2 && sizeof(T) * static_cast<std::size_t>(side) > 16 ? side / 2 : side;
        const bool lines_first = line_inner == 1, across = line_inner > 1;
        using short_runs = std::make_integer_sequence<int, side - 1>;
        const auto short_lines = [&] {
            return lines_first && line_length > 1 && with_run(line_length, [&](auto run) { p.template by_short_lines<decltype(run)::value>(); }, short_runs{});
        };
        const auto short_depths = [&] {
            return depth_length > 1 && with_run(depth_length, [&](auto run) { p.template by_short_depth<decltype(run)::value>(depth_inner); }, short_runs{});
        };
        // Contiguous on neither, but nearly: on an axis that is a loop around.
        const auto near_lines = [&] {
            constexpr i64 least = 16;
            if (line_length > 1 || depth_length > 1 || row < least || lb.size < 2) return false;
            switch (lb.offset[0][1])
            {
            case 2: p.template by_lines<2>(row); return true;
            case 3: p.template by_lines<3>(row); return true;
            case 4: p.template by_lines<4>(row); return true;
            default: return false;
            }
        };
        if (lines_first && line_length >= side) p.template by_lines<1>(row);
        else if (depth_length >= widest) p.template by_depth<widest>(depth_length, depth_inner);
        else if (depth_length >= side) p.template by_depth<side>(depth_length, depth_inner);
        else if (across && line_length >= side && row >= side) p.by_outer_line(line_length, line_inner, row);
        else if (line_length >= half && short_lines()) return;
        else if (depth_length >= half) p.template by_depth<half>(depth_length, depth_inner);
        else if (!short_lines() && !short_depths() && !near_lines()) p.gather();
    }
}
