// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_TESTS_CLI_PROCESS_HPP
#define XEINSUM_TESTS_CLI_PROCESS_HPP

#include <functional>
#include <string>
#include <vector>

namespace xeinsum::test
{
    /// How a process ended, and what it wrote.
    struct outcome
    {
        int status = -1;  ///< exit status; -1 where a signal ended it
        bool met = true;  ///< whether it was met while it had the file mapped
        std::string out;
        std::string err;
    };

    enum class standard_output { captured, closed, full_disk, pipe_without_reader };

    /// Runs the command xeinsum in a folder, its standard input a pipe that nobody writes to. A process that does
    /// not end within a minute is ended. `prepare` is called in the process before it becomes the command.
    outcome run_xeinsum(const std::string& folder, const std::vector<std::string>& arguments,
                        standard_output out = standard_output::captured, const std::function<void()>& prepare = {});

    /// Runs it and calls `meanwhile` once it has mapped the file of this name; the command stands still as long as that takes.
    outcome run_xeinsum_while_mapped(const std::string& folder, const std::vector<std::string>& arguments, const std::string& name,
                                     const std::function<void()>& meanwhile);

    /// Runs it in a folder and sends it a signal as soon as it has begun a file there. The signal that ended it; 0 if it ended by itself.
    int interrupt_xeinsum(const std::string& folder, const std::vector<std::string>& arguments, int signal);
}

#endif
