// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_SRC_RENDERING_HPP
#define XEINSUM_SRC_RENDERING_HPP

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <xeinsum/equation.hpp>

namespace xeinsum::detail
{
    /// A one-line text and the column of each of its parts, for a caret line below it.
    struct rendering
    {
        std::string text;
        std::vector<std::vector<std::size_t>> columns;  ///< per term (the output last) and label
        std::vector<std::size_t> term_columns;          ///< per term: where it begins
    };

    /// An equation's text, with where each label stands. A column is a code point.
    rendering render(const equation& e);

    /// A text with control characters and broken UTF-8 shown as '?', so that it stays on one line, and the
    /// column that a byte offset of the original has in it.
    std::string printable(std::string_view text);
    std::size_t column_of(std::string_view text, std::size_t byte);

    /// `1 operand`, `2 operands`.
    std::string counted(std::size_t n, std::string_view what);

    /// `einsum "TEXT": MESSAGE`, TEXT again below the quoted one, and carets under these columns.
    std::string message_with_carets(std::string_view text, const std::vector<std::size_t>& columns, std::string_view message);
}

#endif
