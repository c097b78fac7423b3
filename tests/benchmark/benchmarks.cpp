// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
//
// Every case beside its ceiling under Google Benchmark; the benchmarks of call overhead and of integers register themselves.
#include <array>
#include <cstddef>
#include <exception>
#include <iostream>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include <CLI/CLI.hpp>

#include "blas_threads.hpp"
#include "cases.hpp"
#include "ceiling.hpp"
#include "prepared.hpp"
#include "timing.hpp"

namespace
{
    enum class side { ours, ceiling };

    struct request
    {
        std::vector<std::string> cases = {"tccg", "ml"};
        std::size_t threads = 1;
        double scale = 1;
    };

    /// Times one side; their ratio is measured in turns beforehand.
    template <class T>
    void time_case(benchmark::State& state, const bench::contraction& c, std::size_t threads, side reported)
    {
        bench::prepared<T> ours(c, threads);
        bench::ceiling<T> best(bench::least_work(ours.plan()), threads);
        const std::array<bench::runnable, 2> sides = {[&] { ours.run(); }, [&] { best.run(); }};
        const auto [seconds, ceiling] = bench::interleave(sides, {3, 0.05, 1, bench::schedule::pause_for(threads)});
        const bench::runnable& timed = sides[reported == side::ours ? 0 : 1];
        for ([[maybe_unused]] auto _ : state) timed();
        using benchmark::Counter;
        state.SetLabel(c.subscripts);
        state.counters["GFLOP/s"] = Counter(ours.plan().flops() / 1e9, Counter::kIsIterationInvariantRate);
        state.counters["GB/s"] = Counter(bench::bytes_of(ours.plan(), c) / 1e9, Counter::kIsIterationInvariantRate);
        state.counters["ratio"] = ceiling / seconds;
    }

    template <class T>
    void register_case(const bench::contraction& c, const std::string& type, const request& r)
    {
        const std::string name = c.id + "/" + type;
        for (const side reported : {side::ours, side::ceiling})
            benchmark::RegisterBenchmark((reported == side::ours ? name : name + "/ceiling").c_str(),
                                         [=](benchmark::State& state) { time_case<T>(state, c, r.threads, reported); })
                ->UseRealTime()
                ->Unit(benchmark::kMicrosecond);
    }

    void register_all(const request& r)
    {
        for (const std::string& file : r.cases)
            for (bench::contraction c : bench::read_cases(file))
            {
                if (r.scale != 1) c = bench::shrink(c, r.scale);
                register_case<float>(c, "float32", r);
                register_case<double>(c, "float64", r);
            }
    }
}

int main(int argc, char** argv)
{
    benchmark::Initialize(&argc, argv);
    CLI::App app("Benchmarks of the library beside their ceilings; takes Google Benchmark's options too");
    request r;
    app.add_option("--cases", r.cases, "tccg, ml, networks or files of JSON lines")->capture_default_str();
    app.add_option("--threads", r.threads, "Threads of both sides")->check(CLI::PositiveNumber)->capture_default_str();
    app.add_option("--scale", r.scale, "Divides every extent, for a quick run")->check(CLI::PositiveNumber)->capture_default_str();
    CLI11_PARSE(app, argc, argv);
    try
    {
        bench::require_blas_kernel();
        register_all(r);
        bench::set_blas_threads(r.threads);
        benchmark::RunSpecifiedBenchmarks();
    }
    catch (const std::exception& e)
    {
        std::cerr << "xeinsum_benchmark: " << e.what() << '\n';
        return 2;
    }
}
