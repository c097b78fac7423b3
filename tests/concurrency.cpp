// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
//
// What several threads may do at the same time. Meant for ThreadSanitizer (the preset `tsan`), true without it.
#include <boost/test/unit_test.hpp>

#include <atomic>
#include <cstddef>
#include <thread>
#include <vector>

#include <xeinsum/einsum.hpp>

using xeinsum::einsum;

namespace
{
    using matrix = xt::xtensor<double, 2>;
    constexpr std::size_t thread_count = 4;
    constexpr int rounds = 30;

    /// Runs work(thread) on several threads that begin together; counts those that say it went wrong.
    template <class Work>
    std::size_t failures(Work work)
    {
        std::atomic<std::size_t> waiting = thread_count, wrong = 0;
        std::vector<std::thread> threads;
        for (std::size_t i = 0; i < thread_count; ++i)
            threads.emplace_back([&, i] {
                --waiting;
                while (waiting > 0) {}
                if (!work(i)) ++wrong;
            });
        for (std::thread& t : threads) t.join();
        return wrong;
    }

    matrix numbers(std::size_t rows, std::size_t columns)
    {
        matrix m = matrix::from_shape({rows, columns});
        int i = 0;
        for (double& x : m) x = ++i % 7 - 3;
        return m;
    }
}

BOOST_AUTO_TEST_SUITE(concurrency)

BOOST_AUTO_TEST_CASE(readers_of_one_expression)
{
    for (const std::size_t n : {3u, 20u, 60u})
        for (int round = 0; round < rounds; ++round)
        {
            const matrix a = numbers(n, n), b = numbers(n, n);
            const matrix expected = einsum<"ij,jk->ik">(a, b);
            const auto e = einsum<"ij,jk->ik">(a, b);
            BOOST_TEST(failures([&](std::size_t i) {
                const auto copy = e;
                switch (i)
                {
                case 0: return e(n - 1, n - 1) == expected(n - 1, n - 1);
                case 1: return matrix(e + 1.0) == matrix(expected + 1.0);
                case 2: return copy(0, 0) == expected(0, 0);
                default: return matrix(2.0 * copy) == matrix(2.0 * expected);
                }
            }) == 0u);
        }
}

BOOST_AUTO_TEST_CASE(one_expression_assigned_by_all)
{
    const matrix a = numbers(60, 50), b = numbers(50, 40);
    const matrix expected = einsum<"ij,jk->ik">(a, b);
    for (int round = 0; round < rounds; ++round)
    {
        const auto e = einsum<"ij,jk->ik">(a, b);
        BOOST_TEST(failures([&](std::size_t i) {
            matrix c = xt::ones<double>({60, 40});
            if (i % 2) c += 2.0 * e;
            else xt::noalias(c) = 2.0 * e + c;
            return c == matrix(2.0 * expected + 1.0);
        }) == 0u);
    }
}

BOOST_AUTO_TEST_CASE(einsums_of_the_same_operands)
{
    const matrix a = numbers(60, 50), b = numbers(50, 40), d = numbers(40, 30);
    const xt::xtensor<double, 3> t = xt::ones<double>({20, 30, 40});
    const matrix ab = einsum<"ij,jk->ik">(a, b), abd = einsum<"ij,jk->ik">(ab, d);
    const xeinsum::plan p("ij,jk,kl->il", {{60, 50}, {50, 40}, {40, 30}});
    for (int round = 0; round < rounds; ++round)
        BOOST_TEST(failures([&](std::size_t i) {
            switch (i)
            {
            case 0: return matrix(einsum("ij,jk,kl->il", a, b, d)) == abd;
            case 1: return matrix(p(a, b, d)) == abd;
            case 2: return einsum<"abc->">(t)() == 24000.0;
            default: return matrix(einsum<"ij,jk->ik">(a, -b)) == matrix(-ab);
            }
        }) == 0u);
}

BOOST_AUTO_TEST_SUITE_END()
