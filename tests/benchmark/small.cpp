// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
//
// Square matrix products, 2 x 2 to 64 x 64, where a call costs more than what it computes: the library's front doors beside
// bare BLAS. Results are written into existing ones.
#include <cstddef>
#include <string>

#include <benchmark/benchmark.h>

#include <xeinsum/einsum.hpp>
#include <xtensor/xfixed.hpp>

#include "gemm.hpp"

namespace
{
    using xeinsum::einsum;
    using matrix = xt::xtensor<double, 2>;

    /// Times call(a, b, c) on matrices of type M.
    template <class M, class Call>
    void add(const std::string& name, std::size_t n, Call call)
    {
        benchmark::RegisterBenchmark(("small/" + std::to_string(n) + "/" + name).c_str(), [n, call](benchmark::State& state) {
            M a = xt::ones<double>({n, n}), b = xt::ones<double>({n, n}), c = xt::zeros<double>({n, n});
            for ([[maybe_unused]] auto _ : state)
            {
                benchmark::DoNotOptimize(a.data());
                benchmark::DoNotOptimize(b.data());
                call(a, b, c);
                benchmark::DoNotOptimize(c.data());
                benchmark::ClobberMemory();
            }
        });
    }

    template <std::size_t N>
    void add_fixed()
    {
        using fixed = xt::xtensor_fixed<double, xt::xshape<N, N>>;
        add<fixed>("einsum, fixed shape", N, [](const fixed& a, const fixed& b, fixed& c) { xt::noalias(c) = einsum<"ij,jk->ik">(a, b); });
    }

    [[maybe_unused]] const bool registered = [] {
        for (const std::size_t n : {2, 4, 8, 16, 32, 64})
        {
            add<matrix>("cblas_dgemm", n, [](const matrix& a, const matrix& b, matrix& c) {
                const auto m = static_cast<std::int64_t>(a.shape(0));
                bench::gemm(m, m, m, a.data(), b.data(), c.data());
            });
            add<matrix>("einsum, literal", n, [](const matrix& a, const matrix& b, matrix& c) { xt::noalias(c) = einsum<"ij,jk->ik">(a, b); });
            add<matrix>("einsum, literal, c += 2 e", n, [](const matrix& a, const matrix& b, matrix& c) { c += 2.0 * einsum<"ij,jk->ik">(a, b); });
            add<matrix>("einsum, run time", n, [](const matrix& a, const matrix& b, matrix& c) { xt::noalias(c) = einsum("ij,jk->ik", a, b); });
        }
        add_fixed<2>();
        add_fixed<4>();
        add_fixed<8>();
        return true;
    }();
}
