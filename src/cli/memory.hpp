// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_CLI_MEMORY_HPP
#define XEINSUM_CLI_MEMORY_HPP

#include <cstddef>
#include <memory>
#include <new>

namespace xeinsum::cli
{
    /// Uninitialised bytes, aligned for every dtype. Throws std::bad_alloc.
    inline std::shared_ptr<std::byte> allocate_bytes(std::size_t size)
    {
        return {static_cast<std::byte*>(::operator new(size)), [](std::byte* p) { ::operator delete(p); }};
    }
}

#endif
