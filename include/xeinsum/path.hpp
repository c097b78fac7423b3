// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_PATH_HPP
#define XEINSUM_PATH_HPP

#include <cstddef>
#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

#include <xeinsum/binding.hpp>
#include <xeinsum/export.hpp>

namespace xeinsum
{
    /// The order of pairwise products in opt_einsum's form: each step names the positions of what it
    /// contracts in the current list of operands; those leave the list and the result joins it at the end.
    using contraction_path = std::vector<std::vector<std::size_t>>;

    /// How a path is chosen.
    enum class path_strategy
    {
        automatic,  ///< greedy from three operands on; from the left where all labels take few values together
        left,       ///< as written, from the left
        greedy      ///< the pair next that shrinks memory most; outer products last
    };

    /// The strategy's name: `auto`, `left`, `greedy`.
    XEINSUM_EXPORT std::string_view to_string(path_strategy s);

    /// A path as `(0,1),(0,1)`.
    XEINSUM_EXPORT std::string to_string(const contraction_path& path);

    /// The path of a bound equation: n - 1 pairs for n operands, one single step for one operand.
    /// Cost: left O(n), greedy O(n^2 * labels) per step at worst.
    XEINSUM_EXPORT contraction_path find_path(const bound_equation& e, path_strategy s);

    /// Throws shape_error unless each step names one or two different positions that exist and one operand
    /// remains at the end.
    XEINSUM_EXPORT void check_path(const contraction_path& path, std::size_t operand_count);

    /// What is known of a product before it is run.
    struct cost
    {
        double flops = 0;  ///< opt_einsum's count: product of all extents, times 2 where labels are summed
        double size = 0;   ///< elements of the result
    };

    /// The cost of contracting one or two terms into `output`.
    XEINSUM_EXPORT cost step_cost(const extents& sizes, const label_ids& left, const label_ids& right,
                                  const label_ids& output);
    /// The cost of all operands in one loop nest, as opt_einsum's naive count: products of every operand.
    XEINSUM_EXPORT double naive_flops(const bound_equation& e);
}

#endif
