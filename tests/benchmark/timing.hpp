// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_BENCHMARK_TIMING_HPP
#define XEINSUM_BENCHMARK_TIMING_HPP

#include <array>
#include <cstddef>
#include <functional>
#include <vector>

namespace bench
{
    using runnable = std::function<void()>;

    /// How long two things are timed against each other.
    struct schedule
    {
        int rounds = 5;              ///< at least so many, unless the cap comes first
        double round_seconds = 0.2;  ///< of a round: half for each side
        double cap_seconds = 3;      ///< of all rounds; one round is run in any case
        double pause_seconds = 0;    ///< before each turn

        /// The pause that more than one thread needs: those of the side before spin on for a while, on the cores
        /// that this side's threads want.
        static constexpr double pause_for(std::size_t threads) { return threads > 1 ? 0.15 : 0; }
    };

    /// Seconds of one call.
    double seconds_of(const runnable& run);

    /// The middle value; the mean of the two in the middle. NaN of none.
    double median(std::vector<double> values);

    /// Median seconds of a call of each, timed in turns: a b a b ...
    std::array<double, 2> interleave(const std::array<runnable, 2>& sides, const schedule& how);
}

#endif
