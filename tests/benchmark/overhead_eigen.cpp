// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
//
// The floor of call overhead: matrices whose size the compiler knows.
#include <benchmark/benchmark.h>

#include <Eigen/Core>

namespace
{
    template <int N>
    void multiply(benchmark::State& state)
    {
        using matrix = Eigen::Matrix<double, N, N, Eigen::RowMajor>;
        matrix a = matrix::Random(), b = matrix::Random(), result;
        for ([[maybe_unused]] auto _ : state)
        {
            benchmark::DoNotOptimize(a.data());
            benchmark::DoNotOptimize(b.data());
            benchmark::ClobberMemory();
            result.noalias() = a * b;
            benchmark::DoNotOptimize(result.data());
            benchmark::ClobberMemory();
        }
    }

    [[maybe_unused]] const bool registered = [] {
        benchmark::RegisterBenchmark("overhead/Eigen fixed 2x2", multiply<2>);
        benchmark::RegisterBenchmark("overhead/Eigen fixed 4x4", multiply<4>);
        return true;
    }();
}
