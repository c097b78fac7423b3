// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include <xeinsum/detail/huge_pages.hpp>

#include <sys/mman.h>

#include <cstdint>
#include <cstdlib>
#include <limits>
#include <string_view>

namespace xeinsum::detail
{
    namespace
    {
        /// Memory of this many bytes and more is asked for: whatever has a huge page to fill; with XEINSUM_HUGE_PAGES=0 none.
        [[maybe_unused]] std::size_t least_bytes()
        {
            const char* const said = std::getenv("XEINSUM_HUGE_PAGES");
            return said && std::string_view(said) == "0" ? std::numeric_limits<std::size_t>::max() : std::size_t{4} << 20;
        }
    }

    void prefer_huge_pages([[maybe_unused]] void* first, [[maybe_unused]] std::size_t bytes) noexcept
    {
#ifdef MADV_HUGEPAGE
        static const std::size_t least = least_bytes();
        if (bytes < least) return;
        constexpr std::uintptr_t page = 4096;
        const std::uintptr_t begin = (reinterpret_cast<std::uintptr_t>(first) + page - 1) / page * page;
        const std::uintptr_t end = (reinterpret_cast<std::uintptr_t>(first) + bytes) / page * page;
        // Larger pages than 4 KiB: the call refuses, and all is as it was.
        static_cast<void>(::madvise(reinterpret_cast<void*>(begin), end - begin, MADV_HUGEPAGE));
#endif
    }
}
