// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include <xeinsum/similarity.hpp>

#include "support/xtensor.hpp"

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
    const double signed_nan = std::copysign(std::numeric_limits<double>::quiet_NaN(), -1.0);
    BOOST_CHECK_EXCEPTION(cosine_similarity_matrix(xt::xtensor<double, 2>({2, 3}, 1.0), signed_nan), std::invalid_argument,
                          [](const std::invalid_argument& e) { return std::string(e.what()).find("eps is nan;") != std::string::npos; });
}

namespace
{
    using shape = std::vector<std::size_t>;

    /// Along an axis of the broadcast shape, by definition: every element of the result from both tensors' own indices.
    template <class X, class Y>
    long double wrongest(const X& x, const Y& y, std::ptrdiff_t axis)
    {
        const std::size_t rank = std::max(x.dimension(), y.dimension()), at = static_cast<std::size_t>(axis < 0 ? axis + static_cast<std::ptrdiff_t>(rank) : axis);
        shape whole(rank);
        const auto extent = [rank](const auto& e, std::size_t d) { return d + e.dimension() < rank ? std::size_t{1} : std::size_t{e.shape()[d + e.dimension() - rank]}; };
        for (std::size_t d = 0; d < rank; ++d) whole[d] = extent(x, d) == 1 ? extent(y, d) : extent(x, d);
        shape kept = whole;
        kept.erase(kept.begin() + static_cast<std::ptrdiff_t>(at));
        const auto value = [&](const auto& e, const shape& index) {
            shape own;
            for (std::size_t d = rank - e.dimension(); d < rank; ++d) own.push_back(extent(e, d) == 1 ? 0 : index[d]);
            return static_cast<long double>(e.element(own.begin(), own.end()));
        };
        const auto got = xeinsum::cosine_similarity(x, y, axis);
        BOOST_REQUIRE((shape(got.shape().begin(), got.shape().end()) == kept));
        long double largest = 0;
        shape index(rank, 0);
        for (std::size_t n = 0; n < got.size(); ++n)
        {
            for (std::size_t d = rank, rest = n; d-- > 0;)
                if (d != at) index[d] = rest % whole[d], rest /= whole[d];
            long double dot = 0, xx = 0, yy = 0;
            for (index[at] = 0; index[at] < whole[at]; ++index[at])
            {
                const long double a = value(x, index), b = value(y, index);
                dot += a * b, xx += a * a, yy += b * b;
            }
            const long double expected = dot / (std::max(std::sqrt(xx), 1e-8L) * std::max(std::sqrt(yy), 1e-8L));
            largest = std::max(largest, std::abs(expected - static_cast<long double>(got.data()[n])));
        }
        return largest;
    }

    xt::xarray<double> random_tensor(const shape& s, unsigned seed)
    {
        std::mt19937_64 engine(seed);
        std::normal_distribution<double> normal;
        auto x = xt::xarray<double>::from_shape(s);
        for (double& v : x) v = normal(engine);
        return x;
    }
}

BOOST_AUTO_TEST_CASE(along_every_axis)
{
    const std::vector<std::pair<shape, shape>> pairs = {
        {{7}, {7}},          {{4, 5}, {4, 5}},          {{2, 3, 4}, {2, 3, 4}},    {{3, 1, 5}, {1, 4, 5}}, {{5}, {4, 5}},
        {{4, 5}, {5}},       {{4, 1}, {4, 5}},          {{1, 1}, {6, 3}},          {{1}, {2, 3, 4}},       {{2, 1, 3, 1}, {4, 1, 5}},
        {{30, 1, 20}, {1, 40, 20}}, {{2, 3, 1, 4}, {3, 6, 1}}, {{1, 1, 1}, {1, 1, 1}}};
    for (const auto& [s1, s2] : pairs)
    {
        const auto x = random_tensor(s1, 1), y = random_tensor(s2, 2);
        const auto rank = static_cast<std::ptrdiff_t>(std::max(s1.size(), s2.size()));
        for (std::ptrdiff_t axis = -rank; axis < rank; ++axis)
        {
            BOOST_TEST(wrongest(x, y, axis) < 1e-14L, "axis " << axis << " of ranks " << s1.size() << " and " << s2.size());
            BOOST_TEST(wrongest(y, x, axis) < 1e-14L);
        }
    }
}

BOOST_AUTO_TEST_CASE(along_an_axis_of_views_and_other_types)
{
    const auto x = random_tensor({6, 8}, 3);
    const auto part = xt::view(x, xt::range(0, 6, 2), xt::range(1, 7));
    BOOST_TEST(wrongest(part, xt::xarray<double>(xt::view(x, xt::range(1, 6, 2), xt::range(2, 8))), 1) < 1e-14L);
    BOOST_TEST(wrongest(part, part, 0) < 1e-14L);
    const xt::xarray<int> a = {{3, 4}, {1, 0}}, b = {{4, 3}, {0, 2}};
    const auto s = xeinsum::cosine_similarity(a, b);
    static_assert(std::is_same_v<decltype(s)::value_type, double>);
    BOOST_TEST(std::abs(s(0) - 0.96) < 1e-15);
    BOOST_TEST(s(1) == 0.0);
    const xt::xarray<float> f = {{3, 4}, {0, 0}};
    static_assert(std::is_same_v<decltype(xeinsum::cosine_similarity(f, f))::value_type, float>);
    BOOST_TEST(xeinsum::cosine_similarity(f, f)(1) == 0.0f);  // a zero row
    BOOST_TEST(xeinsum::cosine_similarity(f, b)(0) == 0.96, boost::test_tools::tolerance(1e-6));
    BOOST_TEST(xeinsum::cosine_similarity(f, f, 1, 50.0)(0) == 0.01f, boost::test_tools::tolerance(1e-6f));  // eps is larger than both norms
    xeinsum::similarity_options how;
    how.undefined = xeinsum::undefined_similarity::nan;
    BOOST_TEST(std::isnan(xeinsum::cosine_similarity(f, f, 1, how)(1)));
    // An empty axis has norm 0; other empty axes leave nothing.
    BOOST_TEST(xeinsum::cosine_similarity(xt::xarray<double>::from_shape({2, 0}), xt::xarray<double>::from_shape({2, 0}), 1)(1) == 0.0);
    BOOST_TEST(xeinsum::cosine_similarity(xt::xarray<double>::from_shape({0, 3}), xt::xarray<double>::from_shape({0, 3}), 1).size() == 0u);
}

BOOST_AUTO_TEST_CASE(refuses_an_axis_or_shapes)
{
    const auto x = random_tensor({3, 4}, 4);
    const auto says = [](const std::string& what) { return [what](const std::exception& e) { return std::string(e.what()) == "cosine_similarity: " + what; }; };
    BOOST_CHECK_EXCEPTION(xeinsum::cosine_similarity(x, x, 2), xeinsum::shape_error, says("axis 2 of tensors of rank 2; 0 to 1, or -2 to -1, are there"));
    BOOST_CHECK_EXCEPTION(xeinsum::cosine_similarity(x, x, -3), xeinsum::shape_error, says("axis -3 of tensors of rank 2; 0 to 1, or -2 to -1, are there"));
    BOOST_CHECK_EXCEPTION(xeinsum::cosine_similarity(x, random_tensor({3, 5}, 5), 1), xeinsum::shape_error,
                          says("shapes 3x4 and 3x5 do not broadcast; counted from the last axis, extents must be equal or 1"));
    BOOST_CHECK_THROW(xeinsum::cosine_similarity(x, x, 1, 0.0), std::invalid_argument);
}

BOOST_AUTO_TEST_SUITE_END()
