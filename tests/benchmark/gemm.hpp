// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_BENCHMARK_GEMM_HPP
#define XEINSUM_BENCHMARK_GEMM_HPP

#include <cstdint>

#include <cblas.h>

namespace bench
{
    /// C (m x n) = A (m x k) B (k x n), contiguous and row-major, by the BLAS that the library is linked to.
    inline void gemm(std::int64_t m, std::int64_t n, std::int64_t k, const float* a, const float* b, float* c)
    {
        cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, static_cast<int>(m), static_cast<int>(n), static_cast<int>(k), 1, a,
                    static_cast<int>(k), b, static_cast<int>(n), 0, c, static_cast<int>(n));
    }
    /// \overload
    inline void gemm(std::int64_t m, std::int64_t n, std::int64_t k, const double* a, const double* b, double* c)
    {
        cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, static_cast<int>(m), static_cast<int>(n), static_cast<int>(k), 1, a,
                    static_cast<int>(k), b, static_cast<int>(n), 0, c, static_cast<int>(n));
    }
}

#endif
