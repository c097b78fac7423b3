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
        constexpr double per_random_pair = 300e-9;
        constexpr double per_refined_piece = 30e-6;
        constexpr double per_division = 2e-9;

        double expected_seconds(double flops, std::size_t pairs) { return flops * per_flop + static_cast<double>(pairs) * per_step; }

        double optimal_seconds(std::size_t terms) { return std::pow(3.0, static_cast<double>(terms)) / 2 * per_division; }

        std::size_t times(double seconds, double each, std::size_t most) { return static_cast<std::size_t>(std::clamp(seconds / each, 0.0, static_cast<double>(most))); }
    }

    priced_tree automatic_tree(const network& n, const path_search& how)
    {
        constexpr std::size_t small = 10;
        const std::size_t terms = n.terms.size();
        const search_watch watch(how);
        if (terms <= small) return optimal_over_subsets(n, how.minimize);

        greedy_search greedy(n);
        priced_tree tree = *greedy.run({}, std::numeric_limits<double>::infinity());
        const auto looks = static_cast<double>(greedy.work());
        double spent = looks * per_greedy_pair;
        // What may be spent yet, for a tree of so many flops to take longer than the search for it.
        const auto left = [&](double flops) { return expected_seconds(flops, terms - 1) - spent; };

        std::size_t pieces = 0;
        tree = refine(n, std::move(tree), how.minimize, [&](double flops) { return times(left(flops) / 2, per_refined_piece, enough_pieces(n)); }, pieces);
        spent += static_cast<double>(pieces) * per_refined_piece;
        if (terms <= most_terms_of_all_subsets && optimal_seconds(terms) < left(tree.flops)) return optimal_over_subsets(n, how.minimize, tree, watch);

        // A part of what is left is kept for refining the best of the trees that are drawn.
        constexpr std::size_t most_trials = 128, least_trials = 4;
        constexpr double longest_per_term = 200e-6;
        path_search random = how;
        random.trials = times(std::min(left(tree.flops) / 2, longest_per_term * static_cast<double>(terms)), looks * per_random_pair, most_trials);
        if (random.trials < least_trials) return tree;
        priced_tree drawn = random_greedy_tree(n, random, times(left(tree.flops) / 2, per_refined_piece, enough_pieces(n)));
        return is_better(drawn, tree, how.minimize) ? drawn : tree;
    }
}
