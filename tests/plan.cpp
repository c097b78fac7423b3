// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <map>
#include <ostream>
#include <sstream>
#include <string>
#include <vector>

#include <xeinsum/error.hpp>
#include <xeinsum/execute.hpp>
#include <xeinsum/explain.hpp>
#include <xeinsum/plan.hpp>

#include "support/oracle.hpp"
#include "support/random.hpp"
#include "support/strided.hpp"

using xeinsum::extents;
using xeinsum::kernel;
using xeinsum::plan;

namespace
{
    const std::map<char, std::int64_t> sizes = {{'a', 3},  {'b', 4},  {'c', 5},  {'i', 20}, {'j', 24},
                                                {'k', 16}, {'l', 12}, {'m', 10}, {'x', 30}};

    struct route
    {
        std::string subscripts;
        std::vector<std::string> operands;  ///< how each lies: see support/strided.hpp
        std::string result;
        kernel op;                          ///< of the last step
        std::size_t copies;                 ///< operands packed and results unpacked, in all steps
        std::int64_t calls;                 ///< BLAS calls of the last step
    };
    std::ostream& operator<<(std::ostream& out, const route& r)
    {
        out << r.subscripts;
        for (const auto& o : r.operands) out << ' ' << o;
        return out << " -> " << r.result;
    }

