// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include "blas_choice.hpp"

#include <algorithm>

#include "division.hpp"
#include "threads.hpp"
#include "tile_lowering.hpp"

namespace xeinsum::detail
{
    namespace
    {
        double products(const blas_call& c) { return static_cast<double>(c.m) * static_cast<double>(c.n) * static_cast<double>(c.k); }

        /// OpenBLAS makes calls up to these sizes on the thread that asks: products of a gemm, elements of a matrix or a vector.
        struct one_thread_limits
        {
            double gemm, matrix, vector;
        };
        constexpr one_thread_limits real_limits = {262144, 4096, 10000}, complex_limits = {32768, 4095, 10000};

        bool stays_on_one_thread(kernel op, const blas_call& c, dtype type)
        {
            const one_thread_limits& most = type == dtype::complex64 || type == dtype::complex128 ? complex_limits : real_limits;
            if (is_gemm(op)) return products(c) <= most.gemm;
            const double m = static_cast<double>(c.m), k = static_cast<double>(c.k);
            return op == kernel::dot ? k <= most.vector : m * k <= most.matrix;
        }
    }

    kernel as_rank_k(kernel op, const blas_call& c, dtype type)
    {
        // Below, the second triangle costs less than the mirror.
        const std::int64_t least_rows = type == dtype::float32 ? 32 : 24;
        const bool is_own_transpose = c.m == c.n && c.steps[left_tensor] == c.steps[right_tensor] && c.transpose_left != c.transpose_right;
        if (!is_own_transpose || c.m < least_rows || query_blas_threading() == blas_threading::own) return op;
        return op == kernel::gemm ? kernel::syrk : op == kernel::batched_gemm ? kernel::batched_syrk : op;
    }

    bool favours_blas(kernel op, const blas_call& c, std::int64_t calls, dtype type)
    {
        constexpr std::int64_t few_lines = 8, long_sum = 48;
        constexpr double stays_in_cache = 64.0 * 64 * 64;
        // Tiles copy their mirrors while they are in the cache.
        constexpr std::int64_t most_mirrored_rows = 1024;
        if (is_rank_k(op) && has_tiles(type) && c.m > most_mirrored_rows) return false;
        if (calls == 1) return !is_gemm(op) || !has_tiles(type) || c.k >= long_sum || std::min(c.m, c.n) <= few_lines || products(c) <= stays_in_cache;
        if (is_gemm(op)) return products(c) >= 192.0 * 192 * 192 && std::min({c.m, c.n, c.k}) >= 64;
        return products(c) >= 1 << 20;
    }

    bool is_narrow(kernel op, double m, double n, double k)
    {
        if (op != kernel::gemm && op != kernel::batched_gemm) return false;
        constexpr double some_lines = 256, worth_comparing = 8e6;
        const double lines = std::min(m, n), products = m * n * k;
        return lines <= most_narrow_lines ? products > most_uncopied_products : op == kernel::batched_gemm && lines <= some_lines && products > worth_comparing;
    }

    bool is_narrow(kernel op, const blas_call& c, dtype type)
    {
        const bool real = type == dtype::float32 || type == dtype::float64;
        return real && is_narrow(op, static_cast<double>(c.m), static_cast<double>(c.n), static_cast<double>(c.k));
    }

    bool keeps_to_threads(kernel op, const blas_call& c, dtype type, std::int64_t calls, std::size_t threads)
    {
        const double all = static_cast<double>(calls), matrix = static_cast<double>(c.m) * static_cast<double>(c.k);
        const bool divides = is_gemm(op) ? is_worth_dividing(dividable_products(op, all * products(c)), 0, threads) : is_worth_dividing(0, all * matrix, threads);
        switch (query_blas_threading())
        {
        case blas_threading::one: return !divides;
        case blas_threading::openmp: return in_parallel_region() || (calls == 1 && threads > 1 && !is_rank_k(op)) || !divides;
        default: return !divides && stays_on_one_thread(op, c, type);
        }
    }
}
