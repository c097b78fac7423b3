// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_SRC_PATH_GREEDY_HPP
#define XEINSUM_SRC_PATH_GREEDY_HPP

#include <cstddef>
#include <cstdint>
#include <optional>
#include <queue>
#include <vector>

#include "network.hpp"

namespace xeinsum::detail
{
    /// How a greedy search ranks pairs.
    struct greedy_taste
    {
        double weight = 1;       ///< what an element that goes is worth against one that comes
        double temperature = 0;  ///< 0: the best pair next; else noise of this size on the logarithm of the change
        std::uint64_t seed = 0;  ///< of the noise
    };

    /// The greedy search: of the terms that share labels, the pair next of least
    ///
    ///     size(product) - weight * (size(left) + size(right))
    ///
    /// and, of equals, of smallest product (opt_einsum's cost model). What shares no label is multiplied at the end,
    /// small ones first. A search can be run many times.
    class greedy_search
    {
    public:
        explicit greedy_search(const network& n);

        /// The tree for this taste; nothing where its flops passed `bound` on the way.
        std::optional<priced_tree> run(const greedy_taste& taste, double bound);

        /// Pairs that the last run looked at: its cost, as a figure that does not vary.
        std::size_t work() const { return m_work; }

    private:
        struct candidate
        {
            double score, size;
            std::size_t left, right;

            bool operator>(const candidate& other) const;
        };
        /// A product before it is made: what it costs and how large it is.
        struct prospect
        {
            double flops, size;
        };

        void reset();
        std::size_t add(label_ids ids);
        prospect look_at(std::size_t left, std::size_t right) const;
        /// Adds the pairs of a term to the queue, behind the heap.
        void note_partners(std::size_t t, bool later_only);
        double score(double change);
        std::size_t contract(std::size_t left, std::size_t right);
        void multiply_rest();
        double noise();

        /// Owners of one label that a new term is compared with, at most: a label that all of a large network share would
        /// otherwise make every pair a candidate.
        static constexpr std::size_t most_owners = 128;

        const network& m_network;
        greedy_taste m_taste;
        std::uint64_t m_random = 0;
        std::vector<label_ids> m_terms;
        std::vector<double> m_term_sizes;
        std::vector<bool> m_alive;
        std::vector<std::size_t> m_uses;                 ///< per label: by terms alive and the output
        std::vector<std::vector<std::size_t>> m_owners;  ///< per label: the terms alive that have it
        std::vector<std::size_t> m_seen;                 ///< per term: the one that last met it as a partner
        std::vector<candidate> m_queue;                  ///< a heap, best first
        priced_tree m_tree;
        std::size_t m_work = 0;
    };

    /// The plain greedy tree.
    priced_tree greedy_tree(const network& n);
}

#endif