    using enum kernel;
    const std::vector<route> routes = {
        // --- gemm: both operands and the result as they are, by transposition flags ---
        {"ik,kj->ij", {"row", "row"}, "row", gemm, 0, 1},
        {"ik,kj->ij", {"column", "row"}, "row", gemm, 0, 1},        // A by flag
        {"ik,kj->ij", {"row", "column"}, "row", gemm, 0, 1},        // B by flag
        {"ik,kj->ij", {"column", "column"}, "row", gemm, 0, 1},
        {"ik,kj->ij", {"row", "row"}, "column", gemm, 0, 1},        // column-major call
        {"ik,kj->ij", {"column", "row"}, "column", gemm, 0, 1},
        {"ki,kj->ij", {"row", "row"}, "row", gemm, 0, 1},           // the transposed operand is a view
        {"ik,jk->ij", {"row", "row"}, "row", gemm, 0, 1},
        {"ki,jk->ij", {"row", "row"}, "row", gemm, 0, 1},
        {"ik,kj->ji", {"row", "row"}, "row", gemm, 0, 1},           // the transposed result too
        {"ki,jk->ji", {"row", "row"}, "row", gemm, 0, 1},
        // --- views that BLAS takes as they are ---
        {"ik,kj->ij", {"block", "row"}, "row", gemm, 0, 1},         // a larger leading dimension
        {"ik,kj->ij", {"block", "block"}, "block", gemm, 0, 1},
        {"ik,kj->ij", {"rows", "row"}, "row", gemm, 0, 1},          // every second row: twice the leading dimension
        {"ik,kj->ij", {"rows", "rows"}, "rows", gemm, 0, 1},
        {"ki,kj->ij", {"block", "rows"}, "block", gemm, 0, 1},
        // --- views that it does not ---
        {"ik,kj->ij", {"inner", "row"}, "row", gemm, 1, 1},         // no unit stride: A packed
        {"ik,kj->ij", {"row", "inner"}, "row", gemm, 1, 1},
        {"ik,kj->ij", {"row", "row"}, "inner", gemm, 1, 1},         // C computed apart
        {"ik,kj->ij", {"reversed", "row"}, "row", gemm, 1, 1},
        {"ik,kj->ij", {"flipped", "row"}, "row", gemm, 1, 1},       // negative leading dimension
        {"ik,kj->ij", {"inner", "reversed"}, "inner", gemm, 3, 1},
        // --- several labels fused into M, N or K ---
        {"ack,kj->acj", {"row", "row"}, "row", gemm, 0, 1},         // M = ac
        {"ick,ckj->ij", {"row", "row"}, "row", gemm, 0, 1},         // K = ck
        {"ik,kac->iac", {"row", "row"}, "row", gemm, 0, 1},         // N = ac
        {"iac,acj->ij", {"row", "row"}, "row", gemm, 0, 1},
        {"aci,acj->ij", {"row", "row"}, "row", gemm, 0, 1},
        {"ack,bck->ab", {"row", "row"}, "row", gemm, 0, 1},
        {"ack,ckb->ab", {"row", "row"}, "row", gemm, 0, 1},
        {"ack,ckbi->abi", {"row", "row"}, "row", gemm, 0, 1},
        // --- labels that do not fuse: a loop over calls, or a copy, whichever costs less ---
        {"aik,kj->aij", {"block", "row"}, "row", gemm, 0, 3},       // a is looped
        {"aik,kj->iaj", {"row", "row"}, "row", gemm, 0, 3},         // C's rows are ia: a is looped
        // --- batched gemm ---
        {"bik,bkj->bij", {"row", "row"}, "row", batched_gemm, 0, 4},
        {"bik,bjk->bij", {"row", "row"}, "row", batched_gemm, 0, 4},
        {"ibk,kbj->bij", {"row", "row"}, "row", batched_gemm, 0, 4},  // the batch in the middle
        {"bik,bkj->ibj", {"row", "row"}, "row", batched_gemm, 0, 4},
        {"bik,bkj->bji", {"row", "row"}, "row", batched_gemm, 0, 4},
        {"abik,abkj->abij", {"row", "row"}, "row", batched_gemm, 0, 12},
        {"bik,bkj->bij", {"block", "rows"}, "block", batched_gemm, 0, 4},
        {"...ik,...kj->...ij", {"row", "row"}, "row", gemm, 0, 1},  // an ellipsis of no axes
        // --- gemv ---
        {"ik,k->i", {"row", "row"}, "row", gemv, 0, 1},
        {"ki,k->i", {"row", "row"}, "row", gemv, 0, 1},
        {"k,ik->i", {"row", "row"}, "row", gemv, 0, 1},             // the vector first
        {"k,ki->i", {"row", "row"}, "row", gemv, 0, 1},
        {"ik,k->i", {"block", "inner"}, "inner", gemv, 0, 1},       // vectors may be stepped
        {"ik,k->i", {"row", "reversed"}, "reversed", gemv, 0, 1},   // and reversed
        {"ik,k->i", {"inner", "row"}, "row", gemv, 1, 1},           // the matrix may not
        {"ick,ck->i", {"row", "row"}, "row", gemv, 0, 1},
        {"bik,bk->bi", {"row", "row"}, "row", batched_gemv, 0, 4},
        {"bk,bki->bi", {"row", "row"}, "row", batched_gemv, 0, 4},
        // --- ger ---
        {"i,j->ij", {"row", "row"}, "row", ger, 0, 1},
        {"i,j->ji", {"row", "row"}, "row", ger, 0, 1},
        {"i,j->ij", {"inner", "reversed"}, "block", ger, 0, 1},
        {"i,j->ij", {"row", "row"}, "column", ger, 0, 1},
        {"i,j->ij", {"row", "row"}, "inner", ger, 1, 1},
        {"ac,ij->acij", {"row", "row"}, "row", ger, 0, 1},
        // --- dot ---
        {"k,k->", {"row", "row"}, "row", dot, 0, 1},
        {"k,k->", {"inner", "reversed"}, "row", dot, 0, 1},
        {"ij,ij->", {"row", "row"}, "row", dot, 0, 1},
        {"ij,ij->", {"block", "row"}, "row", dot, 1, 1},            // 20 rows: a copy costs less than 20 calls
        {"ij,ji->", {"row", "row"}, "row", dot, 1, 1},
        {"bk,bk->b", {"row", "row"}, "row", batched_dot, 0, 4},
        {"kb,kb->b", {"row", "row"}, "inner", batched_dot, 0, 4},
        // --- diagonals by strides ---
        {"ii->i", {"row"}, "row", permute, 0, 0},
        {"ii->", {"row"}, "row", reduce, 0, 0},                     // the trace
        {"iik,kj->ij", {"row", "row"}, "row", gemm, 0, 1},          // stride i+i is a leading dimension
        {"kk,k->", {"row", "row"}, "row", dot, 0, 1},               // ... and an increment
        {"bbk,bk->b", {"row", "row"}, "row", batched_dot, 0, 4},
        // --- no BLAS routine: the library's loops read any strides ---
        {"ij->ji", {"row"}, "row", permute, 0, 0},
        {"ij->ij", {"inner"}, "reversed", permute, 0, 0},
        {"ijk->kij", {"block"}, "row", permute, 0, 0},
        {"ij->i", {"row"}, "row", reduce, 0, 0},
        {"ij->j", {"reversed"}, "inner", reduce, 0, 0},
        {"ij->", {"block"}, "row", reduce, 0, 0},
        {"ij,ij->ij", {"inner", "column"}, "row", multiply, 0, 0},
        {"ij,j->ij", {"row", "row"}, "row", multiply, 0, 0},
        {"bi,bj->bij", {"row", "row"}, "row", multiply, 0, 0},
        {",ij->ij", {"row", "inner"}, "row", scale, 0, 0},
        {"ij,->ij", {"row", "row"}, "column", scale, 0, 0},
        {",->", {"row", "row"}, "row", scale, 0, 0},
        // --- one-sided sums first, then the product ---
        {"ikx,kj->ij", {"row", "row"}, "row", gemm, 0, 1},
        {"ix,j->ij", {"row", "row"}, "row", ger, 0, 1},
        {"ij,kl->", {"row", "row"}, "row", scale, 0, 0},
        {"ijx,ij->i", {"row", "row"}, "row", batched_dot, 0, 20},
        // --- more operands: greedy order, intermediates contiguous ---
        {"ik,kl,lj->ij", {"row", "row", "row"}, "row", gemm, 0, 1},
        {"ik,kl,l->i", {"row", "row", "row"}, "row", gemv, 0, 1},
        {"ai,bi,ci->abc", {"row", "row", "row"}, "row", gemm, 0, 1},  // a hyperedge: ai,bi->abi first
        {"i,i,i->", {"row", "row", "row"}, "row", dot, 0, 1},
    };

