// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include "walk.hpp"

#include <algorithm>
#include <complex>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <boost/test/data/test_case.hpp>

#include <xeinsum/equation.hpp>
#include <xeinsum/execute.hpp>
#include <xeinsum/explain.hpp>
#include <xeinsum/plan.hpp>
#include <xeinsum/subscripts.hpp>

#include "support/oracle.hpp"
#include "support/strided.hpp"

// Every allocation of parse, plan, execute and explain fails in turn. What goes by malloc is left out: OpenBLAS's and libxsmm's buffers, OpenMP's
// threads. So is JSON: nlohmann::json allocates in its destructor, which ends the program where it can't.

using namespace test;

namespace
{
    using xeinsum::dtype;
    using xeinsum::lowering_strategy;
    using xeinsum::plan;

    struct planning
    {
        std::string subscripts;
        std::vector<extents> shapes;
        xeinsum::options how = {};
    };

    std::ostream& operator<<(std::ostream& out, const planning& p) { return out << p.subscripts; }

    std::vector<extents> squares(std::size_t count, std::int64_t n) { return std::vector<extents>(count, extents{n, n}); }

    const std::string chain_of_12 = "ab,bc,cd,de,ef,fg,gh,hi,ij,jk,kl,lm->am";
    const std::string ladder = "abx,bcy,cdz,dew,efv,fgu,xyzwvu->ag";

    xeinsum::path_search random_greedy()
    {
        return {.strategy = xeinsum::path_strategy::random_greedy, .trials = 8, .threads = 2};
    }

    std::vector<planning> plannings()
    {
        const std::vector<extents> rungs = {{3, 4, 5}, {4, 3, 2}, {3, 5, 4}, {5, 2, 3}, {2, 4, 2}, {4, 3, 3}, {5, 2, 4, 3, 2, 3}};
        return {
            {"ij,jk->ik", squares(2, 40)},
            {"ij,jk->ik", squares(2, 40), {.lowering = lowering_strategy::tiles}},
            {"ij,jk->ik", squares(2, 40), {.type = dtype::int32, .threads = 2, .lowering = lowering_strategy::loops}},
            {"aijb,bkja->kia", {{3, 20, 30, 4}, {4, 20, 30, 3}}, {.lowering = lowering_strategy::blas}},  // with copies
            {"ii,i...->...", {{9, 9}, {9, 5, 6, 7}}},
            {chain_of_12, squares(12, 5), {.path = xeinsum::path_strategy::automatic}},
            {chain_of_12, squares(12, 5), {.path = xeinsum::path_strategy::left}},
            {chain_of_12, squares(12, 5), {.path = xeinsum::path_strategy::greedy}},
            {ladder, rungs, {.path = xeinsum::path_strategy::optimal}},
            {ladder, rungs, {.path = random_greedy()}},
            {"ij,jk,kl->il", {{200, 3}, {3, 400}, {400, 5}}, {.path = xeinsum::contraction_path{{0, 1}, {0, 1}}, .memory_limit = 65536}},
        };
    }

    /// A contraction of values of type T into memory of the caller's.
    template <class T>
    struct contraction
    {
        plan planned;
        std::vector<std::vector<T>> values;
        std::vector<T> result;
        oracle::tensor<oracle::wide_t<T>> expected;
        oracle::problem problem;

        explicit contraction(const planning& p)
            : planned(p.subscripts, p.shapes, with_type(p.how)), problem(oracle::make_problem(p.subscripts, p.shapes))
        {
            engine random(seed());
            for (const extents& shape : p.shapes) values.push_back(draw_many<T>(random, xeinsum::element_count(shape)));
            result.resize(static_cast<std::size_t>(planned.result_layout().size()));
            expected = oracle::evaluate<T>(problem, p.shapes, values);
        }

        static xeinsum::options with_type(xeinsum::options how)
        {
            how.type = xeinsum::dtype_of<T>();
            return how;
        }

        bool is_right() const
        {
            for (std::size_t i = 0; i < result.size(); ++i)
                if (!oracle::close<T>(result[i], expected.value[i], expected.magnitude[i], oracle::depth_of(problem))) return false;
            return true;
        }
    };

