// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_BENCHMARK_SERVE_HPP
#define XEINSUM_BENCHMARK_SERVE_HPP

#include <iosfwd>

namespace bench
{
    /// Answers requests, one JSON object a line, so that another program can time rivals in turns with the library:
    ///
    ///     {"subscripts": "ij,jk->ik", "shapes": [[2, 3], [3, 4]], "dtype": "f32", "threads": 1, "repeat": 3,
    ///      "fresh_output": true, "same_operand": false}
    ///     {"seconds": [1.1e-6, 1.0e-6, 1.0e-6]}
    ///
    /// dtype: f32, f64, i32 or i64. With `fresh_output` a time covers planning, allocating the result and contracting, else
    /// contracting into a warm result only. `group` calls (1 unless given) make up one time, their mean. The operands of the
    /// last request are kept, so that a request repeated finds all prepared. An error is answered by {"error": "..."}, and
    /// {"blas": true} by the BLAS' library, version and kernel.
    void serve(std::istream& in, std::ostream& out);
}

#endif
