// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_SRC_PATH_RANDOM_GREEDY_HPP
#define XEINSUM_SRC_PATH_RANDOM_GREEDY_HPP

#include "network.hpp"

namespace xeinsum::detail
{
    /// The best of many greedy searches, each with a taste of its own, the first of them plain; the best is refined. What is found depends
    /// on the seed and the number of trials alone, not on the threads (where no time limit or stop cuts it short).
    priced_tree random_greedy_tree(const network& n, const path_search& how);
    /// The same, with so many pieces looked at for refining, at most.
    priced_tree random_greedy_tree(const network& n, const path_search& how, std::size_t most_pieces);
}

#endif
