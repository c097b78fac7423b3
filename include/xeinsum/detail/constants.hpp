// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_DETAIL_CONSTANTS_HPP
#define XEINSUM_DETAIL_CONSTANTS_HPP

#include <cstddef>
#include <iosfwd>
#include <span>
#include <string>
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

    // The refusals of bound_plan, compiled once. `free_operands` are those that are left, of `operands` in all.
    [[noreturn]] XEINSUM_EXPORT void throw_no_such_operand(std::size_t operand, std::size_t operands, std::span<const std::size_t> free_operands);
    [[noreturn]] XEINSUM_EXPORT void throw_other_shape(std::size_t operand, const extents& planned, const extents& given);
    [[noreturn]] XEINSUM_EXPORT void throw_other_count(std::size_t given, std::span<const std::size_t> free_operands);

    /// `operand 0 is left`, `operands 0, 2 are left`, `no operand is left`.
    std::string what_is_left(std::span<const std::size_t> free_operands);

    /// What is shown of a plan with constants: which operands are left, and the plan of what is still to run.
    XEINSUM_EXPORT std::ostream& write_bound(std::ostream& out, const plan& rest, std::span<const std::size_t> free_operands);
}

#endif
