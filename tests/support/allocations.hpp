// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_TESTS_ALLOCATIONS_HPP
#define XEINSUM_TESTS_ALLOCATIONS_HPP

#include <cstddef>

namespace test
{
    /// How often operator new was called in a program that allocations.cpp is linked into.
    std::size_t allocations();
}

#endif
