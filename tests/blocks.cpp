// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
//
// Loop nests run block by block: of tensors that lie across, blocks are copied.
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <complex>
#include <cstdint>
#include <ostream>
#include <string>
#include <vector>

#include <xeinsum/execute.hpp>
#include <xeinsum/explain.hpp>
#include <xeinsum/plan.hpp>

#include "support/oracle.hpp"
#include "support/random.hpp"
#include "support/strided.hpp"

using xeinsum::extents;
using xeinsum::plan;
using xeinsum::step;

namespace
{
    struct sample
    {
        std::string subscripts;
        std::vector<extents> shapes;
        std::vector<std::string> lie;  ///< operands, then result
        std::size_t copies;
        xeinsum::lowering_strategy lowering = xeinsum::lowering_strategy::loops;
        std::size_t block_bytes = 128 << 10;  ///< of all blocks of a piece
    };
    std::ostream& operator<<(std::ostream& out, const sample& s) { return out << s.subscripts; }

    const std::vector<sample> samples = {
        // Operands that lie across: element-wise, dots, batched dots, matrix times vector.
        {"ij,ji->ij", {{701, 399}, {399, 701}}, {"row", "row", "row"}, 1},
        {"ij,ji->ij", {{701, 399}, {399, 701}}, {"reversed", "inner", "row"}, 2},
        {"ij,ji->ij", {{7, 60001}, {60001, 7}}, {"row", "row", "row"}, 1},
        {"ijk,kji->", {{61, 93, 67}, {67, 93, 61}}, {"row", "row", "row"}, 1},
        {"sdlv,ldvs->l", {{4, 3, 340, 67}, {340, 3, 67, 4}}, {"row", "row", "row"}, 1},
        {"vjlkm,kjlmv->lv", {{4, 61, 5, 67, 9}, {67, 61, 5, 9, 4}}, {"row", "row", "row"}, 1},
        // Results that lie across, written once for each block however many blocks of the sum there are.
        {"ijk->kj", {{47, 301, 161}}, {"row", "row"}, 1},
        {"ijk->kj", {{47, 301, 161}}, {"reversed", "reversed"}, 1},
        {"ijk,ik->kj", {{47, 301, 161}, {47, 161}}, {"row", "row", "row"}, 1},
        {"clptf,tfcl->tpc", {{4, 6, 372, 32, 3}, {32, 3, 4, 6}}, {"row", "row", "row"}, 2},
        // Results that do not, but that the loops would pass over again and again.
        {"ijk->jk", {{9, 301, 403}}, {"row", "row"}, 1},
        {"ijk,i->jk", {{9, 301, 403}, {9}}, {"row", "row", "row"}, 1},
        // Both operands and the result.
        {"qnus,nsq->suq", {{60, 2, 67, 58}, {2, 58, 60}}, {"row", "row", "row"}, 2},
        {"abcd,dcba->bd", {{13, 34, 16, 70}, {70, 16, 34, 13}}, {"row", "inner", "column"}, 2},
    };

