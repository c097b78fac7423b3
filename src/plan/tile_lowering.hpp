// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_SRC_PLAN_TILE_LOWERING_HPP
#define XEINSUM_SRC_PLAN_TILE_LOWERING_HPP

#include "product.hpp"

namespace xeinsum::detail
{
    /// Whether the tiled product is compiled for this dtype.
    bool has_tiles(dtype type);

    /// Decides how the tiled product runs a contraction: which operand gives the rows, the order of the axes of each
    /// group, how much of each a block takes, and how threads divide the work. No extent is 0.
    step lower_to_tiles(const product& p, kernel op);
}

#endif
