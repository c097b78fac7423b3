// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_TESTS_PICTURES_EQUATIONS_HPP
#define XEINSUM_TESTS_PICTURES_EQUATIONS_HPP

#include <string>
#include <vector>

#include <xeinsum/plan.hpp>

namespace test
{
    struct explained
    {
        std::string name;
        xeinsum::plan plan;
    };

    /// A plan for each kernel and each way to run one, the same on every machine: BLAS where it has a routine, one thread.
    inline std::vector<explained> explained_equations()
    {
        using xeinsum::dtype;
        const auto how = [](dtype type) { return xeinsum::options{.type = type, .threads = 1, .lowering = xeinsum::lowering_strategy::blas}; };
        const xeinsum::options f32 = how(dtype::float32), f64 = how(dtype::float64);
        xeinsum::options same = f32, scaled = f64, sliced = f64, hermitian = how(dtype::complex128), column_major = f64;
        same.same = {0, 0};
        scaled.scaled = true;
        sliced.memory_limit = std::size_t{12} << 10;
        hermitian.same = {0, 0};
        hermitian.conjugated = {false, true};
        column_major.layouts = {{{30, 20}, {1, 30}}, {{20, 40}, {40, 1}}};
        return {
            {"gemm", {"bc,cd->bd", {{100, 700}, {700, 100}}, f32}},
            {"gemm_transposed", {"bc,dc->bd", {{100, 700}, {100, 700}}, f32}},
            {"gemm_column_major", {"ik,kj->ij", {{30, 20}, {20, 40}}, column_major}},
            {"gemm_scaled", {"ik,kj->ij", {{50, 60}, {60, 70}}, scaled}},
            {"gemm_copied", {"aibj,bka->ikj", {{8, 30, 9, 20}, {9, 50, 8}}, f64}},
            {"syrk", {"ik,jk->ij", {{200, 90}, {200, 90}}, same}},
            {"herk", {"ik,jk->ij", {{200, 90}, {200, 90}}, hermitian}},
            {"batched_gemm", {"bhqd,bhkd->bhqk", {{2, 12, 128, 64}, {2, 12, 128, 64}}, f32}},
            {"gemv", {"ik,k->i", {{300, 400}, {400}}, f64}},
            {"ger", {"i,j->ij", {{300}, {200}}, f64}},
            {"dot", {"ij,ij->", {{30, 40}, {30, 40}}, f64}},
            {"permute", {"ijk->kij", {{3, 400, 500}}, f32}},
            {"trace", {"ii->", {{64, 64}}, f64}},
            {"integers", {"ij,jk->ik", {{20, 30}, {30, 40}}, how(dtype::int32)}},
            {"chain", {"ab,bc,cd,de->ae", {{10, 200}, {200, 30}, {30, 500}, {500, 7}}, f64}},
            {"sliced", {"ab,bc,cd->ad", {{200, 300}, {300, 400}, {400, 10}}, sliced}},
        };
    }
}

#endif
