// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <mutex>
#include <random>
#include <stdexcept>
#include <stop_token>
#include <vector>

#include <xeinsum/similarity.hpp>

#include "support/allocations.hpp"
#include "support/xtensor.hpp"

using xeinsum::cosine_threshold;
using xeinsum::cosine_top_k;
using xeinsum::undefined_similarity;

namespace
{
    constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN(), infinity = std::numeric_limits<double>::infinity();

    template <class T>
    xt::xtensor<T, 2> randn(std::size_t rows, std::size_t columns, unsigned seed)
    {
        std::mt19937_64 engine(seed);
        std::normal_distribution<double> normal;
        auto x = xt::xtensor<T, 2>::from_shape({rows, columns});
        for (T& v : x) v = static_cast<T>(normal(engine));
        return x;
    }

    /// Vectors of few small integers: many are alike, or at the same angle, and the products of their directions are exact enough to
    /// tell apart.
    template <class T>
    xt::xtensor<T, 2> lattice(std::size_t rows, std::size_t columns, unsigned seed)
    {
        std::mt19937_64 engine(seed);
        auto x = xt::xtensor<T, 2>::from_shape({rows, columns});
        for (T& v : x) v = static_cast<T>(static_cast<int>(engine() % 3) - 1);
        return x;
    }

    /// All similarities in long double, by definition.
    template <class T>
    std::vector<std::vector<long double>> by_definition(const xt::xtensor<T, 2>& x, const xt::xtensor<T, 2>& y)
    {
        const auto norm = [](const auto& m, std::size_t i) {
            long double sum = 0;
            for (std::size_t c = 0; c < m.shape(1); ++c) sum += static_cast<long double>(m(i, c)) * m(i, c);
            return std::max(std::sqrt(sum), 1e-8L);
        };
        std::vector<std::vector<long double>> s(x.shape(0), std::vector<long double>(y.shape(0)));
        for (std::size_t i = 0; i < x.shape(0); ++i)
            for (std::size_t j = 0; j < y.shape(0); ++j)
            {
                for (std::size_t c = 0; c < x.shape(1); ++c) s[i][j] += static_cast<long double>(x(i, c)) * y(j, c);
                s[i][j] /= norm(x, i) * norm(y, j);
            }
        return s;
    }

    /// What is wrong with the neighbours of each vector, if anything: k different others, scores that are theirs to rounding, sorted with ties
    /// by index, and nobody left out who is better than the last by more than rounding.
    template <class T>
    std::size_t wrong_neighbours(const xeinsum::nearest_vectors<T>& found, const std::vector<std::vector<long double>>& s, std::size_t k, bool but_self, long double rounding)
    {
        std::size_t wrong = 0;
        for (std::size_t i = 0; i < s.size(); ++i)
        {
            std::vector<bool> chosen(s[i].size(), false);
            for (std::size_t r = 0; r < k; ++r)
            {
                const auto j = static_cast<std::size_t>(found.indices(i, r));
                const T score = found.scores(i, r);
                if (j >= s[i].size() || chosen[j] || (but_self && j == i)) return wrong + 1;
                chosen[j] = true;
                wrong += !(std::abs(static_cast<long double>(score) - s[i][j]) <= rounding);
                if (r > 0)
                    wrong += !(found.scores(i, r - 1) > score || (found.scores(i, r - 1) == score && found.indices(i, r - 1) < found.indices(i, r)));
            }
            for (std::size_t j = 0; j < s[i].size(); ++j)
                wrong += !chosen[j] && !(but_self && j == i) && s[i][j] > static_cast<long double>(found.scores(i, k - 1)) + rounding;
        }
        return wrong;
    }

    xeinsum::similarity_options on_threads(std::size_t n, bool leave_out_self = false)
    {
        xeinsum::similarity_options how;
        how.threads = n;
        how.leave_out_self = leave_out_self;
        return how;
    }
}

BOOST_AUTO_TEST_SUITE(similarity_search)

