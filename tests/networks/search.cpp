// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
//
// The path searches against an exhaustive one, and against opt_einsum's figures.
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <set>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <vector>

#include <xeinsum/error.hpp>
#include <xeinsum/path.hpp>
#include <xeinsum/subscripts.hpp>

#include "cases.hpp"
#include "support/random.hpp"

using xeinsum::bound_equation;
using xeinsum::contraction_path;
using xeinsum::extents;
using xeinsum::label;
using xeinsum::path_objective;
using xeinsum::path_search;
using xeinsum::path_strategy;

namespace
{
    /// A network where every label stands in two terms at least, or in one and the output: nothing is summed beforehand.
    bound_equation draw_network(test::engine& random, std::size_t terms, std::size_t labels)
    {
        std::vector<std::vector<label>> inputs(terms);
        std::vector<std::int64_t> sizes;
        std::vector<label> output;
        for (std::size_t id = 0; id < labels; ++id)
        {
            sizes.push_back(test::between(random, 1, 9));
            std::set<std::size_t> owners;
            const auto most = static_cast<std::int64_t>(std::min<std::size_t>(terms, test::between(random, 0, 3) == 0 ? 4 : 2));
            const auto count = static_cast<std::size_t>(test::between(random, 1, most));
            while (owners.size() < count) owners.insert(static_cast<std::size_t>(test::between(random, 0, static_cast<std::int64_t>(terms) - 1)));
            for (const std::size_t t : owners) inputs[t].push_back(static_cast<label>(id));
            if (count == 1 || test::between(random, 0, 4) == 0) output.push_back(static_cast<label>(id));
        }
        std::vector<extents> shapes(terms);
        for (std::size_t t = 0; t < terms; ++t)
            for (const label id : inputs[t]) shapes[t].push_back(sizes[static_cast<std::size_t>(id)]);
        return bind_shapes(xeinsum::equation(inputs, output), shapes);
    }

    struct best_costs
    {
        double flops = std::numeric_limits<double>::infinity(), size = flops;
    };

    /// Tries every order of pairs, in plain recursion over lists of label sets.
    void try_all(const bound_equation& e, const std::vector<std::set<std::size_t>>& terms, double flops, double size, best_costs& best)
    {
        if (terms.size() == 1)
        {
            best.flops = std::min(best.flops, flops);
            best.size = std::min(best.size, size);
            return;
        }
        for (std::size_t i = 0; i < terms.size(); ++i)
            for (std::size_t j = i + 1; j < terms.size(); ++j)
            {
                std::vector<std::set<std::size_t>> rest;
                std::set<std::size_t> needed(e.output.begin(), e.output.end());
                for (std::size_t k = 0; k < terms.size(); ++k)
                {
                    if (k == i || k == j) continue;
                    rest.push_back(terms[k]);
                    needed.insert(terms[k].begin(), terms[k].end());
                }
                std::set<std::size_t> all = terms[i], kept;
                all.insert(terms[j].begin(), terms[j].end());
                double step = 1, elements = 1;
                for (const std::size_t id : all)
                {
                    step *= static_cast<double>(e.sizes[id]);
                    if (!needed.contains(id)) continue;
                    kept.insert(id);
                    elements *= static_cast<double>(e.sizes[id]);
                }
                if (kept.size() < all.size()) step *= 2;
                rest.push_back(kept);
                try_all(e, rest, flops + step, std::max(size, elements), best);
            }
    }

    best_costs exhaustive(const bound_equation& e)
    {
        std::vector<std::set<std::size_t>> terms;
        for (const auto& ids : e.operands) terms.emplace_back(ids.begin(), ids.end());
        best_costs best;
        try_all(e, terms, 0, 0, best);
        return best;
    }

    xeinsum::cost cost_of(const bound_equation& e, const path_search& how)
    {
        const contraction_path path = find_path(e, how);
        BOOST_CHECK_NO_THROW(xeinsum::check_path(path, e.operands.size()));
        return path_cost(e, path);
    }

    xeinsum::cost cost_of(const bound_equation& e, path_strategy s)
    {
        path_search how;
        how.strategy = s;
        return cost_of(e, how);
    }

    bool is_close(double x, double y) { return std::abs(x - y) <= 1e-9 * std::max(std::abs(x), std::abs(y)); }

