// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_CLI_ERRORS_HPP
#define XEINSUM_CLI_ERRORS_HPP

#include <stdexcept>
#include <string>

namespace xeinsum::cli
{
    /// What was asked is wrong: an option, a shape or path as text, an operand that a command can't take. Exit status 2.
    class usage_error : public std::runtime_error
    {
    public:
        using std::runtime_error::runtime_error;
    };

    /// A file or stream that is missing, malformed or can't be written; what() begins with its path. Exit status 1.
    class file_error : public std::runtime_error
    {
    public:
        using std::runtime_error::runtime_error;

        /// `path: what: the system's words for errno`.
        static file_error from_errno(const std::string& path, const std::string& what, int error);
    };
}

#endif
