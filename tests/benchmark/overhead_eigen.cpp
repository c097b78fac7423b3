// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
//
// The floor of call overhead: matrices whose size the compiler knows; and those whose size it doesn't.
#include <string>

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

    void multiply_dynamic(benchmark::State& state)
    {
        using matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
        const Eigen::Index n = state.range(0);
        matrix a = matrix::Random(n, n), b = matrix::Random(n, n), result(n, n);
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
        benchmark::RegisterBenchmark("small/2/Eigen, fixed size", multiply<2>);
        benchmark::RegisterBenchmark("small/4/Eigen, fixed size", multiply<4>);
        benchmark::RegisterBenchmark("small/8/Eigen, fixed size", multiply<8>);
        for (const int n : {2, 4, 8, 16, 32, 64})
            benchmark::RegisterBenchmark(("small/" + std::to_string(n) + "/Eigen, dynamic size").c_str(), multiply_dynamic)->Arg(n);
        benchmark::RegisterBenchmark("overhead/Eigen fixed 2x2", multiply<2>);
        benchmark::RegisterBenchmark("overhead/Eigen fixed 4x4", multiply<4>);
        return true;
    }();
}
