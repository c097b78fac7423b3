// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_BINDING_HPP
#define XEINSUM_BINDING_HPP

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <xeinsum/detail/small_vector.hpp>
#include <xeinsum/equation.hpp>
#include <xeinsum/export.hpp>
#include <xeinsum/layout.hpp>

namespace xeinsum
{
    /// A label within one bound equation, counted from 0: an index into its extents.
    using label_id = std::size_t;
    using label_ids = detail::small_vector<label_id, 8>;

    /// An equation that met its operands' shapes: ellipses are spelled out as labels of their own, every
    /// label has one extent.
    struct XEINSUM_EXPORT bound_equation
    {
        label_kind kind = label_kind::letters;
        std::vector<label> names;         ///< per id: the label, or -1 - k for the ellipsis' axis k (from the left)
        extents sizes;                    ///< per id: the extent after broadcasting
        std::vector<label_ids> operands;  ///< per operand and axis: the id
        label_ids output;                 ///< per result axis: the id

        /// The result's shape.
        extents output_shape() const;
        /// How an id is shown: `i`, `7`, `...0`.
        std::string name(label_id id) const;

        friend bool operator==(const bound_equation&, const bound_equation&) = default;
    };

    /// Binds an equation to shapes.
    ///
    /// \param e what is summed
    /// \param shapes one for each of its terms
    /// \param broadcast an extent of 1 takes any other across operands, as in NumPy; if false it is an
    ///        error (ellipsis axes included).
    /// Throws subscript_error: number of operands, ellipsis left out of the output; shape_error: ranks,
    /// extents, a diagonal of unequal axes, a result beyond 64 bits.
    XEINSUM_EXPORT bound_equation bind_shapes(const equation& e, std::span<const extents> shapes, bool broadcast = true);

    namespace detail
    {
        // The refusals of templates, compiled once.
        [[noreturn]] XEINSUM_EXPORT void throw_mismatched_rank(const equation& e, const extents& result, std::size_t rank);
        [[noreturn]] XEINSUM_EXPORT void throw_mismatched_shape(const equation& e, const extents& result, const extents& fixed);
        [[noreturn]] XEINSUM_EXPORT void throw_misfit(const extents& result, const extents& destination);
        [[noreturn]] XEINSUM_EXPORT void throw_changed_shapes(const equation& e, std::span<const extents> before,
                                                              std::span<const extents> now);
        // `who` is the function that was called.
        [[noreturn]] XEINSUM_EXPORT void throw_not_a_matrix(std::string_view who, std::size_t rank);
        [[noreturn]] XEINSUM_EXPORT void throw_mismatched_columns(std::string_view who, std::size_t x, std::size_t y);
        [[noreturn]] XEINSUM_EXPORT void throw_bad_eps(double eps);
    }
}

#endif
