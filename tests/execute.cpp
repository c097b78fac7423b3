// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cmath>
#include <complex>
#include <cstdint>
#include <limits>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include <sys/mman.h>
#include <unistd.h>

#include <xeinsum/execute.hpp>

#include "execute/pieces.hpp"

using xeinsum::extents;
using xeinsum::plan;

namespace
{
    constexpr double quiet_nan = std::numeric_limits<double>::quiet_NaN();
    constexpr double infinity = std::numeric_limits<double>::infinity();

    /// Runs a plan of doubles over row-major operands into a destination full of NaN.
    std::vector<double> run(const plan& p, const std::vector<std::vector<double>>& operands)
    {
        std::vector<const double*> pointers;
        for (const auto& o : operands) pointers.push_back(o.data());
        std::vector<double> result(static_cast<std::size_t>(xeinsum::element_count(p.result_shape())), quiet_nan);
        xeinsum::execute<double>(p, pointers, result.data());
        return result;
    }

    /// Elements whose last one is the last before a page that can't be read.
    template <class T>
    class guarded
    {
    public:
        explicit guarded(std::size_t elements)
            : m_page(static_cast<std::size_t>(sysconf(_SC_PAGESIZE))),
              m_pages((elements * sizeof(T) + m_page - 1) / m_page + 1),
              m_start(mmap(nullptr, m_pages * m_page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0))
        {
            BOOST_REQUIRE(m_start != MAP_FAILED);
            char* const end = static_cast<char*>(m_start) + (m_pages - 1) * m_page;
            BOOST_REQUIRE(mprotect(end, m_page, PROT_NONE) == 0);
            m_data = reinterpret_cast<T*>(end) - elements;
            std::fill_n(m_data, elements, T(1));
        }
        guarded(const guarded&) = delete;
        guarded& operator=(const guarded&) = delete;
        ~guarded() { munmap(m_start, m_pages * m_page); }

        T* data() const { return m_data; }

    private:
        std::size_t m_page, m_pages;
        void* m_start;
        T* m_data = nullptr;
    };

    /// Products of ones: every element of the result counts the values that are summed.
    template <class T>
    void run_guarded(xeinsum::lowering_strategy lowering)
    {
        for (const std::int64_t n : {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 33, 64, 71})
            for (const std::int64_t step : {1, 2, 300})
                for (const std::string subscripts : {"i,i->", "ij,j->i", "ij,i->j", "i,j->ij", "ij,jk->ik", "ij,kj->ik"})
                {
                    xeinsum::options how;
                    how.type = xeinsum::dtype_of<T>();
                    how.lowering = lowering;
                    how.threads = 1;
                    std::vector<extents> shapes(1);
                    for (const char c : subscripts.substr(0, subscripts.find('-')))
                    {
                        if (c == ',') shapes.emplace_back();
                        else shapes.back().push_back(n);
                    }
                    std::vector<std::unique_ptr<guarded<T>>> operands;
                    std::vector<const T*> pointers;
                    for (const extents& s : shapes)
                    {
                        // Vectors are stepped, matrices get a longer leading dimension.
                        const std::int64_t last = s.size() == 1 ? (n - 1) * step : (n - 1) * (n + step) + n - 1;
                        how.layouts.push_back(s.size() == 1 ? xeinsum::layout{s, {step}} : xeinsum::layout{s, {n + step, 1}});
                        operands.push_back(std::make_unique<guarded<T>>(static_cast<std::size_t>(last + 1)));
                        pointers.push_back(operands.back()->data());
                    }
                    const plan p(subscripts, shapes, how);
                    std::vector<T> result(static_cast<std::size_t>(xeinsum::element_count(p.result_shape())), T(-1));
                    xeinsum::recorder record;
                    xeinsum::execute<T>(p, pointers, result.data(), &record);
                    const bool called = lowering == xeinsum::lowering_strategy::blas && xeinsum::is_blas_type(how.type);
                    // With extents of 1 there is nothing for BLAS; loops may copy what lies across them.
                    if (n > 1) BOOST_TEST((record.steps[0].calls > 0) == called);
                    if (called) BOOST_TEST(record.copies == 0u);
                    const T expected = subscripts == "i,j->ij" ? T(1) : static_cast<T>(static_cast<float>(n));
                    BOOST_TEST((result == std::vector<T>(result.size(), expected)));
                }
    }

