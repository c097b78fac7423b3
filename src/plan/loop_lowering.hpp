// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_SRC_PLAN_LOOP_LOWERING_HPP
#define XEINSUM_SRC_PLAN_LOOP_LOWERING_HPP

#include "lowering.hpp"

namespace xeinsum::detail
{
    /// Decides how the library's own loops run a step. The tensor with most elements sets the order of the axes; another one
    /// that lies across it is copied (a result: computed apart) block by block where that is worth while and allowed.
    step lower_to_loops(const step_problem& problem, kernel op, const labelled_layout& left, const labelled_layout& right, bool may_copy = true);
}

#endif
