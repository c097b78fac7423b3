// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include "timing.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <limits>
#include <thread>

namespace bench
{
    namespace
    {
        /// Calls shorter than this are timed in groups.
        constexpr double shortest_sample = 50e-6;
        /// Calls longer than this need no call before them that finds threads asleep and caches cold.
        constexpr double warm_up_below = 0.05;

        double seconds_of_group(const runnable& run, std::size_t calls)
        {
            const auto start = std::chrono::steady_clock::now();
            for (std::size_t i = 0; i < calls; ++i) run();
            return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count() / static_cast<double>(calls);
        }

        /// One side's turn: samples for `seconds`, at least one.
        void sample(const runnable& run, double estimate, double seconds, std::vector<double>& samples)
        {
            if (estimate < warm_up_below) run();
            const auto group = static_cast<std::size_t>(std::max(1.0, std::ceil(shortest_sample / std::max(estimate, 1e-9))));
            for (double spent = 0; spent == 0 || spent + estimate < seconds;)
            {
                samples.push_back(seconds_of_group(run, group));
                spent += samples.back() * static_cast<double>(group);
            }
        }
    }

    double seconds_of(const runnable& run) { return seconds_of_group(run, 1); }

    double median(std::vector<double> values)
    {
        if (values.empty()) return std::numeric_limits<double>::quiet_NaN();
        std::ranges::sort(values);
        const std::size_t half = values.size() / 2;
        return values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
    }

    std::array<double, 2> interleave(const std::array<runnable, 2>& sides, const schedule& how)
    {
        std::array<std::vector<double>, 2> samples;
        std::array<double, 2> estimates{};
        for (std::size_t i = 0; i < 2; ++i)
        {
            estimates[i] = seconds_of(sides[i]);
            if (estimates[i] < warm_up_below) estimates[i] = seconds_of(sides[i]);
        }
        double spent = 0;
        int round = 0;
        if (estimates[0] + estimates[1] >= how.cap_seconds / 2)
        {
            for (std::size_t i = 0; i < 2; ++i) samples[i].push_back(estimates[i]);
            spent = estimates[0] + estimates[1];
            round = 1;
        }
        for (; round == 0 || (round < how.rounds && spent < how.cap_seconds); ++round)
            spent += seconds_of([&] {
                for (std::size_t i = 0; i < 2; ++i)
                {
                    std::this_thread::sleep_for(std::chrono::duration<double>(how.pause_seconds));
                    sample(sides[i], estimates[i], how.round_seconds / 2, samples[i]);
                }
            });
        return {median(samples[0]), median(samples[1])};
    }
}
