// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
//
// Products of an operand with itself: syrk and herk, their mirrors, and what only looks like one.
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <complex>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include <xeinsum/einsum.hpp>
#include <xeinsum/explain.hpp>

#include "support/blas_threads.hpp"
#include "support/random.hpp"
#include "support/strided.hpp"
#include "support/xtensor.hpp"

using xeinsum::einsum;
using xeinsum::kernel;
using xeinsum::plan;

using test::blas_on_one_thread;

namespace
{
    /// x x^T of one operand of which two axes are free or contracted, over `batch` of them.
    struct gram
    {
        std::string subscripts, in, out;  ///< of "bik,bjk->bij" and the like; how operand and result lie
        std::vector<std::int64_t> sizes;  ///< of b, i (and j), k

        friend std::ostream& operator<<(std::ostream& o, const gram& g)
        {
            o << g.subscripts << " " << g.in << " " << g.out;
            for (const std::int64_t n : g.sizes) o << " " << n;
            return o;
        }
    };

    std::int64_t size_of_label(const gram& g, char label) { return g.sizes[label == 'b' ? 0 : label == 'k' ? 2 : 1]; }

    template <class T>
    T draw(test::engine& random)
    {
        const auto small = [&] { return static_cast<int>(test::between(random, -9, 9)); };
        if constexpr (std::is_arithmetic_v<T>) return static_cast<T>(small());
        else return T(static_cast<typename T::value_type>(small()), static_cast<typename T::value_type>(small()));
    }

    struct outcome
    {
        kernel op, ran;
        std::string wrong;
        bool packs_as_planned;
    };

    /// Small integers: sums are exact in every type, in any order.
    template <class T>
    outcome run(const gram& g, xeinsum::lowering_strategy lowering, std::size_t threads, const xeinsum::scaling<T>* by)
    {
        test::engine random(test::seed());
        const std::string first = g.subscripts.substr(0, g.subscripts.find(',')), result = g.subscripts.substr(g.subscripts.find('>') + 1);
        const auto shape_of = [&](const std::string& term) {
            xeinsum::extents shape;
            for (const char l : term) shape.push_back(size_of_label(g, l));
            return shape;
        };
        test::strided_tensor<T> x(shape_of(first), test::named(g.in, first.size()), T(0)), c(shape_of(result), test::named(g.out, result.size()), T(0));
        std::generate_n(x.memory.get(), x.size, [&] { return draw<T>(random); });
        std::generate_n(c.memory.get(), c.size, [&] { return draw<T>(random); });
        const std::vector<T> before(c.memory.get(), c.memory.get() + c.size);
        // The second operand has the first one's axes in its own order.
        const std::string second = g.subscripts.substr(first.size() + 1, first.size());
        xeinsum::layout lies;
        for (const char l : second)
        {
            const std::size_t axis = first.find(l == 'j' ? 'i' : l);
            lies.shape.push_back(x.lies.shape[axis]);
            lies.strides.push_back(x.lies.strides[axis]);
        }
        const plan p(g.subscripts, {x.lies.shape, lies.shape},
                     {.type = xeinsum::dtype_of<T>(), .layouts = {x.lies, lies}, .result = c.lies, .threads = threads, .lowering = lowering, .same = {0, 0}, .scaled = by != nullptr});
        xeinsum::recorder record;
        const std::vector<const T*> operands = {x.data(), x.data()};
        xeinsum::execute<T>(p, operands, c.data(), by, &record);
        outcome o{p.steps().back().op, record.steps.back().op, "", record.bytes_packed == p.bytes_packed()};
        const auto at = [&](const std::string& term, const xeinsum::layout& in, std::int64_t b, std::int64_t i, std::int64_t j, std::int64_t k) {
            std::int64_t offset = 0;
            for (std::size_t d = 0; d < term.size(); ++d)
                offset += in.strides[d] * (term[d] == 'b' ? b : term[d] == 'i' ? i : term[d] == 'j' ? j : k);
            return offset;
        };
        const T* const old = before.data() + c.origin;
        for (std::int64_t b = 0; b < g.sizes[0]; ++b)
            for (std::int64_t i = 0; i < g.sizes[1]; ++i)
                for (std::int64_t j = 0; j < g.sizes[1]; ++j)
                {
                    T sum{};
                    for (std::int64_t k = 0; k < g.sizes[2]; ++k)
                        sum = static_cast<T>(sum + x.data()[at(first, x.lies, b, i, 0, k)] * x.data()[at(first, x.lies, b, j, 0, k)]);
                    const std::int64_t to = at(result, c.lies, b, i, j, 0);
                    if (by) sum = static_cast<T>(by->alpha * sum + by->beta * old[to]);
                    if (c.data()[to] != sum && o.wrong.empty())
                        o.wrong = std::to_string(b) + ", " + std::to_string(i) + ", " + std::to_string(j) + " is wrong";
                }
        return o;
    }

