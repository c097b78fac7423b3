// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

#include <xeinsum/error.hpp>
#include <xeinsum/path.hpp>
#include <xeinsum/subscripts.hpp>

using xeinsum::check_path;
using xeinsum::contraction_path;
using xeinsum::extents;
using xeinsum::path_choice;
using xeinsum::path_search;
using xeinsum::path_strategy;

namespace
{
    std::string path_of(const std::string& subscripts, const std::vector<extents>& shapes, path_strategy s)
    {
        return xeinsum::to_string(find_path(xeinsum::bind_shapes(xeinsum::parse(subscripts), shapes), s));
    }
}

BOOST_AUTO_TEST_SUITE(path)

BOOST_AUTO_TEST_CASE(left_is_as_written)
{
    BOOST_TEST(path_of("ab,bc,cd,de", {{2, 2}, {2, 2}, {2, 2}, {2, 2}}, path_strategy::left) == "(0,1),(0,2),(0,1)");
    BOOST_TEST(path_of("ab", {{2, 2}}, path_strategy::left) == "(0)");
}

BOOST_AUTO_TEST_CASE(greedy_shrinks_first)
{
    // The last pair leaves a vector, the first a large matrix.
    BOOST_TEST(path_of("ab,bc,c->a", {{100, 100}, {100, 100}, {100}}, path_strategy::greedy) == "(1,2),(0,1)");
    // Outer products last: a and c share nothing until b joined one of them.
    BOOST_TEST(path_of("a,b,ab->", {{50}, {60}, {50, 60}}, path_strategy::greedy) == "(1,2),(0,1)");
    // Nothing is shared at all: small ones first.
    BOOST_TEST(path_of("a,b,c->abc", {{9}, {2}, {3}}, path_strategy::greedy) == "(1,2),(0,1)");
}

BOOST_AUTO_TEST_CASE(paths_are_complete)
{
    using enum path_strategy;
    for (const auto s : {automatic, left, greedy, random_greedy, optimal})
    {
        const auto e = xeinsum::bind_shapes(xeinsum::parse("ab,bc,cd,da,bd,->ac"),
                                            std::vector<extents>{{2, 3}, {3, 4}, {4, 5}, {5, 2}, {3, 5}, {}});
        BOOST_CHECK_NO_THROW(check_path(find_path(e, s), 6));
    }
}

BOOST_AUTO_TEST_CASE(a_search_of_no_trials_makes_one)
{
    const auto e = xeinsum::bind_shapes(xeinsum::parse("ab,bc,cd->ad"), std::vector<extents>{{2, 3}, {3, 4}, {4, 5}});
    std::size_t trials = 0;
    const auto path = find_path(e, xeinsum::path_search{.strategy = path_strategy::random_greedy, .trials = 0, .threads = 1,
                                                        .progress = [&](const xeinsum::path_progress& now) { trials = now.done; }});
    BOOST_CHECK_NO_THROW(check_path(path, 3));
    BOOST_TEST(trials == 1u);
}

BOOST_AUTO_TEST_CASE(bad_paths)
{
    BOOST_CHECK_NO_THROW(check_path({{0, 1}, {0}, {0, 1}}, 3));
    BOOST_CHECK_NO_THROW(check_path({{0, 2, 1}}, 3));
    BOOST_CHECK_NO_THROW(check_path({{3, 1, 0}, {1, 0}}, 4));
    BOOST_CHECK_THROW(check_path({{0, 1}}, 3), xeinsum::shape_error);            // one too few
    BOOST_CHECK_THROW(check_path({{0, 0}, {0, 1}}, 3), xeinsum::shape_error);    // the same twice
    BOOST_CHECK_THROW(check_path({{0, 3}, {0, 1}}, 3), xeinsum::shape_error);    // no such position
    BOOST_CHECK_THROW(check_path({{0, 1, 0}}, 3), xeinsum::shape_error);         // the same twice
    BOOST_CHECK_THROW(check_path({{0, 1, 2}, {0, 1}}, 3), xeinsum::shape_error);
    BOOST_CHECK_THROW(check_path({{}}, 1), xeinsum::shape_error);
    BOOST_CHECK_THROW(check_path({{0, 1}, {0, 1}}, 2), xeinsum::shape_error);    // one too many
}

BOOST_AUTO_TEST_CASE(costs_are_opt_einsums)
{
    const extents sizes{10, 20, 30};
    BOOST_TEST(xeinsum::step_cost(sizes, {0, 1}, {1, 2}, {0, 2}).flops == 2.0 * 10 * 20 * 30);  // sums: times 2
    BOOST_TEST(xeinsum::step_cost(sizes, {0, 1}, {2}, {0, 1, 2}).flops == 1.0 * 10 * 20 * 30);  // none: times 1
    BOOST_TEST(xeinsum::step_cost(sizes, {0, 1}, {1, 2}, {0, 2}).size == 300.0);
    const auto e = xeinsum::bind_shapes(xeinsum::parse("ij,jk,kl->il"), std::vector<extents>{{2, 3}, {3, 4}, {4, 5}});
    BOOST_TEST(xeinsum::naive_flops(e) == 2.0 * 3 * 4 * 5 * 3);  // two products and a sum
}

BOOST_AUTO_TEST_CASE(a_path_is_searched_for_or_given)
{
    const path_choice strategy = path_strategy::greedy, search = path_search{.minimize = xeinsum::path_objective::size}, own = contraction_path{{0, 1}, {0, 1}};
    BOOST_TEST(!strategy.given());
    BOOST_TEST((strategy.search().strategy == path_strategy::greedy));
    BOOST_TEST(!search.given());
    BOOST_TEST((search.search().minimize == xeinsum::path_objective::size));
    BOOST_TEST_REQUIRE(own.given());
    BOOST_TEST((*own.given() == contraction_path{{0, 1}, {0, 1}}));
    BOOST_TEST(path_choice(contraction_path{}).given());
}

BOOST_AUTO_TEST_SUITE_END()
