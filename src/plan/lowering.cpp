// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include "lowering.hpp"

#include <algorithm>

#include <xeinsum/detail/tiny.hpp>

#include "blas_lowering.hpp"

namespace xeinsum::detail
{
    namespace
    {
        labelled_layout destination_of(const step_problem& problem)
        {
            if (problem.destination) return {problem.output, *problem.destination};
            extents shape;
            for (const label_id id : problem.output) shape.push_back(problem.sizes[id]);
            return {problem.output, row_major(std::move(shape))};
        }

        tensor_use in_place(const labelled_layout& t) { return {t.labels, t.lies, false}; }

        /// The nest over all labels of the step, every tensor as it lies.
        std::vector<loop_axis> full_nest(const extents& sizes, const std::array<const labelled_layout*, 3>& tensors)
        {
            label_ids all;
            for (const labelled_layout* t : {tensors[result_tensor], tensors[left_tensor], tensors[right_tensor]})
                for (const label_id id : t->labels)
                    if (std::ranges::find(all, id) == all.end()) all.push_back(id);
            std::vector<loop_axis> loops;
            for (const label_id id : all)
                loops.push_back({{id}, sizes[id], {tensors[0]->stride(id), tensors[1]->stride(id), tensors[2]->stride(id)}});
            return loops;
        }

        step lower_to_loops(const step_problem& problem, kernel op, const labelled_layout& left, const labelled_layout& right)
        {
            const labelled_layout result = destination_of(problem);
            step s;
            s.op = op;
            s.tensors = {in_place(left), in_place(right), in_place(result)};
            s.loops = full_nest(problem.sizes, {&left, &right, &result});
            s.price = step_cost(problem.sizes, left.labels, right.labels, problem.output);
            return s;
        }
    }

    bool labelled_layout::has(label_id id) const { return std::ranges::find(labels, id) != labels.end(); }

    std::int64_t labelled_layout::stride(label_id id) const
    {
        const auto at = std::ranges::find(labels, id);
        return at == labels.end() ? 0 : lies.strides[static_cast<std::size_t>(at - labels.begin())];
    }

    step lower_single(const step_problem& problem, const labelled_layout& operand)
    {
        const bool sums = operand.labels.size() > problem.output.size();
        return lower_to_loops(problem, sums ? kernel::reduce : kernel::permute, operand, {});
    }

    step lower_pair(const step_problem& problem, const labelled_layout& left, const labelled_layout& right)
    {
        const role_counts roles = classify<label_id>(left.labels, right.labels, problem.output);
        const kernel op = kernel_for(roles);
        const auto empty = [&](label_id id) { return problem.sizes[id] == 0; };
        const bool nothing = std::ranges::any_of(left.labels, empty) || std::ranges::any_of(right.labels, empty);
        if (!problem.blas || !is_blas(op) || nothing || is_tiny(problem.sizes, left.labels, right.labels)) return lower_to_loops(problem, op, left, right);
        step s = lower_to_blas(problem, op, left, right);
        s.price = step_cost(problem.sizes, left.labels, right.labels, problem.output);
        return s;
    }

    labelled_layout result_of(const step& s)
    {
        const tensor_use& out = s.tensors[result_tensor];
        return {out.labels, out.lies};
    }
}
