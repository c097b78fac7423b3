// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_BENCHMARK_RANDOM_CASES_HPP
#define XEINSUM_BENCHMARK_RANDOM_CASES_HPP

#include <cstddef>
#include <cstdint>
#include <vector>

#include "cases.hpp"

namespace bench
{
    /// Contractions of one or two operands drawn from a seed, the same ones on every platform: up to three labels for each
    /// of M, N and K and up to two for the batch, in any order in every tensor; extents from 1 to thousands, odd
    /// ones too; 1e5 to 5e9 flops, and at most 1 GiB in float64. Three in four have M, N and K.
    std::vector<contraction> random_cases(std::uint64_t seed, std::size_t count);
}

#endif
