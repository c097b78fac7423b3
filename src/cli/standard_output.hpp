// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_CLI_STANDARD_OUTPUT_HPP
#define XEINSUM_CLI_STANDARD_OUTPUT_HPP

#include <string_view>

namespace xeinsum::cli
{
    /// Gives each of the three standard descriptors that the caller closed a stand-in that fails when used, so
    /// that no file opened later is taken for it. Also turns a reader that went away from a signal into an error.
    void guard_standard_streams();

    /// Writes to standard output, unbuffered. Throws file_error: closed, disk full, no reader.
    void print(std::string_view text);

    /// Writes `xeinsum: ` and the message as a line to standard error; there is no one to tell if that fails.
    void print_error(std::string_view message) noexcept;
}

#endif
