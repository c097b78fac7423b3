// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_SRC_PLAN_ESTIMATE_HPP
#define XEINSUM_SRC_PLAN_ESTIMATE_HPP

#include <cstddef>

#include <xeinsum/plan.hpp>

namespace xeinsum::detail
{
    /// Nanoseconds, roughly, that a product of matrices takes as a step has it: by BLAS, in tiles, or in blocks. For comparing such steps; its
    /// constants were set after the times of random products in every one of these ways; `tests/benchmark/ways.cpp` tells how well they choose.
    double expected_time(const step& s, std::size_t element_bytes);
}

#endif
