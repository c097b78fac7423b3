// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_SRC_PATH_AUTOMATIC_HPP
#define XEINSUM_SRC_PATH_AUTOMATIC_HPP

#include "network.hpp"

namespace xeinsum::detail
{
    /// Up to ten terms the optimal tree; beyond, a greedy one that is then made better for as long as the contraction itself is
    /// expected to take and no longer: refined, searched for at random, or replaced by the optimal one. Time is counted in
    /// steps of known length, not measured: the same network always has the same tree.
    priced_tree automatic_tree(const network& n, const path_search& how);
}

#endif