BOOST_AUTO_TEST_CASE(two_sets)
{
    const auto check = []<class T>(T, long double rounding) {
        for (const auto& [n, p, m] : {std::array<std::size_t, 3>{1, 40, 7}, {5, 2000, 30}, {700, 1300, 20}, {1200, 3, 5}})
        {
            const auto x = randn<T>(n, m, 1), y = randn<T>(p, m, 2);
            const auto s = by_definition(x, y);
            for (const std::size_t k : {std::size_t{1}, std::size_t{3}, std::min<std::size_t>(p, 100)})
                BOOST_TEST(wrong_neighbours(cosine_top_k(x, y, k), s, k, false, rounding) == 0u);
        }
    };
    check(0.0f, 2e-6L);
    check(0.0, 1e-14L);
}

BOOST_AUTO_TEST_CASE(one_set)
{
    for (const std::size_t n : {std::size_t{2}, std::size_t{300}, std::size_t{1100}, std::size_t{1600}})
    {
        const auto x = randn<float>(n, 24, 3);
        const auto s = by_definition(x, x);
        for (const bool but_self : {false, true})
            for (const std::size_t threads : {1u, 2u, 3u})
            {
                const std::size_t k = std::min<std::size_t>(n - 1, 10);
                const auto found = cosine_top_k(x, k, on_threads(threads, but_self));
                BOOST_TEST(wrong_neighbours(found, s, k, but_self, 2e-6L) == 0u);
                if (!but_self) BOOST_TEST(std::abs(found.scores(0, 0) - 1) < 1e-6f);
            }
    }
}

/// Rows that are one another's multiples by powers of two have one direction to the last bit: their scores are equal, wherever they are computed.
BOOST_AUTO_TEST_CASE(ties_go_to_the_lower_index)
{
    const std::size_t n = 1500;
    auto x = randn<double>(n, 16, 4);
    for (std::size_t i = 500; i < n; ++i) xt::row(x, static_cast<std::ptrdiff_t>(i)) = xt::row(x, static_cast<std::ptrdiff_t>(i % 500)) * (i < 1000 ? 4.0 : 0.5);
    for (const std::size_t threads : {1u, 2u})
    {
        const auto found = cosine_top_k(x, 3, on_threads(threads));
        std::size_t wrong = 0;
        for (std::size_t i = 0; i < n; ++i)
            for (std::size_t r = 0; r < 3; ++r) wrong += found.indices(i, r) != static_cast<std::int64_t>(i % 500 + 500 * r);
        BOOST_TEST(wrong == 0u);
    }
}

