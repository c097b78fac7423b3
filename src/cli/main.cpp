// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include <algorithm>
#include <csignal>

#include "command_line.hpp"
#include "mapped_files.hpp"
#include "standard_output.hpp"
#include "unfinished_files.hpp"

int main(int argc, char** argv)
{
    xeinsum::cli::guard_standard_streams();
    // A file that grows beyond its limit is an error of the write, which cleans up, not the end of the process.
    std::signal(SIGXFSZ, SIG_IGN);
    xeinsum::cli::remove_unfinished_files_on_signals();
    xeinsum::cli::report_files_that_shrink();
    return xeinsum::cli::run_command_line({argv + std::min(argc, 1), argv + argc});
}
