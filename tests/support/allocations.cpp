// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include "support/allocations.hpp"

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <new>

#if defined(__SANITIZE_ADDRESS__)
#define XEINSUM_TEST_SANITIZED
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define XEINSUM_TEST_SANITIZED
#endif
#endif

#ifdef XEINSUM_TEST_SANITIZED

bool test::counts_allocations() { return false; }
std::size_t test::allocations() { return 0; }
std::size_t test::allocated_bytes() { return 0; }
std::size_t test::peak_bytes() { return 0; }
void test::reset_peak() {}
void test::fail_allocations(std::size_t, bool) {}
std::size_t test::failed_allocations() { return 0; }
void test::stop_failing() {}

#else

namespace
{
    std::atomic<std::size_t> count = 0, bytes = 0, peak = 0;
    std::atomic<std::size_t> first_to_fail = 0, failed = 0;  // by count; 0: none
    std::atomic<bool> all_later_fail = false;

    bool is_to_fail(std::size_t number)
    {
        const std::size_t first = first_to_fail;
        return first != 0 && (number == first || (number > first && all_later_fail));
    }

    constexpr std::size_t default_alignment = __STDCPP_DEFAULT_NEW_ALIGNMENT__;

    /// The size stands in front of what is handed out, `alignment` bytes before it.
    void* take(std::size_t size, std::size_t alignment)
    {
        if (is_to_fail(++count))
        {
            ++failed;
            throw std::bad_alloc();
        }
        const std::size_t whole = (size + 2 * alignment - 1) / alignment * alignment;
        auto* const start = static_cast<unsigned char*>(std::aligned_alloc(alignment, whole));
        if (!start) throw std::bad_alloc();
        *reinterpret_cast<std::size_t*>(start) = size;
        const std::size_t now = bytes += size;
        std::size_t before = peak;
        while (before < now && !peak.compare_exchange_weak(before, now)) {}
        return start + alignment;
    }

    void give_back(void* p, std::size_t alignment)
    {
        if (!p) return;
        unsigned char* const start = static_cast<unsigned char*>(p) - alignment;
        bytes -= *reinterpret_cast<const std::size_t*>(start);
        std::free(start);
    }

    std::size_t value(std::align_val_t alignment) { return std::max(default_alignment, static_cast<std::size_t>(alignment)); }
}

bool test::counts_allocations() { return true; }
std::size_t test::allocations() { return count; }
std::size_t test::allocated_bytes() { return bytes; }
std::size_t test::peak_bytes() { return peak; }
void test::reset_peak() { peak = bytes.load(); }

void test::fail_allocations(std::size_t n, bool and_all_later)
{
    failed = 0;
    all_later_fail = and_all_later;
    first_to_fail = count + n;
}

std::size_t test::failed_allocations() { return failed; }
void test::stop_failing() { first_to_fail = 0; }

void* operator new(std::size_t size) { return take(size, default_alignment); }
void* operator new(std::size_t size, std::align_val_t alignment) { return take(size, value(alignment)); }
void operator delete(void* p) noexcept { give_back(p, default_alignment); }
void operator delete(void* p, std::size_t) noexcept { give_back(p, default_alignment); }
void operator delete(void* p, std::align_val_t alignment) noexcept { give_back(p, value(alignment)); }
void operator delete(void* p, std::size_t, std::align_val_t alignment) noexcept { give_back(p, value(alignment)); }

#endif
