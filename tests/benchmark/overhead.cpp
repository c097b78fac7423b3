// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
//
// What a call costs where there is next to nothing to compute: 2 x 2 matrices through every front door.
#include <array>
#include <string>

#include <benchmark/benchmark.h>

#include <xeinsum/xeinsum.hpp>
#include <xtensor/xfixed.hpp>

#include "gemm.hpp"

namespace
{
    using matrix = xt::xtensor<double, 2>;
    using fixed_matrix = xt::xtensor_fixed<double, xt::xshape<2, 2>>;

    const matrix a = {{1, 2}, {3, 4}}, b = {{5, 6}, {7, 8}}, c = {{1, 0}, {2, 1}};
    const fixed_matrix fixed_a = {{1, 2}, {3, 4}}, fixed_b = {{5, 6}, {7, 8}};

    /// Times call(result), which writes a 2 x 2 result.
    template <class Result, class Call>
    void add_into(const std::string& name, Call call)
    {
        benchmark::RegisterBenchmark(("overhead/" + name).c_str(), [call](benchmark::State& state) {
            Result result = xt::zeros<double>({2, 2});
            for ([[maybe_unused]] auto _ : state)
            {
                call(result);
                benchmark::DoNotOptimize(result.data());
                benchmark::ClobberMemory();
            }
        });
    }

    /// Times call(), which returns a fresh result.
    template <class Call>
    void add_fresh(const std::string& name, Call call)
    {
        benchmark::RegisterBenchmark(("overhead/" + name).c_str(), [call](benchmark::State& state) {
            for ([[maybe_unused]] auto _ : state)
            {
                const auto result = call();
                benchmark::DoNotOptimize(result.data());
                benchmark::ClobberMemory();
            }
        });
    }

    template <int N>
    void add_gemm()
    {
        benchmark::RegisterBenchmark(("overhead/dgemm " + std::to_string(N) + "x" + std::to_string(N)).c_str(), [](benchmark::State& state) {
            const std::array<double, N * N> x = {1, 2, 3, 4}, y = {5, 6, 7, 8};
            std::array<double, N * N> result{};
            for ([[maybe_unused]] auto _ : state)
            {
                bench::gemm(N, N, N, x.data(), y.data(), result.data());
                benchmark::DoNotOptimize(result.data());
                benchmark::ClobberMemory();
            }
        });
    }

    [[maybe_unused]] const bool registered = [] {
        using xeinsum::einsum;
        add_into<matrix>("run-time into", [](matrix& r) { xt::noalias(r) = einsum("ij,jk->ik", a, b); });
        add_fresh("run-time fresh", [] { return matrix(einsum("ij,jk->ik", a, b)); });
        add_into<matrix>("literal into", [](matrix& r) { xt::noalias(r) = einsum<"ij,jk->ik">(a, b); });
        add_fresh("literal fresh", [] { return matrix(einsum<"ij,jk->ik">(a, b)); });
        add_into<fixed_matrix>("literal fixed into", [](fixed_matrix& r) { xt::noalias(r) = einsum<"ij,jk->ik">(fixed_a, fixed_b); });
        add_into<matrix>("three operands run-time into", [](matrix& r) { xt::noalias(r) = einsum("ij,jk,kl->il", a, b, c); });
        add_into<matrix>("three operands literal into", [](matrix& r) { xt::noalias(r) = einsum<"ij,jk,kl->il">(a, b, c); });
        add_fresh("plan call fresh", [p = xeinsum::plan("ij,jk->ik", {{2, 2}, {2, 2}})] { return p(a, b); });
        add_into<matrix>("execute into", [p = xeinsum::plan("ij,jk->ik", {{2, 2}, {2, 2}})](matrix& r) {
            const std::array<const double*, 2> operands = {a.data(), b.data()};
            xeinsum::execute<double>(p, operands, r.data());
        });
        add_gemm<2>();
        add_gemm<4>();
        return true;
    }();
}
