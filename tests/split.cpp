// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "execute/split.hpp"

// What BLAS's int does not hold is split; here with an "int" that ends at 7, and a BLAS of plain loops that refuses
// any argument beyond it.

using namespace xeinsum::detail;

namespace
{
    constexpr std::int64_t limit = 7;

    void require_int(std::int64_t x) { BOOST_REQUIRE(std::abs(x) <= limit); }

    struct checked_calls
    {
        template <class T>
        static void gemm(const gemm_arguments<T>& g)
        {
            for (const std::int64_t x : {g.m, g.n, g.k, g.lda, g.ldb, g.ldc}) require_int(x);
            // As BLAS checks them.
            const bool c = g.column_major;
            BOOST_REQUIRE(g.lda >= std::max<std::int64_t>(1, c == g.transpose_a ? g.k : g.m));
            BOOST_REQUIRE(g.ldb >= std::max<std::int64_t>(1, c == g.transpose_b ? g.n : g.k));
            BOOST_REQUIRE(g.ldc >= std::max<std::int64_t>(1, c ? g.m : g.n));
            const auto at = [](bool by_rows, std::int64_t ld, std::int64_t i, std::int64_t j) { return by_rows ? i * ld + j : i + j * ld; };
            for (std::int64_t i = 0; i < g.m; ++i)
                for (std::int64_t j = 0; j < g.n; ++j)
                {
                    T sum{};
                    for (std::int64_t l = 0; l < g.k; ++l)
                        sum += g.a[at(c == g.transpose_a, g.lda, i, l)] * g.b[at(c == g.transpose_b, g.ldb, l, j)];
                    T& out = g.c[at(!c, g.ldc, i, j)];
                    out = g.alpha * sum + g.beta * out;
                }
        }

        template <class T>
        static const T* first(const T* origin, std::int64_t n, std::int64_t increment)
        {
            return increment < 0 ? origin - (n - 1) * increment : origin;
        }

        template <class T>
        static void gemv(const gemv_arguments<T>& g)
        {
            for (const std::int64_t x : {g.rows, g.columns, g.lda, g.incx, g.incy}) require_int(x);
            BOOST_REQUIRE(g.lda >= std::max<std::int64_t>(1, g.columns));
            const std::int64_t m = g.transpose ? g.columns : g.rows, k = g.transpose ? g.rows : g.columns;
            const T* const x = first(g.x, k, g.incx);
            T* const y = const_cast<T*>(first<T>(g.y, m, g.incy));
            for (std::int64_t i = 0; i < m; ++i)
            {
                T sum{};
                for (std::int64_t l = 0; l < k; ++l) sum += g.a[g.transpose ? l * g.lda + i : i * g.lda + l] * x[l * g.incx];
                y[i * g.incy] = g.alpha * sum + g.beta * y[i * g.incy];
            }
        }

        template <class T>
        static void ger(const ger_arguments<T>& g)
        {
            for (const std::int64_t x : {g.m, g.n, g.lda, g.incx, g.incy}) require_int(x);
            BOOST_REQUIRE(g.lda >= std::max<std::int64_t>(1, g.n));
            const T *const x = first(g.x, g.m, g.incx), *const y = first(g.y, g.n, g.incy);
            for (std::int64_t i = 0; i < g.m; ++i)
                for (std::int64_t j = 0; j < g.n; ++j) g.a[i * g.lda + j] += g.alpha * x[i * g.incx] * y[j * g.incy];
        }

        template <class T>
        static T dot(std::int64_t n, const T* x, std::int64_t incx, const T* y, std::int64_t incy)
        {
            for (const std::int64_t v : {n, incx, incy}) require_int(v);
            T sum{};
            for (std::int64_t i = 0; i < n; ++i) sum += first(x, n, incx)[i * incx] * first(y, n, incy)[i * incy];
            return sum;
        }
    };

    std::vector<int> numbers(std::int64_t n)
    {
        std::vector<int> result;
        for (std::int64_t i = 0; i < n; ++i) result.push_back(static_cast<int>(i * 7 % 23) - 11);
        return result;
    }
}

BOOST_AUTO_TEST_SUITE(split)

