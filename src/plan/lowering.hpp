// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_SRC_PLAN_LOWERING_HPP
#define XEINSUM_SRC_PLAN_LOWERING_HPP

#include <algorithm>
#include <array>

#include <xeinsum/plan.hpp>

namespace xeinsum::detail
{
    /// A tensor with its labels unique and its layout in their order: what a step works on.
    struct labelled_layout
    {
        label_ids labels;
        layout lies;

        bool has(label_id id) const { return std::ranges::find(labels, id) != labels.end(); }
        /// The stride of a label; 0 if the tensor does not have it.
        std::int64_t stride(label_id id) const
        {
            for (std::size_t d = 0; d < labels.size(); ++d)
                if (labels[d] == id) return lies.strides[d];
            return 0;
        }
    };

    inline tensor_use in_place(const labelled_layout& t) { return {t.labels, t.lies, false}; }

    /// How many elements a tensor has, where a plan only compares: one whose number 64 bits do not hold was refused before.
    inline double elements_of(const layout& lies)
    {
        double n = 1;
        for (const std::int64_t extent : lies.shape) n *= static_cast<double>(extent);
        return n;
    }

    /// How many values axes take together, whatever they are axes of.
    template <class Axes>
    double values_of(const Axes& axes)
    {
        double n = 1;
        for (const auto& x : axes) n *= static_cast<double>(x.extent);
        return n;
    }

    /// What a step has to compute; `how` is then decided.
    struct step_problem
    {
        const extents& sizes;
        label_ids output;                    ///< the result's labels, in order
        std::optional<layout> destination;   ///< where the result must go; empty: the step may choose
        dtype type = dtype::float64;
        std::size_t element_bytes = 8;
        std::size_t threads = 1;
        lowering_strategy strategy = lowering_strategy::automatic;
        bool scaled = false;                 ///< the result is  alpha * value + beta * result
        bool may_copy = true;                ///< memory is not limited
        bool one_operand = false;            ///< both operands begin at one address
    };

    /// Decides a step of one operand: permute or reduce.
    step lower_single(const step_problem& problem, const labelled_layout& operand);

    /// Decides a step of two operands that have no one-sided sums left: kernel, what is read in place, what is
    /// packed, the loops and the BLAS call.
    step lower_pair(const step_problem& problem, const labelled_layout& left, const labelled_layout& right);

    /// Has the step's BLAS call conjugate its operands, given in the caller's order. False, with nothing changed, where it has
    /// no call or BLAS no flag for it: then they have to be copied.
    bool conjugate(step& s, bool left, bool right);

    /// The result's labels and layout as the step leaves them.
    labelled_layout result_of(const step& s);
}
#endif
