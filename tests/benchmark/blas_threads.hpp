// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_BENCHMARK_BLAS_THREADS_HPP
#define XEINSUM_BENCHMARK_BLAS_THREADS_HPP

#include <cstddef>

namespace bench
{
    /// Threads of a BLAS call from here on, where the BLAS has a call for that (OpenBLAS, BLIS). Costs some nanoseconds.
    void set_blas_threads(std::size_t threads);

    /// Throws std::runtime_error where the BLAS runs a kernel that is not this CPU's: nothing measured with it
    /// says anything.
    void require_blas_kernel();
}

#endif
