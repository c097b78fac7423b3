// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_DETAIL_KEPT_PLANS_HPP
#define XEINSUM_DETAIL_KEPT_PLANS_HPP

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>

#include <xeinsum/detail/tiny_program.hpp>
#include <xeinsum/detail/tiny_run.hpp>
#include <xeinsum/dtype.hpp>
#include <xeinsum/export.hpp>
#include <xeinsum/plan.hpp>

/// \file
/// Plans of few operands and labels are kept, so that a contraction which comes again finds its own without an allocation.

namespace xeinsum::detail
{
    /// What such a plan follows from, but for the threads that there are. A label that an operand has twice is one whose strides are
    /// added up; what is not used is zero.
    struct plan_key
    {
        tiny_equation equation;
        tiny_array sizes{};                                    ///< by label
        std::array<tiny_array, tiny_operands + 1> strides{};   ///< by label: the operands', then the result's
        std::array<std::uint8_t, tiny_operands> same{};        ///< the first operand that begins where this one does
        std::uint8_t conjugated = 0;                           ///< a bit for each operand
        bool scaled = false;                                   ///< options::scaled
        dtype type = dtype::float64;
        std::size_t element_bytes = 0;

        friend bool operator==(const plan_key&, const plan_key&) = default;
    };

    /// Plans that a thread keeps: those that it asked for last.
    inline constexpr std::size_t most_kept_plans = 16;

    /// The plan of default options for a key: one that this thread keeps, with nothing allocated, or a new one. Throws as plan does.
    XEINSUM_EXPORT std::shared_ptr<const plan> kept_plan(const plan_key& key);
}

#endif
