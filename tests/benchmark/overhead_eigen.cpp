// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
//
// The floor of call overhead: matrices whose size the compiler knows; and those whose size it doesn't.
#include <string>

#include <benchmark/benchmark.h>

#include <Eigen/Core>

namespace
{
    /// Times the product of two n x n matrices; N is n, or Eigen::Dynamic.
    template <int N>
    void multiply(benchmark::State& state, Eigen::Index n)
    {
        using matrix = Eigen::Matrix<double, N, N, Eigen::RowMajor>;
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

    template <int N>
    void add(const std::string& name, Eigen::Index n = N)
    {
        benchmark::RegisterBenchmark(name.c_str(), [n](benchmark::State& state) { multiply<N>(state, n); });
    }

    [[maybe_unused]] const bool registered = [] {
        add<2>("small/2/Eigen, fixed size");
        add<4>("small/4/Eigen, fixed size");
        add<8>("small/8/Eigen, fixed size");
        for (const int n : {2, 4, 8, 16, 32, 64}) add<Eigen::Dynamic>("small/" + std::to_string(n) + "/Eigen, dynamic size", n);
        add<2>("overhead/Eigen fixed 2x2");
        add<4>("overhead/Eigen fixed 4x4");
        return true;
    }();
}
