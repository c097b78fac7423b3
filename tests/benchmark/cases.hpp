// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_BENCHMARK_CASES_HPP
#define XEINSUM_BENCHMARK_CASES_HPP

#include <string>
#include <vector>

#include <xeinsum/layout.hpp>

namespace bench
{
    /// A contraction to be timed.
    struct contraction
    {
        std::string id;
        std::string subscripts;
        std::vector<xeinsum::extents> shapes;
        bool same_operand = false;  ///< every operand is one and the same array
    };

    /// The cases of a file with one JSON object a line; of `cases/NAME.jsonl` if `file` is one of those names.
    /// Throws std::runtime_error, or what the JSON reader throws.
    std::vector<contraction> read_cases(const std::string& file);

    /// The case with every extent divided by `scale`, down to 4 at least where it was not smaller already.
    contraction shrink(contraction c, double scale);
}

#endif
