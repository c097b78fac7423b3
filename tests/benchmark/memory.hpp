// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_BENCHMARK_MEMORY_HPP
#define XEINSUM_BENCHMARK_MEMORY_HPP

#include <cstddef>
#include <cstdint>

#include "buffer.hpp"

namespace bench
{
    /// Whether traffic is compared with a copy; with reading alone where little is written.
    constexpr bool is_copy(double read, double written) { return written >= read / 2; }

    /// Copies so many bytes by memcpy, in equal parts on so many threads.
    void copy(const buffer<std::uint64_t>& from, buffer<std::uint64_t>& to, double bytes, std::size_t threads);

    /// Reads so many bytes and adds them up, in equal parts on so many threads.
    void read(const buffer<std::uint64_t>& from, double bytes, std::size_t threads);
}

#endif
