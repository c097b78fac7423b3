// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
//
// Einsums within parallel regions of the caller's: what they compute is asserted; how many threads they wake is, too, where the region is OpenMP's.
// What the processor was kept busy with is told.
#include <boost/test/unit_test.hpp>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <iostream>
#include <thread>

#include <sys/resource.h>

#ifdef _OPENMP
#include <omp.h>
#endif
#ifdef XEINSUM_STRESS_TBB
#include <tbb/global_control.h>
#include <tbb/parallel_for.h>
#endif

#include <xeinsum/einsum.hpp>

namespace
{
    using matrix = xt::xtensor<double, 2>;
    constexpr std::size_t side = 300;
    constexpr int products = 64;

    std::ptrdiff_t threads_now()
    {
        return std::distance(std::filesystem::directory_iterator("/proc/self/task"), std::filesystem::directory_iterator());
    }

    double cpu_seconds()
    {
        rusage used{};
        ::getrusage(RUSAGE_SELF, &used);
        const auto seconds = [](const timeval& t) { return static_cast<double>(t.tv_sec) + 1e-6 * static_cast<double>(t.tv_usec); };
        return seconds(used.ru_utime) + seconds(used.ru_stime);
    }

    /// The most threads that there were while run() ran, but for the one that counts; tells that, and how busy they were.
    template <class Run>
    std::ptrdiff_t most_threads(const char* name, Run run)
    {
        using clock = std::chrono::steady_clock;
        std::atomic<bool> over = false;
        std::ptrdiff_t most = 0;
        std::thread counter([&] {
            while (!over)
            {
                most = std::max(most, threads_now() - 1);
                std::this_thread::sleep_for(std::chrono::milliseconds(2));
            }
        });
        const double cpu = cpu_seconds();
        const auto start = clock::now();
        run();
        const double wall = std::chrono::duration<double>(clock::now() - start).count();
        const double busy = (cpu_seconds() - cpu) / wall;
        over = true;
        counter.join();
        std::cout << name << ": " << most << " threads, " << busy << " processors busy\n";
        return most;
    }

    /// Whether a product that is worth two threads comes out right.
    bool multiplies(const matrix& a)
    {
        const matrix c = xeinsum::einsum<"ij,jk->ik">(a, a);
        return c(0, 0) == side && c(side - 1, side - 1) == side;
    }
}

BOOST_AUTO_TEST_SUITE(nested)

#ifdef _OPENMP
BOOST_AUTO_TEST_CASE(in_openmp)
{
    const matrix a = xt::ones<double>({side, side});
    std::atomic<int> wrong = 0;
    const auto region = [&] {
#pragma omp parallel for num_threads(4)
        for (int i = 0; i < products; ++i)
            if (!multiplies(a)) ++wrong;
    };
    const std::ptrdiff_t before = threads_now();
    const std::ptrdiff_t most = most_threads("in OpenMP's region of 4 threads", region);
    BOOST_TEST(wrong == 0);
    BOOST_TEST(most <= before + 3);
}
#endif

#ifdef XEINSUM_STRESS_TBB
/// TBB's tasks are no parallel region of OpenMP's: the caller says that a product is to keep to one thread.
BOOST_AUTO_TEST_CASE(in_tbb)
{
    const tbb::global_control four(tbb::global_control::max_allowed_parallelism, 4);
    const matrix a = xt::ones<double>({side, side});
    const xeinsum::plan alone("ij,jk->ik", {{side, side}, {side, side}}, {.threads = 1});
    std::atomic<int> wrong = 0;
    const auto each = [&](auto product) {
        tbb::parallel_for(0, products, [&](int) {
            if (!product()) ++wrong;
        });
    };
    const std::ptrdiff_t before = threads_now();
    const std::ptrdiff_t most = most_threads("in TBB's tasks, threads = 1", [&] {
        each([&] {
            const matrix c = alone(a, a);
            return c(0, 0) == side;
        });
    });
    BOOST_TEST(most <= before + 3);
    most_threads("in TBB's tasks, threads = 0", [&] { each([&] { return multiplies(a); }); });
    BOOST_TEST(wrong == 0);
}
#endif

BOOST_AUTO_TEST_SUITE_END()
