// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_SRC_PLAN_BLOCK_LOWERING_HPP
#define XEINSUM_SRC_PLAN_BLOCK_LOWERING_HPP

#include "fastest_step.hpp"
#include "product.hpp"

namespace xeinsum::detail
{
    /// Whether there is a kernel for blocks of small products of this type.
    bool has_block_products(dtype type);

    /// Considers to run many small products in blocks: of each tensor that lies across them, a block is brought into the cache as matrices
    /// side by side, or, where the matrices are smaller than a vector, as elements of as many of them as a vector holds.
    void consider_blocks(fastest_step& fastest, const product& p, const product_size& size, kernel op);
}

#endif
