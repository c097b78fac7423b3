// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
//
// Plans that a thread keeps are those that would be made anew, and finding them allocates nothing.
#include <boost/mpl/list.hpp>
#include <boost/test/unit_test.hpp>

#include <complex>
#include <cstdint>
#include <cstdlib>
#include <thread>
#include <vector>

#include <xeinsum/einsum.hpp>
#include <xeinsum/explain.hpp>

#include "property/draws.hpp"
#include "support/allocations.hpp"
#include "support/xtensor.hpp"

using xeinsum::einsum;

namespace
{
    /// What an assignment of an einsum asks for, and the plan that the expression shows.
    template <class T>
    struct request
    {
        std::vector<test::any_array<T>> memory;
        std::vector<decltype(test::draw_view<T>(std::declval<test::engine&>(), memory[0], std::declval<xeinsum::extents&>()))> views;
        xeinsum::detail::plan_key key;
        bool is_short;
        std::vector<xeinsum::step> steps;

        request(test::engine& random, const test::contraction& c, bool shares) : memory(c.shapes.size())
        {
            for (std::size_t i = 0; i < c.shapes.size(); ++i)
            {
                if (shares && i == 1 && c.shapes[0] == c.shapes[1]) views.push_back(views[0]);
                else views.push_back(test::draw_view<T>(random, memory[i], c.shapes[i]));
            }
            const auto expression = einsum(c.subscripts, views);
            steps = expression.plan().steps();
            const xeinsum::detail::tiny_equation e = xeinsum::detail::to_tiny(xeinsum::parse(c.subscripts));
            const xeinsum::detail::operand_list<const decltype(views)&> operands(views);
            xeinsum::detail::tiny_array sizes;
            is_short = xeinsum::detail::bind_tiny(e, operands, sizes) != xeinsum::detail::tiny_binding::none;
            if (!is_short) return;
            T nothing;
            xeinsum::detail::tiny_memory<T> read;
            xeinsum::detail::operand_reader<T> reader(true);
            const auto lies = xeinsum::row_major(xeinsum::detail::to_extents(expression.shape()));
            BOOST_TEST(xeinsum::detail::gather(e, sizes, operands, reader, &nothing, lies.strides, read));
            key = xeinsum::detail::key_of(e, read, false);
        }
    };

    /// How often a second run allocates.
    template <class F>
    std::size_t allocations_of_second(F&& run)
    {
        run();
        const std::size_t before = test::allocations();
        run();
        return test::allocations() - before;
    }
}

BOOST_AUTO_TEST_SUITE(kept_plans)

using types = boost::mpl::list<float, std::complex<double>, std::int16_t>;
BOOST_AUTO_TEST_CASE_TEMPLATE(are_those_that_would_be_made_anew, T, types)
{
    test::engine random(test::seed());
    std::size_t found_again = 0;
    for (int i = 0; i < test::draws(60); ++i)
    {
        // More than are kept, asked for in random order: some come from those that are kept, some are made again.
        std::vector<request<T>> requests;
        requests.reserve(24);
        while (requests.size() < 24)
        {
            test::contraction c = requests.size() % 2 ? test::draw_contraction(random) : test::draw_large_contraction(random, 513, 1e5, false);
            // The same equation with other strides, too.
            for (int again = 0; again < 3 && requests.size() < 24; ++again) requests.emplace_back(random, c, again == 2);
        }
        const void* before = nullptr;
        for (int ask = 0; ask < 60; ++ask)
        {
            const request<T>& r = requests[static_cast<std::size_t>(test::between(random, 0, 23))];
            if (!r.is_short) continue;
            const auto p = xeinsum::detail::kept_plan(r.key);
            BOOST_TEST_CONTEXT("seed " << test::seed() << ", plan\n" << xeinsum::explain(*p)) BOOST_TEST((p->steps() == r.steps));
            const auto again = xeinsum::detail::kept_plan(r.key);
            BOOST_TEST(again == p);
            found_again += p.get() == before;
            before = p.get();
        }
    }
    BOOST_TEST(found_again > 0u);
}

