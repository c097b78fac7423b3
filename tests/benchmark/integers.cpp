// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
//
// Matrix products of value types that BLAS does not know.
#include <cstdint>

#include <benchmark/benchmark.h>

#include "prepared.hpp"

namespace
{
    template <class T>
    void multiply(benchmark::State& state)
    {
        const std::int64_t n = state.range(0);
        bench::prepared<T> product({"", "ij,jk->ik", {{n, n}, {n, n}}}, static_cast<std::size_t>(state.range(1)));
        for ([[maybe_unused]] auto _ : state) product.run();
        const double operations = 2 * static_cast<double>(n * n * n);
        state.counters["GOP/s"] = benchmark::Counter(operations * 1e-9, benchmark::Counter::kIsIterationInvariantRate);
    }

    template <class T>
    void add(const char* name)
    {
        benchmark::RegisterBenchmark(name, multiply<T>)
            ->ArgNames({"n", "threads"})
            ->ArgsProduct({{512}, {1, 2}})
            ->UseRealTime()
            ->Unit(benchmark::kMillisecond);
    }

    [[maybe_unused]] const bool registered = [] {
        add<std::int32_t>("integers/int32");
        add<std::int64_t>("integers/int64");
        return true;
    }();
}