    const std::vector<gram> grams = {
        {"ik,jk->ij", "row", "row", {1, 100, 70}},         {"ik,kj->ij", "row", "row", {1, 100, 70}},
        {"ki,kj->ij", "row", "row", {1, 100, 70}},         {"ki,jk->ij", "column", "column", {1, 65, 40}},
        {"ik,jk->ij", "block", "block", {1, 77, 30}},      {"ik,jk->ji", "row", "row", {1, 90, 33}},
        {"ik,jk->ij", "row", "column", {1, 200, 20}},      {"ik,jk->ij", "inner", "row", {1, 130, 50}},
        {"ik,jk->ij", "reversed", "row", {1, 64, 64}},     {"ik,jk->ij", "flipped", "inner", {1, 100, 30}},
        {"bik,bjk->bij", "row", "row", {3, 50, 40}},       {"bki,bkj->bij", "row", "row", {3, 50, 40}},
        {"ibk,jbk->bij", "row", "block", {4, 60, 30}},     {"bik,bjk->ijb", "row", "row", {3, 40, 40}},
        {"ik,jk->ij", "row", "row", {1, 760, 390}},       {"ik,jk->ij", "row", "row", {1, 600, 3}},
        {"ik,jk->ij", "row", "row", {1, 7, 5000}},         {"ik,jk->ij", "row", "row", {1, 33, 1}},
    };
}

/// One with threads of its own is asked for no syrk.
BOOST_GLOBAL_FIXTURE(blas_on_one_thread);

BOOST_AUTO_TEST_SUITE(rank_k)

BOOST_DATA_TEST_CASE(equals_the_loops, grams)
{
    using enum xeinsum::lowering_strategy;
    const bool long_one = sample.sizes[1] > 700;  // several blocks of columns
    for (const auto lowering : {automatic, blas, tiles})
        for (const std::size_t threads : {1u, 2u, 3u})
        {
            BOOST_TEST_CONTEXT(to_string(lowering) << ", " << threads << " threads")
            {
                const auto check = [&]<class T>(T, const xeinsum::scaling<T>* by) {
                    const outcome o = run<T>(sample, lowering, threads, by);
                    BOOST_TEST(o.wrong == "");
                    BOOST_TEST(o.packs_as_planned);
                };
                if (long_one && (lowering != tiles || threads == 2)) continue;
                check(0.0, static_cast<const xeinsum::scaling<double>*>(nullptr));
                if (long_one) continue;
                check(0.0f, static_cast<const xeinsum::scaling<float>*>(nullptr));
                check(std::complex<float>(), static_cast<const xeinsum::scaling<std::complex<float>>*>(nullptr));
                check(std::complex<double>(), static_cast<const xeinsum::scaling<std::complex<double>>*>(nullptr));
                check(std::int32_t(), static_cast<const xeinsum::scaling<std::int32_t>*>(nullptr));
                check(std::int8_t(), static_cast<const xeinsum::scaling<std::int8_t>*>(nullptr));
                const xeinsum::scaling<double> times{3.0, 0.0};
                check(0.0, &times);
            }
        }
}

/// A result that is added to has two triangles of its own.
BOOST_DATA_TEST_CASE(a_beta_needs_both_triangles, grams)
{
    if (sample.sizes[1] > 700) return;
    using enum xeinsum::lowering_strategy;
    for (const auto lowering : {automatic, blas, tiles})
        for (const std::size_t threads : {1u, 2u})
        {
            const xeinsum::scaling<double> by{2.0, -1.0};
            const outcome o = run<double>(sample, lowering, threads, &by);
            BOOST_TEST(o.wrong == "");
            if (sample.out == "row" && sample.subscripts == "ik,jk->ij") BOOST_TEST(!is_rank_k(o.ran));
        }
}