    template <class T>
    void check(const sample& s, std::size_t threads)
    {
        test::engine random(test::seed());
        const oracle::problem p = oracle::make_problem(s.subscripts, s.shapes);
        xeinsum::options how;
        how.type = xeinsum::dtype_of<T>();
        how.threads = threads;
        how.lowering = s.lowering;
        std::vector<test::strided_tensor<T>> operands;
        std::vector<std::vector<T>> values(s.shapes.size());
        std::vector<const T*> pointers;
        for (std::size_t i = 0; i < s.shapes.size(); ++i)
        {
            operands.emplace_back(s.shapes[i], test::named(s.lie[i], s.shapes[i].size()), T{});
            operands.back().for_each([&](T& x) { values[i].push_back(x = test::draw<T>(random)); });
            how.layouts.push_back(operands.back().lies);
        }
        for (const auto& o : operands) pointers.push_back(o.data());
        test::strided_tensor<T> result(p.result_shape(), test::named(s.lie.back(), p.output.size()), T{});
        how.result = result.lies;
        const plan planned(s.subscripts, s.shapes, how);
        BOOST_TEST_CONTEXT(threads << " threads\n" << to_text(planned))
        {
            const step& only = planned.steps().at(0);
            BOOST_TEST(planned.copies() == s.copies);
            BOOST_TEST(std::ranges::any_of(only.loops, [](const xeinsum::loop_axis& x) { return x.tile != 0 && x.tile < x.extent; }));
            const std::size_t pieces = static_cast<std::size_t>(only.threads.pieces);
            BOOST_TEST(pieces == threads);
            const std::size_t private_results = only.threads.sums ? (pieces - 1) * static_cast<std::size_t>(result.lies.size()) * sizeof(T) : 0;
            constexpr std::size_t lines = 4 * 64;  // to which buffers are rounded up
            BOOST_TEST(planned.workspace_bytes() <= pieces * s.block_bytes + private_results + lines);

            xeinsum::recorder record;
            xeinsum::execute<T>(planned, pointers, result.data(), &record);
            BOOST_TEST(record.copies == s.copies);
            BOOST_TEST(record.bytes_copied == planned.bytes_copied());
            const auto expected = oracle::evaluate<T>(p, s.shapes, values);
            std::size_t i = 0, wrong = 0;
            result.for_each([&](T& x) {
                wrong += oracle::close<T>(x, expected.value[i], expected.magnitude[i], oracle::depth_of(p)) ? 0 : 1;
                ++i;
            });
            BOOST_TEST(wrong == 0u);
        }
    }
}

namespace
{
    /// Where random tests make fewer draws, as under sanitizers, one of them stands for all.
    std::vector<std::size_t> thread_counts()
    {
        if (test::draws(100) < 100) return {3};
        return {1, 2, 3};
    }
}

BOOST_AUTO_TEST_SUITE(blocks)

BOOST_DATA_TEST_CASE(values_copies_and_memory, samples)
{
    for (const std::size_t threads : thread_counts())
    {
        check<float>(sample, threads);
        check<std::int32_t>(sample, threads);
    }
    check<std::complex<double>>(sample, 2);
}

namespace
{
    constexpr auto in_blocks = xeinsum::lowering_strategy::blocks;
    const std::vector<sample> products = {
        // Matrices side by side: vectors that end within a row, short ones, rows of every rest; sums longer than one go.
        {"ibk,kbj->ijb", {{56, 401, 5}, {5, 401, 61}}, {"row", "row", "row"}, 1, in_blocks, 4 << 20},
        {"bik,bkj->jbi", {{18013, 15, 4}, {18013, 4, 16}}, {"row", "row", "row"}, 1, in_blocks, 4 << 20},
        {"ikb,jkb->bij", {{5, 405, 67}, {40, 405, 67}}, {"inner", "row", "reversed"}, 3, in_blocks, 4 << 20},
        // Smaller than a vector: elements of many of them.
        {"bik,bkj->jbi", {{40009, 7, 5}, {40009, 5, 3}}, {"row", "row", "row"}, 3, in_blocks, 4 << 20},
    };
}

BOOST_DATA_TEST_CASE(products_of_blocks, products)
{
    for (const std::size_t threads : thread_counts()) check<float>(sample, threads);
    check<double>(sample, 2);
    check<std::int64_t>(sample, 1);
}

BOOST_AUTO_TEST_CASE(each_element_of_an_operand_is_copied_once)
{
    for (const std::size_t threads : {1u, 2u})
    {
        const plan p("ij,ji->ij", {{701, 399}, {399, 701}}, {.type = xeinsum::dtype::float32, .threads = threads});
        BOOST_TEST(p.bytes_copied() == 701u * 399 * 4);
    }
}

BOOST_AUTO_TEST_SUITE_END()
