// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_SRC_EXECUTE_NEST_AXES_HPP
#define XEINSUM_SRC_EXECUTE_NEST_AXES_HPP

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>

#include "simd/kernels.hpp"

namespace xeinsum::detail
{
    /// The axes of a nest as kernels take them, in place of a vector: no piece of work allocates.
    struct nest_axes
    {
        std::array<simd::nest_axis, 64> axes;
        int rank = 0;

        /// Adds the next axis further in: nothing if it has one element, and to the one before if both are one axis in every tensor.
        void add(const simd::nest_axis& x)
        {
            if (x.extent == 1) return;
            if (rank > 0)
            {
                simd::nest_axis& outer = axes[static_cast<std::size_t>(rank - 1)];
                bool fuses = true;
                for (std::size_t t = 0; t < 3; ++t) fuses = fuses && outer.strides[t] == x.strides[t] * x.extent;
                if (fuses)
                {
                    const std::int64_t extent = outer.extent * x.extent;
                    outer = x;
                    outer.extent = extent;
                    return;
                }
            }
            axes[static_cast<std::size_t>(rank++)] = x;
        }
    };

    /// c[...] = 0 over the axes that the result has.
    template <class T>
    void clear(T* c, const simd::nest_axis* all, int rank)
    {
        std::array<simd::nest_axis, 64> sorted;
        int count = 0;
        for (int d = 0; d < rank; ++d)
            if (all[d].strides[2] != 0) sorted[static_cast<std::size_t>(count++)] = {all[d].extent, {0, 0, all[d].strides[2]}};
        std::sort(sorted.begin(), sorted.begin() + count, [](const auto& x, const auto& y) { return std::abs(x.strides[2]) > std::abs(y.strides[2]); });
        nest_axes result;
        for (int d = 0; d < count; ++d) result.add(sorted[static_cast<std::size_t>(d)]);
        static constexpr T zero{};
        simd::kernels_for_cpu<T>().copy(&zero, c, result.axes.data(), result.rank);
    }
}

#endif