/// Copies of one vector have equal scores, in whole tiles and in last ones, in any place of a kernel's vectors, however they lie: their
/// order is that of their indices.
BOOST_AUTO_TEST_CASE(copies_of_a_vector_are_ties)
{
    const auto check = []<class T>(T) {
        for (const std::size_t length : {1u, 3u, 7u, 8u, 16u, 17u, 31u, 33u, 100u, 257u, 3001u})
            for (const std::size_t n : {2u, 3u, 5u, 8u, 9u, 13u, 33u, 100u, 479u, 481u, 483u, 485u})
            {
                if (length * n > 300000) continue;
                const auto direction = randn<T>(1, length, static_cast<unsigned>(length + n)), other = randn<T>(3, length, 9);
                xt::xtensor<T, 2> x({n, length}), stepped({n, 2 * length});
                xt::xtensor<T, 2, xt::layout_type::column_major> by_columns({n, length});
                stepped.fill(7);
                for (std::size_t i = 0; i < n; ++i)
                    for (std::size_t c = 0; c < length; ++c) x(i, c) = by_columns(i, c) = stepped(i, 2 * c) = direction(0, c);
                const auto every_other = xt::view(stepped, xt::all(), xt::range(std::size_t{0}, 2 * length, std::size_t{2}));
                const auto in_order = [n](const auto& found) {
                    std::size_t wrong = 0;
                    for (std::size_t i = 0; i < found.indices.shape(0); ++i)
                        for (std::size_t r = 0; r < n; ++r) wrong += found.indices(i, r) != static_cast<std::int64_t>(r) || found.scores(i, r) != found.scores(i, 0);
                    return wrong == 0;
                };
                BOOST_TEST(in_order(cosine_top_k(x, n)), n << " vectors of " << length);
                BOOST_TEST(in_order(cosine_top_k(by_columns, n)), n << " vectors of " << length << ", by columns");
                BOOST_TEST(in_order(cosine_top_k(every_other, n)), n << " vectors of " << length << ", every other element");
                BOOST_TEST(in_order(cosine_top_k(other, x, n)), n << " vectors of " << length << ", asked for by others");
            }
    };
    check(0.0f);
    check(0.0);
    // Few and many queries, of which some are copies; a tile and the next; vectors that are read at several places at once.
    const auto between_sets = []<class T>(T, std::size_t queries, std::size_t n, std::size_t length) {
        const auto many = [length](std::size_t count, unsigned seed) {
            const auto direction = randn<T>(1, length, seed);
            xt::xtensor<T, 2> x({count, length});
            for (std::size_t i = 0; i < count; ++i) xt::row(x, static_cast<std::ptrdiff_t>(i)) = xt::row(direction, 0);
            return x;
        };
        const std::size_t k = std::min<std::size_t>(n, 600);
        const auto found = cosine_top_k(many(queries, 21), many(n, 22), k);
        std::size_t wrong = 0;
        for (std::size_t i = 0; i < queries; ++i)
            for (std::size_t r = 0; r < k; ++r) wrong += found.indices(i, r) != static_cast<std::int64_t>(r) || found.scores(i, r) != found.scores(0, 0);
        BOOST_TEST(wrong == 0u, queries << " queries, " << n << " vectors of " << length << (sizeof(T) == 4 ? ", float" : ", double"));
    };
    for (const std::size_t length : {1u, 8u, 15u, 16u, 33u, 40u, 63u, 100u})
        for (const std::size_t queries : {1u, 2u, 3u, 5u, 17u})
            for (const std::size_t n : {1u, 2u, 3u, 4u, 5u, 7u, 8u, 9u, 11u, 13u, 15u, 16u, 17u, 19u, 29u, 31u, 33u, 45u, 51u, 63u, 65u})
            {
                between_sets(0.0f, queries, n, length);
                between_sets(0.0, queries, n, length);
            }
    for (const auto& [queries, n, length] : {std::array<std::size_t, 3>{485, 1001, 12}, {1, 7690, 12}, {1, 481, 40}, {2, 3, 5000}}) between_sets(0.0f, queries, n, length);
}

BOOST_AUTO_TEST_CASE(the_same_on_any_number_of_threads)
{
    const auto x = lattice<float>(2500, 6, 5);
    const auto one = cosine_top_k(x, 20, on_threads(1));
    for (int round = 0; round < 3; ++round)
    {
        const auto several = cosine_top_k(x, 20, on_threads(3));
        BOOST_TEST((several.indices == one.indices));
        BOOST_TEST((several.scores == one.scores));
    }
    BOOST_TEST(wrong_neighbours(one, by_definition(x, x), 20, false, 2e-6L) == 0u);
}

BOOST_AUTO_TEST_CASE(nan_ranks_last)
{
    auto x = randn<double>(9, 4, 6);
    x(2, 1) = not_a_number;
    x(5, 0) = infinity;
    const auto found = cosine_top_k(x, 8, on_threads(1, true));
    for (std::size_t i = 0; i < 9; ++i)
    {
        const bool bad = i == 2 || i == 5;
        std::vector<std::int64_t> last;
        for (std::size_t r = 0; r < 8; ++r)
        {
            if (!bad) BOOST_TEST(std::isnan(found.scores(i, r)) == (r >= 6));
            else BOOST_TEST(std::isnan(found.scores(i, r)));
            if (r >= 6) last.push_back(found.indices(i, r));
        }
        if (!bad) BOOST_TEST((last == std::vector<std::int64_t>{2, 5}));
        // All of a NaN vector's are NaN: in the order of their indices, itself left out.
        if (bad)
            for (std::size_t r = 0; r < 8; ++r) BOOST_TEST(found.indices(i, r) == static_cast<std::int64_t>(r < i ? r : r + 1));
    }
}

