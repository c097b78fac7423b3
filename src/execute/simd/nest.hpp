// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
//
// Loop nests over up to three strided tensors. The caller has dropped axes of extent 1, fused what is one axis in every
// tensor and put the shortest strides last.
#pragma once

#include "kernels.hpp"
#include "vector.hpp"

namespace
{
    using xeinsum::simd::nest_axis;

    constexpr int max_nest = 64;

    /// The axes of a nest but for up to two that a kernel runs itself.
    struct outer_axes
    {
        nest_axis axes[max_nest];
        int rank = 0;

        outer_axes(const nest_axis* all, int count, int skip, int skip_too = -1)
        {
            for (int d = 0; d < count; ++d)
                if (d != skip && d != skip_too) axes[rank++] = all[d];
        }
    };

    /// Calls body(offsets) for every index of the axes.
    template <class Body>
    void walk(const outer_axes& nest, Body&& body)
    {
        i64 index[max_nest] = {};
        i64 at[3] = {};
        for (;;)
        {
            body(at);
            int d = nest.rank - 1;
            for (; d >= 0; --d)
            {
                const nest_axis& x = nest.axes[d];
                const bool wrapped = ++index[d] == x.extent;
                const i64 move = wrapped ? 1 - x.extent : 1;
                for (int t = 0; t < 3; ++t) at[t] += move * x.strides[t];
                if (!wrapped) break;
                index[d] = 0;
            }
            if (d < 0) return;
        }
    }

    /// The size of a tensor or a part of it, in bytes.
    template <class T>
    i64 bytes_of(const nest_axis* axes, int rank)
    {
        i64 size = static_cast<i64>(sizeof(T));
        for (int d = 0; d < rank; ++d) size *= axes[d].extent;
        return size;
    }

    /// Fetches n elements that are read soon, from where the CPU does not foresee it.
    /// Always inline: GCC takes a call that does nothing but fetch for one without effect, and drops it.
    template <class T>
    inline __attribute__((always_inline)) void fetch(const T* at, i64 n)
    {
        constexpr i64 line = 64 / static_cast<i64>(sizeof(T));
        for (i64 w = 0; w < n; w += line) __builtin_prefetch(at + w);
    }

    /// The last axis on which tensor `t` has this stride; -1 if none.
    inline int axis_with(const nest_axis* axes, int rank, int t, i64 stride)
    {
        for (int d = rank - 1; d >= 0; --d)
            if (axes[d].strides[t] == stride) return d;
        return -1;
    }

    /// The longest axis through just these tensors; -1 if none.
    inline int axis_through(const nest_axis* axes, int rank, bool a, bool b, bool c)
    {
        int found = -1;
        for (int d = 0; d < rank; ++d)
        {
            const i64* const s = axes[d].strides;
            if ((s[0] != 0) == a && (s[1] != 0) == b && (s[2] != 0) == c && (found < 0 || axes[d].extent > axes[found].extent)) found = d;
        }
        return found;
    }

    /// Whether the innermost axis is summed, the leading tensor contiguous along it, and the one outside kept: many sums of a row each.
    inline bool sums_rows(const nest_axis* axes, int rank, int leading)
    {
        constexpr i64 least = 8;
        if (rank < 2) return false;
        const nest_axis &x = axes[rank - 1], &y = axes[rank - 2];
        return x.strides[leading] == 1 && x.strides[2] == 0 && y.strides[leading] != 0 && y.strides[2] != 0 && y.extent >= least;
    }

    /// The innermost axis but for `inner`; -1 if none.
    inline int next_axis(int rank, int inner) { return inner == rank - 1 ? rank - 2 : rank - 1; }

    /// Rows of so many elements are read at several places at once.
    template <class T>
    inline constexpr i64 long_row = 16384 / static_cast<i64>(sizeof(T));

    /// Of a row to which others are added, so many elements at a time. They stay in the L2 cache, which is fast enough where each is read and
    /// written once for four rows; a stream that goes on for less is over before the CPU has foreseen much of it.
    template <class T>
    inline constexpr i64 kept_piece = 65536 / static_cast<i64>(sizeof(T));

    inline constexpr nest_axis single = {1, {0, 0, 0}};
}