    extents shape_of(const std::string& term)
    {
        extents shape;
        for (const char c : term)
            if (c != '.') shape.push_back(sizes.at(c));
        return shape;
    }

    std::vector<extents> shapes_of(const std::string& subscripts)
    {
        std::vector<extents> shapes;
        std::stringstream terms(subscripts.substr(0, subscripts.find("->")) + ",|");
        for (std::string term; std::getline(terms, term, ',') && term != "|";) shapes.push_back(shape_of(term));
        return shapes;
    }
}

BOOST_AUTO_TEST_SUITE(plan_suite)

BOOST_AUTO_TEST_CASE(enough_routes) { BOOST_TEST(routes.size() >= 87u); }

BOOST_DATA_TEST_CASE(route_table, routes)
{
    test::engine random(test::seed());
    const auto shapes = shapes_of(sample.subscripts);
    const oracle::problem p = oracle::make_problem(sample.subscripts, shapes);
    std::vector<test::strided_tensor<double>> operands;
    std::vector<std::vector<double>> values(shapes.size());
    for (std::size_t i = 0; i < shapes.size(); ++i)
    {
        operands.emplace_back(shapes[i], test::named(sample.operands[i], shapes[i].size()), -1e300);
        operands.back().for_each([&](double& x) { values[i].push_back(x = test::draw<double>(random)); });
    }
    test::strided_tensor<double> result(p.result_shape(), test::named(sample.result, p.output.size()), -1e300);
    xeinsum::options how;
    how.lowering = xeinsum::lowering_strategy::blas;  // what it takes in place, and what has to be copied for it
    how.threads = 1;
    for (const auto& o : operands) how.layouts.push_back(o.lies);
    how.result = result.lies;
    const plan planned(sample.subscripts, shapes, how);

    // What the plan says ...
    const xeinsum::step& last = planned.steps().back();
    BOOST_TEST(to_string(last.op) == to_string(sample.op));
    BOOST_TEST(planned.copies() == sample.copies);
    BOOST_TEST(call_count(last) == sample.calls);

    // ... is what happens ...
    std::vector<const double*> pointers;
    for (const auto& o : operands) pointers.push_back(o.data());
    xeinsum::recorder record;
    xeinsum::execute<double>(planned, pointers, result.data(), &record);
    BOOST_TEST(to_string(record.steps.back().op) == to_string(sample.op));
    BOOST_TEST(record.copies == sample.copies);
    BOOST_TEST(record.steps.back().calls == sample.calls);
    BOOST_TEST(record.bytes_copied == planned.bytes_copied());

    // ... and right.
    const auto expected = oracle::evaluate<double>(p, shapes, values);
    std::size_t i = 0, wrong = 0;
    result.for_each([&](double& x) {
        wrong += oracle::close<double>(x, expected.value[i], expected.magnitude[i], oracle::depth_of(p)) ? 0 : 1;
        ++i;
    });
    BOOST_TEST(wrong == 0u);
}

