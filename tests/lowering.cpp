// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
//
// Which way each step is run, on how many threads, and in how much memory.
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <map>
#include <memory>
#include <ostream>
#include <span>
#include <sstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#ifdef _OPENMP
#include <omp.h>
#endif

#include <xeinsum/error.hpp>
#include <xeinsum/execute.hpp>
#include <xeinsum/explain.hpp>
#include <xeinsum/plan.hpp>

#include "support/allocations.hpp"
#include "support/blas_threads.hpp"
#include "support/oracle.hpp"
#include "support/random.hpp"
#include "support/strided.hpp"

using xeinsum::dtype;
using xeinsum::extents;
using xeinsum::lowering_strategy;
using xeinsum::plan;
using xeinsum::step;

namespace
{
    /// How a step is run. `tiny` and `loops` are the same code but for what the plan takes the trouble to arrange.
    enum class way { tiny, blas, blas_calls, tiles, staged, loops };

    std::ostream& operator<<(std::ostream& out, way w)
    {
        constexpr std::array<const char*, 6> names = {"tiny", "one BLAS call", "BLAS calls", "tiles", "tiles, staged", "loops"};
        return out << names[static_cast<std::size_t>(w)];
    }

    double values_of_labels(const plan& p, const step& s)
    {
        std::vector<bool> seen(p.bound().sizes.size(), false);
        double n = 1;
        for (const auto& use : s.tensors)
            for (const xeinsum::label_id id : use.labels)
                if (!seen[id]) seen[id] = true, n *= static_cast<double>(p.bound().sizes[id]);
        return n;
    }

    way way_of(const plan& p, const step& s)
    {
        if (s.call) return call_count(s) == 1 ? way::blas : way::blas_calls;
        if (s.tiles) return s.tiles->staged ? way::staged : way::tiles;
        const double n = values_of_labels(p, s);
        return n >= 1 && n <= 512 ? way::tiny : way::loops;
    }

    /// Extents by label, from `a=3 b=40`.
    std::map<char, std::int64_t> sizes_from(const std::string& text)
    {
        std::map<char, std::int64_t> sizes;
        std::istringstream in(text);
        for (std::string word; in >> word;) sizes[word[0]] = std::stoll(word.substr(2));
        return sizes;
    }

    std::vector<extents> shapes_from(const std::string& subscripts, const std::map<char, std::int64_t>& sizes)
    {
        std::vector<extents> shapes(1);
        for (const char c : subscripts.substr(0, subscripts.find("->")))
        {
            if (c == ',') shapes.emplace_back();
            else shapes.back().push_back(sizes.at(c));
        }
        return shapes;
    }

    struct expectation
    {
        std::string subscripts, sizes;
        std::vector<std::string> operands;  ///< how each lies: see support/strided.hpp
        std::string result;
        dtype type;
        way how;             ///< of the last step
        std::size_t copies;  ///< in all steps
    };
    std::ostream& operator<<(std::ostream& out, const expectation& e)
    {
        out << e.subscripts << ' ' << e.sizes << ' ' << to_string(e.type);
        for (const auto& o : e.operands) out << ' ' << o;
        return out << " -> " << e.result;
    }

