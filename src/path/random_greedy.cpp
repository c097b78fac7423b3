// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include "random_greedy.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <exception>
#include <limits>
#include <random>
#include <utility>
#include <vector>

#include "../plan/threads.hpp"
#include "greedy.hpp"
#include "refine.hpp"
#include "watch.hpp"

namespace xeinsum::detail
{
    namespace
    {
        /// Operands, times trials, from which on threads are woken: a trial takes about a microsecond for each.
        constexpr std::size_t worth_threads = 2000;

        /// The taste of a trial, drawn from the seed and its number alone.
        greedy_taste taste_of(std::uint64_t seed, std::uint64_t trial)
        {
            if (trial == 0) return {};
            std::seed_seq mixed{seed, seed >> 32, trial, trial >> 32};
            std::mt19937_64 random(mixed);
            const auto uniform = [&](double low, double high) { return std::uniform_real_distribution(low, high)(random); };
            return {.weight = std::exp2(uniform(-2, 2)), .temperature = std::exp(uniform(std::log(0.01), std::log(2.0))), .seed = random()};
        }

        struct candidate
        {
            priced_tree tree{{}, std::numeric_limits<double>::infinity(), std::numeric_limits<double>::infinity()};
            std::size_t trial = std::numeric_limits<std::size_t>::max();
        };

        bool is_ahead(const candidate& x, const candidate& y, path_objective by)
        {
            if (is_better(x.tree, y.tree, by)) return true;
            return !is_better(y.tree, x.tree, by) && x.trial < y.trial;
        }
    }

    priced_tree random_greedy_tree(const network& n, const path_search& how) { return random_greedy_tree(n, how, enough_pieces(n)); }

    priced_tree random_greedy_tree(const network& n, const path_search& how, std::size_t most_pieces)
    {
        const search_watch watch(how);
        const std::size_t trials = std::max<std::size_t>(1, how.trials);  // without one there is no tree
        const bool is_short = trials * n.terms.size() < worth_threads;
        const std::size_t threads = is_short || in_parallel_region() ? 1 : std::clamp<std::size_t>(thread_count(how.threads), 1, trials);
        const double infinity = std::numeric_limits<double>::infinity();
        std::vector<candidate> best(threads);
        std::vector<greedy_search> searches(threads, greedy_search(n));
        std::vector<std::exception_ptr> failures(threads);
        candidate found;
        // In rounds, between which the caller hears of them.
        const std::size_t round = 16 * threads;
        for (std::size_t done = 0; done < trials;)
        {
            const std::size_t until = std::min(trials, done + round);
            const double bound = how.minimize == path_objective::flops && done > 0 ? found.tree.flops : infinity;
#ifdef _OPENMP
#pragma omp parallel for schedule(static, 1) num_threads(static_cast<int>(threads)) if (threads > 1)
#endif
            for (std::size_t thread = 0; thread < threads; ++thread)
                try
                {
                    for (std::size_t trial = done + thread; trial < until; trial += threads)
                    {
                        auto tree = searches[thread].run(taste_of(how.seed, trial), bound);
                        if (!tree) continue;
                        candidate c{std::move(*tree), trial};
                        if (is_ahead(c, best[thread], how.minimize)) best[thread] = std::move(c);
                    }
                }
                catch (...)
                {
                    failures[thread] = std::current_exception();
                }
            for (const std::exception_ptr& failure : failures)
                if (failure) std::rethrow_exception(failure);
            for (const candidate& c : best)
                if (is_ahead(c, found, how.minimize)) found = c;
            done = until;
            if (!watch.goes_on({done, trials, found.tree.flops, found.tree.largest})) break;
        }
        return refine(n, std::move(found.tree), how.minimize, most_pieces);
    }
}
