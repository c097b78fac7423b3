// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
//
// What the searches for paths count with: the cost of a pair, and the memory that an order of the same pairs takes.
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <iostream>
#include <set>
#include <vector>

#include <xeinsum/layout.hpp>
#include <xeinsum/path.hpp>
#include <xeinsum/subscripts.hpp>

#include "path/network.hpp"
#include "support/random.hpp"

using test::between;
using xeinsum::label_id;
using xeinsum::label_ids;
using namespace xeinsum::detail;

namespace
{
    constexpr std::size_t label_count = 7;

    network draw_network(test::engine& random, std::size_t terms)
    {
        network n;
        for (std::size_t l = 0; l < label_count; ++l) n.sizes.push_back(static_cast<double>(between(random, 2, 9)));
        for (std::size_t t = 0; t < terms; ++t)
        {
            label_ids& term = n.terms.emplace_back();
            for (label_id l = 0; l < label_count; ++l)
                if (between(random, 0, 2) == 0) term.push_back(l);
        }
        for (label_id l = 0; l < label_count; ++l)
            if (between(random, 0, 3) == 0 && std::ranges::any_of(n.terms, [&](const label_ids& t) { return std::ranges::find(t, l) != t.end(); })) n.output.push_back(l);
        return n;
    }

    contraction_tree draw_tree(test::engine& random, std::size_t terms)
    {
        std::vector<std::size_t> alive;
        for (std::size_t t = 0; t < terms; ++t) alive.push_back(t);
        contraction_tree pairs;
        while (alive.size() > 1)
        {
            std::shuffle(alive.begin(), alive.end(), random);
            const std::size_t right = alive.back();
            alive.pop_back();
            pairs.push_back({alive.back(), right});
            alive.back() = terms + pairs.size() - 1;
        }
        return pairs;
    }

    /// Elements of each node: 0 for operands, which are the caller's.
    std::vector<double> sizes_of_nodes(const network& n, const contraction_tree& pairs)
    {
        std::vector<std::set<std::size_t>> leaves;
        for (std::size_t t = 0; t < n.terms.size(); ++t) leaves.push_back({t});
        std::vector<double> sizes(n.terms.size(), 0);
        for (const auto& [left, right] : pairs)
        {
            std::set<std::size_t> own = leaves[left];
            own.insert(leaves[right].begin(), leaves[right].end());
            double size = 1;
            for (label_id l = 0; l < label_count; ++l)
            {
                bool inside = false, outside = std::ranges::find(n.output, l) != n.output.end();
                for (std::size_t t = 0; t < n.terms.size(); ++t)
                    if (std::ranges::find(n.terms[t], l) != n.terms[t].end()) (own.contains(t) ? inside : outside) = true;
                if (inside && outside) size *= n.sizes[l];
            }
            sizes.push_back(size);
            leaves.push_back(std::move(own));
        }
        return sizes;
    }

    /// The most that is alive at a time where pairs are contracted in this order.
    double peak_of(const network& n, const contraction_tree& pairs)
    {
        const std::vector<double> sizes = sizes_of_nodes(n, pairs);
        double now = 0, most = 0;
        for (std::size_t k = 0; k < pairs.size(); ++k)
        {
            now += sizes[n.terms.size() + k];
            most = std::max(most, now);
            now -= sizes[pairs[k].left] + sizes[pairs[k].right];
        }
        return most;
    }

    /// The same pairs depth first; where bit k of `right_first` is set, the right factor of pair k is made first.
    contraction_tree depth_first(const contraction_tree& pairs, std::size_t terms, unsigned right_first)
    {
        contraction_tree ordered;
        const auto visit = [&](const auto& self, std::size_t node) -> std::size_t {
            if (node < terms) return node;
            const auto [left, right] = pairs[node - terms];
            std::size_t l = 0, r = 0;
            if (right_first >> (node - terms) & 1u) r = self(self, right), l = self(self, left);
            else l = self(self, left), r = self(self, right);
            ordered.push_back({l, r});
            return terms + ordered.size() - 1;
        };
        visit(visit, terms + pairs.size() - 1);
        return ordered;
    }
}

BOOST_AUTO_TEST_SUITE(network_suite)

BOOST_AUTO_TEST_CASE(a_pair_costs_what_its_step_does)
{
    const network n{{}, {}, {10, 20, 30}};
    const label_ids i = {0}, ij = {0, 1}, jk = {1, 2}, ik = {0, 2}, k = {2}, ijk = {0, 1, 2};
    BOOST_TEST(pair_cost(n, ij, jk, ik).flops == 12000.0);  // sums: times 2
    BOOST_TEST(pair_cost(n, ij, k, ijk).flops == 6000.0);   // none: times 1
    BOOST_TEST(pair_cost(n, ij, i, ij).flops == 200.0);
    BOOST_TEST(pair_cost(n, ij, jk, ik).size == 300.0);
}

BOOST_AUTO_TEST_CASE(an_axis_that_broadcasts_is_left_out)
{
    using xeinsum::row_major;
    const auto e = xeinsum::bind_shapes(xeinsum::parse("ab,ac->abc"), std::vector<xeinsum::extents>{{1, 3}, {5, 4}});
    const network n = network_of(e, {row_major({1, 3}), row_major({5, 4})});
    BOOST_TEST((n.terms[0] == label_ids{e.operands[0][1]}));
    BOOST_TEST(n.terms[1].size() == 2u);
}

BOOST_AUTO_TEST_CASE(no_order_of_the_pairs_takes_less_memory)
{
    const std::uint64_t seed = test::seed();
    std::cout << "seed " << seed << '\n';
    test::engine random(seed);
    int better = 0;
    for (int draw = 0; draw < 300; ++draw)
    {
        const std::size_t terms = static_cast<std::size_t>(between(random, 4, 8));
        const network n = draw_network(random, terms);
        const contraction_tree pairs = draw_tree(random, terms);
        double least = peak_of(n, pairs), most = least;
        for (unsigned choice = 0; choice < 1u << pairs.size(); ++choice)
        {
            const double peak = peak_of(n, depth_first(pairs, terms, choice));
            if (choice == 0) least = most = peak;
            least = std::min(least, peak), most = std::max(most, peak);
        }
        BOOST_TEST(peak_of(n, order_for_memory(n, pairs)) == least, "draw " << draw);
        better += least < most;
    }
    BOOST_TEST(better > 10);
}

BOOST_AUTO_TEST_SUITE_END()