    using enum dtype;
    const std::vector<std::string> rows1 = {"row"}, rows2 = {"row", "row"};
    const std::vector<expectation> expectations = {
        // --- up to 512 values of all labels: loops, nothing arranged ---
        {"ik,kj->ij", "i=8 j=8 k=8", rows2, "row", float64, way::tiny, 0},
        {"ik,kj->ij", "i=8 j=8 k=8", {"inner", "reversed"}, "column", float64, way::tiny, 0},
        {"ik,k->i", "i=32 k=16", rows2, "row", float64, way::tiny, 0},
        {"k,k->", "k=512", rows2, "row", float64, way::tiny, 0},
        // --- one call of BLAS in place ---
        {"k,k->", "k=513", rows2, "row", float64, way::blas, 0},
        {"ij,ij->", "i=100 j=90", rows2, "row", float32, way::blas, 0},
        {"k,k->", "k=5000", {"inner", "reversed"}, "row", complex64, way::blas, 0},
        {"ik,k->i", "i=90 k=70", rows2, "row", float64, way::blas, 0},
        {"ki,k->i", "i=90 k=70", {"block", "inner"}, "reversed", float64, way::blas, 0},
        {"ik,kj->ij", "i=60 j=70 k=80", rows2, "row", float64, way::blas, 0},
        {"ki,jk->ji", "i=60 j=70 k=80", rows2, "row", float32, way::blas, 0},
        {"ik,kj->ij", "i=60 j=70 k=80", {"block", "rows"}, "column", complex128, way::blas, 0},
        {"abk,kc->abc", "a=9 b=11 k=64 c=50", rows2, "row", float64, way::blas, 0},
        {"akl,klc->ac", "a=30 k=9 l=11 c=50", rows2, "row", complex64, way::blas, 0},
        // --- few rows or columns of a large operand, which BLAS would copy: dots in place, products in place, or in blocks ---
        {"ik,jk->ij", "i=4 j=500 k=600", rows2, "row", float64, way::loops, 0},
        {"ik,jk->ji", "i=500 j=3 k=700", rows2, "row", float32, way::loops, 0},
        {"ik,kj->ij", "i=4 j=500 k=600", rows2, "row", float64, way::loops, 0},
        {"ik,jk->ij", "i=16 j=500 k=600", rows2, "row", float32, way::loops, 0},
        {"ik,jk->ij", "i=32 j=500 k=600", rows2, "row", float32, way::loops, 2},
        {"ik,jk->ij", "i=4 j=500 k=500", rows2, "row", float64, way::blas, 0},
        {"ik,jk->ij", "i=4 j=500 k=600", rows2, "row", complex64, way::blas, 0},
        // --- many large calls ---
        {"bik,bkj->bij", "b=2 i=192 j=192 k=192", rows2, "row", float64, way::blas_calls, 0},
        {"aik,kj->iaj", "a=2 i=200 j=200 k=200", rows2, "row", float32, way::blas_calls, 0},
        {"bik,bk->bi", "b=2 i=1024 k=1024", rows2, "row", float64, way::blas_calls, 0},
        // --- BLAS after copies, or by small calls, where tiles would pack for few sums ---
        {"ik,kj->ij", "i=5 j=70 k=80", {"inner", "row"}, "row", float64, way::tiles, 0},  // too little work to compare ways
        {"ik,kj->ij", "i=5 j=300 k=400", {"inner", "row"}, "row", float64, way::blas, 1},
        {"akb,ik->aib", "a=2 b=30 i=3 k=900", rows2, "row", float32, way::blas_calls, 0},
        {"ik,kj->ij", "i=60 j=70 k=80", {"inner", "row"}, "row", float64, way::blas, 1},
        {"ik,kj->ij", "i=5 j=700 k=80", {"row", "inner"}, "row", float64, way::blas, 1},
        {"bik,bkj->bij", "b=3 i=100 j=90 k=60", rows2, "row", float64, way::blas_calls, 0},
        {"ikb,kjb->ijb", "b=9 i=30 j=20 k=40", rows2, "row", float64, way::blas_calls, 3},
        {"ik,kj->ij", "i=100 j=70 k=47", rows2, "row", float64, way::blas, 0},
        {"bik,bkj->bij", "b=8 i=40 j=50 k=60", rows2, "row", float64, way::blas_calls, 0},
        {"ik,kj->ij", "i=5 j=70 k=80", {"inner", "row"}, "row", complex64, way::tiles, 0},
        // --- tiles: what BLAS would need copies or many small calls for, what it does not have, what sums very little ---
        {"ik,kj->ij", "i=200 j=170 k=47", rows2, "row", float64, way::tiles, 0},
        {"ik,kj->ij", "i=200 j=170 k=80", {"inner", "row"}, "row", float64, way::tiles, 0},
        {"ik,kj->ij", "i=60 j=70 k=80", {"row", "reversed"}, "row", float32, way::tiles, 0},
        {"aik,kj->iaj", "a=20 i=30 j=40 k=50", rows2, "row", complex128, way::tiles, 0},
        {"abcd,cedf->abef", "a=7 b=9 c=8 d=10 e=11 f=70", rows2, "row", float64, way::tiles, 0},
        {"ik,kj->ij", "i=90 j=70 k=80", rows2, "row", int32, way::tiles, 0},
        {"ik,kj->ij", "i=60 j=70 k=80", rows2, "row", int8, way::tiles, 0},
        {"ik,kj->ij", "i=60 j=70 k=80", rows2, "row", boolean, way::tiles, 0},
        {"ik,kj->ij", "i=60 j=70 k=80", rows2, "row", longdouble, way::tiles, 0},
        // --- a batch that is contiguous everywhere: loops whose vectors run along it ---
        {"ikb,kjb->ijb", "b=90 i=4 j=5 k=6", rows2, "row", float64, way::loops, 0},
        // --- matrices that lie side by side are multiplied as they are ---
        {"bik,bkj->bij", "b=100 i=100 j=20 k=24", rows2, "row", float32, way::loops, 0},
        {"bik,bkj->bij", "b=8 i=300 j=64 k=300", rows2, "row", float32, way::loops, 0},
        {"bik,bkj->bij", "b=50 i=40 j=40 k=40", rows2, "row", int32, way::loops, 0},
        // --- a batch that is contiguous, with matrices that are large: blocks of them are brought side by side ---
        {"ikb,kjb->ijb", "b=200 i=16 j=20 k=24", rows2, "row", float64, way::loops, 3},
        // --- the result lies across its columns: summed up in the cache, then transposed ---
        {"ik,kj->ij", "i=100 j=170 k=80", rows2, "inner", float64, way::staged, 0},
        {"ik,kj->ij", "i=300 j=310 k=80", rows2, "inner", float64, way::staged, 0},
        {"ik,kj->ij", "i=300 j=7 k=30", {"column", "inner"}, "column", int16, way::tiles, 0},
        {"abk,kc->abc", "a=80 b=50 c=4 k=30", rows2, "row", int16, way::staged, 0},
        {"ak,kbc->cab", "a=12 b=40 c=50 k=30", rows2, "row", int16, way::staged, 0},
        // --- loops in place ---
        {"ij->ji", "i=90 j=70", rows1, "row", float64, way::loops, 0},
        {"ijk->kij", "i=30 j=20 k=40", {"block"}, "row", boolean, way::loops, 0},
        {"ij->i", "i=90 j=70", rows1, "row", float64, way::loops, 0},
        {"ij->j", "i=90 j=70", {"reversed"}, "row", int16, way::loops, 0},
        {"ij,ij->ij", "i=90 j=70", rows2, "row", float64, way::loops, 0},
        {"i,j->ij", "i=90 j=70", rows2, "row", float64, way::loops, 0},
        {"ij,j->ij", "i=90 j=70", rows2, "row", complex64, way::loops, 0},
        {"bk,bk->b", "b=90 k=70", rows2, "row", float64, way::loops, 0},
        {"bik,bk->bi", "b=9 i=30 k=20", rows2, "row", float64, way::loops, 0},
        {"k,k->", "k=5000", rows2, "row", int32, way::loops, 0},
        {"ik,kj->ij", "i=30 j=40 k=0", rows2, "row", float64, way::loops, 0},
        // --- loops after a copy of what lies across ---
        {"ij,ji->", "i=90 j=70", rows2, "row", float64, way::loops, 1},
        {"ij->j", "i=90 j=70", {"row"}, "inner", int16, way::loops, 1},
        {"ij,ij->ij", "i=90 j=70", {"row", "column"}, "row", float64, way::loops, 1},
        {"ij,ij->ij", "i=90 j=70", {"column", "inner"}, "row", int32, way::loops, 2},
        {"ijk,ijk->ij", "i=30 j=20 k=40", {"row", "column"}, "row", float32, way::loops, 1},
        // --- several steps: the way of the last ---
        {"ikx,kj->ij", "i=60 j=70 k=80 x=3", rows2, "row", float64, way::blas, 0},
        {"ik,kl,lj->ij", "i=60 k=70 l=80 j=50", {"row", "row", "row"}, "row", float64, way::blas, 0},
    };

