// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_TESTS_BLAS_THREADS_HPP
#define XEINSUM_TESTS_BLAS_THREADS_HPP

#include <dlfcn.h>

namespace test
{
    /// Sets OpenBLAS to so many threads for the whole program: what a plan leaves to BLAS depends on it. False where the BLAS is
    /// another one, or keeps to one thread all the same.
    inline bool set_blas_threads(int threads)
    {
        auto* const set = reinterpret_cast<void (*)(int)>(dlsym(RTLD_DEFAULT, "openblas_set_num_threads"));
        auto* const get = reinterpret_cast<int (*)()>(dlsym(RTLD_DEFAULT, "openblas_get_num_threads"));
        if (!set || !get) return false;
        set(threads);
        return get() == threads;
    }

    /// Whether OpenBLAS takes OpenMP's threads.
    inline bool blas_runs_on_openmp()
    {
        auto* const kind = reinterpret_cast<int (*)()>(dlsym(RTLD_DEFAULT, "openblas_get_parallel"));
        return kind && kind() == 2;
    }

    /// A global fixture.
    struct blas_on_one_thread
    {
        blas_on_one_thread() { set_blas_threads(1); }
    };
}

#endif
