// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include "loop_lowering.hpp"

#include <algorithm>
#include <cstdlib>
#include <functional>

#include <xeinsum/detail/tiny.hpp>

#include "blocks.hpp"
#include "division.hpp"
#include "sorting.hpp"
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

        /// The nest over all labels of the step, every tensor as it lies.
        std::vector<loop_axis> full_nest(const extents& sizes, const std::array<const labelled_layout*, 3>& tensors)
        {
            label_ids all;
            for (const labelled_layout* t : {tensors[result_tensor], tensors[left_tensor], tensors[right_tensor]})
                for (const label_id id : t->labels)
                    if (std::ranges::find(all, id) == all.end()) all.push_back(id);
            std::vector<loop_axis> loops;
            loops.reserve(all.size());
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

        /// What memory a walk over a tensor moves, in elements: those that lie apart cost as much as all that share their cache lines.
        double moved_elements(const step_problem& problem, const labelled_layout& t)
        {
            constexpr std::int64_t cache_line = 64;
            const std::int64_t line = std::max<std::int64_t>(1, cache_line / static_cast<std::int64_t>(problem.element_bytes));
            std::int64_t apart = line;
            for (const label_id id : t.labels)
                if (problem.sizes[id] > 1 && t.stride(id) != 0) apart = std::min(apart, std::abs(t.stride(id)));
            return elements(problem.sizes, t.labels) * static_cast<double>(apart);
        }

        /// Below this many turns of the loops a copy is not thought about.
        constexpr double least_loop_for_copies = 2048;

        /// The labels of a tensor that is copied for the loops to walk it as the leading one lies.
        void sort_like(const labelled_layout& leading, tensor_use& use)
        {
            const tensor_use before = use;
            sort_stably(use.labels, [&](label_id x, label_id y) { return std::abs(leading.stride(x)) > std::abs(leading.stride(y)); });
            for (std::size_t d = 0; d < use.labels.size(); ++d)
            {
                const auto at = static_cast<std::size_t>(std::ranges::find(before.labels, use.labels[d]) - before.labels.begin());
                use.lies.shape[d] = before.lies.shape[at];
                use.lies.strides[d] = before.lies.strides[at];
            }
        }

        /// An inner loop of so many turns hides how long the steps are between its beginnings.
        constexpr double long_loop = 16;

        /// Whether a tensor is walked along its cache lines, as the leading one lies: of the axes on which it moves the innermost is
        /// contiguous, or has a long loop inside.
        bool conforms(const step_problem& problem, const labelled_layout& leading, const labelled_layout& t)
        {
            label_ids order = leading.labels;
            sort_stably(order, [&](label_id x, label_id y) { return std::abs(leading.stride(x)) < std::abs(leading.stride(y)); });
            double inside = 1;
            for (const label_id id : order)
            {
                if (problem.sizes[id] == 1 || leading.stride(id) == 0) continue;
                if (t.stride(id) == 1 || inside >= long_loop) return true;
                if (t.stride(id) != 0) return false;
                inside *= static_cast<double>(problem.sizes[id]);
            }
            return true;
        }

        /// Whether the loops would pass again and again over more of the result than stays in the cache, for an axis that is summed outside.
        bool is_revisited(const std::vector<loop_axis>& loops, std::size_t element_bytes)
        {
            constexpr double stays_in_cache = 256 << 10;
            double bytes = 0;  // none before the first axis that is summed
            for (const loop_axis& x : loops)
            {
                if (x.strides[result_tensor] != 0) bytes *= static_cast<double>(x.extent);
                else if (bytes == 0) bytes = static_cast<double>(element_bytes);
            }
            return bytes > stays_in_cache;
        }
    }

    step lower_to_loops(const step_problem& problem, kernel op, const labelled_layout& left, const labelled_layout& right, bool may_copy)
    {
        const labelled_layout result = destination_of(problem);
        step s;
        s.op = op;
        s.scaled = problem.scaled;
        s.tensors = {in_place(left), in_place(right), in_place(result)};
        const std::array sizes = {elements(problem.sizes, left.labels), elements(problem.sizes, right.labels),
                                  elements(problem.sizes, result.labels)};
        std::size_t leading = result_tensor;
        for (const std::size_t t : {left_tensor, right_tensor})
            if (sizes[t] > sizes[leading]) leading = t;
        const std::array<const labelled_layout*, 3> tensors = {&left, &right, &result};
        s.loops = full_nest(problem.sizes, tensors);
        double turns = 1;
        for (const loop_axis& x : s.loops) turns *= static_cast<double>(x.extent);
        // Tiny nests stay as they are: the loops that run them (generic_loop.hpp) sort them where that pays.
        if (turns > static_cast<double>(tiny_iterations)) s.loops = normalized(std::move(s.loops), leading);
        if (may_copy && turns >= least_loop_for_copies && op != kernel::permute && has_tiles(problem.type))
        {
            for (std::size_t t = 0; t < tensors.size(); ++t)
            {
                if (t == leading || sizes[t] < 2 || (!is_pairwise(op) && t == right_tensor)) continue;
                const bool again = t == result_tensor && is_revisited(s.loops, problem.element_bytes);
                if (conforms(problem, *tensors[leading], *tensors[t]) && !again) continue;
                s.tensors[t].copied = true;
                sort_like(*tensors[leading], s.tensors[t]);
            }
        }
        // What is scaled is so block by block, on its way from the cache to the result.
        const bool tiny = turns <= static_cast<double>(tiny_iterations) && has_tiles(problem.type);
        if (problem.scaled && op != kernel::permute && !tiny) s.tensors[result_tensor].copied = true;
        if (has_tiles(problem.type) && std::ranges::any_of(s.tensors, &tensor_use::copied)) size_blocks(s, problem.element_bytes);
        double moved = 0;
        for (const labelled_layout* t : tensors) moved += moved_elements(problem, *t);
        s.threads = divide_loops(s, problem, moved);
        s.price = step_cost(problem.sizes, left.labels, right.labels, problem.output);
        return s;
    }
}