    template <class T>
    void check_expectation(const expectation& e)
    {
        test::engine random(test::seed());
        const auto shapes = shapes_from(e.subscripts, sizes_from(e.sizes));
        const oracle::problem p = oracle::make_problem(e.subscripts, shapes);
        xeinsum::options how;
        how.type = e.type;
        how.threads = 1;
        std::vector<test::strided_tensor<T>> operands;
        std::vector<std::vector<T>> values(shapes.size());
        for (std::size_t i = 0; i < shapes.size(); ++i)
        {
            operands.emplace_back(shapes[i], test::named(e.operands[i], shapes[i].size()), T{});
            operands.back().for_each([&](T& x) { values[i].push_back(x = test::draw<T>(random)); });
            how.layouts.push_back(operands.back().lies);
        }
        test::strided_tensor<T> result(p.result_shape(), test::named(e.result, p.output.size()), T{});
        how.result = result.lies;
        const plan planned(e.subscripts, shapes, how);
        const step& last = planned.steps().back();
        BOOST_TEST(way_of(planned, last) == e.how);
        BOOST_TEST(planned.copies() == e.copies);
        BOOST_TEST((planned.bytes_packed() > 0) == std::ranges::any_of(planned.steps(), [](const step& s) { return s.tiles.has_value(); }));

        std::vector<const T*> pointers;
        for (const auto& o : operands) pointers.push_back(o.data());
        xeinsum::recorder record;
        xeinsum::execute<T>(planned, pointers, result.data(), &record);
        BOOST_TEST(record.steps.back().calls == (e.how == way::blas ? 1 : call_count(last)));
        BOOST_TEST((record.steps.back().calls > 1) == (e.how == way::blas_calls));
        BOOST_TEST(record.copies == e.copies);
        BOOST_TEST(record.bytes_copied == planned.bytes_copied());
        BOOST_TEST(record.bytes_packed == planned.bytes_packed());

        const auto expected = oracle::evaluate<T>(p, shapes, values);
        std::size_t i = 0, wrong = 0;
        result.for_each([&](T& x) {
            wrong += oracle::close<T>(x, expected.value[i], expected.magnitude[i], oracle::depth_of(p)) ? 0 : 1;
            ++i;
        });
        BOOST_TEST(wrong == 0u);
    }
}

using test::blas_on_one_thread;
BOOST_TEST_GLOBAL_FIXTURE(blas_on_one_thread);

BOOST_AUTO_TEST_SUITE(lowering)

BOOST_DATA_TEST_CASE(automatic, expectations)
{
    switch (sample.type)
    {
    case float32: return check_expectation<float>(sample);
    case float64: return check_expectation<double>(sample);
    case complex64: return check_expectation<std::complex<float>>(sample);
    case complex128: return check_expectation<std::complex<double>>(sample);
    case longdouble: return check_expectation<long double>(sample);
    case boolean: return check_expectation<bool>(sample);
    case int8: return check_expectation<std::int8_t>(sample);
    case int16: return check_expectation<std::int16_t>(sample);
    case int32: return check_expectation<std::int32_t>(sample);
    default: BOOST_FAIL("no such type in the table");
    }
}

namespace
{
    plan lowered(const std::string& subscripts, const std::string& sizes, std::size_t threads, lowering_strategy lowering, dtype type = float64)
    {
        xeinsum::options how;
        how.type = type;
        how.threads = threads;
        how.lowering = lowering;
        return plan(subscripts, shapes_from(subscripts, sizes_from(sizes)), how);
    }
}

