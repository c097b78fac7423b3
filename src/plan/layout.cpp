// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include <xeinsum/layout.hpp>

#include <algorithm>

#include <xeinsum/error.hpp>

namespace xeinsum
{
    std::int64_t element_count(std::span<const std::int64_t> shape)
    {
        std::int64_t count = 1;
        bool fits = true, empty = false;
        for (const std::int64_t extent : shape)
        {
            if (extent < 0) throw shape_error(shape_errc::negative_extent, "einsum: extent " + std::to_string(extent) + " is negative");
            empty = empty || extent == 0;
            fits = fits && !__builtin_mul_overflow(count, extent, &count);
        }
        if (empty) return 0;
        if (!fits) throw shape_error(shape_errc::size_overflow, "einsum: shape " + to_string(shape) + " has more elements than 64 bits hold");
        return count;
    }

    std::int64_t layout::size() const { return element_count(shape); }

    namespace
    {
        /// Strides of a contiguous layout, from the axis that is contiguous to the one that reaches furthest.
        template <class Order>
        layout contiguous(extents shape, Order axis_at)
        {
            const bool empty = element_count(shape) == 0;
            layout result{std::move(shape), {}};
            result.strides.resize(result.rank());
            std::int64_t stride = 1;
            for (std::size_t i = 0; i < result.rank(); ++i)
            {
                const std::size_t axis = axis_at(i, result.rank());
                result.strides[axis] = empty ? 0 : stride;
                stride *= empty ? 1 : result.shape[axis];
            }
            return result;
        }
    }

    layout row_major(extents shape)
    {
        return contiguous(std::move(shape), [](std::size_t i, std::size_t rank) { return rank - 1 - i; });
    }

    layout column_major(extents shape)
    {
        return contiguous(std::move(shape), [](std::size_t i, std::size_t) { return i; });
    }

    std::string to_string(std::span<const std::int64_t> shape)
    {
        if (shape.empty()) return "-";
        std::string text;
        for (const std::int64_t extent : shape)
            text.append(text.empty() ? "" : "x").append(std::to_string(extent));
        return text;
    }
}
