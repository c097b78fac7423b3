// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_SRC_PLAN_THREADS_HPP
#define XEINSUM_SRC_PLAN_THREADS_HPP

#include <cstddef>

namespace xeinsum::detail
{
    /// How many threads a plan may use: as asked, or the default (see options::threads).
    std::size_t thread_count(std::size_t asked);

    /// Whether BLAS's calls stay within so many threads. One library-wide setting says how many it takes, which is not
    /// ours to change; only whether it is more than the one thread that a plan may use matters.
    bool blas_keeps_to(std::size_t threads);
}

#endif
