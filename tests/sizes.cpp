// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cmath>
#include <complex>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include <xeinsum/error.hpp>
#include <xeinsum/execute.hpp>
#include <xeinsum/explain.hpp>
#include <xeinsum/plan.hpp>

#include "support/oracle.hpp"
#include "support/random.hpp"
#include "support/sparse_memory.hpp"

// Strides beyond 32 bits through every kernel, and what is said of plans near 64 bits.

using test::promises_memory;
using test::sparse_memory;

using xeinsum::dtype;
using xeinsum::extents;
using xeinsum::layout;
using xeinsum::lowering_strategy;
using xeinsum::options;
using xeinsum::plan;

namespace
{
    constexpr std::int64_t two_31 = std::int64_t{1} << 31;

    /// A tensor of which one axis has a stride beyond 32 bits.
    template <class T>
    struct far_tensor
    {
        layout lies;
        std::unique_ptr<sparse_memory<T>> memory;
        T* first;

        far_tensor(const extents& shape, std::size_t far_axis, bool reversed) : lies(xeinsum::row_major(shape))
        {
            std::int64_t stride = 1, reach = 1;
            for (std::size_t d = shape.size(); d-- > 0;)
            {
                if (d == far_axis) continue;
                lies.strides[d] = stride;
                stride *= shape[d];
            }
            if (!shape.empty())
            {
                const std::int64_t far = two_31 + 24 > stride ? two_31 + 24 : stride;
                lies.strides[far_axis] = reversed ? -far : far;
                reach = far * (shape[far_axis] - 1) + stride;
            }
            memory = std::make_unique<sparse_memory<T>>(reach);
            first = memory->data() + (reversed && !shape.empty() ? two_31 + 24 : 0) * (shape.empty() ? 0 : shape[far_axis] - 1);
        }

        template <class F>
        void for_each(F&& f)
        {
            const std::int64_t count = lies.size();
            for (std::int64_t i = 0; i < count; ++i)
            {
                std::int64_t rest = i, at = 0;
                for (std::size_t d = lies.rank(); d-- > 0; rest /= lies.shape[d]) at += rest % lies.shape[d] * lies.strides[d];
                f(first[at]);
            }
        }
    };

    struct equation
    {
        std::string subscripts;
        std::vector<extents> shapes;
    };

    std::ostream& operator<<(std::ostream& out, const equation& e) { return out << e.subscripts; }

    /// Every kernel.
    const std::vector<equation> equations = {
        {"ij->ji", {{3, 70}}},                           // permute
        {"ijk->kji", {{3, 20, 30}}},
        {"ij->i", {{3, 300}}},                           // reduce
        {"ij->j", {{4, 300}}},
        {",ij->ij", {{}, {3, 300}}},                     // scale
        {"ij,ij->ij", {{3, 300}, {3, 300}}},             // multiply
        {"ij,j->ij", {{3, 300}, {300}}},
        {"i,i->", {{5}, {5}}},                           // dot
        {"ij,ij->", {{3, 300}, {3, 300}}},
        {"ij,j->i", {{3, 300}, {300}}},                  // gemv
        {"ij,i->j", {{4, 300}, {4}}},
        {"i,j->ij", {{4}, {300}}},                       // ger
        {"ij,jk->ik", {{3, 90}, {90, 80}}},              // gemm
        {"ij,jk->ik", {{80, 5}, {5, 70}}},
        {"ij,kj->ik", {{4, 300}, {3, 300}}},
        {"ji,jk->ki", {{4, 90}, {4, 80}}},
        {"bi,bi->b", {{3, 300}, {3, 300}}},              // batched dot
        {"bij,bj->bi", {{3, 30, 40}, {3, 40}}},          // batched gemv
        {"bij,bjk->bik", {{3, 30, 40}, {3, 40, 20}}},    // batched gemm
        {"ij,jk,kl->il", {{4, 30}, {30, 40}, {40, 5}}},  // two of them
        {"iij->ij", {{5, 5, 60}}},                       // a diagonal
    };

