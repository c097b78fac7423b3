// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
//
// c[...] = a[...]: rows where both are contiguous on one axis; transpositions, of matrices or of lines, where each is contiguous on another one.
#pragma once

#include "line_copy.hpp"
#include "matrix_copy.hpp"
#include "rows.hpp"

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

    /// Rows of c that span several axes, gathered from wherever a has them.
    template <class T>
    void copy_composite(const T* a, T* c, const nest_axis* axes, const composite_row& row)
    {
        const row_gatherer<T> gather(row, 0);
        row.for_all(axes, [&](const i64* at, i64 n) { gather(n, a + at[0], c + at[2]); });
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
            const line_table columns(axes, rank, from, 0, 2, to, &lines);  // u: contiguous in a
            constexpr i64 side = tile_side<T>(64 / sizeof(T));
            if (lines.size < side || columns.size < side)
            {
                if (copy_matrices(a, c, axes, rank, from, to)) return;
                const composite_row row(axes, rank, 2);
                if (row.size > lines.size) return copy_composite(a, c, axes, row);
            }
            return copy_lines(a, c, axes, rank, lines, columns, past_caches);
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
