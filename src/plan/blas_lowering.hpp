// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_SRC_PLAN_BLAS_LOWERING_HPP
#define XEINSUM_SRC_PLAN_BLAS_LOWERING_HPP

#include <optional>

#include "lowering.hpp"

namespace xeinsum::detail
{
    /// Elements that a complex gemv copies its vector with more than it has (src/execute/blas.hpp says why).
    inline constexpr std::int64_t gemv_padding = 16;

    /// Decides how a product runs on BLAS: the cheapest of all ways to read each tensor in place or through a
    /// buffer, and to make one fused axis of each of the groups M, N and K the call's and loop over the rest.
    /// No extent is 0. Without `may_copy` only what is read and written in place counts: there may be no way.
    std::optional<step> lower_to_blas(const step_problem& problem, kernel op, const labelled_layout& left,
                                      const labelled_layout& right, bool may_copy);
}

#endif
