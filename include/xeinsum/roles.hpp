// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_ROLES_HPP
#define XEINSUM_ROLES_HPP

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

namespace xeinsum
{
    /// What a label does in a product of two operands, named by where it lives.
    enum class role
    {
        none,          ///< nowhere, or in the output alone (which no equation has)
        left_summed,   ///< in the left operand alone: summed before the product
        right_summed,  ///< in the right operand alone: summed before the product
        contracted,    ///< in both operands, not in the output: GEMM's K
        left_free,     ///< in the left operand and the output: GEMM's M
        right_free,    ///< in the right operand and the output: GEMM's N
        batch          ///< in both operands and the output: one product for each of its values
    };

    /// The role of a label that lives in the left operand, the right one and the output, or does not.
    constexpr role role_of(bool left, bool right, bool output)
    {
        constexpr std::array<role, 8> table = {
            role::none,          // - - -
            role::left_summed,   // L - -
            role::right_summed,  // - R -
            role::contracted,    // L R -
            role::none,          // - - O
            role::left_free,     // L - O
            role::right_free,    // - R O
            role::batch,         // L R O
        };
        return table[(left ? 1u : 0u) + (right ? 2u : 0u) + (output ? 4u : 0u)];
    }

    /// The role's name as `explain` prints it.
    constexpr std::string_view to_string(role r)
    {
        constexpr std::array<std::string_view, 7> names = {
            "none", "left summed", "right summed", "contracted", "left free", "right free", "batch"};
        return names[static_cast<std::size_t>(r)];
    }

    /// How many labels of a pairwise product have each role.
    struct role_counts
    {
        std::size_t batch = 0;
        std::size_t contracted = 0;
        std::size_t left_free = 0;
        std::size_t right_free = 0;
        std::size_t left_summed = 0;
        std::size_t right_summed = 0;

        friend constexpr bool operator==(const role_counts&, const role_counts&) = default;
    };

    /// Counts one more label of this role.
    constexpr void count_role(role_counts& counts, role r)
    {
        switch (r)
        {
        case role::batch: ++counts.batch; break;
        case role::contracted: ++counts.contracted; break;
        case role::left_free: ++counts.left_free; break;
        case role::right_free: ++counts.right_free; break;
        case role::left_summed: ++counts.left_summed; break;
        case role::right_summed: ++counts.right_summed; break;
        case role::none: break;
        }
    }

    /// Classifies the labels of a pairwise product; a label repeated in a term counts once (its diagonal
    /// is taken first). Any label type; O(n^2) in the few labels of a pair.
    template <class Label>
    constexpr role_counts classify(std::span<const Label> left, std::span<const Label> right,
                                   std::span<const Label> output)
    {
        const auto in = [](std::span<const Label> labels, const Label& l) {
            return std::find(labels.begin(), labels.end(), l) != labels.end();
        };
        role_counts counts;
        for (std::size_t i = 0; i < left.size(); ++i)
            if (!in(left.first(i), left[i])) count_role(counts, role_of(true, in(right, left[i]), in(output, left[i])));
        for (std::size_t i = 0; i < right.size(); ++i)
            if (!in(right.first(i), right[i]) && !in(left, right[i]))
                count_role(counts, role_of(false, true, in(output, right[i])));
        return counts;
    }
}

#endif