    /// A ring of matrices with a few chords.
    bound_equation ring(std::size_t terms, std::size_t chords)
    {
        std::vector<std::vector<label>> inputs(terms);
        label next = 0;
        const auto tie = [&](std::size_t a, std::size_t b) {
            inputs[a].push_back(next);
            inputs[b].push_back(next++);
        };
        for (std::size_t t = 0; t < terms; ++t) tie(t, (t + 1) % terms);
        for (std::size_t c = 0; c < chords; ++c) tie(c, (c + terms / 2) % terms);
        std::vector<extents> shapes(terms);
        for (std::size_t t = 0; t < terms; ++t)
            for (const label id : inputs[t]) shapes[t].push_back(2 + id % 5);
        return bind_shapes(xeinsum::equation(inputs, std::vector<label>{}), shapes);
    }
}

BOOST_AUTO_TEST_SUITE(search)

BOOST_AUTO_TEST_CASE(optimal_is_the_best_of_all_orders)
{
    test::engine random(test::seed());
    for (int draw = 0; draw < 300; ++draw)
    {
        const auto terms = static_cast<std::size_t>(test::between(random, 2, 6));
        const bound_equation e = draw_network(random, terms, static_cast<std::size_t>(test::between(random, 1, 10)));
        const best_costs best = exhaustive(e);
        BOOST_TEST_CONTEXT("draw " << draw << ", seed " << test::seed())
        {
            path_search how;
            how.strategy = path_strategy::optimal;
            BOOST_TEST(is_close(cost_of(e, how).flops, best.flops));
            how.minimize = path_objective::size;
            // What is left of the exhaustive search for two terms is their product alone, in any case.
            BOOST_TEST(is_close(cost_of(e, how).size, best.size));
            for (const auto s : {path_strategy::left, path_strategy::greedy, path_strategy::random_greedy})
                BOOST_TEST(cost_of(e, s).flops >= best.flops * (1 - 1e-9));
        }
    }
}

BOOST_AUTO_TEST_CASE(optimal_multiplies_what_shares_nothing_if_that_pays)
{
    // a and b first: 2 * 3 + 2 * 2 * 3 * 1000 flops; one after the other with the large one: 2 * 2 * 3 * 1000 + 2 * 3 * 1000.
    const bound_equation e = bind_shapes(xeinsum::parse("a,b,abc->c"), std::vector<extents>{{2}, {3}, {2, 3, 1000}});
    BOOST_TEST(cost_of(e, path_strategy::optimal).flops == 2.0 * 3 + 2.0 * 2 * 3 * 1000);
}

BOOST_AUTO_TEST_CASE(many_operands_are_searched_by_what_hangs_together)
{
    // A chain has no use for outer products: the classical recurrence over its intervals is exact.
    test::engine random(test::seed() + 1);
    std::vector<double> extent;
    constexpr std::size_t terms = 40;
    std::vector<std::vector<label>> inputs;
    std::vector<extents> shapes;
    for (std::size_t i = 0; i <= terms; ++i) extent.push_back(static_cast<double>(test::between(random, 2, 90)));
    for (std::size_t i = 0; i < terms; ++i)
    {
        inputs.push_back({static_cast<label>(i), static_cast<label>(i + 1)});
        shapes.push_back({static_cast<std::int64_t>(extent[i]), static_cast<std::int64_t>(extent[i + 1])});
    }
    std::vector<std::vector<double>> best(terms, std::vector<double>(terms, 0));
    for (std::size_t length = 1; length < terms; ++length)
        for (std::size_t i = 0; i + length < terms; ++i)
        {
            const std::size_t j = i + length;
            best[i][j] = std::numeric_limits<double>::infinity();
            for (std::size_t k = i; k < j; ++k)
                best[i][j] = std::min(best[i][j], best[i][k] + best[k + 1][j] + 2 * extent[i] * extent[k + 1] * extent[j + 1]);
        }
    const auto chain = bind_shapes(xeinsum::equation(inputs, std::vector<label>{0, static_cast<label>(terms)}), shapes);
    BOOST_TEST(is_close(cost_of(chain, path_strategy::optimal).flops, best[0][terms - 1]));

    // Two rings that share nothing, 18 terms.
    std::vector<extents> both;
    std::string subscripts;
    for (int part = 0; part < 2; ++part)
        for (int i = 0; i < 9; ++i)
        {
            const char first = part == 0 ? 'a' : 'A';
            subscripts += subscripts.empty() ? "" : ",";
            subscripts += static_cast<char>(first + i);
            subscripts += static_cast<char>(first + (i + 1) % 9);
            both.push_back({2 + i % 3, 2 + (i + 1) % 9 % 3});
        }
    const auto halves = [&](std::size_t from) {
        std::string half;
        for (std::size_t i = from; i < from + 9; ++i) half += (half.empty() ? "" : ",") + subscripts.substr(3 * i, 2);
        return bind_shapes(xeinsum::parse(half + "->"), std::span(both).subspan(from, 9));
    };
    const double apart = cost_of(halves(0), path_strategy::optimal).flops + cost_of(halves(9), path_strategy::optimal).flops;
    BOOST_TEST(cost_of(bind_shapes(xeinsum::parse(subscripts + "->"), both), path_strategy::optimal).flops == apart + 1);
}

