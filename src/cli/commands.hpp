// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_CLI_COMMANDS_HPP
#define XEINSUM_CLI_COMMANDS_HPP

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/// \file
/// What each command is asked, and the commands. They throw usage_error, file_error, the library's errors and
/// std::bad_alloc.

namespace xeinsum::cli
{
    struct run_request
    {
        std::string subscripts;
        std::vector<std::string> inputs;  ///< .npy files
        std::string output;               ///< .npy file
        std::string path = "auto";
        std::string memory_limit = "none";  ///< or as `512MiB`
        std::size_t threads = 0;          ///< 0: the library's default
        bool explain = false;             ///< print the plan first
    };

    /// Contracts .npy files into one. The operands' dtypes are promoted as NumPy does it; a file that has the common
    /// dtype already is read where it lies, whatever its order.
    void run(const run_request& asked);

    struct explain_request
    {
        std::string subscripts;
        std::vector<std::string> shapes;
        std::string type = "f64";
        std::string path = "auto";
        std::string memory_limit = "none";
        std::string format = "text";  ///< or json, svg, html
        std::size_t threads = 0;
        bool same = false;   ///< operands of one shape are one tensor
        std::string output;  ///< a text file; standard output if empty
    };

    /// Tells how a contraction of these shapes would run.
    void explain(const explain_request& asked);

    struct cosine_request
    {
        std::vector<std::string> inputs;  ///< one or two .npy files, one vector a row
        std::string output;               ///< .npy file: the matrix, or the scores of the nearest; pairs: a text file
        double eps = 1e-8;
        std::string undefined = "zero";   ///< or nan, error
        bool clamp = false;
        std::optional<std::int64_t> top_k;
        std::string indices;              ///< .npy file
        bool leave_out_self = false;
        std::optional<double> threshold;
        std::string labels, query_labels; ///< text files, one name a line
        std::string heatmap;              ///< SVG file
        std::size_t threads = 0;
        bool quiet = false;               ///< no progress
    };

    /// The cosine similarity of every two rows, the nearest rows of each, or the pairs above a threshold: float32 if all files
    /// are, float64 for other real numbers.
    void cosine(const cosine_request& asked);

    /// Tells of the library, the compiler that built it, the BLAS, the CPU and the library's own kernels.
    void info();
}

#endif
