// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include "left.hpp"

namespace xeinsum::detail
{
    contraction_path left_path(std::size_t operand_count)
    {
        // The product joins the list at its end: after the first pair it stands behind the rest.
        contraction_path path;
        path.reserve(operand_count - 1);
        for (std::size_t left = operand_count; left > 1; --left)
            path.push_back(left == operand_count ? std::vector<std::size_t>{0, 1} : std::vector<std::size_t>{0, left - 1});
        return path;
    }
}
