// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include <boost/test/unit_test.hpp>

#include <cmath>
#include <cstddef>
#include <limits>
#include <random>

#include <xeinsum/similarity.hpp>

using xeinsum::cosine_similarity_matrix;

namespace
{
    template <class T>
    xt::xtensor<T, 2> randn(std::size_t rows, std::size_t columns, unsigned seed)
    {
        std::mt19937_64 engine(seed);
        std::normal_distribution<double> normal;
        xt::xtensor<T, 2> x({rows, columns});
        for (T& v : x) v = static_cast<T>(normal(engine));
        return x;
    }

    /// One pair, in long double: x . y / (max(|x|, eps) max(|y|, eps)).
    template <class X, class Y>
    long double pair(const X& x, std::size_t i, const Y& y, std::size_t j, long double eps)
    {
        long double dot = 0, xx = 0, yy = 0;
        for (std::size_t c = 0; c < x.shape(1); ++c)
        {
            const auto p = static_cast<long double>(x(i, c)), q = static_cast<long double>(y(j, c));
            dot += p * q;
            xx += p * p;
            yy += q * q;
        }
        return dot / (std::max(std::sqrt(xx), eps) * std::max(std::sqrt(yy), eps));
    }

    template <class S, class X, class Y>
    long double largest_difference(const S& s, const X& x, const Y& y, long double eps = 1e-8L)
    {
        long double largest = 0;
        for (std::size_t i = 0; i < x.shape(0); ++i)
            for (std::size_t j = 0; j < y.shape(0); ++j)
                largest = std::max(largest, std::abs(static_cast<long double>(s(i, j)) - pair(x, i, y, j, eps)));
        return largest;
    }
}

BOOST_AUTO_TEST_SUITE(similarity)

BOOST_AUTO_TEST_CASE(the_seed_program)
{
    const auto x = randn<float>(100, 700, 1);
    const auto s = cosine_similarity_matrix(x);
    BOOST_TEST(s.shape(0) == 100u);
    BOOST_TEST(s.shape(1) == 100u);
    BOOST_TEST(largest_difference(s, x, x) < 2e-6L);
    for (std::size_t i = 0; i < 100; ++i) BOOST_TEST(std::abs(s(i, i) - 1.0f) < 2e-6f);
}

BOOST_AUTO_TEST_CASE(two_sets)
{
    const auto x = randn<double>(7, 50, 2);
    const auto y = randn<double>(9, 50, 3);
    const auto s = cosine_similarity_matrix(x, y);
    BOOST_TEST(s.shape(0) == 7u);
    BOOST_TEST(s.shape(1) == 9u);
    BOOST_TEST(largest_difference(s, x, y) < 1e-14L);
}

BOOST_AUTO_TEST_CASE(zero_rows_give_zero)
{
    const xt::xtensor<double, 2> x = {{3, 4}, {0, 0}};
    const auto s = cosine_similarity_matrix(x);
    BOOST_TEST(s(0, 0) == 1.0, boost::test_tools::tolerance(1e-15));
    BOOST_TEST(s(0, 1) == 0.0);
    BOOST_TEST(s(1, 1) == 0.0);
}

BOOST_AUTO_TEST_CASE(nan_propagates_within_its_row_and_column)
{
    const double nan = std::numeric_limits<double>::quiet_NaN();
    const xt::xtensor<double, 2> x = {{nan, 4}, {0, 1}};
    const auto s = cosine_similarity_matrix(x);
    BOOST_TEST(std::isnan(s(0, 0)));
    BOOST_TEST(std::isnan(s(0, 1)));
    BOOST_TEST(std::isnan(s(1, 0)));
    BOOST_TEST(s(1, 1) == 1.0);
}

BOOST_AUTO_TEST_CASE(eps_is_per_vector)
{
    const xt::xtensor<double, 2> x = {{1e-3, 0}, {0, 2}, {1, 1}};
    const auto s = cosine_similarity_matrix(x, 0.5);
    BOOST_TEST(largest_difference(s, x, x, 0.5L) < 1e-15L);
    BOOST_TEST(s(0, 0) == 4e-6, boost::test_tools::tolerance(1e-12));
    const auto two = cosine_similarity_matrix(x, x, 0.5);
    BOOST_TEST((two == s));
}

BOOST_AUTO_TEST_CASE(integers_and_views)
{
    const xt::xtensor<int, 2> x = {{3, 4, 9}, {4, 3, 9}};
    const auto s = cosine_similarity_matrix(xt::view(x, xt::all(), xt::range(0, 2)));
    static_assert(std::is_same_v<decltype(s)::value_type, double>);
    BOOST_TEST(s(0, 1) == 0.96, boost::test_tools::tolerance(1e-15));
    const xt::xarray<float> dynamic = {{3, 4}, {4, 3}};
    BOOST_TEST(cosine_similarity_matrix(dynamic)(0, 1) == 0.96f, boost::test_tools::tolerance(1e-6f));
    BOOST_TEST(cosine_similarity_matrix(dynamic * 2.0f)(0, 1) == 0.96f, boost::test_tools::tolerance(1e-6f));
}

BOOST_AUTO_TEST_CASE(refuses)
{
    BOOST_CHECK_THROW(cosine_similarity_matrix(xt::xarray<double>::from_shape({3})), xeinsum::shape_error);
    BOOST_CHECK_THROW(cosine_similarity_matrix(xt::xtensor<double, 2>({2, 3}), xt::xtensor<double, 2>({2, 4})), xeinsum::shape_error);
    // One column does not broadcast.
    BOOST_CHECK_THROW(cosine_similarity_matrix(xt::xtensor<double, 2>({2, 1}, 1.0), xt::xtensor<double, 2>({3, 5}, 1.0)), xeinsum::shape_error);
    BOOST_TEST(cosine_similarity_matrix(xt::xtensor<double, 2>({0, 3})).size() == 0u);
    for (const double eps : {0.0, -1.0, std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()})
        BOOST_CHECK_THROW(cosine_similarity_matrix(xt::xtensor<double, 2>({2, 3}, 1.0), eps), std::invalid_argument);
    BOOST_CHECK_THROW(cosine_similarity_matrix(xt::xtensor<float, 2>({2, 3}, 1.0f), 1e-60), std::invalid_argument);  // 0 as float
}

BOOST_AUTO_TEST_SUITE_END()