BOOST_AUTO_TEST_CASE(integers_views_and_mixed_types)
{
    const xt::xtensor<int, 2> x = {{3, 4}, {4, 3}, {-3, -4}};
    const auto found = cosine_top_k(x, 2);
    static_assert(std::is_same_v<decltype(found.scores)::value_type, double>);
    BOOST_TEST((found.indices == xt::xtensor<std::int64_t, 2>{{0, 1}, {1, 0}, {2, 1}}));
    BOOST_TEST(std::abs(found.scores(0, 1) - 0.96) < 1e-15);
    const auto big = randn<float>(50, 12, 7);
    const auto part = xt::view(big, xt::range(0, 50, 2), xt::range(1, 9));
    const xt::xtensor<float, 2> copy = part;
    BOOST_TEST((cosine_top_k(part, 5).indices == cosine_top_k(copy, 5).indices));
    BOOST_TEST((cosine_top_k(xt::transpose(xt::xtensor<float, 2>(xt::transpose(copy))), 5).indices == cosine_top_k(copy, 5).indices));
    const auto mixed = cosine_top_k(copy, xt::xtensor<double, 2>(xt::cast<double>(copy)), 1);
    static_assert(std::is_same_v<decltype(mixed.scores)::value_type, double>);
    for (std::size_t i = 0; i < 25; ++i) BOOST_TEST(mixed.indices(i, 0) == static_cast<std::int64_t>(i));
}

BOOST_AUTO_TEST_CASE(thresholds)
{
    const auto x = randn<double>(1100, 5, 8), y = randn<double>(600, 5, 9);
    const double threshold = 0.9;
    const auto check = [&](const std::vector<xeinsum::similar_pair<double>>& found, const std::vector<std::vector<long double>>& s, bool one_set) {
        std::vector<std::vector<bool>> is_found(s.size(), std::vector<bool>(s[0].size(), false));
        std::size_t wrong = 0;
        for (const auto& [i, j, score] : found)
        {
            const auto row = static_cast<std::size_t>(i), column = static_cast<std::size_t>(j);
            wrong += is_found[row][column] || (one_set && j <= i) || std::abs(static_cast<long double>(score) - s[row][column]) > 1e-14L;
            is_found[row][column] = true;
        }
        for (std::size_t i = 0; i < s.size(); ++i)
            for (std::size_t j = one_set ? i + 1 : 0; j < s[i].size(); ++j)
                if (std::abs(s[i][j] - threshold) > 1e-13L) wrong += is_found[i][j] != (s[i][j] > threshold);
        BOOST_TEST(wrong == 0u);
        BOOST_TEST(found.size() > 100u);
    };
    check(cosine_threshold(x, threshold), by_definition(x, x), true);
    std::vector<xeinsum::similar_pair<double>> between;
    cosine_threshold(x, y, threshold, [&](auto pairs) { between.insert(between.end(), pairs.begin(), pairs.end()); });
    check(between, by_definition(x, y), false);
    // The same order on any number of threads.
    BOOST_TEST((cosine_threshold(x, threshold, on_threads(3)) == cosine_threshold(x, threshold, on_threads(1))));
    BOOST_TEST(cosine_threshold(x, 1.5).empty());
}

BOOST_AUTO_TEST_CASE(tiles_cover_the_matrix)
{
    const auto x = randn<float>(1300, 9, 10), y = randn<float>(2100, 9, 11);
    const auto covered = [](const auto& a, const auto& b, bool one_set) {
        const auto s = by_definition(a, b);
        std::vector<std::vector<int>> count(s.size(), std::vector<int>(s[0].size(), 0));
        std::size_t wrong = 0;
        std::mutex mutex;
        const xeinsum::vector_set<float> rows = xeinsum::detail::rows_of<float>("rows", a), columns = xeinsum::detail::rows_of<float>("columns", b);
        xeinsum::for_each_similarity_tile<float>(rows, one_set ? std::nullopt : std::optional(columns), [&](const xeinsum::similarity_tile<float>& tile) {
            const std::lock_guard lock(mutex);
            for (std::int64_t i = 0; i < tile.rows; ++i)
                for (std::int64_t j = 0; j < tile.columns; ++j)
                {
                    const auto row = static_cast<std::size_t>(tile.row + i), column = static_cast<std::size_t>(tile.column + j);
                    ++count[row][column];
                    wrong += std::abs(static_cast<long double>(tile[i][static_cast<std::size_t>(j)]) - s[row][column]) > 2e-6L;
                }
        });
        for (std::size_t i = 0; i < s.size(); ++i)
            for (std::size_t j = 0; j < s[i].size(); ++j) wrong += one_set ? count[i][j] + (i == j ? 0 : count[j][i]) < 1 : count[i][j] != 1;
        return wrong;
    };
    BOOST_TEST(covered(x, y, false) == 0u);
    BOOST_TEST(covered(x, x, true) == 0u);
}

