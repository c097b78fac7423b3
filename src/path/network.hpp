// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_SRC_PATH_NETWORK_HPP
#define XEINSUM_SRC_PATH_NETWORK_HPP

#include <cstddef>
#include <vector>

#include <xeinsum/path.hpp>

namespace xeinsum::detail
{
    /// What the searches see of an equation: sets of labels, and how many values each label takes (1 instead of 0, so
    /// that an empty label does not make every order look alike). Labels of one term that the output does not have are left
    /// out: they are summed first.
    struct network
    {
        std::vector<label_ids> terms;  ///< each sorted, without repetition
        label_ids output;              ///< likewise
        std::vector<double> sizes;     ///< per label
    };

    network network_of(const bound_equation& e);
    /// The same for operands that lie so, without their axes of extent 1 that broadcast.
    network network_of(const bound_equation& e, const std::vector<layout>& operands);

    /// Per label: in how many terms it stands, the output being one more.
    using label_uses = small_vector<std::size_t, 32>;
    label_uses uses_of(const network& n);

    /// The labels of two sets.
    label_ids united(const label_ids& x, const label_ids& y);

    /// What contracting two terms costs, counted as opt_einsum does: product of all sizes, times 2 where labels are summed.
    cost pair_cost(const network& n, const label_ids& left, const label_ids& right, const label_ids& product);

    /// The path of operands that lie so.
    contraction_path find_path(const bound_equation& e, const std::vector<layout>& operands, const path_search& how);

    /// A pair of a contraction tree: i < n is term i, n + k the product of pair k.
    struct tree_pair
    {
        std::size_t left, right;

        friend bool operator==(const tree_pair&, const tree_pair&) = default;
    };

    /// The pairs in an order in which they can be contracted: n - 1 of them for n terms, the root last.
    using contraction_tree = std::vector<tree_pair>;

    struct priced_tree
    {
        contraction_tree pairs;
        double flops = 0;    ///< of all pairs
        double largest = 0;  ///< elements of the largest product
    };

    /// Whether a tree is ahead of another one.
    bool is_better(const priced_tree& x, const priced_tree& y, path_objective by);

    /// The labels of every term and product, in the tree's numbers, each sorted.
    std::vector<label_ids> labels_of_nodes(const network& n, const contraction_tree& pairs);
    /// What the pairs cost, counted as opt_einsum does.
    priced_tree price(const network& n, contraction_tree pairs);

    /// The same tree in the order that needs the least memory for products alive at once: of two subtrees, the one first that
    /// leaves more room when only its product is left.
    contraction_tree order_for_memory(const network& n, const contraction_tree& pairs);

    /// Whether a path takes at most two operands at a time.
    bool is_pairwise(const contraction_path& path);
    /// The pairs that a path makes. Steps of one operand make none; those of three and more are taken apart in their best order.
    contraction_tree to_tree(const network& n, const contraction_path& path);
    /// The same for a pairwise path, which needs no labels.
    contraction_tree to_simple_tree(std::size_t operand_count, const contraction_path& path);

    /// A tree as positions in the shrinking list of operands. O(n^2), with a small constant.
    contraction_path to_path(const contraction_tree& pairs, std::size_t operand_count);
}

#endif
