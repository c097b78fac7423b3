// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_CLI_ARGUMENTS_HPP
#define XEINSUM_CLI_ARGUMENTS_HPP

#include <span>
#include <string>
#include <vector>

namespace CLI
{
    class App;
}

namespace xeinsum::cli
{
    /// A command's arguments, told apart.
    struct sorted_arguments
    {
        std::vector<std::string> options;  ///< with their values
        std::vector<std::string> positionals;
    };

    /// Tells options from positionals, which to CLI11 is a matter of the leading '-' only. Here "->", "-i" and "-" can
    /// be positionals: a command that takes SUBSCRIPTS has as its first positional whatever is neither an option of
    /// its own nor begins with "--"; a lone "-" always is one, as is all that follows "--". What is left counts as an
    /// option, for CLI11 to complain of. Throws usage_error where an option is last and lacks its value, and for dashes before what
    /// can't be an option's name, as in "---".
    sorted_arguments sort_arguments(const CLI::App& command, std::span<const std::string> arguments);
}

#endif