BOOST_AUTO_TEST_CASE(strategies)
{
    using enum lowering_strategy;
    const auto way_by = [](const std::string& subscripts, const std::string& sizes, lowering_strategy s, dtype type = float64) {
        const plan p = lowered(subscripts, sizes, 1, s, type);
        return way_of(p, p.steps().back());
    };
    const std::string matrices = "i=60 j=70 k=80";
    BOOST_TEST(way_by("ik,kj->ij", matrices, blas) == way::blas);
    BOOST_TEST(way_by("ik,kj->ij", matrices, tiles) == way::tiles);
    BOOST_TEST(way_by("ik,kj->ij", matrices, loops) == way::loops);
    BOOST_TEST(way_by("ik,kj->ij", matrices, blocks) == way::loops);
    BOOST_TEST(way_by("ik,kj->ij", matrices, blocks, complex64) == way::loops);
    BOOST_TEST(way_by("ik,kj->ij", matrices, blas, int32) == way::loops);         // BLAS has no integers
    BOOST_TEST(way_by("ik,kj->ij", matrices, tiles, clongdouble) == way::loops);  // nor have the tiles this type
    BOOST_TEST(way_by("ik,k->i", matrices, blas) == way::blas);
    BOOST_TEST(way_by("ik,k->i", matrices, tiles) == way::loops);                 // no free side for columns
    BOOST_TEST(way_by("i,j->ij", matrices, blas) == way::blas);
    BOOST_TEST(way_by("i,j->ij", matrices, automatic) == way::loops);
    // A forced way takes tiny products too.
    BOOST_TEST(way_by("ik,kj->ij", "i=4 j=9 k=5", blas) == way::blas);
    BOOST_TEST(way_by("ik,kj->ij", "i=4 j=9 k=5", tiles) == way::tiles);
    BOOST_TEST(to_string(automatic) == "auto");
    BOOST_TEST(to_string(blas) == "blas");
    BOOST_TEST(to_string(tiles) == "tiles");
    BOOST_TEST(to_string(blocks) == "blocks");
    BOOST_TEST(to_string(loops) == "loops");
}

// --- threads -----------------------------------------------------------------------------------------

namespace
{
    using group = xeinsum::division::group;

    std::string name_of(group g)
    {
        constexpr std::array<const char*, 5> names = {"none", "loops", "rows", "columns", "contracted"};
        return names[static_cast<std::size_t>(g)];
    }

    struct divided
    {
        std::string subscripts, sizes;
        lowering_strategy lowering;
        group of;
        bool sums;
        std::array<std::int64_t, 3> pieces;  ///< for 2, 3 and 4 threads
    };
    std::ostream& operator<<(std::ostream& out, const divided& d) { return out << d.subscripts << ' ' << d.sizes; }

    const std::vector<divided> divisions = {
        // Tiles: the longer side of the result, the batch, or a long sum.
        {"ik,kj->ij", "i=256 j=128 k=128", lowering_strategy::tiles, group::rows, false, {2, 3, 4}},
        {"ik,kj->ij", "i=64 j=480 k=128", lowering_strategy::tiles, group::columns, false, {2, 3, 4}},
        {"bik,bkj->bij", "b=96 i=30 j=20 k=40", lowering_strategy::tiles, group::loops, false, {2, 3, 4}},
        {"bik,bkj->bij", "b=12 i=300 j=20 k=40", lowering_strategy::tiles, group::loops, false, {2, 3, 4}},
        {"ik,kj->ij", "i=9 j=9 k=36000", lowering_strategy::tiles, group::contracted, true, {2, 3, 4}},
        {"ik,kj->ij", "i=60 j=50 k=40", lowering_strategy::automatic, group::none, false, {1, 1, 1}},  // too little work
        // Loops: an axis of the result, else a sum in parts.
        {"ij->ji", "i=600 j=1000", lowering_strategy::automatic, group::loops, false, {2, 3, 4}},
        {"ij->i", "i=600 j=1000", lowering_strategy::automatic, group::loops, false, {2, 3, 4}},
        {"ij->j", "i=600 j=1000", lowering_strategy::automatic, group::loops, false, {2, 3, 4}},
        {"ij->", "i=600 j=1000", lowering_strategy::automatic, group::loops, true, {2, 3, 4}},
        {"i,j->ij", "i=600 j=1000", lowering_strategy::automatic, group::loops, false, {2, 3, 4}},
        {"k,k->", "k=400000", lowering_strategy::loops, group::loops, true, {2, 3, 4}},
        {"ij->ji", "i=90 j=80", lowering_strategy::automatic, group::none, false, {1, 1, 1}},
        // Few rows times a large matrix: the matrix, whose elements are read once.
        {"ik,jk->ij", "i=8 j=600 k=600", lowering_strategy::automatic, group::loops, false, {2, 3, 4}},
    };
}

BOOST_DATA_TEST_CASE(pieces, divisions)
{
    BOOST_TEST((lowered(sample.subscripts, sample.sizes, 1, sample.lowering).steps()[0].threads == xeinsum::division{}));
    for (std::size_t threads = 2; threads <= 4; ++threads)
    {
        const plan p = lowered(sample.subscripts, sample.sizes, threads, sample.lowering);
        const step& s = p.steps()[0];
        const xeinsum::division& d = s.threads;
        BOOST_TEST_CONTEXT(threads << " threads\n" << to_text(p))
        {
            BOOST_TEST(name_of(d.of) == name_of(sample.of));
            BOOST_TEST(d.sums == sample.sums);
            BOOST_TEST(d.pieces == sample.pieces[threads - 2]);
            if (d.of == group::none) continue;
            const auto extent_of = [&](const auto& axes) { return axes.at(d.axis).extent; };
            const std::int64_t extent = d.of == group::loops     ? extent_of(s.loops)
                                        : d.of == group::rows    ? extent_of(s.tiles->rows)
                                        : d.of == group::columns ? extent_of(s.tiles->columns)
                                                                 : extent_of(s.tiles->contracted);
            BOOST_TEST((d.pieces - 1) * d.length < extent);
            BOOST_TEST(d.pieces * d.length >= extent);
        }
    }
}

