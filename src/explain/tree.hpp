// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_SRC_EXPLAIN_TREE_HPP
#define XEINSUM_SRC_EXPLAIN_TREE_HPP

#include <string>

#include <xeinsum/plan.hpp>

namespace xeinsum::detail
{
    /// The steps of a plan as a tree, the last one on top, a line for each step and operand: labels, kernel, flops.
    std::string tree_text(const plan& p);
}

#endif
