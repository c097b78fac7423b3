// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
//
// Nests whose innermost axis is short: neighbouring axes along which the tensor that leads is contiguous are taken as one
// row, whatever the other tensors do on them, and where each of its elements lies in those is kept in a table.
#pragma once

#include "nest.hpp"

namespace
{
    struct composite_row
    {
        static constexpr i64 most = 2048;
        static constexpr i64 enough = 256;
        i64 offset[3][most];
        i64 size = 1;   ///< elements of a row
        int rank = 0;   ///< axes of the nest that are not in the row
        i64 piece = 0;  ///< if not 0: the outermost axis of the row, axes[rank], is taken in pieces of this extent

        /// Takes the innermost axes of the nest for as long as each continues the one before it in `leading`.
        composite_row(const nest_axis* axes, int count, int leading) : rank(count)
        {
            offset[0][0] = offset[1][0] = offset[2][0] = 0;
            while (rank > 0 && size < enough && axes[rank - 1].strides[leading] == size && size * 2 <= most)
            {
                const nest_axis& x = axes[--rank];
                i64 n = x.extent;
                if (size * n > most) n = piece = enough / size + 1;
                for (int t = 0; t < 3; ++t)
                    for (i64 i = 1; i < n; ++i)
                        for (i64 q = 0; q < size; ++q) offset[t][i * size + q] = offset[t][q] + i * x.strides[t];
                size *= n;
            }
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

        /// True if the pieces of a row are summed: they all have the same places in the third tensor.
        bool sums_pieces(const nest_axis* axes) const { return piece > 0 && axes[rank].strides[2] == 0; }

        /// c[offset] += sum for a row's sums; those of one place are added up first.
        template <class T>
        void add_to(T* c, const T* sum, i64 n) const
        {
            const i64* const at = offset[2];
            for (i64 i = 0; i < n;)
            {
                T all = sum[i];
                const i64 place = at[i];
                for (++i; i < n && at[i] == place; ++i) all = arithmetic<T>::add(all, sum[i]);
                c[place] = arithmetic<T>::add(c[place], all);
            }
        }
    };

    /// An innermost axis shorter than this is worth a composite row.
    inline constexpr i64 short_axis = 16;
}
