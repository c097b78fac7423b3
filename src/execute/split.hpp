// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_SRC_EXECUTE_SPLIT_HPP
#define XEINSUM_SRC_EXECUTE_SPLIT_HPP

#include <algorithm>
#include <cstdint>
#include <limits>

/// \file
/// BLAS counts in int. These functions take 64-bit sizes and make as many calls as it takes: extents beyond
/// the limit in chunks, a leading dimension beyond it one row at a time, so that nothing is ever truncated.
/// `Calls` is the BLAS (or, in a test, something that watches its arguments).

namespace xeinsum::detail
{
    inline constexpr std::int64_t blas_int_max = std::numeric_limits<int>::max();

    /// C (m x n) = alpha op(A) (m x k) op(B) (k x n) + beta C.
    template <class T>
    struct gemm_arguments
    {
        bool column_major, transpose_a, transpose_b;
        std::int64_t m, n, k;
        T alpha;
        const T* a;
        std::int64_t lda;
        const T* b;
        std::int64_t ldb;
        T beta;
        T* c;
        std::int64_t ldc;
        bool conjugate_a = false, conjugate_b = false;  ///< of what is transposed
    };

    /// The logical element that BLAS wants a pointer to: the one of lowest address.
    template <class T>
    T* blas_origin(T* first, std::int64_t n, std::int64_t increment)
    {
        return increment < 0 ? first + (n - 1) * increment : first;
    }

    /// How many elements of a strided vector one call may take.
    inline std::int64_t vector_chunk(std::int64_t limit, std::int64_t increment)
    {
        return std::max<std::int64_t>(1, limit / std::max<std::int64_t>(1, increment < 0 ? -increment : increment));
    }

    template <class Calls, class T>
    void split_gemm(const gemm_arguments<T>& g, std::int64_t limit = blas_int_max)
    {
        // True where a step in the matrix' row moves by its leading dimension.
        const bool a_rows = g.column_major == g.transpose_a;
        const bool b_rows = g.column_major == g.transpose_b;
        const bool c_rows = !g.column_major;
        const auto chunk = [&](bool too_far) { return too_far ? std::int64_t{1} : limit; };
        const bool far_a = g.lda > limit, far_b = g.ldb > limit, far_c = g.ldc > limit;
        const std::int64_t m_step = chunk((far_a && a_rows) || (far_c && c_rows));
        const std::int64_t n_step = chunk((far_b && !b_rows) || (far_c && !c_rows));
        const std::int64_t k_step = chunk((far_a && !a_rows) || (far_b && b_rows));
        const auto offset = [](bool by_rows, std::int64_t ld, std::int64_t row, std::int64_t column) {
            return by_rows ? row * ld + column : row + column * ld;
        };
        const auto fitting = [&](std::int64_t ld, std::int64_t inner) { return ld > limit ? std::max<std::int64_t>(1, inner) : ld; };
        for (std::int64_t i = 0; i < g.m; i += m_step)
            for (std::int64_t j = 0; j < g.n; j += n_step)
                for (std::int64_t l = 0; l < g.k; l += k_step)
                {
                    gemm_arguments<T> part = g;
                    part.m = std::min(m_step, g.m - i);
                    part.n = std::min(n_step, g.n - j);
                    part.k = std::min(k_step, g.k - l);
                    part.a = g.a + offset(a_rows, g.lda, i, l);
                    part.b = g.b + offset(b_rows, g.ldb, l, j);
                    part.c = g.c + offset(c_rows, g.ldc, i, j);
                    part.lda = fitting(g.lda, a_rows ? part.k : part.m);
                    part.ldb = fitting(g.ldb, b_rows ? part.n : part.k);
                    part.ldc = fitting(g.ldc, c_rows ? part.n : part.m);
                    if (l > 0) part.beta = T(1);
                    Calls::gemm(part);
                }
    }

    /// y = alpha op(A) x + beta y; A as stored, row-major, rows x columns.
    template <class T>
    struct gemv_arguments
    {
        bool transpose;
        std::int64_t rows, columns;
        T alpha;
        const T* a;
        std::int64_t lda;
        const T* x;
        std::int64_t incx;
        T beta;
        T* y;
        std::int64_t incy;
        bool conjugate = false;  ///< of a transposed matrix
    };

    template <class Calls, class T>
    void split_gemv(const gemv_arguments<T>& g, std::int64_t limit = blas_int_max)
    {
        const std::int64_t x_chunk = vector_chunk(limit, g.incx), y_chunk = vector_chunk(limit, g.incy);
        const std::int64_t row_step = g.lda > limit ? 1 : (g.transpose ? x_chunk : y_chunk);
        const std::int64_t column_step = g.transpose ? y_chunk : x_chunk;
        for (std::int64_t i = 0; i < g.rows; i += row_step)
            for (std::int64_t j = 0; j < g.columns; j += column_step)
            {
                gemv_arguments<T> part = g;
                part.rows = std::min(row_step, g.rows - i);
                part.columns = std::min(column_step, g.columns - j);
                part.a = g.a + i * g.lda + j;
                part.lda = g.lda > limit ? part.columns : g.lda;
                const std::int64_t x_at = g.transpose ? i : j, y_at = g.transpose ? j : i;
                part.x = blas_origin(g.x + x_at * g.incx, g.transpose ? part.rows : part.columns, g.incx);
                part.y = blas_origin(g.y + y_at * g.incy, g.transpose ? part.columns : part.rows, g.incy);
                if (x_at > 0) part.beta = T(1);
                Calls::gemv(part);
            }
    }

    /// x . y, not conjugated.
    template <class Calls, class T>
    T split_dot(std::int64_t n, const T* x, std::int64_t incx, const T* y, std::int64_t incy, std::int64_t limit = blas_int_max)
    {
        const std::int64_t step = std::min(vector_chunk(limit, incx), vector_chunk(limit, incy));
        T sum{};
        for (std::int64_t i = 0; i < n; i += step)
        {
            const std::int64_t part = std::min(step, n - i);
            sum += Calls::dot(part, blas_origin(x + i * incx, part, incx), incx, blas_origin(y + i * incy, part, incy), incy);
        }
        return sum;
    }

    /// A (m x n) += alpha x y^T, A row-major.
    template <class T>
    struct ger_arguments
    {
        std::int64_t m, n;
        T alpha;
        const T* x;
        std::int64_t incx;
        const T* y;
        std::int64_t incy;
        T* a;
        std::int64_t lda;
    };

    template <class Calls, class T>
    void split_ger(const ger_arguments<T>& g, std::int64_t limit = blas_int_max)
    {
        const std::int64_t m_step = g.lda > limit ? 1 : vector_chunk(limit, g.incx);
        const std::int64_t n_step = vector_chunk(limit, g.incy);
        for (std::int64_t i = 0; i < g.m; i += m_step)
            for (std::int64_t j = 0; j < g.n; j += n_step)
            {
                ger_arguments<T> part = g;
                part.m = std::min(m_step, g.m - i);
                part.n = std::min(n_step, g.n - j);
                part.x = blas_origin(g.x + i * g.incx, part.m, g.incx);
                part.y = blas_origin(g.y + j * g.incy, part.n, g.incy);
                part.a = g.a + i * g.lda + j;
                part.lda = g.lda > limit ? part.n : g.lda;
                Calls::ger(part);
            }
    }
}

#endif