    /// Batches of small products, by whatever makes them.
    template <class T>
    void run_guarded_batches()
    {
        for (std::int64_t m = 3; m <= 19; ++m)
            for (const std::int64_t n : {3, 8, 13})
                for (const std::string subscripts : {"bij,bjk->bik", "bij,bkj->bik", "bji,bjk->bki"})
                {
                    constexpr std::int64_t batch = 40, k = 7;
                    const bool transposed = subscripts[1] == 'j';
                    const std::vector<extents> shapes = {transposed ? extents{batch, k, m} : extents{batch, m, k},
                                                         subscripts[5] == 'k' ? extents{batch, n, k} : extents{batch, k, n}};
                    const plan p(subscripts, shapes, {.type = xeinsum::dtype_of<T>(), .threads = 1});
                    const guarded<T> a(static_cast<std::size_t>(batch * m * k)), b(static_cast<std::size_t>(batch * k * n)),
                        c(static_cast<std::size_t>(batch * m * n));
                    std::fill_n(c.data(), batch * m * n, T(std::numeric_limits<float>::quiet_NaN()));
                    const std::vector<const T*> pointers = {a.data(), b.data()};
                    xeinsum::execute<T>(p, pointers, c.data());
                    BOOST_TEST(std::all_of(c.data(), c.data() + batch * m * n, [](T x) { return x == T(k); }));
                }
    }

    // One equation for each kernel; every result is a sum of products in which the first element of each operand
    // takes part exactly once, in element 0.
    const std::vector<std::string> every_kernel = {
        "ij->ji", "ij->i", ",i->i", "i,i->i", "i,i->", "ij,j->i", "i,j->ij", "ij,jk->ik", "bi,bi->b", "bij,bj->bi", "bij,bjk->bik"};

    std::vector<extents> cubes(const std::string& subscripts)
    {
        std::vector<extents> shapes(1);
        for (const char c : subscripts.substr(0, subscripts.find('-')))
        {
            if (c == ',') shapes.emplace_back();
            else shapes.back().push_back(3);
        }
        return shapes;
    }

    std::vector<std::vector<double>> ones(const std::vector<extents>& shapes)
    {
        std::vector<std::vector<double>> values;
        for (const auto& s : shapes) values.emplace_back(static_cast<std::size_t>(xeinsum::element_count(s)), 1.0);
        return values;
    }
}

BOOST_AUTO_TEST_SUITE(execute)

BOOST_DATA_TEST_CASE(old_nan_does_not_leak, every_kernel)
{
    const auto shapes = cubes(sample);
    for (const double x : run(plan(sample, shapes), ones(shapes))) BOOST_TEST(std::isfinite(x));
}

BOOST_DATA_TEST_CASE(nan_propagates, every_kernel)
{
    const auto shapes = cubes(sample);
    auto values = ones(shapes);
    // In the operand of most axes, where it reaches some elements of the result only.
    std::ranges::max_element(values, {}, &std::vector<double>::size)->front() = quiet_nan;
    const auto result = run(plan(sample, shapes), values);
    BOOST_TEST(std::isnan(result[0]));
    BOOST_TEST((result.size() == 1 || !std::isnan(result.back())));
}

BOOST_DATA_TEST_CASE(zero_times_nan_or_infinity_is_nan, every_kernel)
{
    const auto shapes = cubes(sample);
    if (shapes.size() < 2) return;
    for (const double odd : {quiet_nan, infinity})
        for (const std::size_t which : {0u, 1u})
        {
            auto values = ones(shapes);
            values[which][0] = odd;
            values[1 - which][0] = 0;
            BOOST_TEST(std::isnan(run(plan(sample, shapes), values)[0]));
        }
}

BOOST_AUTO_TEST_CASE(empty_sums_are_zero)
{
    BOOST_TEST(run(plan("ij,jk->ik", {{2, 0}, {0, 3}}), {{}, {}}) == std::vector<double>(6, 0.0), boost::test_tools::per_element());
    BOOST_TEST(run(plan("ij,j->i", {{2, 0}, {0}}), {{}, {}}) == std::vector<double>(2, 0.0), boost::test_tools::per_element());
    BOOST_TEST(run(plan("i,i->", {{0}, {0}}), {{}, {}}) == std::vector<double>(1, 0.0), boost::test_tools::per_element());
    BOOST_TEST(run(plan("ij->i", {{3, 0}}), {{}}) == std::vector<double>(3, 0.0), boost::test_tools::per_element());
    BOOST_TEST(run(plan("i,j->j", {{0}, {2}}), {{}, {1, 2}}) == std::vector<double>(2, 0.0), boost::test_tools::per_element());
    BOOST_TEST(run(plan("i->i", {{0}}), {{}}).empty());
}

