// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
//
// What a stop can be asked by.
#include <xeinsum/stop_condition.hpp>

#include <atomic>
#include <stop_token>
#include <type_traits>
#include <vector>

#include <boost/test/unit_test.hpp>

#include <xeinsum/error.hpp>
#include <xeinsum/execute.hpp>

using xeinsum::stop_condition;

namespace
{
    /// A token of one's own: it only says whether.
    struct flag
    {
        const std::atomic<bool>* raised;
        bool stop_requested() const { return *raised; }
    };
}

BOOST_AUTO_TEST_SUITE(stop_conditions)

BOOST_AUTO_TEST_CASE(none_asks_for_nothing)
{
    const stop_condition none;
    BOOST_TEST(!none.stop_possible());
    BOOST_TEST(!none.stop_requested());
    static_assert(!std::is_convertible_v<int, stop_condition>);
}

BOOST_AUTO_TEST_CASE(a_stop_token_asks)
{
    std::stop_source source;
    const stop_condition stop = source.get_token(), copy = stop;
    BOOST_TEST(copy.stop_possible());
    BOOST_TEST(!copy.stop_requested());
    source.request_stop();
    BOOST_TEST(stop.stop_requested());
    BOOST_TEST(copy.stop_requested());
    BOOST_TEST(!stop_condition(std::stop_token()).stop_possible());
}

BOOST_AUTO_TEST_CASE(whatever_has_stop_requested_asks)
{
    std::atomic<bool> raised = false;
    const stop_condition stop = flag{&raised};
    BOOST_TEST(stop.stop_possible());
    BOOST_TEST(!stop.stop_requested());
    raised = true;
    BOOST_TEST(stop.stop_requested());
}

BOOST_AUTO_TEST_CASE(an_execution_ends_by_it)
{
    const xeinsum::plan p("ij,jk,kl->il", {{2, 3}, {3, 4}, {4, 5}});
    const std::vector<double> values(20, 1);
    const std::vector<const double*> operands(3, values.data());
    std::vector<double> result(10);
    std::atomic<bool> raised = false;
    xeinsum::execution<double> how;
    how.stop = flag{&raised};
    xeinsum::execute<double>(p, operands, result.data(), how);
    BOOST_TEST(result[0] == 12);
    raised = true;
    BOOST_CHECK_THROW(xeinsum::execute<double>(p, operands, result.data(), how), xeinsum::cancelled);
}

BOOST_AUTO_TEST_SUITE_END()
