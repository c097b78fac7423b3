// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include <string>

#include <xeinsum/subscripts.hpp>

#include "rendering.hpp"

namespace xeinsum
{
    namespace
    {
        /// The token at a byte, quoted, as the message names it.
        std::string quoted(std::string_view text, std::size_t at)
        {
            if (at >= text.size()) return "the end";
            const detail::decoded c = detail::decode_utf8(text.substr(at));
            if (text[at] == '\0') return "a NUL byte";
            if (text[at] == '\t') return "a tab";
            if (text[at] == '\n') return "a newline";
            return "'" + detail::printable(text.substr(at, c.size == 0 ? 1 : c.size)) + "'";
        }

        std::string advice(subscript_errc code, std::string_view text, std::size_t at)
        {
            const std::string what = quoted(text, at);
            switch (code)
            {
            case subscript_errc::bad_character:
                if (text[at] == '\t' || text[at] == '\n')
                    return what + " before the first or after the last token; white space other than spaces may only stand between tokens";
                return what + " is no label; labels are ASCII letters (a-z, A-Z) and any non-ASCII characters";
            case subscript_errc::invalid_utf8:
                return "byte " + std::to_string(at) + " is no valid UTF-8; subscripts are text in UTF-8";
            case subscript_errc::bad_arrow:
                return text.substr(at, 2) == "->" ? "a second '->'; an equation has one output"
                                                  : what + " must be followed at once by '>': the output is written '->'";
            case subscript_errc::bad_ellipsis: return "an ellipsis is exactly three dots, '...', with no space between";
            case subscript_errc::repeated_ellipsis: return "a second '...' in one term; a term has one at most";
            case subscript_errc::comma_in_output: return "',' in the output; the output is one term, such as '->ij'";
            case subscript_errc::repeated_output_label:
                return "output label " + what + " stands twice; each may appear once in the output";
            case subscript_errc::unknown_output_label:
                return "output label " + what + " is in no operand's term; write it there or leave it out of the output";
            default: return "malformed subscripts";
            }
        }
    }

    equation parse(std::string_view text)
    {
        equation e;
        const parse_status status = try_parse(text, e);
        if (status.ok()) return e;
        const std::vector<std::size_t> column{detail::column_of(text, status.position)};
        throw subscript_error(status.code, status.position,
                              detail::message_with_carets(detail::printable(text), column,
                                                          advice(status.code, text, status.position)));
    }

    equation detail::parse_for(std::string_view text, std::size_t operands)
    {
        equation e = parse(text);
        if (e.operand_count() != operands) throw_operand_count(printable(text), e.operand_count(), operands);
        return e;
    }

    void detail::throw_operand_count(std::string_view printable_subscripts, std::size_t terms, std::size_t operands)
    {
        const std::string start = "einsum \"" + std::string(printable_subscripts) + "\": ";
        if (operands == 0) throw subscript_error(subscript_errc::no_operands, 0, start + "no operands; an einsum has one at least");
        throw subscript_error(subscript_errc::operand_count_mismatch, 0,
                              start + "the subscripts have " + counted(terms, "term") + (operands == 1 ? " but there is " : " but there are ") +
                                  counted(operands, "operand") + "; write one term for each operand");
    }
}
