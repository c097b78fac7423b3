// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_TESTS_ALLOCATIONS_HPP
#define XEINSUM_TESTS_ALLOCATIONS_HPP

#include <cstddef>

/// \file
/// What a program that allocations.cpp is linked into takes by operator new, in all its threads.

namespace test
{
    /// False under AddressSanitizer, which has an operator new of its own: then nothing is counted.
    bool counts_allocations();
    /// How often operator new was called.
    std::size_t allocations();
    /// Bytes that are taken and not yet given back.
    std::size_t allocated_bytes();
    /// The most that these were since the last call of reset_peak().
    std::size_t peak_bytes();
    void reset_peak();

    /// The n-th call of operator new from now on, counted from 1 over all threads, throws std::bad_alloc; with `and_all_later` all that
    /// follow it, too.
    void fail_allocations(std::size_t n, bool and_all_later = false);
    /// How many have failed since.
    std::size_t failed_allocations();
    void stop_failing();
}

#endif
