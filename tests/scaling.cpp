// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
//
// Plans made to be scaled: result = alpha * einsum + beta * result by every way of lowering, with the copies that they foretell.
#include <boost/test/unit_test.hpp>

#include <complex>
#include <cstdint>
#include <limits>
#include <stdexcept>
#include <tuple>
#include <vector>

#include <xeinsum/execute.hpp>

#include "property/draws.hpp"

using xeinsum::lowering_strategy;

namespace
{
    using all_types = std::tuple<float, double, std::complex<float>, std::complex<double>, long double, std::complex<long double>, std::int32_t, std::uint8_t>;

    template <class T>
    void run_draw(test::engine& random, int i)
    {
        using W = oracle::wide_t<T>;
        const test::contraction c = i % 3 ? test::draw_contraction(random) : test::draw_large_contraction(random, 600, 40000, i % 2 == 0);
        const oracle::problem problem = oracle::make_problem(c.subscripts, c.shapes);
        std::vector<test::strided_tensor<T>> operands;
        std::vector<std::vector<T>> values;
        xeinsum::options how{.type = xeinsum::dtype_of<T>()};
        for (const test::extents& shape : c.shapes)
        {
            operands.emplace_back(shape, test::draw_operand_arrangement(random, shape.size()), T(0));
            operands.back().for_each([&](T& x) { x = test::draw<T>(random); });
            values.emplace_back();
            operands.back().for_each([&](const T& x) { values.back().push_back(x); });
            how.layouts.push_back(operands.back().lies);
        }
        test::strided_tensor<T> result(problem.result_shape(), test::draw_arrangement(random, problem.result_shape().size()), T(7));
        std::vector<T> old;
        result.for_each([&](T& x) { old.push_back(x = test::draw<T>(random)); });
        const auto factor = [&](std::int64_t low) { return static_cast<T>(static_cast<float>(test::between(random, low, 3))); };
        const xeinsum::scaling<T> by = {factor(1), factor(0)};
        if (by.beta == T(0))
            if constexpr (std::numeric_limits<T>::has_quiet_NaN) result.for_each([](T& x) { x = std::numeric_limits<T>::quiet_NaN(); });
        const auto guards = result.guards();

        constexpr lowering_strategy strategies[] = {lowering_strategy::automatic, lowering_strategy::blas, lowering_strategy::tiles, lowering_strategy::blocks, lowering_strategy::loops};
        how.lowering = strategies[test::between(random, 0, 4)];
        how.threads = static_cast<std::size_t>(test::between(random, 1, 3));
        how.result = result.lies;
        how.scaled = true;
        const xeinsum::plan p(c.subscripts, c.shapes, how);
        std::vector<const T*> pointers;
        for (const auto& o : operands) pointers.push_back(o.data());
        xeinsum::recorder record;
        xeinsum::execute<T>(p, pointers, result.data(), &by, &record);

        const oracle::tensor<W> e = oracle::evaluate<T>(problem, c.shapes, values);
        const W alpha = oracle::convert<W>(by.alpha), beta = oracle::convert<W>(by.beta);
        std::size_t wrong = 0, at = 0;
        result.for_each([&](const T& x) {
            const W was = oracle::convert<W>(old[at]), value = alpha * e.value[at] + beta * was;
            const long double magnitude = oracle::size_of<W>(alpha) * e.magnitude[at] + oracle::size_of<W>(beta) * oracle::size_of<W>(was);
            wrong += oracle::close<T>(x, value, magnitude, oracle::depth_of(problem) + 4) ? 0 : 1;
            ++at;
        });
        BOOST_TEST_CONTEXT("draw " << i << ", seed " << test::seed() << ", \"" << c.subscripts << "\", " << to_string(how.lowering))
        {
            BOOST_TEST(wrong == 0u);
            BOOST_TEST((result.guards() == guards));
            if (old.empty()) return;  // nothing is run
            BOOST_TEST(record.copies == p.copies());
            BOOST_TEST(record.bytes_copied == p.bytes_copied());
            BOOST_TEST(record.bytes_packed == p.bytes_packed());
        }
    }
}

BOOST_AUTO_TEST_SUITE(scaling)

BOOST_AUTO_TEST_CASE_TEMPLATE(every_way, T, all_types)
{
    test::engine random(test::seed() + sizeof(T));
    for (int i = 0; i < test::draws(400); ++i) run_draw<T>(random, i);
}

BOOST_AUTO_TEST_CASE(only_by_plans_that_were_made_for_it)
{
    const xeinsum::plan p("i->i", {{3}});
    const std::vector<double> x = {1, 2, 3};
    std::vector<double> y = {4, 5, 6};
    const std::vector<const double*> operands = {x.data()};
    const xeinsum::scaling<double> by = {2, 1};
    BOOST_CHECK_THROW(xeinsum::execute<double>(p, operands, y.data(), &by, nullptr), std::invalid_argument);
    BOOST_TEST(y == (std::vector<double>{4, 5, 6}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()
