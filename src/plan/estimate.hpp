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

    // What no step of so many multiplications is expected to stay below, whatever it copies:
    /// ... that BLAS makes, in so many calls or more;
    double least_time_of_calls(double products, double calls, std::size_t element_bytes);
    /// ... that is made in blocks.
    double least_time_of_blocks(double products, std::size_t threads, std::size_t element_bytes);
}

#endif
