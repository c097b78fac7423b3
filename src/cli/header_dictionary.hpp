// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_CLI_HEADER_DICTIONARY_HPP
#define XEINSUM_CLI_HEADER_DICTIONARY_HPP

#include <cstddef>
#include <string>
#include <string_view>

#include <xeinsum/layout.hpp>

namespace xeinsum::cli
{
    /// More axes than NumPy allows in any version.
    inline constexpr std::size_t most_axes = 64;

    /// What the header of a .npy file says, as Python wrote it.
    struct header_dictionary
    {
        std::string descr;
        bool fortran_order = false;
        extents shape;
    };

    /// Reads the literal of a Python dictionary with exactly the keys descr (a string), fortran_order and shape
    /// (a tuple), each once and in any order, surrounded by white space only.
    ///
    ///     {'descr': '<f8', 'fortran_order': False, 'shape': (2, 3), }
    ///
    /// Either kind of quotes, Python 2's `3L`, and trailing commas are understood. Throws file_error that says what
    /// is wrong and at which byte of the header.
    header_dictionary parse_header_dictionary(std::string_view text);

    /// Text from a file, in quotes, fit to be shown: cut after some 40 characters, unprintable bytes as \xNN.
    std::string excerpt(std::string_view text);
}

#endif