BOOST_AUTO_TEST_CASE(extremes_of_the_range)
{
    // Every norm is right to rounding, whatever its squares would be.
    const auto check = []<class T>(T, double from, double to, long double rounding) {
        for (double scale = from; scale <= to; scale *= 1e10)
        {
            auto x = randn<T>(40, 33, 12), scaled = x;
            for (T& v : scaled) v = static_cast<T>(v * scale);
            xeinsum::similarity_options how;
            how.eps = static_cast<double>(std::numeric_limits<T>::min());
            const xt::xtensor<T, 2> s = xeinsum::cosine_similarity_matrix(scaled, how);
            const auto expected = by_definition(x, x);
            long double largest = 0;
            for (std::size_t i = 0; i < 40; ++i)
                for (std::size_t j = 0; j < 40; ++j) largest = std::max(largest, std::abs(static_cast<long double>(s(i, j)) - expected[i][j]));
            BOOST_TEST(largest < rounding, "scale " << scale << ": " << largest);
        }
    };
    check(0.0f, 1e-30, 1e30, 2e-6L);
    check(0.0, 1e-200, 1e200, 1e-14L);
    // A norm that is larger than T holds, of elements that are not.
    const xt::xtensor<double, 2> large = {{1.5e308, 1.5e308}, {1.5e308, 0}};
    const auto s = xeinsum::cosine_similarity_matrix(large);
    BOOST_TEST(std::abs(s(0, 1) - std::sqrt(0.5)) < 1e-15);
    BOOST_TEST(std::abs(s(0, 0) - 1) < 1e-15);
    // One element far above the others, and subnormal ones.
    const xt::xtensor<double, 2> mixed = {{1e300, 1, 1e-300}, {3e-320, 4e-320, 0}};
    xeinsum::similarity_options how;
    how.eps = 1e-322;
    const auto m = xeinsum::cosine_similarity_matrix(mixed, how);
    BOOST_TEST(std::abs(m(0, 0) - 1) < 1e-15);
    BOOST_TEST(std::abs(m(0, 1) - 0.6) < 1e-3);  // 3e-320 has four digits
}

BOOST_AUTO_TEST_CASE(what_has_no_direction)
{
    const xt::xtensor<double, 2> zero = {{3, 4}, {0, 0}}, bad = {{3, 4}, {not_a_number, 1}}, far = {{3, 4}, {infinity, 1}};
    xeinsum::similarity_options how;
    const auto value = [&](const auto& x) { return xeinsum::cosine_similarity_matrix(x, how)(0, 1); };
    BOOST_TEST(value(zero) == 0.0);
    BOOST_TEST(std::isnan(value(bad)));
    BOOST_TEST(std::isnan(value(far)));
    how.undefined = undefined_similarity::nan;
    BOOST_TEST(std::isnan(value(zero)));
    BOOST_TEST(std::isnan(value(bad)));
    BOOST_TEST(xeinsum::cosine_similarity_matrix(zero, how)(0, 0) == 1.0, boost::test_tools::tolerance(1e-15));
    how.undefined = undefined_similarity::error;
    for (const auto* x : {&zero, &bad, &far})
        BOOST_CHECK_EXCEPTION(value(*x), std::domain_error, [](const std::domain_error& e) { return std::string(e.what()).find("vector 1 ") != std::string::npos; });
    // In a search the vector's number is that in its set.
    auto many = randn<double>(1400, 3, 13);
    xt::row(many, 1333) = 0;
    BOOST_CHECK_EXCEPTION(cosine_top_k(many, 1, how), std::domain_error,
                          [](const std::domain_error& e) { return std::string(e.what()).find("vector 1333 is zero") != std::string::npos; });
    // Of two, the error names the set.
    const xt::xtensor<double, 2> good = {{1, 2, 3}}, empty = {{0, 0, 0}};
    const auto names = [](const auto& call, const char* what) {
        BOOST_CHECK_EXCEPTION(call(), std::domain_error, [what](const std::domain_error& e) { return std::string(e.what()).find(what) != std::string::npos; });
    };
    names([&] { cosine_top_k(empty, good, 1, how); }, "vector 0 of the first set is zero");
    names([&] { cosine_top_k(good, many, 1, how); }, "vector 1333 of the second set is zero");
    names([&] { xeinsum::cosine_similarity_matrix(good, empty, how); }, "vector 0 of y is zero");
    names([&] { xeinsum::cosine_similarity(empty, good, 1, how); }, "vector 0 of x1 is zero");
}

