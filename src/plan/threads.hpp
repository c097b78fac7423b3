// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_SRC_PLAN_THREADS_HPP
#define XEINSUM_SRC_PLAN_THREADS_HPP

#include <cstddef>
#include <string_view>

namespace xeinsum::detail
{
    /// How many threads a plan may use: as asked, or the default (see options::threads).
    std::size_t thread_count(std::size_t asked);
    /// The number that XEINSUM_NUM_THREADS says; 0 where it is no positive one.
    std::size_t threads_said(std::string_view text);

    /// How BLAS uses threads. How many is a setting of the whole program, which is not ours to change.
    enum class blas_threading
    {
        one,     ///< it never takes more than one
        openmp,  ///< it is an OpenMP program: takes OpenMP's threads, and one in a parallel region
        own      ///< large calls wake threads of its own, which spin on for a while afterwards on the cores that OpenMP's want
    };
    blas_threading query_blas_threading();

    /// Whether a plan is made inside a parallel region, whose threads are the caller's business.
    bool in_parallel_region();
}

#endif