BOOST_AUTO_TEST_CASE(types_without_blas_take_no_copy)
{
    for (const auto type : {xeinsum::dtype::int32, xeinsum::dtype::longdouble, xeinsum::dtype::boolean})
    {
        xeinsum::options how;
        how.type = type;
        how.layouts = {test::strided_tensor<char>({4, 5}, test::named("inner", 2), 0).lies, xeinsum::row_major({5, 6})};
        const plan p("ik,kj->ij", {{4, 5}, {5, 6}}, how);
        BOOST_TEST(to_string(p.steps()[0].op) == "gemm");
        BOOST_TEST(!p.steps()[0].call.has_value());
        BOOST_TEST(p.copies() == 0u);
    }
}

BOOST_AUTO_TEST_CASE(figures)
{
    const plan p("ij,jk,kl->il", {{2, 3}, {3, 4}, {4, 5}}, {.path = xeinsum::path_strategy::left});
    BOOST_TEST(p.flops() == 2.0 * 2 * 3 * 4 + 2.0 * 2 * 4 * 5);
    BOOST_TEST(p.naive_flops() == 3.0 * 2 * 3 * 4 * 5);
    BOOST_TEST(p.largest_intermediate() == 10.0);       // the result, 2 x 5; the intermediate is 2 x 4
    BOOST_TEST(p.peak_memory() == 8u * 8);              // the intermediate
    BOOST_TEST(xeinsum::to_string(p.path()) == "(0,1),(0,1)");
    BOOST_TEST(p.result_shape() == (extents{2, 5}), boost::test_tools::per_element());

    // Copies count: a 4 x 5 operand of doubles.
    xeinsum::options how;
    how.lowering = xeinsum::lowering_strategy::blas;
    how.layouts = {test::strided_tensor<double>({4, 5}, test::named("inner", 2), 0).lies, xeinsum::row_major({5, 6})};
    const plan packed("ik,kj->ij", {{4, 5}, {5, 6}}, how);
    BOOST_TEST(packed.bytes_copied() == 20u * 8);
    BOOST_TEST(packed.peak_memory() == 3u * 64);             // 20 * 8 bytes, in cache lines
}

BOOST_AUTO_TEST_CASE(a_path_of_ones_own)
{
    const std::vector<extents> shapes{{2, 3}, {3, 4}, {4, 5}};
    const plan p("ij,jk,kl->il", shapes, {.path = xeinsum::contraction_path{{1, 2}, {0}, {0, 1}}});
    BOOST_TEST(p.steps().size() == 2u);
    BOOST_TEST(p.flops() == 2.0 * 3 * 4 * 5 + 2.0 * 2 * 3 * 5);
    BOOST_CHECK_THROW(plan("ij,jk,kl->il", shapes, {.path = xeinsum::contraction_path{{0, 1}}}), xeinsum::shape_error);
}

