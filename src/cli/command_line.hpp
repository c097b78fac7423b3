// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_CLI_COMMAND_LINE_HPP
#define XEINSUM_CLI_COMMAND_LINE_HPP

#include <string>
#include <variant>
#include <vector>

#include "commands.hpp"

namespace xeinsum::cli
{
    /// Text to print: a help, the version. With a complaint, what was asked is wrong all the same.
    struct text_request
    {
        std::string text;
        std::string complaint;
    };

    struct info_request
    {
    };

    using request = std::variant<text_request, run_request, explain_request, cosine_request, info_request>;

    /// What the arguments (without the program's name) ask for; nothing is done, read or written yet. Throws usage_error.
    request parse_command_line(const std::vector<std::string>& arguments);

    /// Does what the arguments ask for. Returns the exit status: 0 done;
    /// 2 what was asked is wrong; 1 all else. An error is one message on standard error.
    int run_command_line(const std::vector<std::string>& arguments) noexcept;
}

#endif
