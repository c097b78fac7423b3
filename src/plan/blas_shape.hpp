// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_SRC_PLAN_BLAS_SHAPE_HPP
#define XEINSUM_SRC_PLAN_BLAS_SHAPE_HPP

#include <array>
#include <cstdint>
#include <optional>

#include <xeinsum/plan.hpp>

namespace xeinsum::detail
{
    /// The dimensions of a BLAS call; each is one axis, of as many labels as are one in memory.
    enum call_group : std::size_t { m_group, n_group, k_group, group_count };

    /// A dimension's extent, and its strides through left, right and result; 0 where a tensor does not have it.
    struct call_axis
    {
        std::int64_t extent = 1;
        std::array<std::int64_t, 3> strides{};
    };

    /// The arguments of the call, if BLAS has one for tensors that lie so: matrices need an axis of stride 1 and a leading
    /// dimension, vectors any increment but 0 that fits its int.
    std::optional<blas_call> make_blas_call(kernel op, const std::array<call_axis, group_count>& axes);
}

#endif
