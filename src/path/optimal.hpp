// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_SRC_PATH_OPTIMAL_HPP
#define XEINSUM_SRC_PATH_OPTIMAL_HPP

#include <cstddef>
#include <optional>

#include "network.hpp"
#include "watch.hpp"

namespace xeinsum::detail
{
    /// Up to so many terms every subset is looked at: 3^n / 2 pairs, some 50 ms for 16.
    inline constexpr std::size_t most_terms_of_all_subsets = 16;
    /// Up to so many terms subsets that hang together are.
    inline constexpr std::size_t most_terms_of_connected_subsets = 128;

    /// The best tree of all, products of terms that share nothing included. 2 to 16 terms.
    ///
    /// Dynamic programming over subsets S of the terms, each divided into A and S - A:
    ///
    ///     best(S) = min over A of  best(A) + best(S - A) + flops(A, S - A)
    priced_tree optimal_over_subsets(const network& n, path_objective by);
    /// The same; `known`, a tree that is known, where the watch ends the search. Progress counts subsets.
    priced_tree optimal_over_subsets(const network& n, path_objective by, const priced_tree& known, const search_watch& watch);

    /// The best tree of those that never multiply what shares no label, but for parts of the network that share none at
    /// all; those are multiplied last. Only subsets that cost no more than `known` (a tree that is known) are kept, and that is returned
    /// if it is ahead of them all, or if the watch ends the search. Progress counts terms, as the size of the subsets that are done.
    /// Nothing where more pairs of subsets than some seconds allow would have to be looked at.
    std::optional<priced_tree> optimal_over_connected_subsets(const network& n, path_objective by, const priced_tree& known, const search_watch& watch);
}

#endif
