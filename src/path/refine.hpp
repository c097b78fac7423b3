// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_SRC_PATH_REFINE_HPP
#define XEINSUM_SRC_PATH_REFINE_HPP

#include <cstddef>
#include <functional>

#include "network.hpp"

namespace xeinsum::detail
{
    /// As many pieces as are looked at until little is gained: about five for each pair.
    inline std::size_t enough_pieces(const network& n) { return 5 * n.terms.size(); }

    /// Improves a tree piece by piece: below each pair, the part of the tree that has up to eight leaves (terms or products) is
    /// put in its best order, until no piece gets better or `most_work` pieces were looked at. The tree never gets worse.
    priced_tree refine(const network& n, priced_tree tree, path_objective by, std::size_t most_work);

    /// The same with a limit that depends on what the tree costs by then: pieces for a tree of so many flops. `work` is how many were looked at.
    priced_tree refine(const network& n, priced_tree tree, path_objective by, const std::function<std::size_t(double flops)>& most_work, std::size_t& work);
}

#endif