BOOST_AUTO_TEST_CASE(a_lone_operand_is_conjugated)
{
    using complex = std::complex<double>;
    // Every second element.
    const std::vector<complex> a = {{1, 2}, {0, 9}, {3, 4}, {0, 9}, {5, -7}};
    const std::vector<std::pair<std::string, std::vector<complex>>> cases = {{"i->i", {{1, -2}, {3, -4}, {5, 7}}}, {"i->", {{9, 1}}}};
    for (const auto& [subscripts, expected] : cases)
    {
        const plan p(subscripts, {{3}}, {.type = xeinsum::dtype::complex128, .layouts = {{{3}, {2}}}, .conjugated = {true}});
        std::vector<complex> result(expected.size());
        const complex* const operands[] = {a.data()};
        xeinsum::execute<complex>(p, operands, result.data());
        BOOST_TEST((result == expected), subscripts);
    }
}

BOOST_AUTO_TEST_CASE(refuses_what_was_not_planned)
{
    const plan p("i,i->", {{2}, {2}});
    const std::vector<float> single{1, 2};
    const std::vector<double> x{1, 2};
    float f = 0;
    double d = 0;
    const std::vector<const float*> floats{single.data(), single.data()};
    const std::vector<const double*> one{x.data()};
    BOOST_CHECK_THROW(xeinsum::execute<float>(p, floats, &f), std::invalid_argument);
    BOOST_CHECK_THROW(xeinsum::execute<double>(p, one, &d), std::invalid_argument);
}

BOOST_AUTO_TEST_CASE(reads_nothing_beyond_an_operand)
{
    // Operands end where the memory ends; stepped ones at their last element. A read behind it does not survive.
    using enum xeinsum::lowering_strategy;
    for (const auto lowering : {blas, tiles, blocks, loops})
    {
        run_guarded<float>(lowering);
        run_guarded<double>(lowering);
        run_guarded<std::complex<float>>(lowering);
        run_guarded<std::complex<double>>(lowering);
    }
    run_guarded_batches<float>();
    run_guarded_batches<double>();
    run_guarded_batches<std::complex<float>>();
    for (const auto lowering : {tiles, blocks, loops})
    {
        run_guarded<std::int8_t>(lowering);
        run_guarded<std::uint16_t>(lowering);
        run_guarded<std::int32_t>(lowering);
        run_guarded<long double>(lowering);
    }
}

BOOST_AUTO_TEST_CASE(records_what_it_did)
{
    using enum xeinsum::lowering_strategy;
    const std::vector<double> a(24, 1), b(24, 1);
    const std::vector<const double*> pointers{a.data(), b.data()};
    const auto record_of = [&](xeinsum::lowering_strategy lowering) {
        const plan p("bij,bjk->bik", {{4, 2, 3}, {4, 3, 2}}, {.threads = 1, .lowering = lowering});
        std::vector<double> c(16, quiet_nan);
        xeinsum::recorder record;
        xeinsum::execute<double>(p, pointers, c.data(), &record);
        BOOST_TEST(c == std::vector<double>(16, 3.0), boost::test_tools::per_element());
        BOOST_TEST(record.steps.size() == 1u);
        BOOST_TEST(record.copies == 0u);
        return record;
    };
    BOOST_TEST(record_of(blas).steps[0].calls == 4);
    BOOST_TEST(record_of(blas).bytes_packed == 0u);
    BOOST_TEST(record_of(automatic).steps[0].calls == 0);  // too small for BLAS
    BOOST_TEST(record_of(automatic).bytes_packed == 0u);
    BOOST_TEST(record_of(tiles).steps[0].calls == 0);
    BOOST_TEST(record_of(tiles).bytes_packed == 48u * sizeof(double));
    BOOST_TEST(record_of(loops).steps[0].calls == 0);
}

namespace
{
    /// Executions of one plan at the same time: tiles, loops, sums apart, BLAS.
    struct shared_work
    {
        struct job
        {
            plan planned;
            std::vector<std::vector<double>> operands;
            std::vector<double> expected;
        };
        std::vector<job> jobs;

        shared_work()
        {
            using enum xeinsum::lowering_strategy;
            add("ik,kj->ij", {{230, 90}, {90, 110}}, tiles);
            add("ik,kj->ij", {{130, 90}, {90, 110}}, blas);
            add("ik,kj->ij", {{9, 36000}, {36000, 7}}, tiles);
            add("ij->", {{600, 1000}}, automatic);
            add("ij->ji", {{600, 1000}}, automatic);
            add("bik,bkj->bji", {{40, 40, 50}, {40, 50, 30}}, automatic);
            add("ij,ji->", {{300, 310}, {310, 300}}, automatic);
        }

        void add(const std::string& subscripts, const std::vector<extents>& shapes, xeinsum::lowering_strategy lowering)
        {
            job j{plan(subscripts, shapes, {.threads = 3, .lowering = lowering}), {}, {}};
            for (const extents& s : shapes)
            {
                std::vector<double>& values = j.operands.emplace_back(static_cast<std::size_t>(xeinsum::element_count(s)));
                for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<double>(i % 7) - 3;  // sums are exact
            }
            j.expected = run(plan(subscripts, shapes, {.threads = 1, .lowering = xeinsum::lowering_strategy::loops}), j.operands);
            jobs.push_back(std::move(j));
        }

