// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_SRC_EXECUTE_PIECES_HPP
#define XEINSUM_SRC_EXECUTE_PIECES_HPP

#include <cstdint>

#ifdef _OPENMP
#include <omp.h>
#endif

namespace xeinsum::detail
{
    /// Calls body(i) for all pieces, each on a thread of its own; one after the other inside a parallel region, whose
    /// threads are the caller's business. The body must not throw.
    template <class Body>
    void for_pieces(std::int64_t pieces, const Body& body)
    {
#ifdef _OPENMP
        if (pieces > 1 && !omp_in_parallel())
        {
#pragma omp parallel for schedule(static, 1) num_threads(static_cast<int>(pieces))
            for (std::int64_t i = 0; i < pieces; ++i) body(i);
            return;
        }
#endif
        for (std::int64_t i = 0; i < pieces; ++i) body(i);
    }
}

#endif
