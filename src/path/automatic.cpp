// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include "automatic.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "greedy.hpp"
#include "optimal.hpp"
#include "random_greedy.hpp"
#include "refine.hpp"
#include "watch.hpp"

namespace xeinsum::detail
{
    namespace
    {
        // Seconds, on one core of some years ago.
        constexpr double per_flop = 1e-10;
        constexpr double per_step = 1e-6;
        constexpr double per_greedy_pair = 150e-9;
        constexpr double per_refined_piece = 20e-6;
        constexpr double per_division = 2e-9;

        double expected_seconds(const priced_tree& tree) { return tree.flops * per_flop + static_cast<double>(tree.pairs.size()) * per_step; }

        double optimal_seconds(std::size_t terms) { return std::pow(3.0, static_cast<double>(terms)) / 2 * per_division; }
    }

    priced_tree automatic_tree(const network& n, const path_search& how)
    {
        constexpr std::size_t small = 10;
        const std::size_t terms = n.terms.size();
        const search_watch watch(how);
        if (terms <= small) return optimal_over_subsets(n, how.minimize);

        greedy_search greedy(n);
        priced_tree tree = *greedy.run({}, std::numeric_limits<double>::infinity());
        double budget = expected_seconds(tree);
        const double one_search = static_cast<double>(greedy.work()) * per_greedy_pair;

        const auto pieces = std::min(static_cast<std::size_t>(std::min(budget / 2 / per_refined_piece, 1e9)), enough_pieces(n));
        tree = refine(n, std::move(tree), how.minimize, pieces);
        budget = expected_seconds(tree) - static_cast<double>(pieces) * per_refined_piece;
        if (terms <= most_terms_of_all_subsets && optimal_seconds(terms) < budget) return optimal_over_subsets(n, how.minimize, tree, watch);

        constexpr double most_trials = 128, longest_per_term = 100e-6;
        path_search random = how;
        budget = std::min(budget, longest_per_term * static_cast<double>(terms));
        random.trials = static_cast<std::size_t>(std::clamp(budget / one_search, 0.0, most_trials));
        if (random.trials < 4) return tree;
        priced_tree drawn = random_greedy_tree(n, random);
        return is_better(drawn, tree, how.minimize) ? drawn : tree;
    }
}