BOOST_AUTO_TEST_CASE(clamped)
{
    // Rounding carries some similarities of equal vectors beyond 1.
    const auto x = randn<float>(300, 50, 14);
    xeinsum::similarity_options how;
    const auto s = xeinsum::cosine_similarity_matrix(x);
    BOOST_TEST(xt::amax(s)() > 1.0f);
    how.clamp = true;
    const auto c = xeinsum::cosine_similarity_matrix(x, how);
    BOOST_TEST(xt::amax(c)() == 1.0f);
    std::size_t changed = 0;
    for (std::size_t i = 0; i < s.size(); ++i) changed += std::abs(s.data()[i]) <= 1 && s.data()[i] != c.data()[i];
    BOOST_TEST(changed == 0u);
    BOOST_TEST(xt::amax(cosine_top_k(x, 3, how).scores)() == 1.0f);
}

BOOST_AUTO_TEST_CASE(progress_and_stop)
{
    const auto x = randn<float>(2000, 10, 15);
    xeinsum::similarity_options how = on_threads(2);
    std::size_t calls = 0, last = 0, all = 0;
    how.progress = [&](std::size_t done, std::size_t total) {
        BOOST_TEST(done == last + 1);
        last = done, all = total, ++calls;
    };
    cosine_top_k(x, 2, how);
    BOOST_TEST(calls > 3u);
    BOOST_TEST(last == all);
    std::stop_source source;
    how.stop = source.get_token();
    how.progress = [&](std::size_t done, std::size_t) {
        if (done == 2) source.request_stop();
    };
    BOOST_CHECK_THROW(cosine_top_k(x, 2, how), xeinsum::cancelled);
    how = on_threads(2);
    std::size_t taken = 0;
    const auto stop_early = [&](auto) {
        if (++taken == 2) throw std::runtime_error("enough");
    };
    BOOST_CHECK_THROW(cosine_threshold(x, 0.5, stop_early, how), std::runtime_error);
    BOOST_TEST(taken == 2u);
}

BOOST_AUTO_TEST_CASE(refuses)
{
    const auto x = randn<double>(5, 3, 16);
    BOOST_CHECK_EXCEPTION(cosine_top_k(x, 6), std::invalid_argument, [](const auto& e) { return std::string(e.what()) == "cosine_top_k: k is 6, but there are 5 vectors to choose from"; });
    BOOST_CHECK_EXCEPTION(cosine_top_k(x, 5, on_threads(1, true)), std::invalid_argument,
                          [](const auto& e) { return std::string(e.what()) == "cosine_top_k: k is 5, but there are 4 other vectors to choose from"; });
    BOOST_CHECK_EXCEPTION(cosine_top_k(xt::xtensor<double, 2>({2, 3}, 1.0), 2, on_threads(1, true)), std::invalid_argument,
                          [](const auto& e) { return std::string(e.what()) == "cosine_top_k: k is 2, but there is 1 other vector to choose from"; });
    BOOST_CHECK_EXCEPTION(cosine_top_k(x, static_cast<std::size_t>(-1)), std::invalid_argument,
                          [](const auto& e) { return std::string(e.what()) == "cosine_top_k: k is -1; it must not be negative, and there are 5 vectors to choose from"; });
    BOOST_CHECK_THROW(cosine_top_k(xt::xtensor<double, 2>::from_shape({0, 3}), static_cast<std::size_t>(-1)), std::invalid_argument);
    xeinsum::similarity_options how;
    how.eps = 0;
    BOOST_CHECK_THROW(cosine_top_k(x, 1, how), std::invalid_argument);
    BOOST_TEST(cosine_top_k(x, 0).indices.size() == 0u);
    BOOST_TEST(cosine_top_k(xt::xtensor<double, 2>::from_shape({0, 3}), x, 2).indices.shape(0) == 0u);
    BOOST_TEST(cosine_threshold(xt::xtensor<double, 2>::from_shape({0, 3}), 0.5).empty());
    // Vectors of no elements have norm 0.
    BOOST_TEST(cosine_top_k(xt::xtensor<double, 2>::from_shape({4, 0}), 2).scores(3, 1) == 0.0);
}

