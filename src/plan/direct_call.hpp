// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_SRC_PLAN_DIRECT_CALL_HPP
#define XEINSUM_SRC_PLAN_DIRECT_CALL_HPP

#include <array>
#include <optional>

#include <xeinsum/detail/tiny_program.hpp>
#include <xeinsum/detail/tiny_run.hpp>
#include <xeinsum/plan.hpp>

namespace xeinsum::detail
{
    /// A contraction that is one BLAS call in place.
    struct direct_call
    {
        kernel op = kernel::gemm;
        blas_call call;
        bool exchanged = false;  ///< the first operand is the call's second one
    };

    /// What a plan of two operands decides where all it has to decide is that; nothing where it has more to think about.
    /// `strides` are those of the operands and the result, by label.
    std::optional<direct_call> find_direct_call(const tiny_equation& e, const tiny_array& sizes, const std::array<const tiny_array*, 3>& strides,
                                                dtype type);
}

#endif