    template <class T>
    void check_far(const equation& e, std::size_t which_axis, bool reversed)
    {
        test::engine random(test::seed());
        const oracle::problem problem = oracle::make_problem(e.subscripts, e.shapes);
        const auto axis_of = [&](const extents& shape) { return which_axis == 0 || shape.empty() ? 0 : shape.size() - 1; };
        std::vector<far_tensor<T>> operands;
        std::vector<std::vector<T>> values;
        std::vector<const T*> pointers;
        options how;
        for (const extents& shape : e.shapes)
        {
            operands.emplace_back(shape, axis_of(shape), reversed);
            values.emplace_back();
            operands.back().for_each([&](T& x) { values.back().push_back(x = test::draw<T>(random)); });
            how.layouts.push_back(operands.back().lies);
            pointers.push_back(operands.back().first);
        }
        const auto expected = oracle::evaluate<T>(problem, e.shapes, values);
        const extents shape = problem.result_shape();
        far_tensor<T> result(shape, axis_of(shape), reversed);
        how.result = result.lies;
        how.type = xeinsum::dtype_of<T>();
        using enum lowering_strategy;
        for (const auto lowering : {automatic, blas, tiles, blocks, loops})
            for (const std::size_t threads : {std::size_t{1}, std::size_t{2}})
            {
                how.lowering = lowering;
                how.threads = threads;
                const plan p(e.subscripts, e.shapes, how);
                xeinsum::execute<T>(p, pointers, result.first);
                std::size_t i = 0, wrong = 0;
                result.for_each([&](T& x) {
                    wrong += oracle::close<T>(x, expected.value[i], expected.magnitude[i], oracle::depth_of(problem)) ? 0 : 1;
                    ++i;
                    x = T{};
                });
                BOOST_TEST_CONTEXT(to_string(lowering) << ", " << threads << " threads") BOOST_TEST(wrong == 0u);
            }
    }

    template <class T>
    void check_far_in_all_ways(const equation& e)
    {
        for (const std::size_t axis : {std::size_t{0}, std::size_t{1}})
            for (const bool reversed : {false, true})
                BOOST_TEST_CONTEXT(to_string(xeinsum::dtype_of<T>()) << (axis == 0 ? ", first axis" : ", last axis") << (reversed ? ", reversed" : ""))
                    check_far<T>(e, axis, reversed);
    }

    /// What was thrown for a plan, or the plan's text.
    std::string outcome_of(const std::string& subscripts, const std::vector<extents>& shapes, const options& how)
    {
        try
        {
            return to_text(plan(subscripts, shapes, how));
        }
        catch (const xeinsum::shape_error& e)
        {
            return std::string("shape_error: ") + e.what();
        }
    }

    /// Where a figure has wrapped around.
    bool has_negative_number(const std::string& text)
    {
        for (std::size_t i = 2; i < text.size(); ++i)
            if (text[i - 2] == ' ' && text[i - 1] == '-' && text[i] >= '0' && text[i] <= '9') return true;
        return false;
    }
}

BOOST_AUTO_TEST_SUITE(sizes)

BOOST_DATA_TEST_CASE(strides_beyond_32_bits, boost::unit_test::data::make(equations), e)
{
    if (!promises_memory(0)) return;
    check_far_in_all_ways<std::int8_t>(e);
    check_far_in_all_ways<float>(e);
    check_far_in_all_ways<std::complex<double>>(e);
}

BOOST_AUTO_TEST_CASE(figures_of_plans_near_64_bits)
{
    constexpr std::int64_t huge = std::int64_t{1} << 62;
    const double exact = std::ldexp(1.0, 62);
    const plan sum("i->", {{huge}}, {.type = dtype::int8});
    BOOST_TEST(sum.flops() == 2 * exact);
    BOOST_TEST(sum.naive_flops() == 2 * exact);
    BOOST_TEST(sum.bytes_moved() == exact);  // and one byte, which a double does not tell
    BOOST_TEST(sum.largest_intermediate() == 1);
    const plan two_sums("i,j->", {{huge}, {huge}}, {.type = dtype::float64});
    BOOST_TEST(two_sums.naive_flops() == 2 * exact * exact);
    BOOST_TEST(two_sums.bytes_moved() >= 16 * exact);
    BOOST_TEST(two_sums.peak_memory() < 1e6);
    for (const plan& p : {sum, two_sums})
    {
        BOOST_TEST(!has_negative_number(to_text(p)), to_text(p));
        BOOST_TEST(!has_negative_number(to_json(p)));
    }
}

BOOST_AUTO_TEST_CASE(more_elements_than_64_bits_are_refused)
{
    constexpr std::int64_t k = std::int64_t{1} << 40;
    const xeinsum::contraction_path bad = {{0, 1}, {0, 1}};
    struct row
    {
        std::string subscripts;
        std::vector<extents> shapes;
        options how = {};
    };
    const std::vector<row> rows = {
        {"ij->", {{k, k}}},                                                      // an operand
        {"i,j->ij", {{k}, {k}}},                                                 // the result
        {"ij,jk,kl->il", {{k, 1}, {1, k}, {k, 1}}, {.path = bad}},               // an intermediate
    };
    for (const row& r : rows)
    {
        const std::string said = outcome_of(r.subscripts, r.shapes, r.how);
        BOOST_TEST(said.starts_with("shape_error: "), r.subscripts << ": " << said);
    }
}

BOOST_AUTO_TEST_SUITE_END()
