// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_CLI_COMMAND_LINE_HPP
#define XEINSUM_CLI_COMMAND_LINE_HPP

#include <string>
#include <vector>

namespace xeinsum::cli
{
    /// Runs the command that the arguments (without the program's name) ask for. Returns the exit status: 0 done;
    /// 2 what was asked is wrong; 1 all else. An error is one message on standard error.
    int run_command_line(const std::vector<std::string>& arguments) noexcept;
}

#endif
