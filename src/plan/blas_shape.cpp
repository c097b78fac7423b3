// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include "blas_shape.hpp"

#include <limits>

namespace xeinsum::detail
{
    namespace
    {
        /// A matrix that BLAS takes: contiguous along its columns (row-major) or along its rows.
        struct matrix_access
        {
            bool row_major;
            std::int64_t leading_dimension;
        };

        std::optional<std::int64_t> leading_dimension(std::int64_t outer, std::int64_t inner, std::int64_t outer_stride,
                                                      std::int64_t inner_stride)
        {
            if (inner > 1 && inner_stride != 1) return std::nullopt;
            if (outer == 1) return inner;
            return outer_stride >= inner ? std::optional(outer_stride) : std::nullopt;
        }

        /// How BLAS sees a strided matrix, if it can; `prefer_row_major` decides where both hold.
        std::optional<matrix_access> as_matrix(std::int64_t rows, std::int64_t columns, std::int64_t row_stride,
                                               std::int64_t column_stride, bool prefer_row_major)
        {
            const auto by_rows = leading_dimension(rows, columns, row_stride, column_stride);
            const auto by_columns = leading_dimension(columns, rows, column_stride, row_stride);
            if (by_rows && (prefer_row_major || !by_columns)) return matrix_access{true, *by_rows};
            if (by_columns) return matrix_access{false, *by_columns};
            return std::nullopt;
        }

        std::optional<std::int64_t> as_vector(std::int64_t extent, std::int64_t stride)
        {
            if (extent == 1) return 1;
            if (stride == 0 || stride > std::numeric_limits<int>::max() || stride < -std::numeric_limits<int>::max()) return std::nullopt;
            return stride;
        }
    }

    std::optional<blas_call> make_blas_call(kernel op, const std::array<call_axis, group_count>& axes)
    {
        blas_call call;
        call.m = axes[m_group].extent;
        call.n = axes[n_group].extent;
        call.k = axes[k_group].extent;
        const auto stride = [&](std::size_t t, std::size_t g) { return axes[g].strides[t]; };
        const auto vector = [&](std::size_t t, std::size_t g) {
            const auto increment = as_vector(axes[g].extent, stride(t, g));
            if (increment) call.steps[t] = *increment;
            return increment.has_value();
        };
        const auto matrix = [&](std::size_t t, std::size_t rows, std::size_t columns) {
            const auto a = as_matrix(axes[rows].extent, axes[columns].extent, stride(t, rows), stride(t, columns), !call.column_major);
            if (!a) return false;
            call.steps[t] = a->leading_dimension;
            if (t == result_tensor) call.column_major = !a->row_major;
            if (t == left_tensor) call.transpose_left = a->row_major == call.column_major;
            if (t == right_tensor) call.transpose_right = a->row_major == call.column_major;
            return true;
        };
        bool ok = false;
        switch (op)
        {
        case kernel::dot:
        case kernel::batched_dot: ok = vector(left_tensor, k_group) && vector(right_tensor, k_group); break;
        case kernel::gemv:
        case kernel::batched_gemv:
            ok = vector(result_tensor, m_group) && matrix(left_tensor, m_group, k_group) && vector(right_tensor, k_group);
            break;
        case kernel::ger:
            ok = matrix(result_tensor, m_group, n_group) && vector(left_tensor, m_group) && vector(right_tensor, n_group);
            break;
        default:
            ok = matrix(result_tensor, m_group, n_group) && matrix(left_tensor, m_group, k_group) && matrix(right_tensor, k_group, n_group);
            break;
        }
        return ok ? std::optional(call) : std::nullopt;
    }
}
