// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
//
// The same products through xtensor-blas, which declares BLAS by itself and so does not bear cblas.h beside it.
#include <cstddef>
#include <string>

#include <benchmark/benchmark.h>

#include <xtensor-blas/xlinalg.hpp>
#include <xtensor/xtensor.hpp>

namespace
{
    void dot(benchmark::State& state)
    {
        const auto n = static_cast<std::size_t>(state.range(0));
        xt::xtensor<double, 2> a = xt::ones<double>({n, n}), b = xt::ones<double>({n, n}), c = xt::zeros<double>({n, n});
        for ([[maybe_unused]] auto _ : state)
        {
            benchmark::DoNotOptimize(a.data());
            benchmark::DoNotOptimize(b.data());
            c = xt::linalg::dot(a, b);
            benchmark::DoNotOptimize(c.data());
            benchmark::ClobberMemory();
        }
    }

    [[maybe_unused]] const bool registered = [] {
        for (const int n : {2, 4, 8, 16, 32, 64})
            benchmark::RegisterBenchmark(("small/" + std::to_string(n) + "/xt::linalg::dot, fresh").c_str(), dot)->Arg(n);
        return true;
    }();
}
