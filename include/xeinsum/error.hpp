// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_ERROR_HPP
#define XEINSUM_ERROR_HPP

#include <cstddef>
#include <stdexcept>
#include <string>

#include <xeinsum/export.hpp>

namespace xeinsum
{
    /// What is wrong with a subscripts string (or with integer labels), before any shape is known,
    /// and the two faults that need the operands' number and ranks.
    enum class subscript_errc
    {
        none,                    ///< nothing
        bad_character,           ///< not a label, comma, arrow, ellipsis or white space between tokens
        invalid_utf8,            ///< a byte sequence that is no UTF-8 code point
        bad_arrow,               ///< '-' without '>' right after it, or a second arrow
        bad_ellipsis,            ///< dots that are not exactly three in a row
        repeated_ellipsis,       ///< two ellipses in one term
        comma_in_output,         ///< the output is one term
        repeated_output_label,   ///< "ii->ii"
        unknown_output_label,    ///< "i->j"
        label_out_of_range,      ///< a negative integer label
        no_operands,             ///< einsum of nothing
        operand_count_mismatch,  ///< as many terms as operands, no more and no fewer
        output_missing_ellipsis  ///< "...i->i" where the ellipsis matches at least one axis
    };

    /// What is wrong between an equation and the shapes that it is applied to.
    enum class shape_errc
    {
        too_many_labels,    ///< a term has more labels than its operand has axes
        too_few_labels,     ///< a term without ellipsis has fewer labels than its operand has axes
        unequal_diagonal,   ///< a label repeated in one term, over axes of different extent
        extent_mismatch,    ///< a label with two extents, neither of them 1
        negative_extent,    ///< an extent below zero
        size_overflow,      ///< a size in elements or bytes that 64 bits do not hold
        result_mismatch,    ///< a destination of another rank or fixed shape than the result
        bad_layout,         ///< layouts that do not fit their shapes
        bad_path,           ///< a contraction path that does not fit the number of operands, or that can't be searched
        memory_limit        ///< a limit that no order of the contraction stays below
    };

    /// Thrown for malformed subscripts: a std::invalid_argument whose what() shows the string with a
    /// caret under the fault.
    class XEINSUM_EXPORT subscript_error : public std::invalid_argument
    {
    public:
        subscript_error(subscript_errc code, std::size_t position, const std::string& what);
        ~subscript_error() override;

        subscript_errc code() const noexcept { return m_code; }
        /// Offset in bytes of the fault in the subscripts as given; 0 where parse() is not who throws (integer labels,
        /// the number of operands, an ellipsis that the output leaves out).
        std::size_t position() const noexcept { return m_position; }

    private:
        subscript_errc m_code;
        std::size_t m_position;
    };

    /// Thrown when shapes do not fit an equation: a std::invalid_argument whose what() names the label,
    /// operands, axes and extents.
    class XEINSUM_EXPORT shape_error : public std::invalid_argument
    {
    public:
        shape_error(shape_errc code, const std::string& what);
        ~shape_error() override;

        shape_errc code() const noexcept { return m_code; }

    private:
        shape_errc m_code;
    };

    /// Thrown by an execution whose stop condition asked for it.
    class XEINSUM_EXPORT cancelled : public std::runtime_error
    {
    public:
        cancelled();
        ~cancelled() override;
    };
}

#endif