BOOST_AUTO_TEST_CASE(an_outer_product_that_pays_among_many_operands)
{
    // "a,b,abc" as above, and c goes on through a chain of small matrices: 18 operands. Without the outer product the start costs more.
    std::vector<std::vector<label>> inputs = {{0}, {1}, {0, 1, 2}};
    std::vector<extents> shapes = {{2}, {3}, {2, 3, 1000}};
    for (label l = 2; l < 17; ++l)
    {
        inputs.push_back({l, l + 1});
        shapes.push_back({l == 2 ? 1000 : 2, 2});
    }
    const bound_equation e = bind_shapes(xeinsum::equation(inputs, std::vector<label>{17}), shapes);
    path_search how;
    how.strategy = path_strategy::random_greedy;
    const double known = cost_of(e, how).flops;
    how.strategy = path_strategy::optimal;
    BOOST_TEST(cost_of(e, how).flops <= known);
}

BOOST_AUTO_TEST_CASE(too_many_for_an_optimum_is_an_error)
{
    BOOST_CHECK_EXCEPTION(cost_of(ring(200, 100), path_strategy::optimal), xeinsum::shape_error, [](const xeinsum::shape_error& e) {
        return e.code() == xeinsum::shape_errc::bad_path && std::string(e.what()).find("200 operands") != std::string::npos &&
               std::string(e.what()).find("random-greedy") != std::string::npos;
    });
}

namespace
{
    path_search on_one_thread(std::size_t trials)
    {
        path_search how;
        how.strategy = path_strategy::random_greedy;
        how.trials = trials;
        how.threads = 1;
        return how;
    }
}

BOOST_AUTO_TEST_CASE(random_greedy_depends_on_seed_and_trials_alone)
{
    const bound_equation e = ring(60, 45);
    path_search how = on_one_thread(40);
    const contraction_path one = find_path(e, how);
    how.threads = 3;
    BOOST_TEST((find_path(e, how) == one));
    how.seed = 1;
    BOOST_TEST((find_path(e, how) != one));
    how.seed = 0;
    BOOST_TEST(path_cost(e, one).flops < cost_of(e, path_strategy::greedy).flops);
    how.minimize = path_objective::size;
    BOOST_TEST(cost_of(e, how).size <= path_cost(e, one).size);
}

BOOST_AUTO_TEST_CASE(searches_report_and_stop)
{
    const bound_equation e = ring(30, 20);
    path_search how = on_one_thread(200);
    std::vector<xeinsum::path_progress> heard;
    how.progress = [&](const xeinsum::path_progress& p) { heard.push_back(p); };
    cost_of(e, how);
    BOOST_TEST_REQUIRE(heard.size() > 2u);
    BOOST_TEST(heard.back().done == 200u);
    BOOST_TEST(std::ranges::is_sorted(heard, std::greater<>(), &xeinsum::path_progress::flops));

    std::stop_source source;
    how.stop = source.get_token();
    how.progress = [&](const xeinsum::path_progress& p) {
        heard.push_back(p);
        source.request_stop();
    };
    heard.clear();
    cost_of(e, how);
    BOOST_TEST(heard.size() == 1u);
    BOOST_TEST(heard[0].done < 200u);
}

namespace
{
    /// Every two terms share a label: all subsets hang together.
    bound_equation dense(std::size_t terms)
    {
        std::vector<std::vector<label>> inputs(terms);
        label next = 0;
        for (std::size_t a = 0; a < terms; ++a)
            for (std::size_t b = a + 1; b < terms; ++b)
            {
                inputs[a].push_back(next);
                inputs[b].push_back(next++);
            }
        return bind_shapes(xeinsum::equation(inputs, std::vector<label>{}), std::vector<extents>(terms, extents(terms - 1, 2)));
    }
}