    template <class T>
    void walk_execution(const planning& p)
    {
        contraction<T> c(p);
        std::vector<const T*> pointers;
        for (const auto& v : c.values) pointers.push_back(v.data());
        walk_allocations({.name = "execute " + p.subscripts + ", " + std::string(to_string(c.planned.how().type)),
                          .prepare = [&] { std::ranges::fill(c.result, T{}); },
                          .act = [&] {
                              // A thread keeps small ones, which would not be allocated again.
                              xeinsum::workspace memory;
                              xeinsum::execution<T> how;
                              how.memory = &memory;
                              xeinsum::execute<T>(c.planned, pointers, c.result.data(), how);
                          },
                          .is_right = [&] { return c.is_right(); }});
    }
}

BOOST_AUTO_TEST_SUITE(allocation, *boost::unit_test::precondition(can_fail))

BOOST_AUTO_TEST_CASE(subscripts)
{
    const std::string text = "abcdefghijklmnopqrstuvwxyz...,zyxwvutsrqponmlkjihgfedcba...,a...->...zyx";
    std::optional<xeinsum::equation> e;
    const auto right = [&] { return e && to_string(*e) == text; };
    walk_allocations({"parse", [&] { e.reset(); }, [&] { e = xeinsum::parse(text); }, right, [&] { return !e; }});

    bool refused = false;
    walk_allocations({"parse, refused", [&] { refused = false; },
                      [&] {
                          try
                          {
                              static_cast<void>(xeinsum::parse(text + "?"));
                          }
                          catch (const xeinsum::subscript_error&)
                          {
                              refused = true;
                          }
                      },
                      [&] { return refused; }});
}

BOOST_DATA_TEST_CASE(plans, boost::unit_test::data::make(plannings()), asked)
{
    const plan expected(asked.subscripts, asked.shapes, asked.how);
    std::optional<plan> made;
    walk_allocations({"plan " + asked.subscripts, [&] { made.reset(); }, [&] { made.emplace(asked.subscripts, asked.shapes, asked.how); },
                      [&] { return made && *made == expected; }, [&] { return !made; }});
}

BOOST_AUTO_TEST_CASE(plan_assignment_keeps_the_old_plan)
{
    const plan before("ij->ji", {{5, 6}}), other("abcdefg,gfedcba,ah->h", {extents(7, 3), extents(7, 3), {3, 9}});
    plan p = before;
    walk_allocations({"plan = plan", [&] { p = before; }, [&] { p = plan(other); }, [&] { return p == other; }, [&] { return p == before; }});
}

BOOST_AUTO_TEST_CASE(executions)
{
    walk_execution<double>({"ij,jk,kl->il", {{200, 3}, {3, 400}, {400, 5}}, {.path = xeinsum::contraction_path{{0, 1}, {0, 1}}, .memory_limit = 65536}});
    walk_execution<float>({"aijb,bkja->kia", {{3, 20, 30, 4}, {4, 20, 30, 3}}, {.lowering = lowering_strategy::blas}});
    walk_execution<std::complex<double>>({"ij,jk,k->i", {{30, 40}, {40, 50}, {50}}, {.lowering = lowering_strategy::blas}});
    walk_execution<std::complex<float>>({"bij,bj->bi", {{7, 30, 40}, {7, 40}}, {.lowering = lowering_strategy::blas}});
    walk_execution<std::int16_t>({"ji,jk->ki", {{200, 110}, {200, 120}}, {.threads = 2}});
    walk_execution<std::complex<long double>>({"ij,jk,kl->il", squares(3, 9)});
    walk_execution<double>({"bij,bjk->bik", {{6000, 8, 8}, {6000, 8, 8}}, {.threads = 2}});  // libxsmm, if the build has it
    walk_execution<float>({"ijk->kji", {{70, 60, 80}}, {.threads = 2}});
    walk_execution<double>({"ij->i", {{900, 1000}}, {.threads = 2}});
}

BOOST_AUTO_TEST_CASE(explanations)
{
    const plan p("ij,jk,kl->il", {{20, 30}, {30, 40}, {40, 5}}, {.path = xeinsum::path_strategy::optimal});
    std::string text;
    const auto shown = [&](const std::string& name, std::string (*show)(const plan&)) {
        const std::string expected = show(p);
        walk_allocations({name, [&] { text = "before"; }, [&] { text = show(p); }, [&] { return text == expected; }, [&] { return text == "before"; }});
    };
    shown("to_text", xeinsum::to_text);
    shown("to_svg", xeinsum::to_svg);
    shown("to_html", xeinsum::to_html);
}

BOOST_AUTO_TEST_SUITE_END()
