// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include <string>
#include <string_view>

#include <xeinsum/subscripts.hpp>

#include "fuzz/decoder.hpp"

/// \file
/// Any bytes as subscripts: they have a place where they are wrong, or an equation that its own text brings back.

namespace
{
    using xeinsum::equation;
    using xeinsum::parse_status;

    constexpr std::size_t literal_size = 48;
    using literal = xeinsum::literal_equation<literal_size>;
    using literal_labels = xeinsum::detail::fixed_vector<xeinsum::label, 2 * literal_size>;

    void check_refused(std::string_view text, const parse_status& status)
    {
        fuzz::require(status.position <= text.size(), "an error lies within the subscripts");
        try
        {
            xeinsum::parse(text);
            fuzz::require(false, "what try_parse() refuses, parse() does");
        }
        catch (const xeinsum::subscript_error& e)
        {
            fuzz::require(e.code() == status.code && e.position() == status.position, "parse() and try_parse() say the same", e.what());
        }
    }

    void check_taken(std::string_view text, const equation& e)
    {
        fuzz::require(xeinsum::parse(text) == e, "parse() and try_parse() say the same");
        const std::string printed = to_string(e);
        const equation again = xeinsum::parse(printed);
        fuzz::require(again == e, "an equation's text is its own", printed);
        fuzz::require(to_string(again) == printed, "the text of an equation stays the same", printed);
        for (std::size_t i = 0; i < e.operand_count(); ++i) fuzz::require(e.term(i).size() <= text.size(), "labels come from the text");
    }

    /// The storage that literals have, which does not grow.
    void check_literal(std::string_view text, const parse_status& status, const equation& e)
    {
        literal same;
        const parse_status as_literal = xeinsum::detail::subscripts_parser<literal, literal_labels>(text, same).run();
        fuzz::require(as_literal == status, "a literal is parsed as a string is");
        if (status.ok()) fuzz::require(same.to<equation>() == e, "a literal is the same equation");
    }
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    equation e;
    const parse_status status = try_parse(text, e);
    if (status.ok()) check_taken(text, e);
    else check_refused(text, status);
    if (size <= literal_size) check_literal(text, status, e);
    return 0;
}
