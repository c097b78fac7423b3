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
        constexpr double largest_gemm_on_one_thread = 262144, largest_matrix_on_one_thread = 4096, largest_vector_on_one_thread = 10000;

        bool stays_on_one_thread(kernel op, const blas_call& c)
        {
            if (is_gemm(op)) return products(c) <= largest_gemm_on_one_thread;
            const double m = static_cast<double>(c.m), k = static_cast<double>(c.k);
            return op == kernel::dot ? k <= largest_vector_on_one_thread : m * k <= largest_matrix_on_one_thread;
        }
    }

    bool favours_blas(kernel op, const blas_call& c, std::int64_t calls, dtype type)
    {
        constexpr double stays_in_cache = 64.0 * 64 * 64;
        if (calls == 1) return !is_gemm(op) || !has_tiles(type) || c.k >= 48 || products(c) <= stays_in_cache;
        if (is_gemm(op)) return products(c) >= 192.0 * 192 * 192 && std::min({c.m, c.n, c.k}) >= 64;
        return products(c) >= 1 << 20;
    }

    bool keeps_to_threads(kernel op, const blas_call& c, std::int64_t calls, std::size_t threads)
    {
        const double all = static_cast<double>(calls), matrix = static_cast<double>(c.m) * static_cast<double>(c.k);
        const bool divides = is_gemm(op) ? is_worth_dividing(all * products(c), 0, threads) : is_worth_dividing(0, all * matrix, threads);
        switch (query_blas_threading())
        {
        case blas_threading::one: return !divides;
        case blas_threading::openmp: return in_parallel_region() || (calls == 1 && threads > 1) || !divides;
        default: return !divides && stays_on_one_thread(op, c);
        }
    }
}
