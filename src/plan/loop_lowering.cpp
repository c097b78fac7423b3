// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include "loop_lowering.hpp"

#include <algorithm>
#include <cstdlib>

#include <xeinsum/detail/tiny.hpp>

#include "division.hpp"
#include "tile_lowering.hpp"

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

        double elements(const extents& sizes, const label_ids& labels)
        {
            double n = 1;
            for (const label_id id : labels) n *= static_cast<double>(sizes[id]);
            return n;
        }

        /// Below this many turns of the loops a copy is not thought about.
        constexpr double least_loop_for_copies = 2048;

        /// The same use with its labels in this order.
        void sort_like(tensor_use& use, const label_ids& order)
        {
            const tensor_use before = use;
            use.labels = order;
            for (std::size_t d = 0; d < order.size(); ++d)
            {
                const auto at = static_cast<std::size_t>(std::ranges::find(before.labels, order[d]) - before.labels.begin());
                use.lies.shape[d] = before.lies.shape[at];
                use.lies.strides[d] = before.lies.strides[at];
            }
        }

        /// A tensor that is copied for the loops to walk it as the leading one lies.
        labelled_layout like(const labelled_layout& leading, const labelled_layout& t)
        {
            labelled_layout result = t;
            const auto further = [&](label_id x, label_id y) {
                return std::abs(leading.stride(x)) > std::abs(leading.stride(y));
            };
            std::ranges::stable_sort(result.labels, further);
            for (std::size_t d = 0; d < result.labels.size(); ++d)
                result.lies.shape[d] = t.lies.shape[static_cast<std::size_t>(std::ranges::find(t.labels, result.labels[d]) - t.labels.begin())];
            result.lies = row_major(result.lies.shape);
            return result;
        }

        /// Copies may take this much in all, in bytes.
        constexpr double most_copied = 64 << 20;

        /// Whether the loops' innermost axis is one on which the tensor is contiguous or stands still.
        bool conforms(const step_problem& problem, const labelled_layout& leading, const labelled_layout& t)
        {
            label_id inner = 0;
            std::int64_t shortest = 0;
            for (const label_id id : leading.labels)
            {
                const std::int64_t stride = std::abs(leading.stride(id));
                if (problem.sizes[id] > 1 && stride != 0 && (shortest == 0 || stride < shortest)) inner = id, shortest = stride;
            }
            return shortest == 0 || t.stride(inner) == 0 || t.stride(inner) == 1;
        }
    }

    step lower_to_loops(const step_problem& problem, kernel op, const labelled_layout& left, const labelled_layout& right)
    {
        const labelled_layout result = destination_of(problem);
        step s;
        s.op = op;
        s.tensors = {in_place(left), in_place(right), in_place(result)};
        const std::array sizes = {elements(problem.sizes, left.labels), elements(problem.sizes, right.labels),
                                  elements(problem.sizes, result.labels)};
        std::size_t leading = result_tensor;
        for (const std::size_t t : {left_tensor, right_tensor})
            if (sizes[t] > sizes[leading]) leading = t;
        std::array<labelled_layout, 3> walked = {left, right, result};
        double room = most_copied / static_cast<double>(problem.element_bytes);
        double turns = 1;
        for (const loop_axis& x : full_nest(problem.sizes, {&left, &right, &result})) turns *= static_cast<double>(x.extent);
        for (std::size_t t = 0; t < walked.size(); ++t)
        {
            if (!is_pairwise(op) && t != result_tensor) continue;
            if (t == leading || turns < least_loop_for_copies || sizes[t] < 2 || sizes[t] > room) continue;
            if (op == kernel::permute || !has_tiles(problem.type) || conforms(problem, walked[leading], walked[t])) continue;
            room -= sizes[t];
            s.tensors[t] = {walked[t].labels, walked[t].lies, true};
            walked[t] = like(walked[leading], walked[t]);
            sort_like(s.tensors[t], walked[t].labels);
        }
        s.loops = full_nest(problem.sizes, {&walked[0], &walked[1], &walked[2]});
        // Tiny nests stay as they are: the loops that run them (generic_loop.hpp) sort them where that pays.
        if (turns > static_cast<double>(tiny_iterations)) s.loops = normalized(std::move(s.loops), leading);
        s.threads = divide_loops(s, problem, sizes[0] + sizes[1] + sizes[2]);
        s.price = step_cost(problem.sizes, left.labels, right.labels, problem.output);
        return s;
    }
}