// a, then b, are contiguous in the result, where 48 values of a alone would be three cache lines.
BOOST_AUTO_TEST_CASE(staged_blocks_are_written_in_long_stretches)
{
    const plan p("afbce,df->edcba", {{48, 48, 36, 36, 48}, {24, 48}}, {.type = float32, .threads = 1});
    const step& s = p.steps()[0];
    BOOST_REQUIRE(s.tiles.has_value());
    BOOST_REQUIRE(s.tiles->staged);
    std::int64_t stretch = 1;
    for (bool found = true; found;)
    {
        found = false;
        for (const xeinsum::tiled_axis& x : s.tiles->columns)
            if (!found && x.tile > 1 && x.strides[1] == stretch) found = true, stretch *= x.tile;
    }
    BOOST_TEST(stretch * 4 >= 768);
    BOOST_TEST(xeinsum::tile_workspace(s, 4) <= (std::size_t{5} << 20));
}

// The axis of 12 is outermost in the result, but innermost in the operand: a half of it is six neighbours.
BOOST_AUTO_TEST_CASE(pieces_are_no_short_stretches)
{
    const plan p("ijfb->bjif", {{4, 92, 1269, 12}}, {.threads = 2});
    const step& s = p.steps()[0];
    BOOST_REQUIRE(s.threads.pieces == 2);
    const xeinsum::label_id divided = s.loops.at(s.threads.axis).labels.front();
    BOOST_TEST(p.bound().names[divided] == 'j');
}

BOOST_AUTO_TEST_CASE(a_narrow_product_within_little_memory_is_one_call)
{
    xeinsum::options how{.type = float32, .threads = 1};
    BOOST_TEST(!plan("ik,jk->ij", {{32, 600}, {500, 600}}, how).steps()[0].call);
    how.memory_limit = 4096;
    const plan p("ik,jk->ij", {{32, 600}, {500, 600}}, how);
    BOOST_TEST(p.steps()[0].call.has_value());
    BOOST_TEST(p.peak_memory() <= 4096u);
}

BOOST_AUTO_TEST_CASE(dots_are_divided_along_the_longer_side)
{
    for (const auto* sizes : {"i=8 j=600 k=700", "i=600 j=8 k=700"})
    {
        const plan p = lowered("ik,jk->ij", sizes, 2, lowering_strategy::automatic);
        const step& s = p.steps()[0];
        BOOST_REQUIRE(s.threads.of == group::loops);
        BOOST_TEST(s.loops.at(s.threads.axis).extent == 600);
    }
}

BOOST_AUTO_TEST_CASE(nothing_to_divide)
{
    // More threads than anything is long, and an axis of nothing.
    const plan p("ijz->ij", {{1024, 1024, 0}}, {.threads = 1200});
    BOOST_TEST((p.steps()[0].threads == xeinsum::division{}));
    for (const std::size_t threads : {7u, 1000u})
    {
        const plan q("ik,kj->ij", {{3, 200000}, {200000, 5}}, {.threads = threads, .lowering = lowering_strategy::tiles});
        BOOST_TEST(q.steps()[0].threads.pieces <= static_cast<std::int64_t>(threads));
    }
}

#ifdef _OPENMP
BOOST_AUTO_TEST_CASE(how_many_threads)
{
    const auto pieces = [](std::size_t threads) { return plan("ij->", {{600, 1000}}, {.threads = threads}).steps()[0].threads.pieces; };
    const int before = omp_get_max_threads();
    omp_set_num_threads(2);
    unsetenv("XEINSUM_NUM_THREADS");
    BOOST_TEST(pieces(0) == 2);  // OpenMP's default
    BOOST_TEST(pieces(3) == 3);
    setenv("XEINSUM_NUM_THREADS", "4", 1);
    BOOST_TEST(pieces(0) == 4);
    BOOST_TEST(pieces(3) == 3);  // what the caller says counts more
    for (const char* const nonsense : {"0", "-1", "two", "2x", ""})
    {
        setenv("XEINSUM_NUM_THREADS", nonsense, 1);
        BOOST_TEST(pieces(0) == 2);
    }
    unsetenv("XEINSUM_NUM_THREADS");
    omp_set_num_threads(before);
}
#endif