// 16 terms are searched over all subsets; of 24, more subsets hang together than the search takes.
BOOST_DATA_TEST_CASE(an_optimal_search_reports_and_stops, boost::unit_test::data::make({16, 24}), terms)
{
    const bound_equation e = dense(static_cast<std::size_t>(terms));
    std::vector<xeinsum::path_progress> heard;
    std::stop_source source;
    path_search how;
    how.strategy = path_strategy::optimal;
    how.stop = source.get_token();
    how.progress = [&](const xeinsum::path_progress& p) {
        heard.push_back(p);
        source.request_stop();
    };
    const double found = cost_of(e, how).flops;
    BOOST_TEST_REQUIRE(heard.size() == 1u);
    BOOST_TEST(heard[0].done < heard[0].trials);
    BOOST_TEST(is_close(heard[0].flops, found));
    BOOST_TEST(found <= cost_of(e, path_strategy::greedy).flops);

    std::size_t calls = 0;
    path_search briefly;
    briefly.strategy = path_strategy::optimal;
    briefly.seconds = 1e-9;
    briefly.progress = [&](const xeinsum::path_progress&) { ++calls; };
    BOOST_TEST(cost_of(e, briefly).flops == found);
    BOOST_TEST(calls == 1u);
}

BOOST_AUTO_TEST_CASE(the_last_report_is_of_the_path_that_is_taken)
{
    for (const std::size_t terms : {12u, 20u})
    {
        const bound_equation e = ring(terms, 2);
        path_search how;
        how.strategy = path_strategy::optimal;
        xeinsum::path_progress last;
        how.progress = [&](const xeinsum::path_progress& p) { last = p; };
        const double found = cost_of(e, how).flops;
        BOOST_TEST(is_close(last.flops, found));
        BOOST_TEST(last.done > 0u);
        BOOST_TEST(last.done == last.trials);
    }
}

BOOST_AUTO_TEST_CASE(trials_and_seconds_are_both_limits)
{
    const bound_equation e = ring(30, 20);
    std::size_t done = 0;
    path_search how = on_one_thread(std::numeric_limits<std::size_t>::max());
    how.progress = [&](const xeinsum::path_progress& p) { done = p.done; };
    how.seconds = 1e-9;
    cost_of(e, how);
    BOOST_TEST(done == 16u);  // one round
    how.trials = 3;
    how.seconds = 1e9;
    cost_of(e, how);
    BOOST_TEST(done == 3u);
}

BOOST_DATA_TEST_CASE(seconds_that_make_no_sense, boost::unit_test::data::make({-1.0, std::numeric_limits<double>::quiet_NaN(), -std::numeric_limits<double>::quiet_NaN()}), seconds)
{
    using enum path_strategy;
    for (const auto strategy : {automatic, left, random_greedy, optimal})
    {
        path_search how;
        how.strategy = strategy;
        how.seconds = seconds;
        BOOST_CHECK_EXCEPTION(find_path(ring(5, 1), how), std::invalid_argument, [&](const std::invalid_argument& e) {
            return std::string(e.what()).find(std::isnan(seconds) ? "seconds is nan" : "seconds is -1") != std::string::npos && std::string(e.what()).find("0 for no limit") != std::string::npos;
        });
    }
}

BOOST_AUTO_TEST_CASE(against_opt_einsum)
{
    double logarithms = 0;
    std::size_t compared = 0, optima = 0;
    for (const test::network_case& c : test::load_networks(XEINSUM_NETWORKS))
    {
        if (!c.greedy) continue;
        const bound_equation e = bind_shapes(c.equation, c.shapes);
        const double found = cost_of(e, path_strategy::automatic).flops, rival = std::min(*c.greedy, c.optimal.value_or(*c.greedy));
        BOOST_TEST_CONTEXT(c.id)
        {
            BOOST_TEST(found <= 1.05 * rival);
            // The file has six digits.
            if (c.optimal) BOOST_TEST(std::abs(cost_of(e, path_strategy::optimal).flops / *c.optimal - 1) < 1e-5);
        }
        optima += c.optimal ? 1 : 0;
        logarithms += std::log(found / rival);
        ++compared;
    }
    BOOST_TEST(compared > 60u);
    BOOST_TEST(optima > 30u);
    BOOST_TEST(std::exp(logarithms / static_cast<double>(compared)) <= 1.0);
}

BOOST_AUTO_TEST_SUITE_END()
