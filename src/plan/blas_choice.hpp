// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_SRC_PLAN_BLAS_CHOICE_HPP
#define XEINSUM_SRC_PLAN_BLAS_CHOICE_HPP

#include <cstddef>
#include <cstdint>

#include <xeinsum/plan.hpp>

namespace xeinsum::detail
{
    /// Whether calls of BLAS in place beat the library's own kernels: always for a single call but a large one that sums very
    /// little into many rows and columns, where tiles write the result once and BLAS twice; for many calls if each is large.
    bool favours_blas(kernel op, const blas_call& c, std::int64_t calls, dtype type);

    /// Rows or columns that a narrow product has at most.
    inline constexpr std::int64_t most_narrow_lines = 64;

    /// Products of two numbers up to which BLAS has kernels of its own that copy nothing.
    inline constexpr double most_uncopied_products = 1e6;

    /// Whether products of m x k and k x n numbers in place have so few rows or columns that the library's own ways, which copy less than
    /// BLAS does, are to be compared with its calls: all of the larger operand for few lines; in a batch some more, too, if each product
    /// is long enough for the comparison to pay.
    bool is_narrow(kernel op, double m, double n, double k);

    /// \overload
    bool is_narrow(kernel op, const blas_call& c, dtype type);

    /// Makes a gemm of an operand with its own transpose a syrk, where BLAS is faster at that: it is large enough, and made on one thread.
    kernel as_rank_k(kernel op, const blas_call& c, dtype type);

    /// Whether BLAS makes a step's calls on the threads that the plan has: on one, where another one would bring nothing, or
    /// on OpenMP's. Threads of its own would still spin when the next step wants theirs.
    bool keeps_to_threads(kernel op, const blas_call& c, dtype type, std::int64_t calls, std::size_t threads);
}

#endif
