// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include <xeinsum/execute.hpp>

using xeinsum::extents;
using xeinsum::plan;

namespace
{
    constexpr double quiet_nan = std::numeric_limits<double>::quiet_NaN();
    constexpr double infinity = std::numeric_limits<double>::infinity();

    /// Runs a plan of doubles over row-major operands into a destination full of NaN.
    std::vector<double> run(const plan& p, const std::vector<std::vector<double>>& operands)
    {
        std::vector<const double*> pointers;
        for (const auto& o : operands) pointers.push_back(o.data());
        std::vector<double> result(static_cast<std::size_t>(xeinsum::element_count(p.result_shape())), quiet_nan);
        xeinsum::execute<double>(p, pointers, result.data());
        return result;
    }

    // One equation for each kernel; every result is a sum of products in which the first element of each operand
    // takes part exactly once, in element 0.
    const std::vector<std::string> every_kernel = {
        "ij->ji", "ij->i", ",i->i", "i,i->i", "i,i->", "ij,j->i", "i,j->ij", "ij,jk->ik", "bi,bi->b", "bij,bj->bi", "bij,bjk->bik"};

    std::vector<extents> cubes(const std::string& subscripts)
    {
        std::vector<extents> shapes(1);
        for (const char c : subscripts.substr(0, subscripts.find('-')))
        {
            if (c == ',') shapes.emplace_back();
            else shapes.back().push_back(3);
        }
        return shapes;
    }

    std::vector<std::vector<double>> ones(const std::vector<extents>& shapes)
    {
        std::vector<std::vector<double>> values;
        for (const auto& s : shapes) values.emplace_back(static_cast<std::size_t>(xeinsum::element_count(s)), 1.0);
        return values;
    }
}

BOOST_AUTO_TEST_SUITE(execute)

BOOST_DATA_TEST_CASE(old_nan_does_not_leak, every_kernel)
{
    const auto shapes = cubes(sample);
    for (const double x : run(plan(sample, shapes), ones(shapes))) BOOST_TEST(std::isfinite(x));
}

BOOST_DATA_TEST_CASE(nan_propagates, every_kernel)
{
    const auto shapes = cubes(sample);
    auto values = ones(shapes);
    // In the operand of most axes, where it reaches some elements of the result only.
    std::ranges::max_element(values, {}, &std::vector<double>::size)->front() = quiet_nan;
    const auto result = run(plan(sample, shapes), values);
    BOOST_TEST(std::isnan(result[0]));
    BOOST_TEST((result.size() == 1 || !std::isnan(result.back())));
}

BOOST_DATA_TEST_CASE(zero_times_nan_or_infinity_is_nan, every_kernel)
{
    const auto shapes = cubes(sample);
    if (shapes.size() < 2) return;
    for (const double odd : {quiet_nan, infinity})
        for (const std::size_t which : {0u, 1u})
        {
            auto values = ones(shapes);
            values[which][0] = odd;
            values[1 - which][0] = 0;
            BOOST_TEST(std::isnan(run(plan(sample, shapes), values)[0]));
        }
}

BOOST_AUTO_TEST_CASE(empty_sums_are_zero)
{
    BOOST_TEST(run(plan("ij,jk->ik", {{2, 0}, {0, 3}}), {{}, {}}) == std::vector<double>(6, 0.0), boost::test_tools::per_element());
    BOOST_TEST(run(plan("ij,j->i", {{2, 0}, {0}}), {{}, {}}) == std::vector<double>(2, 0.0), boost::test_tools::per_element());
    BOOST_TEST(run(plan("i,i->", {{0}, {0}}), {{}, {}}) == std::vector<double>(1, 0.0), boost::test_tools::per_element());
    BOOST_TEST(run(plan("ij->i", {{3, 0}}), {{}}) == std::vector<double>(3, 0.0), boost::test_tools::per_element());
    BOOST_TEST(run(plan("i,j->j", {{0}, {2}}), {{}, {1, 2}}) == std::vector<double>(2, 0.0), boost::test_tools::per_element());
    BOOST_TEST(run(plan("i->i", {{0}}), {{}}).empty());
}

BOOST_AUTO_TEST_CASE(refuses_what_was_not_planned)
{
    const plan p("i,i->", {{2}, {2}});
    const std::vector<float> single{1, 2};
    const std::vector<double> x{1, 2};
    float f = 0;
    double d = 0;
    const std::vector<const float*> floats{single.data(), single.data()};
    const std::vector<const double*> one{x.data()};
    BOOST_CHECK_THROW(xeinsum::execute<float>(p, floats, &f), std::invalid_argument);
    BOOST_CHECK_THROW(xeinsum::execute<double>(p, one, &d), std::invalid_argument);
}

BOOST_AUTO_TEST_CASE(records_what_it_did)
{
    const plan p("bij,bjk->bik", {{4, 2, 3}, {4, 3, 2}});
    const std::vector<double> a(24, 1), b(24, 1);
    std::vector<double> c(16);
    const std::vector<const double*> pointers{a.data(), b.data()};
    xeinsum::recorder record;
    xeinsum::execute<double>(p, pointers, c.data(), &record);
    BOOST_TEST(record.steps.size() == 1u);
    BOOST_TEST(record.steps[0].calls == 4);
    BOOST_TEST(record.copies == 0u);
    BOOST_TEST(c == std::vector<double>(16, 3.0), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()