BOOST_AUTO_TEST_CASE(what_is_chosen)
{
    const auto op = [](const gram& g, xeinsum::lowering_strategy lowering) { return run<double>(g, lowering, 1, nullptr).op; };
    using enum xeinsum::lowering_strategy;
    BOOST_TEST((op({"ik,jk->ij", "row", "row", {1, 100, 70}}, tiles) == kernel::syrk));
    BOOST_TEST((op({"bik,bjk->bij", "row", "row", {3, 100, 70}}, tiles) == kernel::batched_syrk));
    BOOST_TEST((op({"ik,jk->ij", "row", "row", {1, 100, 70}}, loops) == kernel::gemm));
    BOOST_TEST((op({"ik,jk->ij", "row", "row", {1, 100, 70}}, blas) == kernel::syrk));
    BOOST_TEST((op({"ik,jk->ij", "row", "row", {1, 100, 70}}, automatic) == kernel::syrk));
    BOOST_TEST((op({"bik,bjk->bij", "row", "row", {3, 100, 70}}, blas) == kernel::batched_syrk));
    BOOST_TEST((op({"ik,jk->ij", "row", "row", {1, 12, 70}}, blas) == kernel::gemm));  // the mirror would cost more
    BOOST_TEST((run<std::complex<double>>({"ik,jk->ij", "row", "row", {1, 100, 70}}, tiles, 1, nullptr).op == kernel::syrk));
}

namespace
{
    kernel last_op(const xeinsum::recorder& r) { return r.steps.back().op; }

    /// Of an einsum that is assigned.
    template <class C, class E>
    kernel ran(C& c, E&& e)
    {
        xeinsum::recorder record;
        c = std::forward<E>(e).recorded_by(record);
        return last_op(record);
    }

}

BOOST_AUTO_TEST_CASE(the_same_memory_is_seen)
{
    const xt::xtensor<double, 2> x = xt::random::randn<double>({300, 120});
    xt::xtensor<double, 2> c;
    BOOST_TEST(is_rank_k(ran(c, einsum<"bc,cd->bd">(x, xt::transpose(x)))));
    BOOST_TEST(is_rank_k(ran(c, einsum<"bc,dc->bd">(x, x))));
    BOOST_TEST(is_rank_k(ran(c, einsum<"cb,cd->bd">(x, x))));
    BOOST_TEST(is_rank_k(ran(c, einsum("bc,dc->bd", x, x))));
    const auto part = xt::view(x, xt::range(0, 200), xt::range(3, 100));
    BOOST_TEST(is_rank_k(ran(c, einsum<"bc,dc->bd">(part, part))));
    BOOST_TEST(is_rank_k(ran(c, einsum<"bc,cd->bd">(part, xt::transpose(part)))));
    xt::xtensor<double, 2> expected;
    BOOST_TEST(!is_rank_k(ran(expected, einsum<"bc,dc->bd">(part, xt::xtensor<double, 2>(part)))));
    BOOST_TEST(xt::amax(xt::abs(c - expected))() < 1e-12);
    BOOST_TEST((c == xt::transpose(c)));
}

BOOST_AUTO_TEST_CASE(memory_that_only_begins_alike_is_not_the_same)
{
    const xt::xtensor<double, 2> x = xt::random::randn<double>({200, 200});
    const auto check = [](const auto& a, const auto& b) {
        xt::xtensor<double, 2> c, expected;
        BOOST_TEST(!is_rank_k(ran(c, einsum<"bc,dc->bd">(a, b))));
        expected = einsum<"bc,dc->bd">(xt::xtensor<double, 2>(a), xt::xtensor<double, 2>(b));
        BOOST_TEST(xt::amax(xt::abs(c - expected))() < 1e-12);
    };
    using xt::all;
    using xt::range;
    using xt::view;
    check(view(x, range(0, 100), all()), x);                                          // fewer rows
    check(view(x, range(0, 100), all()), view(x, range(0, 200, 2), all()));           // every second row
    check(view(x, all(), range(0, 100)), view(x, all(), range(0, 200, 2)));           // every second column
    check(view(x, range(0, 100), range(0, 100)), xt::transpose(view(x, range(0, 100), range(0, 100))));  // its transpose: x x, not x x^T
    check(view(x, range(1, 101), all()), view(x, range(0, 100), all()));              // a row further
    const xt::xtensor<double, 2> square = view(x, range(0, 60), range(0, 60));
    xt::xtensor<double, 2> c;
    BOOST_TEST(!is_rank_k(ran(c, einsum<"ab,bc->ac">(square, square))));
}

