// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
//
// Products that are made without a plan are those that a plan would make by the same BLAS call, and only those.
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <string>
#include <vector>

#include <xeinsum/einsum.hpp>

#include "plan/blas_choice.hpp"
#include "plan/direct_call.hpp"
#include "support/allocations.hpp"
#include "support/random.hpp"
#include "support/strided.hpp"
#include "support/xtensor.hpp"

using xeinsum::einsum;

namespace
{
    /// A contraction of two operands, most of them matrix products of fused axes.
    struct drawn_product
    {
        std::string terms[3];
        xeinsum::extents sizes;  // by label, in the order of their first appearance
        std::vector<xeinsum::layout> layouts;

        explicit drawn_product(test::engine& random)
        {
            std::string groups[4];  // left and result, right and result, left and right, all
            char next = 'a';
            for (int g = 0; g < 4; ++g)
                for (std::int64_t n = test::between(random, g == 3 ? -4 : 0, g == 3 ? 1 : 2); n > 0; --n) groups[g] += next++;
            terms[0] = groups[0] + groups[2] + groups[3];
            terms[1] = groups[2] + groups[1] + groups[3];
            terms[2] = groups[0] + groups[1] + groups[3];
            if (test::between(random, 0, 1)) terms[0] = groups[2] + groups[0] + groups[3];
            if (test::between(random, 0, 1)) terms[1] = groups[1] + groups[2] + groups[3];
            if (test::between(random, 0, 1)) terms[2] = groups[1] + groups[0] + groups[3];
            if (test::between(random, 0, 5) == 0) std::shuffle(terms[0].begin(), terms[0].end(), random);
            xeinsum::extents by_name(256, 0);
            for (char l = 'a'; l < next; ++l)
                by_name[static_cast<unsigned char>(l)] = test::between(random, 0, 9) == 0 ? test::between(random, 0, 1) : test::between(random, 2, 60);
            for (const std::string& term : terms)
            {
                xeinsum::extents shape;
                for (const char l : term) shape.push_back(by_name[static_cast<unsigned char>(l)]);
                test::arrangement a = test::plain(shape.size());
                if (test::between(random, 0, 3) == 0) a = test::draw_arrangement(random, shape.size());
                else if (test::between(random, 0, 3) == 0) std::reverse(a.order.begin(), a.order.end());
                if (!a.slack.empty() && test::between(random, 0, 3) == 0) a.slack.back() += 3;
                layouts.push_back(test::strided_tensor<char>(shape, a, 'x').lies);
            }
            std::string seen;
            for (const std::string& term : terms)
                for (const char l : term)
                    if (seen.find(l) == std::string::npos) seen += l, sizes.push_back(by_name[static_cast<unsigned char>(l)]);
        }
    };
}

BOOST_AUTO_TEST_SUITE(direct)

