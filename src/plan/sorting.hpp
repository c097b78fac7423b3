// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_SRC_PLAN_SORTING_HPP
#define XEINSUM_SRC_PLAN_SORTING_HPP

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace xeinsum::detail
{
    /// Axes are sorted by how far they step, whichever way.
    constexpr std::int64_t magnitude(std::int64_t stride) { return stride < 0 ? -stride : stride; }

    /// Sorts stably. The few labels and axes of a step are put in order where they stand: std::stable_sort takes memory, whatever the size.
    template <class Range, class Before>
    void sort_stably(Range& values, Before before)
    {
        constexpr std::size_t few = 24;
        if (values.size() > few)
        {
            std::stable_sort(values.begin(), values.end(), before);
            return;
        }
        for (std::size_t i = 1; i < values.size(); ++i)
        {
            std::size_t at = i;
            for (; at > 0 && before(values[i], values[at - 1]); --at) {}
            const auto place = [&](std::size_t p) { return values.begin() + static_cast<std::ptrdiff_t>(p); };
            if (at != i) std::rotate(place(at), place(i), place(i + 1));
        }
    }
}

#endif
