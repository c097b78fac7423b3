// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_SRC_EXECUTE_MIRROR_HPP
#define XEINSUM_SRC_EXECUTE_MIRROR_HPP

#include <algorithm>
#include <complex>
#include <cstdint>
#include <type_traits>

#include "simd/kernels.hpp"

namespace xeinsum::detail
{
    /// Copies the part of a row-major n x n matrix below the diagonal to above it, conjugated if asked for, in blocks that
    /// stay in the cache. Cost: n^2/2 elements read and written.
    template <class T>
    void mirror_lower(T* c, std::int64_t n, std::int64_t row_stride, bool conjugated)
    {
        constexpr std::int64_t side = 64;
        const auto across = [&](std::int64_t first, std::int64_t end, std::int64_t left, std::int64_t right) {
            for (std::int64_t i = first; i < end; ++i)
                for (std::int64_t j = left; j < std::min(right, i); ++j)
                    if constexpr (std::is_floating_point_v<T>) c[j * row_stride + i] = c[i * row_stride + j];
                    else c[j * row_stride + i] = conjugated ? std::conj(c[i * row_stride + j]) : c[i * row_stride + j];
        };
        for (std::int64_t i = 0; i < n; i += side)
        {
            const std::int64_t end = std::min(i + side, n);
            for (std::int64_t j = 0; j < i; j += side)
            {
                if (conjugated)
                {
                    across(i, end, j, j + side);
                    continue;
                }
                const simd::nest_axis axes[2] = {{side, {1, 0, row_stride}}, {end - i, {row_stride, 0, 1}}};
                simd::kernels_for_cpu<T>().copy(c + i * row_stride + j, c + j * row_stride + i, axes, 2);
            }
            across(i, end, i, end);
        }
    }
}

#endif
