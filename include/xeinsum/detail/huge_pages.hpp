// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_DETAIL_HUGE_PAGES_HPP
#define XEINSUM_DETAIL_HUGE_PAGES_HPP

#include <cstddef>

#include <xeinsum/export.hpp>

namespace xeinsum::detail
{
    /// Asks the system to back memory that was just allocated, and not yet touched, with huge pages, as NumPy does: a page that is touched
    /// for the first time costs more than all that is written to it. Memory of 1 GiB and more, from 4 MiB on if the
    /// environment variable XEINSUM_HUGE_PAGES is 1 and never if it is 0: a system that has no huge page at hand may take long to find one.
    /// Nothing where it has no such call.
    XEINSUM_EXPORT void prefer_huge_pages(void* first, std::size_t bytes) noexcept;

    /// The same for a container that was just made.
    template <class C>
    void prefer_huge_pages(C& container) noexcept
    {
        prefer_huge_pages(container.data(), container.size() * sizeof(typename C::value_type));
    }
}

#endif
