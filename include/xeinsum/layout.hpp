// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_LAYOUT_HPP
#define XEINSUM_LAYOUT_HPP

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <xeinsum/detail/small_vector.hpp>
#include <xeinsum/export.hpp>

namespace xeinsum
{
    /// Extents of a tensor's axes, outermost first.
    using extents = detail::small_vector<std::int64_t, 6>;

    /// How a run-time tensor lies in memory, seen from its first logical element:
    ///
    ///     offset(i0, ..., in) = i0 * strides[0] + ... + in * strides[n]      (in elements)
    ///
    /// Strides may be 0 (broadcast) or negative (reversed).
    struct XEINSUM_EXPORT layout
    {
        extents shape;
        extents strides;

        std::size_t rank() const { return shape.size(); }
        /// Number of elements; 1 for a scalar. Throws shape_error where 64 bits do not hold it.
        std::int64_t size() const;

        friend bool operator==(const layout&, const layout&) = default;
    };

    /// Number of elements of a shape. Throws shape_error: negative extent, or more than 2^63 - 1.
    XEINSUM_EXPORT std::int64_t element_count(std::span<const std::int64_t> shape);

    /// The C-ordered layout of a shape.
    XEINSUM_EXPORT layout row_major(extents shape);
    /// The Fortran-ordered layout of a shape.
    XEINSUM_EXPORT layout column_major(extents shape);

    /// A shape as `100x700`; a scalar as `-`.
    XEINSUM_EXPORT std::string to_string(std::span<const std::int64_t> shape);
}

#endif