BOOST_AUTO_TEST_CASE(the_same_bits_on_any_number_of_threads)
{
    test::engine random(test::seed());
    const std::vector<std::pair<std::string, std::string>> cases = {
        {"ik,kj->ij", "i=9 j=7 k=36000"},  {"ik,kj->ij", "i=130 j=97 k=401"}, {"bik,bkj->bij", "b=49 i=30 j=41 k=50"},
        {"ki,kj->ji", "i=50 j=170 k=390"}, {"ij->", "i=701 j=799"},           {"ij->j", "i=701 j=799"},
        {"ij->ji", "i=701 j=799"},         {"k,k->", "k=300001"},             {"ij,ji->ij", "i=501 j=501"}};
    for (const auto& [subscripts, sizes] : cases)
        for (std::size_t threads = 1; threads <= 4; ++threads)
            for (const auto lowering : {lowering_strategy::tiles, lowering_strategy::loops})
            {
                const plan p = lowered(subscripts, sizes, threads, lowering);
                std::vector<std::vector<double>> operands;
                std::vector<const double*> pointers;
                for (const extents& s : p.shapes()) operands.push_back(test::draw_many<double>(random, xeinsum::element_count(s)));
                for (const auto& o : operands) pointers.push_back(o.data());
                const auto size = static_cast<std::size_t>(xeinsum::element_count(p.result_shape()));
                std::vector<double> first(size, -1), second(size, -2);
                xeinsum::execute<double>(p, pointers, first.data());
                // One thread runs all pieces where a parallel region is open, or where there is no more than one.
#ifdef _OPENMP
#pragma omp parallel num_threads(2)
#pragma omp single
#endif
                xeinsum::execute<double>(p, pointers, second.data());
                BOOST_TEST_CONTEXT(subscripts << ", " << threads << " threads, " << to_string(lowering))
                BOOST_TEST(std::memcmp(first.data(), second.data(), size * sizeof(double)) == 0);
            }
}

// --- memory ------------------------------------------------------------------------------------------

namespace
{
    template <class T>
    void check_memory(const std::string& subscripts, const std::string& sizes, const std::vector<std::string>& lie, const std::string& result_lies)
    {
        if (!test::counts_allocations()) return;
        const auto shapes = shapes_from(subscripts, sizes_from(sizes));
        const oracle::problem problem = oracle::make_problem(subscripts, shapes);
        std::vector<test::strided_tensor<T>> operands;
        std::vector<const T*> pointers;
        xeinsum::options how;
        how.type = xeinsum::dtype_of<T>();
        for (std::size_t i = 0; i < shapes.size(); ++i)
        {
            operands.emplace_back(shapes[i], test::named(lie[i], shapes[i].size()), T(1));
            how.layouts.push_back(operands.back().lies);
        }
        for (const auto& o : operands) pointers.push_back(o.data());
        test::strided_tensor<T> result(problem.result_shape(), test::named(result_lies, problem.output.size()), T(1));
        how.result = result.lies;
        using enum lowering_strategy;
        for (const auto lowering : {automatic, blas, tiles, loops})
            for (std::size_t threads = 1; threads <= 4; ++threads)
            {
                how.lowering = lowering;
                how.threads = threads;
                const plan p(subscripts, shapes, how);
                const std::size_t before = test::allocated_bytes();
                test::reset_peak();
                {
                    xeinsum::workspace memory;
                    xeinsum::execution<T> run;
                    run.memory = &memory;
                    xeinsum::execute<T>(p, std::span<const T* const>(pointers), result.data(), run);
                }
                const std::size_t taken = test::peak_bytes() - before, after = test::allocated_bytes();
                BOOST_TEST_CONTEXT(subscripts << ' ' << sizes << ", " << to_string(lowering) << ", " << threads << " threads\n" << to_text(p))
                {
                    BOOST_TEST(taken <= p.peak_memory());
                    // ... and what is planned is taken.
                    BOOST_TEST(p.workspace_bytes() <= taken);
                    BOOST_TEST(after == before);
                }
            }
    }

    template <class T>
    void check_memory_of_type()
    {
        const std::vector<std::string> two = {"row", "row"}, inner = {"inner", "column"};
        check_memory<T>("ik,kj->ij", "i=150 j=130 k=420", two, "row");
        check_memory<T>("ik,kj->ij", "i=150 j=130 k=420", inner, "inner");
        check_memory<T>("ik,kj->ij", "i=9 j=7 k=36000", two, "row");
        check_memory<T>("bik,bkj->bij", "b=49 i=30 j=41 k=50", two, "column");
        check_memory<T>("ak,kbc->cab", "a=12 b=40 c=50 k=30", two, "row");
        check_memory<T>("ik,k->i", "i=300 k=400", {"row", "inner"}, "row");
        check_memory<T>("ki,k->i", "i=300 k=400", {"row", "reversed"}, "inner");
        check_memory<T>("ik,k->i", "i=300 k=400", {"inner", "row"}, "row");
        check_memory<T>("ik,k->i", "i=3 k=40000", two, "row");
        check_memory<T>("ki,k->i", "i=3 k=40000", {"row", "inner"}, "row");
        check_memory<T>("ij,ji->", "i=500 j=610", two, "row");
        check_memory<T>("k,k->", "k=300001", {"inner", "row"}, "row");
        check_memory<T>("ij,ij->ij", "i=300 j=310", inner, "row");
        check_memory<T>("ij->", "i=700 j=810", {"row"}, "row");
        check_memory<T>("ij->ji", "i=700 j=810", {"row"}, "row");
        check_memory<T>("ik,kl,lj->ij", "i=60 k=70 l=80 j=50", {"inner", "row", "row"}, "row");
        check_memory<T>("ikx,kj,jl->il", "i=60 k=70 l=80 j=50 x=9", {"row", "row", "row"}, "column");
    }
}

BOOST_AUTO_TEST_CASE(execution_takes_no_more_than_planned)
{
    check_memory_of_type<float>();
    check_memory_of_type<std::complex<float>>();
    check_memory_of_type<std::complex<double>>();
    check_memory_of_type<std::int8_t>();
}

