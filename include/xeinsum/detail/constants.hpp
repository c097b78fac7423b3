// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_DETAIL_CONSTANTS_HPP
#define XEINSUM_DETAIL_CONSTANTS_HPP

#include <cstddef>
#include <vector>

#include <xeinsum/export.hpp>
#include <xeinsum/plan.hpp>

namespace xeinsum::detail
{
    /// A part of a contraction tree that has constant operands only: they are contracted once, and what comes out takes
    /// their place.
    struct constant_part
    {
        std::vector<std::size_t> operands;  ///< of the plan
        plan contraction;                   ///< of these operands, row-major

        /// Nothing is done to it: neither summed nor permuted nor conjugated.
        bool is_operand() const
        {
            return operands.size() == 1 && contraction.how().conjugated.empty() && contraction.bound().operands[0] == contraction.bound().output;
        }
    };

    /// A plan apart from its constants: the largest constant parts, and a plan whose operands are first those that are not constant, in
    /// their order, then the parts' results.
    struct constant_split
    {
        std::vector<constant_part> parts;
        plan rest;
    };

    XEINSUM_EXPORT constant_split split_constants(const plan& p, const std::vector<bool>& is_constant);
}

#endif
