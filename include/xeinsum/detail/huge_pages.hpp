// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_DETAIL_HUGE_PAGES_HPP
#define XEINSUM_DETAIL_HUGE_PAGES_HPP

#include <cstddef>

#include <xeinsum/export.hpp>

namespace xeinsum::detail
{
    /// Asks the system to back memory that was just allocated, and not yet touched, with huge pages, as NumPy does: a page that is touched
    /// for the first time costs more than all that is written to it. Memory of 4 MiB and more; none if the environment variable
    /// XEINSUM_HUGE_PAGES is 0, for systems that take long to find a huge page. Nothing where the system has no such call.
    XEINSUM_EXPORT void prefer_huge_pages(void* first, std::size_t bytes) noexcept;

    /// The same for a container that was just made.
    template <class C>
    void prefer_huge_pages(C& container) noexcept
    {
        prefer_huge_pages(container.data(), container.size() * sizeof(typename C::value_type));
    }
}

#endif