BOOST_AUTO_TEST_CASE(an_expression_that_is_two_operands_is_evaluated_once)
{
    const xt::xtensor<double, 2> x = xt::random::randn<double>({150, 60});
    const auto shifted = x * x - 1.0;
    xt::xtensor<double, 2> c;
    xeinsum::recorder record;
    c = einsum<"bc,dc->bd">(shifted, shifted).recorded_by(record);
    BOOST_TEST(record.temporaries == 1u);
    BOOST_TEST(is_rank_k(last_op(record)));
    const xt::xtensor<double, 2> y = shifted;
    const xt::xtensor<double, 2> expected = einsum<"bc,dc->bd">(y, xt::xtensor<double, 2>(y));
    BOOST_TEST(xt::amax(xt::abs(c - expected))() < 1e-12);
    // Two expressions of one type are two.
    const auto other = x * x - 2.0;
    c = einsum<"bc,dc->bd">(shifted, other);
    const xt::xtensor<double, 2> z = other;
    const xt::xtensor<double, 2> product = einsum<"bc,dc->bd">(y, z);
    BOOST_TEST(xt::amax(xt::abs(c - product))() < 1e-12);
}

BOOST_AUTO_TEST_CASE(conjugates)
{
    using complex = std::complex<double>;
    xt::xtensor<complex, 2> x({80, 50});
    test::engine random(test::seed());
    for (complex& v : x) v = draw<complex>(random);
    const auto check = [&](const char* subscripts, const xt::xtensor<complex, 2>& got, bool conjugate_left, bool conjugate_right) {
        const bool rows = std::string(subscripts) == "ik,jk->ij";
        const std::size_t n = x.shape(rows ? 0 : 1), depth = x.shape(rows ? 1 : 0);
        std::size_t wrong = 0;
        for (std::size_t i = 0; i < n; ++i)
            for (std::size_t j = 0; j < n; ++j)
            {
                complex sum = 0;
                for (std::size_t k = 0; k < depth; ++k)
                {
                    const complex a = rows ? x(i, k) : x(k, i), b = rows ? x(j, k) : x(k, j);
                    sum += (conjugate_left ? std::conj(a) : a) * (conjugate_right ? std::conj(b) : b);
                }
                wrong += got(i, j) != sum;
            }
        BOOST_TEST(wrong == 0u);
    };
    for (const char* subscripts : {"ik,jk->ij", "ki,kj->ij"})
    {
        check(subscripts, einsum(subscripts, x, x), false, false);
        check(subscripts, einsum(subscripts, x, xt::conj(x)), false, true);
        check(subscripts, einsum(subscripts, xt::conj(x), x), true, false);
        check(subscripts, einsum(subscripts, xt::conj(x), xt::conj(x)), true, true);
        check(subscripts, complex(0, 1) * einsum(subscripts, complex(0, -1) * x, xt::conj(x)), false, true);  // alpha is no real number
    }
}

BOOST_AUTO_TEST_CASE(herk_in_the_plan)
{
    const plan p("ik,jk->ij", {{80, 50}, {80, 50}},
                 {.type = xeinsum::dtype::complex128, .threads = 1, .lowering = xeinsum::lowering_strategy::blas, .conjugated = {false, true}, .same = {0, 0}});
    BOOST_TEST((p.steps()[0].op == kernel::herk));
    BOOST_TEST(p.steps().size() == 1u);
}

