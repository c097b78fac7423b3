// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_DETAIL_MEMORY_RANGE_HPP
#define XEINSUM_DETAIL_MEMORY_RANGE_HPP

#include <cstddef>
#include <cstdint>

/// \file
/// Which addresses a strided tensor reaches.

namespace xeinsum::detail
{
    /// The bytes from `first` to before `last`; none where they are equal.
    struct memory_range
    {
        std::uintptr_t first = 0, last = 0;

        friend bool overlap(const memory_range& x, const memory_range& y)
        {
            return x.first < x.last && y.first < y.last && x.first < y.last && y.first < x.last;
        }
    };

    /// The range of a tensor whose first logical element, of so many bytes, lies at `first`; strides in elements, of any sign.
    template <class Shape, class Strides>
    memory_range reached(std::uintptr_t first, std::size_t element_bytes, const Shape& shape, const Strides& strides)
    {
        std::uintptr_t low = first, high = first + element_bytes;
        auto stride = strides.begin();
        for (const auto extent : shape)
        {
            if (extent == 0) return {};
            const auto bytes = static_cast<std::int64_t>(*stride++) * (static_cast<std::int64_t>(extent) - 1) * static_cast<std::int64_t>(element_bytes);
            (bytes < 0 ? low : high) += static_cast<std::uintptr_t>(bytes);
        }
        return {low, high};
    }
}

#endif
