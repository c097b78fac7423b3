// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include "property/shrinking.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <string>
#include <vector>

// Failures planted by a predicate, and the least sample that has them.

using test::sample;

namespace
{
    const sample large = {"abcd,bdee,cfa->dfc", {{6, 5, 4, 3}, {5, 3, 2, 2}, {4, 7, 6}}, 42};

    std::string least(const std::function<bool(const sample&)>& fails) { return to_row(shrink(large, fails)); }

    bool has_extent(const sample& s, std::int64_t n)
    {
        return std::ranges::any_of(s.shapes, [n](const test::extents& shape) { return std::ranges::find(shape, n) != shape.end(); });
    }
}

BOOST_AUTO_TEST_SUITE(shrinking)

BOOST_AUTO_TEST_CASE(a_planted_failure_is_shrunk_to_what_it_needs)
{
    // What fails always, down to a scalar.
    BOOST_TEST(least([](const sample&) { return true; }) == R"({"->", {{}}, 42},)");
    // Two operands.
    BOOST_TEST(least([](const sample& s) { return s.shapes.size() >= 2; }) == R"({",->", {{}, {}}, 42},)");
    // A diagonal.
    BOOST_TEST(least([](const sample& s) { return s.subscripts.find("ee") != std::string::npos; }) == R"({"ee->", {{1, 1}}, 42},)");
    // A label of the result of extent 3 at least; 7 is halved once, to 3.
    BOOST_TEST(least([](const sample& s) { return s.subscripts.find('f', s.subscripts.find('>')) != std::string::npos && (has_extent(s, 7) || has_extent(s, 3)); }) ==
               R"({"f->f", {{3}}, 42},)");
    // A label that two operands share and that is summed.
    const auto contracts = [](const sample& s) {
        const test::terms_of t(s.subscripts);
        return std::ranges::count_if(t.terms, [](const std::string& term) { return term.find('b') != std::string::npos; }) == 2;
    };
    BOOST_TEST(least(contracts) == R"({"b,b->", {{1}, {1}}, 42},)");
}

BOOST_AUTO_TEST_CASE(nothing_smaller_than_the_least_fails)
{
    const auto fails = [](const sample& s) { return s.subscripts.size() > 9; };
    const sample s = shrink(large, fails);
    BOOST_TEST(fails(s));
    for (const sample& next : smaller(s)) BOOST_TEST(!fails(next), to_row(next));
}

BOOST_AUTO_TEST_CASE(each_step_is_a_contraction)
{
    for (const sample& s : smaller(large))
    {
        const test::terms_of t(s.subscripts);
        BOOST_TEST(t.terms.size() == s.shapes.size());
        for (std::size_t i = 0; i < t.terms.size(); ++i) BOOST_TEST(t.terms[i].size() == s.shapes[i].size());
        for (const char l : t.output) BOOST_TEST(t.has(l));
    }
}

BOOST_AUTO_TEST_SUITE_END()
