// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include <algorithm>

#include "command_line.hpp"
#include "standard_output.hpp"

int main(int argc, char** argv)
{
    xeinsum::cli::guard_standard_streams();
    return xeinsum::cli::run_command_line({argv + std::min(argc, 1), argv + argc});
}