        bool right() const
        {
            return std::ranges::all_of(jobs, [](const job& j) { return run(j.planned, j.operands) == j.expected; });
        }
    };
}

BOOST_AUTO_TEST_CASE(many_threads_at_once)
{
    const shared_work work;
    BOOST_TEST(work.right());
    std::vector<int> right(8, 0);
    std::vector<std::thread> threads;
    for (int& r : right)
        threads.emplace_back([&] {
            for (int turn = 0; turn < 5; ++turn) r += work.right();
        });
    for (std::thread& t : threads) t.join();
    BOOST_TEST(right == std::vector<int>(8, 5), boost::test_tools::per_element());
}

#ifdef _OPENMP
BOOST_AUTO_TEST_CASE(inside_a_parallel_region)
{
    const shared_work work;
    std::vector<int> right(4, 0);
    std::vector<std::int64_t> planned(4, 0);
    std::vector<std::set<std::thread::id>> ran_on(4);
    std::vector<std::thread::id> own(4);
#pragma omp parallel for num_threads(4) schedule(static, 1)
    for (std::size_t i = 0; i < 4; ++i)
    {
        right[i] = work.right();
        planned[i] = plan("ij->", {{600, 1000}}).steps()[0].threads.pieces;
        own[i] = std::this_thread::get_id();
        xeinsum::detail::for_pieces(5, [&](std::int64_t) { ran_on[i].insert(std::this_thread::get_id()); });
    }
    BOOST_TEST(right == std::vector<int>(4, 1), boost::test_tools::per_element());
    // A plan made there divides nothing, and the pieces of another one run where they are: no team within the team.
    BOOST_TEST(planned == std::vector<std::int64_t>(4, 1), boost::test_tools::per_element());
    for (std::size_t i = 0; i < 4; ++i) BOOST_TEST((ran_on[i] == std::set{own[i]}));
}
#endif

namespace
{
    /// A product of 64-bit integers whose values come from these, beside its definition: sums and products modulo 2^64.
    template <class T>
    void check_wrapping_product(const std::vector<T>& left_values, const std::vector<T>& right_values)
    {
        constexpr std::int64_t m = 70, n = 90, k = 500;
        std::vector<T> a(m * k), b(k * n), c(m * n);
        for (std::size_t i = 0; i < a.size(); ++i) a[i] = left_values[i * i % 7919 % left_values.size()];
        for (std::size_t i = 0; i < b.size(); ++i) b[i] = right_values[i * i % 6007 % right_values.size()];
        // One value of each at the far end: only the last blocks have it.
        a.back() = left_values.back();
        b.back() = right_values.back();
        xeinsum::options how;
        how.type = xeinsum::dtype_of<T>();
        how.lowering = xeinsum::lowering_strategy::tiles;
        const std::vector<const T*> operands = {a.data(), b.data()};
        xeinsum::execute<T>(plan("ik,kj->ij", {{m, k}, {k, n}}, how), operands, c.data());
        std::size_t wrong = 0;
        for (std::size_t i = 0; i < m; ++i)
            for (std::size_t j = 0; j < n; ++j)
            {
                std::uint64_t sum = 0;
                for (std::size_t l = 0; l < k; ++l) sum += static_cast<std::uint64_t>(a[i * k + l]) * static_cast<std::uint64_t>(b[l * n + j]);
                wrong += static_cast<std::uint64_t>(c[i * n + j]) != sum;
            }
        BOOST_TEST(wrong == 0u);
    }

    template <class T>
    void check_wrapping_products()
    {
        const T half = T{1} << 31, most = std::numeric_limits<T>::max(), least = std::numeric_limits<T>::min();
        const std::vector<T> small = {0, 1, 2, 7, static_cast<T>(-1), static_cast<T>(-9)};
        const std::vector<T> edge = {half - 1, static_cast<T>(-half), 3, static_cast<T>(1 - half)};
        const std::vector<T> beyond = {1, 2, half}, below = {1, 2, static_cast<T>(-half - 1)}, wide = {1, most, least, most / 3, 2 * half};
        for (const auto* left : {&small, &edge, &beyond, &below, &wide})
            for (const auto* right : {&small, &edge, &beyond, &below, &wide}) check_wrapping_product<T>(*left, *right);
    }
}

// Blocks whose values fit 32 bits are multiplied by another instruction than those that do not.
BOOST_AUTO_TEST_CASE(integers_of_64_bits_with_and_without_their_upper_half)
{
    check_wrapping_products<std::int64_t>();
    check_wrapping_products<std::uint64_t>();
}

BOOST_AUTO_TEST_SUITE_END()