BOOST_AUTO_TEST_CASE(is_a_value)
{
    const plan p("ij,jk->ik", {{2, 3}, {3, 4}});
    const plan q("ij,jk", {{2, 3}, {3, 4}});
    const plan other("ij,jk->ki", {{2, 3}, {3, 4}});
    BOOST_TEST((p == q));
    BOOST_TEST(!(p == other));
    const plan copy = p;
    BOOST_TEST(to_text(copy) == to_text(p));

    // What runs the products is part of the value.
    const std::vector<extents> shapes{{90, 80}, {80, 70}};
    using enum xeinsum::lowering_strategy;
    const auto lowered = [&](xeinsum::lowering_strategy s) { return plan("ij,jk->ik", shapes, {.threads = 1, .lowering = s}); };
    BOOST_TEST((lowered(blas) == lowered(blas)));
    BOOST_TEST(!(lowered(blas) == lowered(tiles)));
    BOOST_TEST(!(lowered(blas) == lowered(loops)));
    BOOST_TEST(!(lowered(tiles) == lowered(blocks)));
    BOOST_TEST(!(lowered(blocks) == lowered(loops)));
    BOOST_TEST(!(lowered(tiles) == plan("ij,jk->ik", shapes, {.threads = 2, .lowering = tiles})));
}

BOOST_AUTO_TEST_CASE(bad_layouts)
{
    xeinsum::options how;
    how.layouts = {xeinsum::row_major({2, 3})};
    BOOST_CHECK_THROW(plan("ij,jk", {{2, 3}, {3, 4}}, how), xeinsum::shape_error);  // one for two
    how.layouts.push_back(xeinsum::row_major({4, 3}));
    BOOST_CHECK_THROW(plan("ij,jk", {{2, 3}, {3, 4}}, how), xeinsum::shape_error);  // another shape
    how.layouts.clear();
    how.result = xeinsum::row_major({2, 5});
    BOOST_CHECK_THROW(plan("ij,jk", {{2, 3}, {3, 4}}, how), xeinsum::shape_error);
    how.result = xeinsum::layout{{2, 4}, {4, 0}};
    BOOST_CHECK_THROW(plan("ij,jk", {{2, 3}, {3, 4}}, how), xeinsum::shape_error);  // a result can't be broadcast
    how.result = xeinsum::layout{{2, 4}, {1, 1}};
    BOOST_CHECK_THROW(plan("ij,jk", {{2, 3}, {3, 4}}, how), xeinsum::shape_error);  // nor overlap itself
}

BOOST_AUTO_TEST_CASE(what_is_counted_in_errors)
{
    const auto says = [](xeinsum::options how, const std::string& text) {
        BOOST_CHECK_EXCEPTION(plan("i->i", {{2}}, how), xeinsum::shape_error, [&](const xeinsum::shape_error& e) {
            BOOST_TEST_MESSAGE(e.what());
            return std::string(e.what()).find(text) != std::string::npos;
        });
    };
    says({.layouts = {{{2}, {1, 1}}}}, "the layout of operand 0 has 2 strides, but its shape 2 has 1 axis");
    says({.layouts = {{{2}, {}}}}, "the layout of operand 0 has 0 strides, but its shape 2 has 1 axis");
    says({.result = xeinsum::layout{{2}, {1, 1}}}, "the result's layout has 2 strides, but its shape 2 has 1 axis");
    says({.layouts = {{{3}, {1}}}}, "the layout of operand 0 is for shape 3, but the operand's is 2");
    says({.same = {0, 1}}, "2 numbers in `same` for 1 operand");
    says({.type = xeinsum::dtype::complex64, .conjugated = {true, false}}, "2 flags in `conjugated` for 1 operand");
    BOOST_CHECK_EXCEPTION(plan("ij,jk,kl->il", {{9, 9}, {9, 9}, {9, 9}}, {.memory_limit = 1}), xeinsum::shape_error,
                          [](const xeinsum::shape_error& e) { return std::string(e.what()).find("within 1 byte, not") != std::string::npos; });
    // An intermediate is so many elements; two that are there at once, 2^55 bytes and a little more, are no product of anything.
    const auto takes = [](std::int64_t a, std::int64_t b, const std::string& bytes) {
        BOOST_CHECK_EXCEPTION(plan("a,b,a,b->ab", {{a}, {b}, {a}, {b}}, {.path = xeinsum::contraction_path{{0, 1}, {0, 1}, {0, 1}}}), xeinsum::shape_error,
                              [&](const xeinsum::shape_error& e) { return std::string(e.what()).find("would take " + bytes + ", more than 2^56") != std::string::npos; });
    };
    takes(1 << 28, 1 << 28, "72057594037927936 times 8 bytes");
    takes(1 << 26, (1 << 26) + 1, "72057595111669760 bytes");
}