namespace
{
    /// A chain of matrices of ones, which needs a workspace: all of its elements are the extent of b times that of c.
    struct ones_chain
    {
        explicit ones_chain(std::int64_t extent) : size(static_cast<std::size_t>(extent)), p("ab,bc,cd->ad", {{extent, extent}, {extent, extent}, {extent, extent}})
        {
            values.assign(size * size, 1.0);
            result.assign(size * size, 0.0);
        }

        void run(const xeinsum::execution<double>& how = {})
        {
            const std::vector<const double*> operands(3, values.data());
            xeinsum::execute<double>(p, std::span<const double* const>(operands), result.data(), how);
        }

        bool is_right() const
        {
            return std::ranges::all_of(result, [this](double x) { return x == static_cast<double>(size * size); });
        }

        std::size_t size;
        plan p;
        std::vector<double> values, result;
    };

    /// Runs an execution where the thread's own memory is gone.
    struct last_of_thread
    {
        bool* right = nullptr;
        ~last_of_thread()
        {
            if (!right) return;
            ones_chain chain(40);
            chain.run();
            *right = chain.is_right();
        }
    };
}

BOOST_AUTO_TEST_CASE(thread_keeps_a_small_workspace)
{
    ones_chain small(40), larger(100), large(900);
    BOOST_TEST(small.p.workspace_bytes() > 0u);
    BOOST_TEST(large.p.workspace_bytes() > std::size_t{4} << 20);
    larger.run();
    if (test::counts_allocations())
    {
        const auto bytes_after = [](ones_chain& chain) {
            const std::size_t before = test::allocated_bytes();
            test::reset_peak();
            chain.run();
            BOOST_TEST(test::allocated_bytes() == before);
            return test::peak_bytes() - before;
        };
        BOOST_TEST(bytes_after(small) < small.p.workspace_bytes());  // what steps keep their axes in
        BOOST_TEST(bytes_after(larger) < larger.p.workspace_bytes());
        BOOST_TEST(bytes_after(large) >= large.p.workspace_bytes());
    }
    small.run();
    large.run();
    BOOST_TEST(small.is_right());
    BOOST_TEST(larger.is_right());
    BOOST_TEST(large.is_right());
}

BOOST_AUTO_TEST_CASE(executions_within_an_execution_have_memory_of_their_own)
{
    ones_chain outer(60), inner(60);
    bool inner_is_right = true;
    std::size_t runs = 0;
    xeinsum::execution<double> how;
    how.progress = [&](const auto&) {
        std::ranges::fill(inner.values, static_cast<double>(++runs));
        inner.run();
        const double expected = 60 * 60 * static_cast<double>(runs * runs * runs);
        inner_is_right = inner_is_right && std::ranges::all_of(inner.result, [&](double x) { return x == expected; });
    };
    outer.run(how);
    BOOST_TEST(runs == 2u);
    BOOST_TEST(inner_is_right);
    BOOST_TEST(outer.is_right());
    // ... and the thread has its workspace back when one of them throws.
    how.progress = [](const auto&) { throw std::runtime_error("enough"); };
    BOOST_CHECK_THROW(outer.run(how), std::runtime_error);
    if (!test::counts_allocations()) return;
    const std::size_t before = test::allocated_bytes();
    test::reset_peak();
    outer.run();
    BOOST_TEST(test::peak_bytes() - before < outer.p.workspace_bytes());
}

BOOST_AUTO_TEST_CASE(executions_at_the_end_of_a_thread)
{
    bool right = false;
    std::thread([&right] {
        thread_local last_of_thread last;  // made before the workspace, so it goes after it
        last.right = &right;
        ones_chain chain(40);
        chain.run();
    }).join();
    BOOST_TEST(right);
}

BOOST_AUTO_TEST_CASE(workspace_suits_every_instruction_set)
{
    // The widest panels: three vectors of 64 bytes, of complex numbers two of each plane; eight rows.
    for (const std::size_t bytes : {1u, 2u, 4u, 8u, 16u})
        for (const std::int64_t rows : {1, 2, 7, 8, 9, 200})
            for (const std::int64_t columns : {1, 11, 12, 13, 24, 25, 33, 48, 49, 100})
                for (const bool complex : {false, true})
                {
                    if (complex && bytes < 8) continue;
                    step s;
                    s.tiles.emplace();
                    s.tiles->rows = {{{}, rows, {1, 1}, rows}};
                    s.tiles->columns = {{{}, columns, {1, 1}, columns}};
                    s.tiles->contracted = {{{}, 300, {1, 1}, 300}};
                    const auto lane = static_cast<std::int64_t>(complex ? bytes / 2 : bytes);
                    const std::int64_t width = (complex ? 2 : 3) * 64 / lane, height = 8;
                    const auto up = [](std::int64_t n, std::int64_t step) { return (n + step - 1) / step * step; };
                    const std::int64_t needed = (up(rows, complex ? 2 : height) + up(columns, width)) * 300 * static_cast<std::int64_t>(bytes);
                    BOOST_TEST(xeinsum::tile_workspace(s, bytes) >= static_cast<std::size_t>(needed));
                }
}