BOOST_AUTO_TEST_CASE(differ_in_all_that_they_follow_from)
{
    const xt::xtensor<std::complex<double>, 2> a = xt::ones<std::complex<double>>({70, 70}), b = a;
    xt::xtensor<std::complex<double>, 2> c = xt::zeros<std::complex<double>>({70, 70});
    const std::complex<double> i(0, 1);
    const auto first = [&] { return c(3, 4); };
    for (int round = 0; round < 2; ++round)
    {
        xt::noalias(c) = einsum<"ij,jk->ik">(a, b);
        BOOST_TEST(first() == 70.0);
        xt::noalias(c) = einsum<"ij,jk->ik">(a, a);
        BOOST_TEST(first() == 70.0);
        xt::noalias(c) = einsum<"ij,jk->ik">(i * a, b);
        BOOST_TEST(first() == 70.0 * i);
        xt::noalias(c) = einsum<"ij,jk->ik">(xt::conj(i * a), b);
        BOOST_TEST(first() == -70.0 * i);
        xt::noalias(c) = einsum<"ij,jk->ik">(a, xt::conj(i * b));
        BOOST_TEST(first() == -70.0 * i);
        c += einsum<"ij,jk->ik">(a, b);
        BOOST_TEST(first() == 70.0 - 70.0 * i);
        xt::noalias(c) = einsum<"ij,kj->ik">(a, a);
        BOOST_TEST(first() == 70.0);
        xt::noalias(c) = einsum<"ij,kj->ik">(xt::view(a, xt::range(69, xt::placeholders::_, -1), xt::all()), a);
        BOOST_TEST(first() == 70.0);
    }
}

BOOST_AUTO_TEST_CASE(follow_the_number_of_threads)
{
    xeinsum::detail::plan_key key;
    key.equation = xeinsum::detail::to_tiny(xeinsum::parse("ij,jk->ik"));
    key.sizes = {3000, 900, 70};
    key.strides = {{{900, 1}, {0, 70, 1}, {70, 0, 1}}};
    key.same = {0, 1};
    key.type = xeinsum::dtype::float32;
    key.element_bytes = sizeof(float);
    const char* const said = std::getenv("XEINSUM_NUM_THREADS");
    const std::string before = said ? said : "";
    for (const char* threads : {"1", "2", "1"})
    {
        setenv("XEINSUM_NUM_THREADS", threads, 1);
        const xeinsum::plan anew("ij,jk->ik", {{3000, 900}, {900, 70}}, {.type = xeinsum::dtype::float32});
        BOOST_TEST((xeinsum::detail::kept_plan(key)->steps() == anew.steps()));
    }
    said ? setenv("XEINSUM_NUM_THREADS", before.c_str(), 1) : unsetenv("XEINSUM_NUM_THREADS");
}

BOOST_AUTO_TEST_CASE(allocate_nothing_when_they_come_again)
{
    if (!test::counts_allocations()) return;
    const xt::xtensor<double, 2> a = xt::ones<double>({50, 60}), b = xt::ones<double>({60, 40});
    const xt::xtensor<double, 1> v = xt::ones<double>({60});
    const xt::xtensor<std::complex<double>, 2> z = xt::ones<std::complex<double>>({40, 36});
    xt::xtensor<double, 2> c = xt::zeros<double>({50, 40}), wide = xt::zeros<double>({70, 90});
    xt::xtensor<double, 1> u = xt::zeros<double>({50});
    xt::xtensor<std::complex<double>, 2> zz = xt::zeros<std::complex<double>>({40, 40});
    const xt::xtensor<std::complex<double>, 1> zv = xt::ones<std::complex<double>>({36});
    xt::xtensor<std::complex<double>, 1> zu = xt::zeros<std::complex<double>>({40});
    const auto counted = [](auto&& run) { return allocations_of_second(run); };
    BOOST_TEST(counted([&] { xt::noalias(c) = einsum<"ij,jk->ik">(a, b); }) == 0u);
    BOOST_TEST(c(0, 0) == 60.0);
    BOOST_TEST(counted([&] { xt::noalias(c) = einsum("ij,jk->ik", a, b); }) == 0u);
    BOOST_TEST(counted([&] { c += 2.0 * einsum<"ij,jk->ik">(a, b); }) == 0u);
    BOOST_TEST(c(49, 39) == 300.0);
    BOOST_TEST(counted([&] { xt::noalias(c) = einsum<"ij,jk->ik">(-a, b) / 4.0 - 2.0 * c; }) == 0u);
    BOOST_TEST(counted([&] { xt::noalias(u) = einsum<"ij,j->i">(a, v); }) == 0u);
    BOOST_TEST(counted([&] { u -= einsum<"j,ij->i">(v, a); }) == 0u);
    BOOST_TEST(counted([&] { xt::noalias(zz) = einsum<"ij,kj->ik">(z, z); }) == 0u);
    BOOST_TEST(counted([&] { xt::noalias(zu) = einsum<"ij,j->i">(z, zv); }) == 0u);
    BOOST_TEST(zu(39) == 36.0);
    BOOST_TEST(counted([&] { xt::noalias(xt::view(wide, xt::range(3, 53), xt::range(7, 47))) = einsum<"ij,jk->ik">(a, b); }) == 0u);
    BOOST_TEST(wide(3, 7) == 60.0);
    BOOST_TEST(wide(2, 7) == 0.0);
    // The sum of two: two calls.
    BOOST_TEST(counted([&] { xt::noalias(c) = einsum<"ij,jk->ik">(a, b) - einsum<"ij,jk->ik">(a, b); }) == 0u);
    BOOST_TEST(c(0, 0) == 0.0);
}

