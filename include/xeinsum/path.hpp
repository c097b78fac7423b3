// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_PATH_HPP
#define XEINSUM_PATH_HPP

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <xeinsum/binding.hpp>
#include <xeinsum/export.hpp>
#include <xeinsum/stop_condition.hpp>

namespace xeinsum
{
    /// The order of pairwise products in opt_einsum's form: each step names the positions of what it
    /// contracts in the current list of operands; those leave the list and the result joins it at the end.
    using contraction_path = std::vector<std::vector<std::size_t>>;

    /// How a path is chosen. Costs are for n operands; docs/paths.md has the algorithms, each with a case where it is bad.
    enum class path_strategy
    {
        automatic,      ///< optimal up to ten operands; beyond, greedy, refined for as long as the contraction may take
        left,           ///< as written, from the left: O(n)
        greedy,         ///< the pair next that shrinks memory most, outer products last: O(n^2) looks at a pair at worst
        random_greedy,  ///< the best of many greedy searches with noise, refined
        optimal         ///< the best there is, up to 16 operands: 3^n / 2 looks; beyond, of those without outer products
    };

    /// The strategy's name: `auto`, `left`, `greedy`, `random-greedy`, `optimal`.
    XEINSUM_EXPORT std::string_view to_string(path_strategy s);

    /// What a search makes small.
    enum class path_objective
    {
        flops,  ///< operations of all steps
        size    ///< the largest intermediate; of equals, flops
    };

    /// How far a search has come. What random-greedy counts are trials; what `optimal` does, subsets of the operands where it looks at all of
    /// them (up to 16 operands), else operands: those of the largest subsets that it is done with.
    struct path_progress
    {
        std::size_t done = 0;    ///< trials, subsets or operands
        std::size_t trials = 0;  ///< that there will be, of those
        double flops = 0;        ///< of the best path so far
        double largest = 0;      ///< elements of its largest intermediate
    };

    /// A strategy with what it needs to know.
    struct path_search
    {
        path_strategy strategy = path_strategy::automatic;
        path_objective minimize = path_objective::flops;
        std::size_t trials = 128;  ///< of random-greedy at most, one is made at least; `seconds` can only make them fewer
        double seconds = 0;        ///< that random-greedy and optimal may take, looked at as `stop` is; 0: no limit
        std::uint64_t seed = 0;    ///< of random-greedy: the same seed and trials find the same path
        std::size_t threads = 0;   ///< for random-greedy's trials, where they are worth it; 0: as options::threads
        /// Called after every 16 trials of each thread of random-greedy, every few milliseconds of `optimal`, on the caller's thread.
        std::function<void(const path_progress&)> progress = {};
        /// Ends these searches early, looked at after each call of `progress`. The best path so far is taken, which for `optimal` is a
        /// refined greedy one.
        stop_condition stop = {};
    };

    /// How a path comes about: a strategy, with its settings or without, or the path itself.
    class path_choice
    {
    public:
        path_choice() = default;  ///< the strategy `automatic`
        path_choice(path_strategy s) { m_search.strategy = s; }
        path_choice(path_search search) : m_search(std::move(search)) {}
        path_choice(contraction_path path) : m_given(std::move(path)), m_is_given(true) {}

        /// The path itself; null if it is to be searched for.
        const contraction_path* given() const { return m_is_given ? &m_given : nullptr; }
        /// How it is searched for, unless it is given.
        const path_search& search() const { return m_search; }

    private:
        path_search m_search;
        contraction_path m_given;
        bool m_is_given = false;
    };

    /// A path as `(0,1),(0,1)`.
    XEINSUM_EXPORT std::string to_string(const contraction_path& path);

    /// The path of a bound equation: n - 1 pairs for n operands, one single step for one operand. Throws shape_error where
    /// `optimal` is asked of more operands than can be searched; std::invalid_argument: seconds below 0 or NaN.
    XEINSUM_EXPORT contraction_path find_path(const bound_equation& e, const path_search& how);
    /// \overload
    XEINSUM_EXPORT contraction_path find_path(const bound_equation& e, path_strategy s);

    /// Throws shape_error unless each step names different positions that exist, one at least, and one operand remains at the
    /// end. Three and more positions at once are allowed: such a step is made of pairs, in their best order.
    XEINSUM_EXPORT void check_path(const contraction_path& path, std::size_t operand_count);

    /// What is known of a product before it is run.
    struct cost
    {
        double flops = 0;  ///< opt_einsum's count: product of all extents, times 2 where labels are summed
        double size = 0;   ///< elements of the result
    };

    /// The cost of contracting one or two terms into `output`.
    XEINSUM_EXPORT cost step_cost(const extents& sizes, const label_ids& left, const label_ids& right,
                                  const label_ids& output);
    /// What a path costs, counted as opt_einsum does: flops of all steps, elements of the largest product. Each step of k operands
    /// counts the product of all its labels, times k - 1, plus one where it sums. A plan may do better: it sums
    /// labels of one operand first, and takes steps of three and more apart.
    XEINSUM_EXPORT cost path_cost(const bound_equation& e, const contraction_path& path);
    /// The cost of all operands in one loop nest, as opt_einsum's naive count: products of every operand.
    XEINSUM_EXPORT double naive_flops(const bound_equation& e);
}

#endif