BOOST_AUTO_TEST_CASE(workspace_is_bounded)
{
    // Large tensors, planned only: by default no product takes more than 64 MiB or an eighth of the largest tensor.
    const std::vector<std::pair<std::string, std::string>> cases = {
        {"ik,kj->ij", "i=20000 j=20000 k=20000"},       {"abcd,cedf->aebf", "a=60 b=70 c=80 d=90 e=60 f=70"},
        {"bik,bkj->ibj", "b=500 i=400 j=300 k=200"},    {"ij,ji->ij", "i=20000 j=20000"},
        {"ij,ji->", "i=20000 j=20000"},                 {"ij->ji", "i=20000 j=20000"},
        {"ik,kj->ij", "i=8 j=9 k=50000000"},            {"ijk,kji->j", "i=900 j=800 k=700"},
        {"ijkl->lj", "i=200 j=210 k=90 l=80"},          {"i,j,k->kij", "i=900 j=800 k=700"},
        {"aik,kbj->jabi", "a=50 i=60 k=70 b=80 j=90"}};
    for (const auto& [subscripts, sizes] : cases)
        for (const dtype type : {float32, float64, complex128, int8})
            for (const std::string lie : {"row", "column", "inner"})
                for (std::size_t threads = 1; threads <= 4; ++threads)
                {
                    xeinsum::options how;
                    how.type = type;
                    how.threads = threads;
                    const auto shapes = shapes_from(subscripts, sizes_from(sizes));
                    double largest = 0;
                    for (const extents& s : shapes)
                    {
                        // As test::named, without the memory.
                        const std::int64_t step = lie == "inner" ? 2 : 1;
                        xeinsum::layout l = xeinsum::row_major(s);
                        if (lie == "column")
                        {
                            std::int64_t stride = 1;
                            for (std::size_t d = 0; d < s.size(); ++d) l.strides[d] = stride, stride *= s[d];
                        }
                        for (std::int64_t& x : l.strides) x *= step;
                        how.layouts.push_back(l);
                        largest = std::max(largest, static_cast<double>(l.size()));
                    }
                    const plan p(subscripts, shapes, how);
                    if (p.steps().size() > 1) continue;
                    largest = std::max(largest, static_cast<double>(xeinsum::element_count(p.result_shape())));
                    const double bound = std::max(64.0 * 1024 * 1024, largest * static_cast<double>(p.element_bytes()) / 8);
                    BOOST_TEST_CONTEXT(subscripts << ' ' << sizes << ", " << lie << ", " << to_string(type) << ", " << threads << " threads")
                    BOOST_TEST(static_cast<double>(p.peak_memory()) <= bound);
                }
}

namespace
{
    step only_step(const std::string& subscripts, const std::string& sizes, std::size_t threads)
    {
        return plan(subscripts, shapes_from(subscripts, sizes_from(sizes)), {.threads = threads}).steps()[0];
    }
}

BOOST_AUTO_TEST_CASE(large_products_on_one_thread_are_blas_s)
{
    BOOST_TEST(only_step("ik,kj->ij", "i=300 j=300 k=300", 1).call.has_value());
    BOOST_TEST(only_step("ik,k->i", "i=1000 k=1000", 1).call.has_value());
}

/// 8000 calls would each write 480 rows of 24 elements, every one on another page.
BOOST_AUTO_TEST_CASE(short_rows_far_apart_are_not_written_by_calls)
{
    BOOST_TEST(only_step("bgfe,cadg->fedcba", "a=24 b=20 c=20 d=20 e=24 f=20 g=24", 1).tiles.has_value());
}

BOOST_AUTO_TEST_CASE(what_threads_divide_is_not_blas_s)
{
    const step s = only_step("ik,kj->ij", "i=300 j=310 k=320", 2);
    BOOST_TEST(s.tiles.has_value());
    BOOST_TEST(s.threads.pieces == 2);
    // The same product in BLAS is told.
    BOOST_REQUIRE(s.in_blas);
    BOOST_TEST(s.in_blas->m * s.in_blas->n * s.in_blas->k == 300 * 310 * 320);
    // Too small to be divided.
    BOOST_TEST(only_step("ik,kj->ij", "i=100 j=100 k=100", 2).call.has_value());
}

BOOST_AUTO_TEST_CASE(blas_does_not_wake_threads_of_its_own)
{
    if (test::blas_runs_on_openmp() || !test::set_blas_threads(2)) return;
    for (const std::size_t threads : {std::size_t{1}, std::size_t{2}})
    {
        BOOST_TEST(only_step("ik,kj->ij", "i=300 j=300 k=300", threads).tiles.has_value());
        BOOST_TEST(!only_step("ik,k->i", "i=1000 k=1000", threads).call);
        BOOST_TEST(!only_step("k,k->", "k=100000", threads).call);
        // Such small calls OpenBLAS makes on the thread that asks.
        BOOST_TEST(only_step("ik,kj->ij", "i=60 j=60 k=60", threads).call.has_value());
        BOOST_TEST(only_step("k,k->", "k=9000", threads).call.has_value());
        // Of complex numbers smaller ones, an eighth.
        for (const dtype type : {complex64, complex128})
        {
            const auto calls_blas = [&](const std::string& subscripts, const std::string& sizes) {
                return lowered(subscripts, sizes, threads, lowering_strategy::automatic, type).steps()[0].call.has_value();
            };
            BOOST_TEST(calls_blas("ik,kj->ij", "i=32 j=32 k=32"));
            BOOST_TEST(!calls_blas("ik,kj->ij", "i=33 j=33 k=33"));
            BOOST_TEST(!calls_blas("ik,k->i", "i=64 k=64"));
        }
    }
    test::set_blas_threads(1);
}

BOOST_AUTO_TEST_SUITE_END()
