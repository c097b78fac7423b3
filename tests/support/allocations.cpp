// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include "support/allocations.hpp"

#include <cstdlib>
#include <new>

namespace
{
    std::size_t count = 0;
}

std::size_t test::allocations() { return count; }

void* operator new(std::size_t size)
{
    ++count;
    if (void* const p = std::malloc(size)) return p;
    throw std::bad_alloc();
}
void operator delete(void* p) noexcept { std::free(p); }
void operator delete(void* p, std::size_t) noexcept { std::free(p); }
