// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_KERNEL_HPP
#define XEINSUM_KERNEL_HPP

#include <array>
#include <cstddef>
#include <string_view>

#include <xeinsum/roles.hpp>

namespace xeinsum
{
    /// What a step of a plan runs.
    enum class kernel
    {
        permute,       ///< one operand, no label summed: transposition, diagonal or plain copy
        reduce,        ///< one operand, some labels summed
        scale,         ///< an operand times a scalar
        multiply,      ///< element by element, with broadcasting
        dot,           ///< all labels contracted
        gemv,          ///< matrix times vector
        ger,           ///< outer product of two vectors
        gemm,          ///< matrix times matrix
        batched_dot,   ///< one dot for each value of the batch labels
        batched_gemv,  ///< one gemv for each value of the batch labels
        batched_gemm,  ///< one gemm for each value of the batch labels
        syrk,          ///< matrix times its own transpose: one triangle, the other one is its mirror
        herk,          ///< matrix times its own conjugate transpose, likewise
        batched_syrk,  ///< one syrk for each value of the batch labels
        batched_herk   ///< one herk for each value of the batch labels
    };

    /// The kernel's name as `explain` prints it.
    constexpr std::string_view to_string(kernel k)
    {
        constexpr std::array<std::string_view, 15> names = {
            "permute", "reduce", "scale", "multiply", "dot", "gemv", "ger", "gemm",
            "batched dot", "batched gemv", "batched gemm", "syrk", "herk", "batched syrk", "batched herk"};
        return names[static_cast<std::size_t>(k)];
    }

    /// The kernel of a pairwise product from which roles are present, one-sided sums already taken.
    /// This table is the mapping of einsum to BLAS.
    constexpr kernel kernel_for(const role_counts& roles)
    {
        const bool batch = roles.batch > 0;
        const bool left = roles.left_free > 0;
        const bool right = roles.right_free > 0;
        const unsigned row = (roles.contracted > 0 ? 4u : 0u) + (left ? 2u : 0u) + (right ? 1u : 0u);
        constexpr std::array<std::array<kernel, 2>, 8> table = {{
            // no batch          batch
            {kernel::scale,      kernel::multiply},      // - - -  ",->"           "b,b->b"
            {kernel::scale,      kernel::multiply},      // - - N  ",j->j"         "b,bj->bj"
            {kernel::scale,      kernel::multiply},      // - M -  "i,->i"         "bi,b->bi"
            {kernel::ger,        kernel::multiply},      // - M N  "i,j->ij"       "bi,bj->bij"
            {kernel::dot,        kernel::batched_dot},   // K - -  "k,k->"         "bk,bk->b"
            {kernel::gemv,       kernel::batched_gemv},  // K - N  "k,kj->j"       "bk,bkj->bj"
            {kernel::gemv,       kernel::batched_gemv},  // K M -  "ik,k->i"       "bik,bk->bi"
            {kernel::gemm,       kernel::batched_gemm},  // K M N  "ik,kj->ij"     "bik,bkj->bij"
        }};
        return table[row][batch ? 1 : 0];
    }

    /// Whether the kernel is a product of a matrix with itself: what a gemm of one operand with its transpose becomes.
    constexpr bool is_rank_k(kernel k) { return k >= kernel::syrk; }
    /// Whether the kernel is a product of two matrices, or of one with itself.
    constexpr bool is_gemm(kernel k) { return k == kernel::gemm || k == kernel::batched_gemm || is_rank_k(k); }
    /// Whether the kernel is a BLAS routine for float, double and their complex types.
    constexpr bool is_blas(kernel k) { return k >= kernel::dot; }
    /// Whether the kernel takes two operands.
    constexpr bool is_pairwise(kernel k) { return k >= kernel::scale; }
}

#endif
