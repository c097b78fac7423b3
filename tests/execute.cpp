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
#include <string>
#include <vector>

#include <sys/mman.h>
#include <unistd.h>

#include <xeinsum/execute.hpp>

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
    void run_guarded()
    {
        for (std::int64_t n = 1; n <= 19; ++n)
            for (const std::int64_t step : {1, 2, 300})
                for (const std::string subscripts : {"i,i->", "ij,j->i", "ij,i->j", "i,j->ij", "ij,jk->ik", "ij,kj->ik"})
                {
                    xeinsum::options how;
                    how.type = xeinsum::dtype_of<T>();
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
                    xeinsum::execute<T>(p, pointers, result.data());
                    const T expected = subscripts == "i,j->ij" ? T(1) : T(static_cast<float>(n));
                    BOOST_TEST((result == std::vector<T>(result.size(), expected)));
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
    run_guarded<float>();
    run_guarded<double>();
    run_guarded<std::complex<float>>();
    run_guarded<std::complex<double>>();
}

BOOST_AUTO_TEST_CASE(records_what_it_did)
{
    const plan p("bij,bjk->bik", {{4, 2, 3}, {4, 3, 2}});
    const std::vector<double> a(24, 1), b(24, 1);
    std::vector<double> c(16);
    const std::vector<const double*> pointers{a.data(), b.data()};
    xeinsum::recorder record;
    xeinsum::execute<double>(p, pointers, c.data(), &record);
    BOOST_TEST(record.steps.size() == 1u);
    BOOST_TEST(record.steps[0].calls == 4);
    BOOST_TEST(record.copies == 0u);
    BOOST_TEST(c == std::vector<double>(16, 3.0), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()
