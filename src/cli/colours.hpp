// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_CLI_COLOURS_HPP
#define XEINSUM_CLI_COLOURS_HPP

#include <string>
#include <string_view>

namespace xeinsum::cli
{
    /// Whether what is written to a descriptor is to be coloured: it is a terminal that knows how, and the environment variable NO_COLOR
    /// is not set, or is empty (no-color.org).
    bool shows_colours(int descriptor);

    /// The text of an explanation with its headings in bold and each label in the colour that its role has in pictures.
    std::string coloured(std::string_view explanation);

    /// Writes an explanation to standard output, coloured where that shows colours. Throws as print() does.
    void print_explanation(std::string_view text);
}

#endif
