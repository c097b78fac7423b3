// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_SRC_EXECUTE_SMALL_PRODUCT_HPP
#define XEINSUM_SRC_EXECUTE_SMALL_PRODUCT_HPP

#include <array>
#include <cstddef>
#include <cstdint>

#include <xeinsum/detail/tiny.hpp>

#include "simd/kernels.hpp"

namespace xeinsum::detail
{
    /// Runs c[i, j] = sum over k of a[i, k] * b[k, j], its axes given as rows, columns and depth. The side along which c is contiguous gives
    /// the columns, and the only one that has more than one element.
    template <class T>
    void run_product(const T* a, const T* b, T* c, const std::array<simd::nest_axis, 3>& axes)
    {
        const auto& [rows, columns, depth] = axes;
        const auto& run = simd::kernels_for_cpu<T>().product;
        if (rows.extent == 1 || (columns.extent != 1 && (rows.strides[2] != 1 || columns.strides[2] == 1))) return run(a, b, c, axes.data());
        const std::array<simd::nest_axis, 3> exchanged = {{{columns.extent, {columns.strides[1], 0, columns.strides[2]}}, {rows.extent, {0, rows.strides[0], rows.strides[2]}},
                                                           {depth.extent, {depth.strides[1], depth.strides[0], 0}}}};
        run(b, a, c, exchanged.data());
    }

    /// The axes of c[i, j] = sum over k of a[i, k] * b[k, j], gathered from those of a contraction of few iterations.
    class small_product
    {
    public:
        /// False where the contraction is no such product. Axes of one element are none.
        bool add(std::int64_t extent, std::int64_t left, std::int64_t right, std::int64_t out)
        {
            if (!stays_tiny(m_count, extent)) return false;
            if (extent == 1) return true;
            const std::size_t which = out == 0 ? depth : left != 0 ? rows : columns;
            if (m_axes[which].extent != 1 || (out != 0 && left != 0 && right != 0)) return false;
            m_axes[which] = {extent, {left, right, out}};
            return true;
        }

        /// Runs it; false, with nothing written, if nothing is summed or nothing kept.
        template <class T>
        bool run(const T* a, const T* b, T* c)
        {
            if (m_axes[depth].extent == 1 || (m_axes[rows].extent == 1 && m_axes[columns].extent == 1)) return false;
            run_product(a, b, c, m_axes);
            return true;
        }

    private:
        enum : std::size_t { rows, columns, depth };

        std::array<simd::nest_axis, 3> m_axes = {{{1, {0, 0, 0}}, {1, {0, 0, 0}}, {1, {0, 0, 0}}}};
        std::int64_t m_count = 1;
    };
}

#endif
