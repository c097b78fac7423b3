// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
//
// What an execution is told, and tells: each member by itself, on a product of three matrices of ones.
#include <xeinsum/execution.hpp>

#include <vector>

#include <boost/test/unit_test.hpp>

#include <xeinsum/execute.hpp>

namespace
{
    using xeinsum::execution;
    using xeinsum::plan;

    /// 2 x 3, 3 x 4 and 4 x 5: every element of the result is 12.
    plan chain(bool scaled = false) { return {"ij,jk,kl->il", {{2, 3}, {3, 4}, {4, 5}}, {.path = xeinsum::contraction_path{{0, 1}, {0, 1}}, .scaled = scaled}}; }

    std::vector<double> run(const plan& p, const execution<double>& how, double before = -1)
    {
        const std::vector<double> ones(20, 1);
        const std::vector<const double*> operands(3, ones.data());
        std::vector<double> result(10, before);
        xeinsum::execute<double>(p, operands, result.data(), how);
        return result;
    }
}

BOOST_AUTO_TEST_SUITE(executions)

BOOST_AUTO_TEST_CASE(asks_for_nothing)
{
    BOOST_TEST(run(chain(), {}) == std::vector<double>(10, 12), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(scales)
{
    const xeinsum::scaling<double> by{2, 0.5};
    BOOST_TEST(run(chain(true), {.by = &by}, 10) == std::vector<double>(10, 29), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(records)
{
    xeinsum::recorder record;
    run(chain(), {.record = &record});
    BOOST_REQUIRE(record.steps.size() == 2u);
    for (std::size_t i = 0; i < 2; ++i)
    {
        BOOST_TEST(record.steps[i].step == i);
        BOOST_TEST(record.steps[i].seconds == 0);
        BOOST_TEST((record.steps[i].op == xeinsum::kernel::gemm));
    }
    xeinsum::recorder timed;
    timed.timed = true;
    run(chain(), {.record = &timed});
    BOOST_REQUIRE(timed.steps.size() == 2u);
    BOOST_TEST(timed.steps[0].seconds > 0);
}

BOOST_AUTO_TEST_CASE(takes_memory)
{
    const plan p = chain();
    xeinsum::workspace memory;
    run(p, {.memory = &memory});
    BOOST_TEST(p.workspace_bytes() > 0u);
    BOOST_TEST(memory.size() == p.workspace_bytes());
}

BOOST_AUTO_TEST_CASE(reports_after_each_step)
{
    std::vector<xeinsum::execution_progress> heard;
    const plan p = chain();
    run(p, {.progress = [&](const xeinsum::execution_progress& now) { heard.push_back(now); }});
    BOOST_REQUIRE(heard.size() == 2u);
    BOOST_TEST(heard[0].done == 1u);
    BOOST_TEST(heard[0].flops == 2.0 * 2 * 3 * 4);
    BOOST_TEST(heard[1].done == 2u);
    BOOST_TEST(heard[1].flops == p.flops());
}

BOOST_AUTO_TEST_SUITE_END()
