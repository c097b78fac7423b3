// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_SRC_PLAN_THREADS_HPP
#define XEINSUM_SRC_PLAN_THREADS_HPP

#include <cstddef>

namespace xeinsum::detail
{
    /// How many threads a plan may use: as asked, or the default (see options::threads).
    std::size_t thread_count(std::size_t asked);

    /// Whether BLAS's calls keep to the threads that a caller has: inside a parallel region, one each. One library-wide
    /// setting says how many a BLAS takes, which is not ours to change.
    bool blas_keeps_to_itself();
}

#endif