BOOST_AUTO_TEST_CASE(the_same_call_as_the_plan_s)
{
    test::engine random(test::seed());
    std::size_t calls = 0;
    for (int i = 0; i < test::draws(6000); ++i)
    {
        const drawn_product d(random);
        const std::string subscripts = d.terms[0] + "," + d.terms[1] + "->" + d.terms[2];
        double volume = 1, values = 1;
        for (const std::int64_t n : d.sizes) volume *= static_cast<double>(n), values *= static_cast<double>(std::max<std::int64_t>(1, n));
        if ((volume >= 1 && volume <= 512) || values > 0x1p50) continue;  // tiny ones have loops of their own
        const xeinsum::dtype type = i % 2 ? xeinsum::dtype::float32 : xeinsum::dtype::complex128;
        const xeinsum::plan p(subscripts, {d.layouts[0].shape, d.layouts[1].shape},
                              {.type = type, .layouts = {d.layouts[0], d.layouts[1]}, .result = d.layouts[2]});
        const xeinsum::step& s = p.steps().back();
        const bool one_call = p.steps().size() == 1 && s.call && s.loops.empty() && p.copies() == 0 && !s.call->small;

        const xeinsum::detail::tiny_equation e = xeinsum::detail::to_tiny(xeinsum::parse(subscripts));
        xeinsum::detail::tiny_array sizes{};
        std::copy(d.sizes.begin(), d.sizes.end(), sizes.begin());
        std::array<xeinsum::detail::tiny_array, 3> strides{};
        for (std::size_t t = 0; t < 3; ++t)
            for (std::size_t axis = 0; axis < d.terms[t].size(); ++axis) strides[t][e.terms[t][axis]] += d.layouts[t].strides[axis];
        const auto found = xeinsum::detail::find_direct_call(e, sizes, {&strides[0], &strides[1], &strides[2]}, type);
        BOOST_TEST_CONTEXT("draw " << i << ", seed " << test::seed() << ", \"" << subscripts << "\"")
        {
            // A narrow product is left to the plan, which compares ways and may come to the call, too.
            if (one_call && xeinsum::detail::is_narrow(s.op, *s.call, type)) continue;
            BOOST_TEST(found.has_value() == one_call);
            if (!found || !one_call) continue;
            ++calls;
            BOOST_TEST((found->op == s.op));
            BOOST_TEST((found->call == *s.call));
            BOOST_TEST(found->exchanged == (s.inputs[0] == 1));
        }
    }
    BOOST_TEST(calls > static_cast<std::size_t>(test::draws(200)));
}

BOOST_AUTO_TEST_CASE(allocates_nothing)
{
    if (!test::counts_allocations()) return;
    const xt::xtensor<double, 2> a = xt::ones<double>({50, 60}), b = xt::ones<double>({60, 40});
    const xt::xtensor<double, 1> v = xt::ones<double>({60});
    const xt::xtensor<std::complex<double>, 2> z = xt::ones<std::complex<double>>({30, 36});  // more, and OpenBLAS would wake threads
    xt::xtensor<double, 2> c = xt::zeros<double>({50, 40}), wide = xt::zeros<double>({70, 90});
    xt::xtensor<double, 1> u = xt::zeros<double>({50});
    xt::xtensor<std::complex<double>, 2> zz = xt::zeros<std::complex<double>>({30, 30});
    const auto counted = [](auto&& run) {
        run();  // BLAS has buffers of its own
        const std::size_t before = test::allocations();
        run();
        return test::allocations() - before;
    };
    BOOST_TEST(counted([&] { xt::noalias(c) = einsum<"ij,jk->ik">(a, b); }) == 0u);
    BOOST_TEST(c(0, 0) == 60.0);
    BOOST_TEST(counted([&] { xt::noalias(c) = einsum("ij,jk->ik", a, b); }) == 0u);
    BOOST_TEST(counted([&] { c += 2.0 * einsum<"ij,jk->ik">(a, b); }) == 0u);
    BOOST_TEST(c(49, 39) == 300.0);
    BOOST_TEST(counted([&] { xt::noalias(c) = einsum<"ij,jk->ik">(-a, b) / 4.0 - 2.0 * c; }) == 0u);
    BOOST_TEST(counted([&] { xt::noalias(u) = einsum<"ij,j->i">(a, v); }) == 0u);
    BOOST_TEST(counted([&] { u -= einsum<"j,ij->i">(v, a); }) == 0u);
    BOOST_TEST(counted([&] { xt::noalias(zz) = einsum<"ij,kj->ik">(z, z); }) == 0u);
    BOOST_TEST(counted([&] { xt::noalias(xt::view(wide, xt::range(3, 53), xt::range(7, 47))) = einsum<"ij,jk->ik">(a, b); }) == 0u);
    BOOST_TEST(wide(3, 7) == 60.0);
    BOOST_TEST(wide(2, 7) == 0.0);
    // The sum of two: two calls.
    BOOST_TEST(counted([&] { xt::noalias(c) = einsum<"ij,jk->ik">(a, b) - einsum<"ij,jk->ik">(a, b); }) == 0u);
    BOOST_TEST(c(0, 0) == 0.0);
}

BOOST_AUTO_TEST_SUITE_END()
