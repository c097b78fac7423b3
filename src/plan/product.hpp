// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_SRC_PLAN_PRODUCT_HPP
#define XEINSUM_SRC_PLAN_PRODUCT_HPP

#include <array>
#include <cstdint>

#include "estimate.hpp"
#include "lowering.hpp"

namespace xeinsum::detail
{
    /// A label of a product: its extent, and how the three tensors move along it; by 0 where one does not.
    struct product_axis
    {
        label_id id;
        std::int64_t extent;
        std::array<std::int64_t, 3> strides;
    };

    using product_axes = small_vector<product_axis, 4>;

    /// By descending stride through a tensor.
    void sort_by_stride(product_axes& axes, std::size_t tensor);

    /// What a step multiplies, with the labels of both operands sorted once by their roles, for all the ways to run it. Labels of extent 1 ask for
    /// nothing and are left out; those of the result stand in its order.
    struct product
    {
        product(const step_problem& problem, const labelled_layout& left, const labelled_layout& right);

        const step_problem& problem;
        std::array<const labelled_layout*, 2> operands;
        product_axes batch, rows, columns, contracted;
        labelled_layout result;  ///< without a layout where it may lie as it likes; no axis moves it then

        const labelled_layout& tensor(std::size_t t) const { return t == result_tensor ? result : *operands[t]; }
        /// All three as they lie.
        std::array<tensor_use, 3> all_in_place() const { return {in_place(*operands[left_tensor]), in_place(*operands[right_tensor]), in_place(result)}; }

        /// The same of the right operand and the left one: its rows are the columns here.
        product exchanged() const;
        product_size size() const;
        /// How many elements of a tensor its axes reach, each once: 1 for a result that may lie as it likes.
        double moved_elements(std::size_t tensor) const;
        /// The kernel that its labels ask for.
        kernel op() const;
        /// Whether a label takes no value at all.
        bool is_empty() const;

        /// Has a result that may lie as it likes be contiguous: batch, rows and columns, each as its operand has them.
        void place_result();
    };
}

#endif