BOOST_AUTO_TEST_CASE(errors_name_the_function_that_was_called)
{
    using xeinsum::find_nearest;
    using xeinsum::find_similar;
    const auto x = randn<double>(5, 3, 16), longer = randn<double>(5, 4, 17);
    const auto vector = xt::xtensor<double, 1>({3}, 1.0);
    const auto take = [](auto) {};
    const auto set_of = [](const xt::xtensor<double, 2>& m) {
        return xeinsum::vector_set<double>{m.data(), static_cast<std::int64_t>(m.shape(0)), static_cast<std::int64_t>(m.shape(1)), static_cast<std::int64_t>(m.shape(1)), 1};
    };
    std::vector<std::int64_t> indices(30);
    std::vector<double> scores(30);
    const auto says = [](auto&& call, const std::string& who) {
        BOOST_CHECK_EXCEPTION(call(), std::invalid_argument, [&](const std::invalid_argument& e) {
            BOOST_TEST_MESSAGE(e.what());
            return std::string(e.what()).starts_with(who + ": ");
        });
    };
    says([&] { cosine_top_k(x, longer, 1); }, "cosine_top_k");
    says([&] { cosine_top_k(x, vector, 1); }, "cosine_top_k");
    says([&] { cosine_top_k(vector, 1); }, "cosine_top_k");
    says([&] { cosine_threshold(vector, 0.5); }, "cosine_threshold");
    says([&] { cosine_threshold(x, longer, 0.5, take); }, "cosine_threshold");
    says([&] { cosine_threshold(vector, x, 0.5, take); }, "cosine_threshold");
    says([&] { cosine_threshold(x, not_a_number); }, "cosine_threshold");
    says([&] { cosine_threshold(x, x, not_a_number, take); }, "cosine_threshold");
    says([&] { find_nearest<double>(set_of(x), set_of(longer), 1, indices.data(), scores.data()); }, "find_nearest");
    says([&] { find_nearest<double>(set_of(x), std::nullopt, 6, indices.data(), scores.data()); }, "find_nearest");
    says([&] { find_nearest<double>(set_of(x), std::nullopt, -1, indices.data(), scores.data()); }, "find_nearest");
    says([&] { find_similar<double>(set_of(x), set_of(longer), 0.5, take); }, "find_similar");
    says([&] { find_similar<double>(set_of(x), std::nullopt, not_a_number, take); }, "find_similar");
    says([&] { xeinsum::for_each_similarity_tile<double>(set_of(x), set_of(longer), take); }, "for_each_similarity_tile");
    says([&] { xeinsum::cosine_similarity_matrix(x, longer); }, "cosine_similarity_matrix");
}

BOOST_AUTO_TEST_CASE(memory_is_bounded_by_tiles)
{
    if (!test::counts_allocations()) return;
    const auto x = randn<float>(6000, 20, 18);  // their similarities would take 144 MB
    test::reset_peak();
    const std::size_t before = test::allocated_bytes();
    const auto found = cosine_top_k(x, 5, on_threads(2));
    BOOST_TEST(test::peak_bytes() - before < std::size_t{16} << 20);
    BOOST_TEST(found.indices.size() == 30000u);
}

BOOST_AUTO_TEST_SUITE_END()