/// Tiles conjugate what they pack: for each operand, any number of threads, rows of several blocks, batches, with and without scaling. Small integers:
/// every sum is exact.
BOOST_AUTO_TEST_CASE(conjugates_in_tiles)
{
    using complex = std::complex<double>;
    struct row
    {
        std::int64_t batch, rows, depth;
        bool transposed;
    };
    test::engine random(test::seed());
    for (const row& r : {row{1, 80, 50, false}, {1, 300, 20, false}, {1, 170, 500, true}, {3, 70, 40, false}, {2, 90, 30, true}, {1, 33, 2, false}})
        for (const std::size_t threads : {1u, 2u, 3u})
            for (const auto& [left, right] : {std::pair{false, true}, {true, false}, {true, true}})
                for (const auto& [alpha, beta] : {std::pair{complex(1), complex(0)}, {complex(2), complex(0)}, {complex(0, 1), complex(0)}, {complex(1), complex(0, 1)}})
                {
                    const std::int64_t batch = r.batch, rows = r.rows, depth = r.depth;
                    const bool transposed = r.transposed;
                    std::vector<complex> x(static_cast<std::size_t>(batch * rows * depth)), c(static_cast<std::size_t>(batch * rows * rows), complex(1, 2));
                    for (complex& v : x) v = draw<complex>(random);
                    const xeinsum::extents shape = transposed ? xeinsum::extents{batch, depth, rows} : xeinsum::extents{batch, rows, depth};
                    const bool scaled = alpha != complex(1) || beta != complex(0);
                    const plan p(transposed ? "bki,bkj->bij" : "bik,bjk->bij", {shape, shape},
                                 {.type = xeinsum::dtype::complex128, .threads = threads, .lowering = xeinsum::lowering_strategy::tiles, .conjugated = {left, right}, .same = {0, 0}, .scaled = scaled});
                    BOOST_TEST_REQUIRE(p.steps().size() == 1u, to_text(p));
                    BOOST_TEST((p.steps()[0].op == (batch > 1 ? left == right ? kernel::batched_syrk : kernel::batched_herk : left == right ? kernel::syrk : kernel::herk)));
                    const std::vector<const complex*> operands = {x.data(), x.data()};
                    const xeinsum::scaling<complex> by{alpha, beta};
                    xeinsum::recorder record;
                    xeinsum::execute<complex>(p, operands, c.data(), scaled ? &by : nullptr, &record);
                    std::size_t wrong = 0, at = 0;
                    for (std::int64_t b = 0; b < batch; ++b)
                        for (std::int64_t i = 0; i < rows; ++i)
                            for (std::int64_t j = 0; j < rows; ++j, ++at)
                            {
                                const auto element = [&](std::int64_t at_row, std::int64_t k, bool conjugated) {
                                    const complex v = x[static_cast<std::size_t>(b * rows * depth + (transposed ? k * rows + at_row : at_row * depth + k))];
                                    return conjugated ? std::conj(v) : v;
                                };
                                complex sum = 0;
                                for (std::int64_t k = 0; k < depth; ++k) sum += element(i, k, left) * element(j, k, right);
                                wrong += c[at] != alpha * sum + beta * complex(1, 2);
                            }
                    BOOST_TEST(wrong == 0u, rows << " x " << depth << ", " << threads << " threads, " << left << right << ", alpha " << alpha << ", beta " << beta << ": " << wrong << " wrong");
                    // A triangle is enough unless something is added, or an alpha makes it no hermitian matrix.
                    const bool mirrored = beta == complex(0) && (left == right || alpha.imag() == 0);
                    BOOST_TEST(is_rank_k(record.steps[0].op) == mirrored);
                }
}

/// With values that round: a hermitian result is its own conjugate transpose to the last bit, its diagonal real.
BOOST_AUTO_TEST_CASE(hermitian_to_the_last_bit)
{
    using complex = std::complex<float>;
    std::mt19937 random(5);
    std::normal_distribution<float> normal;
    std::vector<complex> x(200 * 70), c(200 * 200);
    for (complex& v : x) v = {normal(random), normal(random)};
    for (const auto lowering : {xeinsum::lowering_strategy::tiles, xeinsum::lowering_strategy::blas})
    {
        const plan p("ik,jk->ij", {{200, 70}, {200, 70}}, {.type = xeinsum::dtype::complex64, .threads = 2, .lowering = lowering, .conjugated = {false, true}, .same = {0, 0}});
        const std::vector<const complex*> operands = {x.data(), x.data()};
        xeinsum::execute<complex>(p, operands, c.data());
        std::size_t wrong = 0;
        for (std::size_t i = 0; i < 200; ++i)
            for (std::size_t j = 0; j <= i; ++j) wrong += c[i * 200 + j] != std::conj(c[j * 200 + i]);
        BOOST_TEST(wrong == 0u);
        BOOST_TEST(c[201].real() > 0);
        BOOST_TEST(c[201].imag() == 0);
    }
}

BOOST_AUTO_TEST_SUITE_END()
