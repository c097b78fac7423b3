// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_TESTS_FUZZ_ASSIGNMENT_HPP
#define XEINSUM_TESTS_FUZZ_ASSIGNMENT_HPP

#include <cstddef>

#include "fuzz/decoder.hpp"

namespace fuzz
{
    /// How many value types run_assignment() knows: float, double, complex<double>, int32, bool.
    inline constexpr std::size_t assignment_types = 5;

    /// Assigns an expression with an einsum to a view of memory in which its operands lie, too, and compares with the oracle.
    void run_assignment(std::size_t type, decoder& from);
}

#endif