BOOST_AUTO_TEST_CASE(gemm_beyond_int)
{
    // Extents and leading dimensions on either side of the limit, in all orders and flags.
    for (const bool column_major : {false, true})
        for (const bool ta : {false, true})
            for (const bool tb : {false, true})
                for (const std::int64_t m : {3, 9})
                    for (const std::int64_t n : {5, 16})
                        for (const std::int64_t k : {4, 15})
                            for (const std::int64_t slack : {0, 6})
                            {
                                const std::int64_t lda = (column_major == ta ? k : m) + slack;
                                const std::int64_t ldb = (column_major == tb ? n : k) + slack;
                                const std::int64_t ldc = (column_major ? m : n) + slack;
                                const auto a = numbers(40 * 40), b = numbers(41 * 40);
                                std::vector<int> c(40 * 40, 1000), expected = c;
                                split_gemm<checked_calls>(gemm_arguments<int>{column_major, ta, tb, m, n, k, 2, a.data(), lda, b.data(), ldb,
                                                                              3, c.data(), ldc},
                                                          limit);
                                for (std::int64_t i = 0; i < m; ++i)
                                    for (std::int64_t j = 0; j < n; ++j)
                                    {
                                        int sum = 0;
                                        for (std::int64_t l = 0; l < k; ++l)
                                            sum += a[static_cast<std::size_t>(column_major == ta ? i * lda + l : i + l * lda)] *
                                                   b[static_cast<std::size_t>(column_major == tb ? l * ldb + j : l + j * ldb)];
                                        expected[static_cast<std::size_t>(column_major ? i + j * ldc : i * ldc + j)] = 2 * sum + 3 * 1000;
                                    }
                                BOOST_TEST(c == expected);
                            }
}

BOOST_AUTO_TEST_CASE(gemv_beyond_int)
{
    for (const bool transpose : {false, true})
        for (const std::int64_t rows : {3, 20})
            for (const std::int64_t columns : {4, 17})
                for (const std::int64_t incx : {1, 3, -2})
                    for (const std::int64_t incy : {1, -3})
                    {
                        const std::int64_t lda = columns + 2;
                        const auto a = numbers(30 * 30), x = numbers(200);
                        std::vector<int> y(200, 5), expected = y;
                        const std::int64_t m = transpose ? columns : rows, k = transpose ? rows : columns;
                        const int* const x0 = x.data() + 100;
                        split_gemv<checked_calls>(gemv_arguments<int>{transpose, rows, columns, 2, a.data(), lda, x0, incx, 3,
                                                                      y.data() + 100, incy},
                                                  limit);
                        for (std::int64_t i = 0; i < m; ++i)
                        {
                            int sum = 0;
                            for (std::int64_t l = 0; l < k; ++l)
                                sum += a[static_cast<std::size_t>(transpose ? l * lda + i : i * lda + l)] * x0[l * incx];
                            expected[static_cast<std::size_t>(100 + i * incy)] = 2 * sum + 3 * 5;
                        }
                        BOOST_TEST(y == expected);
                    }
}

BOOST_AUTO_TEST_CASE(ger_and_dot_beyond_int)
{
    const auto x = numbers(100), y = numbers(101);
    for (const std::int64_t incx : {1, 2, -3})
        for (const std::int64_t incy : {1, -1})
        {
            const int *const x0 = x.data() + 50, *const y0 = y.data() + 50;
            std::vector<int> a(30 * 30, 0), expected = a;
            split_ger<checked_calls>(ger_arguments<int>{15, 16, 2, x0, incx, y0, incy, a.data(), 18}, limit);
            for (std::int64_t i = 0; i < 15; ++i)
                for (std::int64_t j = 0; j < 16; ++j) expected[static_cast<std::size_t>(i * 18 + j)] = 2 * x0[i * incx] * y0[j * incy];
            BOOST_TEST(a == expected);
            int sum = 0;
            for (std::int64_t i = 0; i < 16; ++i) sum += x0[i * incx] * y0[i * incy];
            BOOST_TEST((split_dot<checked_calls, int>(16, x0, incx, y0, incy, limit)) == sum);
        }
}

BOOST_AUTO_TEST_SUITE_END()