BOOST_AUTO_TEST_CASE(allocate_nothing_whatever_runs)
{
    if (!test::counts_allocations()) return;
    const xt::xtensor<float, 2> a = xt::ones<float>({300, 310}), b = xt::ones<float>({310, 320}), s = xt::ones<float>({300, 300});
    const xt::xtensor<float, 3> x = xt::ones<float>({30, 20, 10}), y = xt::ones<float>({30, 10, 40});
    const xt::xtensor<int, 2> i = xt::ones<int>({40, 50}), j = xt::ones<int>({50, 60});
    const xt::xtensor<float, 1> u = xt::ones<float>({300}), w = xt::ones<float>({310});
    xt::xtensor<float, 2> c = xt::zeros<float>({300, 320}), t = xt::zeros<float>({310, 300}), d = xt::zeros<float>({300, 310});
    xt::xtensor<float, 3> out = xt::zeros<float>({30, 20, 40}), turned = xt::zeros<float>({10, 30, 20});
    xt::xtensor<float, 1> row = xt::zeros<float>({300});
    xt::xtensor<float, 0> all = 0.f;
    xt::xtensor<int, 2> k = xt::zeros<int>({40, 60});
    for (const char* threads : {"1", "2"})
    {
        setenv("XEINSUM_NUM_THREADS", threads, 1);
        BOOST_TEST_CONTEXT("threads " << threads)
        {
            BOOST_TEST(allocations_of_second([&] { xt::noalias(c) = einsum<"ij,jk->ik">(a, b); }) == 0u);     // divided in two
            BOOST_TEST(c(0, 0) == 310.f);
            BOOST_TEST(allocations_of_second([&] { xt::noalias(d) = einsum<"i,j->ij">(u, w); }) == 0u);        // ger
            BOOST_TEST(allocations_of_second([&] { d += einsum("i,j->ij", u, w); }) == 0u);
            BOOST_TEST(d(299, 309) == 3.f);
            BOOST_TEST(allocations_of_second([&] { xt::noalias(t) = einsum<"ij->ji">(a); }) == 0u);            // permute
            BOOST_TEST(allocations_of_second([&] { xt::noalias(row) = einsum<"ij->i">(a); }) == 0u);           // reduce
            BOOST_TEST(row(299) == 310.f);
            BOOST_TEST(allocations_of_second([&] { xt::noalias(all) = einsum<"ij->">(a); }) == 0u);
            BOOST_TEST(allocations_of_second([&] { xt::noalias(all) = einsum<"ii->">(s); }) == 0u);            // trace
            BOOST_TEST(all() == 300.f);
            BOOST_TEST(allocations_of_second([&] { xt::noalias(out) = einsum<"bij,bjk->bik">(x, y); }) == 0u); // batch
            BOOST_TEST(out(29, 19, 39) == 10.f);
            BOOST_TEST(allocations_of_second([&] { xt::noalias(turned) = einsum<"bij->jbi">(x); }) == 0u);
            BOOST_TEST(allocations_of_second([&] { xt::noalias(row) = einsum<"ij,jk,k->i">(a, t, u); }) == 0u); // a path of two steps
            BOOST_TEST(row(0) == 310.f * 300.f);
            BOOST_TEST(allocations_of_second([&] { xt::noalias(k) = einsum<"ij,jk->ik">(i, j); }) == 0u);      // integers
            BOOST_TEST(k(39, 59) == 50);
        }
    }
    unsetenv("XEINSUM_NUM_THREADS");
}

BOOST_AUTO_TEST_CASE(belong_to_their_thread)
{
    const xt::xtensor<double, 2> a = xt::ones<double>({90, 80}), b = xt::ones<double>({80, 70});
    std::vector<std::jthread> threads;
    std::vector<int> wrong(4, 0);
    for (std::size_t t = 0; t < wrong.size(); ++t)
        threads.emplace_back([&, t] {
            for (std::size_t n = 1; n <= 40; ++n)
            {
                const std::size_t rows = 40 + n * (t + 1) % 37;
                const xt::xtensor<double, 2> c = einsum<"ij,jk->ik">(xt::view(a, xt::range(std::size_t(0), rows), xt::all()), b);
                wrong[t] += c.shape(0) != rows || c(rows - 1, 69) != 80.0;
            }
        });
    threads.clear();
    for (const int n : wrong) BOOST_TEST(n == 0);
}

BOOST_AUTO_TEST_SUITE_END()
