// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
//
// Eight threads that contract whatever comes, by plans that they share and by their own, for XEINSUM_STRESS_SECONDS (2 unless given) in each case;
// processes forked in between. tests/stress/run.sh runs it for minutes, with one BLAS after the other.
#include <boost/test/unit_test.hpp>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <iostream>
#include <mutex>
#include <thread>

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "stress/jobs.hpp"

using stress::between;
using stress::engine;
using stress::job;

namespace
{
    using clock = std::chrono::steady_clock;

    clock::time_point end_of_case()
    {
        const char* const given = std::getenv("XEINSUM_STRESS_SECONDS");
        return clock::now() + std::chrono::milliseconds(static_cast<long>((given ? std::strtod(given, nullptr) : 2) * 1000));
    }

    constexpr std::uint64_t thread_count = 8;
    constexpr std::int64_t shared_jobs = 64;

    /// What threads came to.
    struct tally
    {
        std::atomic<std::uint64_t> done = 0, wrong = 0;
        std::mutex lock;
        std::string first_wrong;

        void note(const job& j, bool right)
        {
            ++done;
            if (right) return;
            const std::lock_guard guard(lock);
            if (wrong++ == 0) first_wrong = j.name;
        }
    };

    std::vector<job> draw_jobs(engine& random, bool forces_blas)
    {
        std::vector<job> jobs;
        for (std::int64_t i = 0; i < shared_jobs; ++i) jobs.push_back(stress::draw_job(random, forces_blas));
        return jobs;
    }

    /// Until the time is over: mostly a job that all threads share, else a new one.
    void work(std::uint64_t seed, const std::vector<job>& shared, bool forces_blas, clock::time_point end, tally& result)
    {
        engine random(seed);
        xeinsum::workspace memory;
        while (clock::now() < end)
        {
            const job own = between(random, 0, 7) == 0 ? stress::draw_job(random, forces_blas) : shared[static_cast<std::size_t>(between(random, 0, shared_jobs - 1))];
            result.note(own, own.run(random, memory));
        }
    }

    template <class Meanwhile>
    void run_threads(const char* name, bool forces_blas, Meanwhile meanwhile)
    {
        const std::uint64_t seed = test::seed();
        engine random(seed);
        const std::vector<job> shared = draw_jobs(random, forces_blas);
        tally result;
        const auto end = end_of_case();
        std::vector<std::thread> threads;
        for (std::uint64_t i = 1; i <= thread_count; ++i) threads.emplace_back([&, i] { work(seed + i, shared, forces_blas, end, result); });
        meanwhile(random, shared, end);
        for (std::thread& t : threads) t.join();
        std::cout << name << ": seed " << seed << ", " << result.done << " einsums, " << result.wrong << " wrong\n";
        BOOST_TEST(result.wrong == 0u, "the first wrong one: " << result.first_wrong);
        BOOST_TEST(result.done > thread_count);
    }

    /// 0: the child did what it was to do, in the time that it was given.
    int child_status(pid_t child, int seconds)
    {
        for (int tenths = 0; tenths < 10 * seconds; ++tenths)
        {
            int status = 0;
            if (::waitpid(child, &status, WNOHANG) == child) return status;
            ::usleep(100'000);
        }
        ::kill(child, SIGKILL);
        int status = 0;
        ::waitpid(child, &status, 0);
        return status;
    }
}

BOOST_AUTO_TEST_SUITE(stress_suite)

BOOST_AUTO_TEST_CASE(mixed_einsums)
{
    run_threads("mixed", true, [](engine&, const std::vector<job>&, clock::time_point) {});
}

/// A child computes with one thread for each step: those of its parent's pool are not there. No plan is told to leave large products to BLAS: OpenBLAS ends its own
/// threads before a fork, also under a call that another thread waits in, which then waits for ever.
BOOST_AUTO_TEST_CASE(forks_in_between)
{
    std::uint64_t forks = 0, failed = 0;
    run_threads("forked", false, [&](engine& random, const std::vector<job>&, clock::time_point end) {
        while (clock::now() < end)
        {
            const std::uint64_t seed = random();
            const pid_t child = ::fork();
            BOOST_REQUIRE(child >= 0);
            if (child == 0)
            {
                engine own(seed);
                xeinsum::workspace memory;
                bool right = true;
                ::setenv("XEINSUM_NUM_THREADS", "1", 1);
                const xt::xarray<double> a = xt::ones<double>({40, 50}), b = xt::ones<double>({50, 60});
                for (int i = 0; i < 20; ++i)
                {
                    const xt::xarray<double> c = xeinsum::einsum("ij,jk->ik", a, b);
                    right = right && c(0, 0) == 50 && c(39, 59) == 50;
                }
                ::_exit(right ? 0 : 1);
            }
            ++forks;
            if (child_status(child, 20) != 0) ++failed;
            ::usleep(20'000);
        }
    });
    std::cout << "forked: " << forks << " children, " << failed << " of them failed\n";
    BOOST_TEST(failed == 0u);
    BOOST_TEST(forks > 0u);
}

/// OpenMP's threads are not in the child of a thread that has used them, and GCC's runtime waits for them: one thread is what the child can count on.
BOOST_AUTO_TEST_CASE(fork_of_a_thread_that_used_threads)
{
    constexpr std::size_t side = 300;
    const xt::xtensor<double, 2> a = xt::ones<double>({side, side});
    const auto multiply = [&](std::size_t threads) {
        const xeinsum::plan p("ij,jk->ik", {{side, side}, {side, side}}, {.threads = threads, .lowering = xeinsum::lowering_strategy::tiles});
        const xt::xarray<double> c = p(a, a);
        return c(0, 0) == side && c(side - 1, side - 1) == side;
    };
    const auto status_of_child = [&](std::size_t threads) {
        const pid_t child = ::fork();
        BOOST_REQUIRE(child >= 0);
        if (child == 0) ::_exit(multiply(threads) ? 0 : 1);
        return child_status(child, threads == 1 ? 20 : 3);
    };
    BOOST_TEST(multiply(2));
    BOOST_TEST(status_of_child(1) == 0);
    std::cout << "a child that asks for two threads, whose parent used two: " << (status_of_child(2) == 0 ? "ends well" : "does not end") << "\n";
    BOOST_TEST(multiply(2));
}

BOOST_AUTO_TEST_SUITE_END()
