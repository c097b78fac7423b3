// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_CLI_TEXT_FORMS_HPP
#define XEINSUM_CLI_TEXT_FORMS_HPP

#include <cstddef>
#include <optional>
#include <string_view>

#include <xeinsum/dtype.hpp>
#include <xeinsum/layout.hpp>
#include <xeinsum/path.hpp>

/// \file
/// How values are written on the command line. All throw usage_error, which says what would be right.

namespace xeinsum::cli
{
    /// `100x700`; a scalar is `-`.
    extents parse_shape(std::string_view text);

    /// NumPy's name, `float32`, or the short form, `f32`, `c128`, `i8`, `u64`.
    dtype parse_dtype(std::string_view text);

    /// A strategy's name, or a path as opt_einsum prints it: `(0,1),(0,1)`, white space and brackets around it
    /// allowed; or as NumPy does: `['einsum_path', (0, 1), (0, 1)]`. Whether it fits the operands is for the plan to say.
    path_choice parse_path(std::string_view text);

    /// A number of bytes: `1000000`, `512MiB`, `2GB`; nothing for `none`.
    std::optional<std::size_t> parse_bytes(std::string_view text);
}

#endif
