// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_SRC_PATH_LEFT_HPP
#define XEINSUM_SRC_PATH_LEFT_HPP

#include <cstddef>

#include <xeinsum/path.hpp>

namespace xeinsum::detail
{
    /// As written: the first two, their product with the third, and so on. O(n).
    contraction_path left_path(std::size_t operand_count);
}

#endif