BOOST_AUTO_TEST_CASE(broadcast_off)
{
    xeinsum::options how;
    how.broadcast = false;
    BOOST_CHECK_THROW(plan("ij,jk", {{2, 1}, {3, 4}}, how), xeinsum::shape_error);
}

BOOST_AUTO_TEST_CASE(more_products_than_can_be_counted)
{
    // Views whose elements coincide may have 2^55 of them: 40 labels are contracted, 15 are each operand's own. No two are one axis.
    std::vector<std::vector<xeinsum::label>> inputs(2);
    std::vector<xeinsum::label> output;
    for (xeinsum::label l = 0; l < 70; ++l)
    {
        if (l < 55) inputs[0].push_back(l);
        if (l < 40 || l >= 55) inputs[1].push_back(l);
        if (l >= 40) output.push_back(l);
    }
    const std::vector<extents> shapes(2, extents(55, 2));
    xeinsum::options how;
    for (const extents& shape : shapes)
    {
        how.layouts.push_back({shape, {}});
        for (std::int64_t d = 0; d < 55; ++d) how.layouts.back().strides.push_back(1001 + 17 * d * d);
    }
    how.lowering = xeinsum::lowering_strategy::loops;
    BOOST_CHECK_EXCEPTION(plan(xeinsum::equation(inputs, output), shapes, how), xeinsum::shape_error,
                          [](const xeinsum::shape_error& e) { return e.code() == xeinsum::shape_errc::size_overflow; });
}

BOOST_AUTO_TEST_CASE(what_64_bits_cannot_address_is_refused)
{
    using enum xeinsum::shape_errc;
    struct row
    {
        const char* subscripts;
        std::vector<extents> shapes;
        xeinsum::options how;
        xeinsum::shape_errc code;
    };
    constexpr std::int64_t far = std::int64_t{1} << 62, large = std::int64_t{1} << 55;
    const xeinsum::contraction_path path = {{0, 1}, {0, 2}, {0, 1}};
    const std::vector<xeinsum::layout> repeated = {{{large, 1}, {0, 0}}, {{1, 4}, {4, 1}}, {{4, 1}, {1, 1}}, {{large}, {0}}};
    const std::vector<row> rows = {
        {"i->", {{3}}, {.layouts = {{{3}, {far}}}}, bad_layout},                // its last element is 2 * 2^62 elements away
        {"i->", {{3}}, {.layouts = {{{3}, {-far}}}}, bad_layout},
        {"i->i", {{3}}, {.result = xeinsum::layout{{3}, {far}}}, bad_layout},
        {"i->", {{3}}, {.type = xeinsum::dtype::other}, bad_layout},            // elements of no size
        {"ij,jk,kl,i->l", {{large, 1}, {1, 4}, {4, 1}, {large}}, {.path = path, .layouts = repeated}, size_overflow},  // "ik" takes 2^60 bytes
    };
    for (const row& r : rows)
        BOOST_CHECK_EXCEPTION(plan(r.subscripts, r.shapes, r.how), xeinsum::shape_error,
                              [&](const xeinsum::shape_error& e) { BOOST_TEST_MESSAGE(e.what()); return e.code() == r.code; });
}

/// The windows of a signal are rows that begin one element apart: no leading dimension says so.
BOOST_AUTO_TEST_CASE(rows_that_overlap_are_no_matrix)
{
    const auto left_in_place = [](std::int64_t row_stride) {
        xeinsum::options how;
        how.lowering = xeinsum::lowering_strategy::blas;
        how.layouts = {{{8, 6}, {row_stride, 1}}, xeinsum::row_major({6, 7})};
        const plan p("ij,jk->ik", {{8, 6}, {6, 7}}, how);
        const xeinsum::step& last = p.steps().back();
        return last.call && !last.tensors[xeinsum::left_tensor].copied;
    };
    BOOST_TEST(left_in_place(6));
    BOOST_TEST(left_in_place(9));
    BOOST_TEST(!left_in_place(5));
    BOOST_TEST(!left_in_place(1));
}

BOOST_AUTO_TEST_SUITE_END()
