// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include <boost/test/unit_test.hpp>

#include <cstddef>
#include <cstdint>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include <xeinsum/equation.hpp>
#include <xeinsum/error.hpp>
#include <xeinsum/execute.hpp>
#include <xeinsum/plan.hpp>
#include <xeinsum/subscripts.hpp>

// Labels and terms by the million, axes and operands by the thousand: no stack is too small for them.

using xeinsum::extents;
using xeinsum::label;
using xeinsum::plan;

namespace
{
    constexpr std::size_t million = 1000000;

    std::string utf8(std::uint32_t c)
    {
        if (c < 0x80) return {static_cast<char>(c)};
        if (c < 0x800) return {static_cast<char>(0xc0 | c >> 6), static_cast<char>(0x80 | (c & 63))};
        if (c < 0x10000) return {static_cast<char>(0xe0 | c >> 12), static_cast<char>(0x80 | (c >> 6 & 63)), static_cast<char>(0x80 | (c & 63))};
        return {static_cast<char>(0xf0 | c >> 18), static_cast<char>(0x80 | (c >> 12 & 63)), static_cast<char>(0x80 | (c >> 6 & 63)), static_cast<char>(0x80 | (c & 63))};
    }

    /// All characters from U+10000 on, which are labels.
    std::string distinct_labels(std::uint32_t count)
    {
        std::string text;
        for (std::uint32_t i = 0; i < count; ++i) text += utf8(0x10000 + i);
        return text;
    }

    std::vector<label> numbers(std::size_t count)
    {
        std::vector<label> all(count);
        std::iota(all.begin(), all.end(), label{0});
        return all;
    }
}

BOOST_AUTO_TEST_SUITE(large_equations)

BOOST_AUTO_TEST_CASE(a_million_labels_are_parsed)
{
    std::string letters;
    for (std::size_t i = 0; i < million; ++i) letters += static_cast<char>('a' + i % 26);
    const xeinsum::equation few = xeinsum::parse(letters + "->abc");
    BOOST_TEST(few.term(0).size() == million);
    BOOST_TEST(few.term(0).back() == 'a' + (million - 1) % 26);
    BOOST_TEST(few.output().size() == 3u);
    const std::string distinct = distinct_labels(million);
    const xeinsum::equation implied = xeinsum::parse(distinct);
    BOOST_TEST(implied.output().size() == million);
    BOOST_TEST((xeinsum::parse(distinct + "," + distinct + "->" + distinct).labels().size() == 3 * million));
    BOOST_CHECK_THROW(xeinsum::parse(distinct + "->" + distinct + "a"), xeinsum::subscript_error);
    BOOST_CHECK_THROW(xeinsum::parse(distinct + "->" + distinct + utf8(0x10000)), xeinsum::subscript_error);
}

BOOST_AUTO_TEST_CASE(a_million_terms_are_parsed)
{
    std::string terms = "a";
    for (std::size_t i = 1; i < million; ++i) terms += ",a";
    const xeinsum::equation e = xeinsum::parse(terms + "->a");
    BOOST_TEST(e.operand_count() == million);
    BOOST_TEST(e.output().size() == 1u);
    BOOST_TEST(xeinsum::parse(std::string(million, ',')).operand_count() == million + 1);
}

BOOST_AUTO_TEST_CASE(ten_thousand_axes_are_bound)
{
    constexpr std::size_t axes = 10000;
    const auto labels = numbers(axes);
    const plan p(xeinsum::equation({labels}, {0, 1}), {extents(axes, 1)});
    const double five = 5;
    double result = 0;
    xeinsum::execute<double>(p, std::vector<const double*>{&five}, &result);
    BOOST_TEST(result == 5);
}

BOOST_AUTO_TEST_CASE(more_axes_than_a_nest_takes)
{
    // 100 axes of extent 1 among those that are longer, in every way to run.
    constexpr std::size_t axes = 104;
    auto labels = numbers(axes);
    extents shape(axes, 1);
    for (const std::size_t d : {std::size_t{3}, std::size_t{50}, std::size_t{77}, std::size_t{103}}) shape[d] = 9;
    std::vector<label> output = {103, 3, 50};
    for (label l = 4; l < 40; ++l) output.push_back(l);
    std::vector<double> x(9 * 9 * 9 * 9), result(9 * 9 * 9);
    for (std::size_t i = 0; i < x.size(); ++i) x[i] = static_cast<double>(i % 7);
    using enum xeinsum::lowering_strategy;
    for (const auto lowering : {automatic, blas, tiles, blocks, loops})
    {
        const plan p(xeinsum::equation({labels, labels}, output), {shape, shape}, {.lowering = lowering});
        xeinsum::execute<double>(p, std::vector<const double*>{x.data(), x.data()}, result.data());
        std::size_t wrong = 0;
        for (std::size_t l = 0; l < 9; ++l)
            for (std::size_t i = 0; i < 9; ++i)
                for (std::size_t j = 0; j < 9; ++j)
                {
                    double sum = 0;
                    for (std::size_t k = 0; k < 9; ++k)
                    {
                        const double v = x[((i * 9 + j) * 9 + k) * 9 + l];
                        sum += v * v;
                    }
                    wrong += result[(l * 9 + i) * 9 + j] != sum;
                }
        BOOST_TEST_CONTEXT(to_string(lowering)) BOOST_TEST(wrong == 0u);
    }
}

BOOST_AUTO_TEST_CASE(a_chain_of_ten_thousand_matrices_is_planned_and_run)
{
    constexpr std::size_t n = 10000;
    std::vector<std::vector<label>> terms;
    for (std::size_t i = 0; i < n; ++i) terms.push_back({static_cast<label>(i), static_cast<label>(i + 1)});
    const xeinsum::equation chain(terms, {0, static_cast<label>(n)});
    // Each swaps the two coordinates.
    const std::vector<double> swap = {0, 1, 1, 0};
    const std::vector<const double*> operands(n, swap.data());
    for (const auto strategy : {xeinsum::path_strategy::automatic, xeinsum::path_strategy::left, xeinsum::path_strategy::greedy})
    {
        const plan p(chain, std::vector<extents>(n, extents{2, 2}), {.path = strategy});
        std::vector<double> result(4, -1);
        xeinsum::execute<double>(p, operands, result.data());
        BOOST_TEST(result == (std::vector<double>{1, 0, 0, 1}), boost::test_tools::per_element());
    }
}

BOOST_AUTO_TEST_SUITE_END()
