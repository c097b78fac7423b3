// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include <boost/test/unit_test.hpp>

#include <sstream>
#include <string>
#include <vector>

#include <xeinsum/einsum.hpp>
#include <xeinsum/explain.hpp>
#include <xeinsum/trace.hpp>

#include "support/blas_threads.hpp"

using test::blas_on_one_thread;
using xeinsum::plan;
BOOST_TEST_GLOBAL_FIXTURE(blas_on_one_thread);

namespace
{
    xt::xarray<double> counting(const std::vector<std::size_t>& shape)
    {
        xt::xarray<double> x = xt::xarray<double>::from_shape(shape);
        int i = 0;
        for (double& v : x) v = i++ % 7;
        return x;
    }
}

BOOST_AUTO_TEST_SUITE(trace)

BOOST_AUTO_TEST_CASE(the_result_and_what_it_took)
{
    const auto a = counting({30, 40}), b = counting({40, 50}), c = counting({50, 20});
    const plan p("ij,jk,kl->il", {{30, 40}, {40, 50}, {50, 20}}, {.threads = 1});
    const auto [result, t] = p.run_traced(a, b, c);
    BOOST_TEST((result == p(a, b, c)));
    BOOST_TEST((t.of == p));
    BOOST_TEST_REQUIRE(t.record.steps.size() == 2u);
    double steps = 0;
    for (std::size_t i = 0; i < 2; ++i)
    {
        BOOST_TEST(t.record.steps[i].step == i);
        BOOST_TEST(t.record.steps[i].seconds > 0);
        BOOST_TEST(t.record.steps[i].copy_seconds == 0);
        steps += t.record.steps[i].seconds;
    }
    BOOST_TEST(steps <= t.seconds);
    std::ostringstream out;
    out << t;
    BOOST_TEST(out.str() == to_text(t));
    BOOST_TEST(out.str().find("\n  took   ") != std::string::npos);
    BOOST_TEST(out.str().find(" GFLOP/s") != std::string::npos);
    BOOST_TEST(to_text(p).find("took") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(copies_have_their_part)
{
    const auto a = counting({8, 30, 9, 20}), b = counting({9, 50, 8});
    const plan p("aibj,bka->ikj", {{8, 30, 9, 20}, {9, 50, 8}}, {.threads = 1, .lowering = xeinsum::lowering_strategy::blas});
    BOOST_TEST_REQUIRE(p.copies() > 0u);
    const auto [result, t] = p.run_traced(a, b);
    BOOST_TEST((result == p(a, b)));
    BOOST_TEST(t.record.steps[0].copy_seconds > 0);
    BOOST_TEST(t.record.steps[0].copy_seconds <= t.record.steps[0].seconds);
    BOOST_TEST(to_text(t).find("in whole copies") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(slices_add_up)
{
    const auto a = counting({200, 300}), b = counting({300, 400}), c = counting({400, 10});
    const plan p("ab,bc,cd->ad", {{200, 300}, {300, 400}, {400, 10}}, {.memory_limit = std::size_t{12} << 10, .threads = 1, .lowering = xeinsum::lowering_strategy::blas});
    BOOST_TEST_REQUIRE(p.slice_count() == 2);
    const auto [result, t] = p.run_traced(a, b, c);
    BOOST_TEST((result == p(a, b, c)));
    BOOST_TEST(to_text(t).find(", in 2 slices") != std::string::npos);
}

/// Operands that lie otherwise, and another value type: what is told is what ran.
BOOST_AUTO_TEST_CASE(what_ran)
{
    const auto a = counting({100, 700});
    const plan p("bc,cd->bd", {{100, 700}, {700, 100}}, {.threads = 1});
    const auto [result, t] = p.run_traced(a, xt::transpose(a));
    BOOST_TEST((result == p(a, xt::transpose(a))));
    BOOST_TEST((t.of.steps()[0].op == xeinsum::kernel::syrk));
    const xt::xarray<std::int32_t> i = xt::cast<std::int32_t>(a);
    BOOST_TEST((p.run_traced(i, xt::transpose(i)).trace.of.how().type == xeinsum::dtype::int32));
    BOOST_CHECK_THROW(p.run_traced(a, a), xeinsum::shape_error);
}

BOOST_AUTO_TEST_CASE(types_of_ones_own)
{
    xt::xarray<long double> a = counting({10, 20}), b = counting({20, 10});
    const plan p("ij,jk->ik", {{10, 20}, {20, 10}}, {.type = xeinsum::dtype_of<long double>(), .element_bytes = sizeof(long double)});
    const auto [result, t] = p.run_traced(a, b);
    BOOST_TEST((result == p(a, b)));
    BOOST_TEST(t.record.steps[0].seconds > 0);
}

/// Who does not ask for times pays for none.
BOOST_AUTO_TEST_CASE(untimed)
{
    const auto a = counting({20, 30}), b = counting({30, 20});
    xt::xarray<double> c = xt::zeros<double>({20, 20});
    const plan p("ij,jk->ik", {{20, 30}, {30, 20}});
    xeinsum::recorder record;
    const std::vector<const double*> operands = {a.data(), b.data()};
    xeinsum::execute<double>(p, operands, c.data(), &record);
    BOOST_TEST(record.steps[0].seconds == 0);
}

BOOST_AUTO_TEST_SUITE_END()
