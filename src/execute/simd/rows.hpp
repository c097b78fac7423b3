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
        i64 size = 1;
        int rank = 0;  ///< axes of the nest that are not in the row

        /// Takes the innermost axes of the nest for as long as each continues the one before it in `leading`.
        composite_row(const nest_axis* axes, int count, int leading) : rank(count)
        {
            offset[0][0] = offset[1][0] = offset[2][0] = 0;
            while (rank > 0 && size < enough && axes[rank - 1].strides[leading] == size && size * axes[rank - 1].extent <= most)
            {
                const nest_axis& x = axes[--rank];
                for (int t = 0; t < 3; ++t)
                    for (i64 i = 1; i < x.extent; ++i)
                        for (i64 q = 0; q < size; ++q) offset[t][i * size + q] = offset[t][q] + i * x.strides[t];
                size *= x.extent;
            }
        }

        bool neighbours(int t) const
        {
            for (i64 i = 0; i < size; ++i)
                if (offset[t][i] != i) return false;
            return true;
        }
    };

    /// An innermost axis shorter than this is worth a composite row.
    inline constexpr i64 short_axis = 32;
}
