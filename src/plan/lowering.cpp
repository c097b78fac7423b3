// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include "lowering.hpp"

#include <algorithm>
#include <cstdlib>

#include <xeinsum/detail/tiny.hpp>

#include "blas_lowering.hpp"
#include "division.hpp"
#include "threads.hpp"
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

        /// The library's own loops. The tensor with most elements sets the order of the axes; another one that lies across
        /// it is copied first (a result: computed apart) where that is worth while and fits.
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

        bool is_gemm(kernel op) { return op == kernel::gemm || op == kernel::batched_gemm; }

        /// Whether a batch label is contiguous in all three tensors and long enough for vectors of products.
        bool has_lanes(const step_problem& problem, const labelled_layout& left, const labelled_layout& right)
        {
            if (!problem.destination) return false;
            constexpr std::int64_t least_lanes = 8;
            const labelled_layout out{problem.output, *problem.destination};
            return std::ranges::any_of(problem.output, [&](label_id id) {
                return problem.sizes[id] >= least_lanes && left.stride(id) == 1 && right.stride(id) == 1 && out.stride(id) == 1;
            });
        }

#ifdef XEINSUM_LIBXSMM
        constexpr bool has_libxsmm = true;
#else
        constexpr bool has_libxsmm = false;
#endif

        /// Whether the loops walk labels only that all three tensors have: no call reads what another one reads, too.
        bool is_batch(const std::vector<loop_axis>& loops, const step_problem& problem, const labelled_layout& left, const labelled_layout& right)
        {
            const auto everywhere = [&](label_id id) {
                return left.has(id) && right.has(id) && std::ranges::find(problem.output, id) != problem.output.end();
            };
            return std::ranges::all_of(loops, [&](const loop_axis& x) { return std::ranges::all_of(x.labels, everywhere); });
        }

        /// Whether libxsmm is to make the calls of a step: many of them, small, and none that it has no kernel for. Calls that share
        /// operands are better made as one tiled product.
        bool suits_small_kernels(const step_problem& problem, const step& s, const labelled_layout& left, const labelled_layout& right)
        {
            const blas_call& c = *s.call;
            const bool real = problem.type == dtype::float32 || problem.type == dtype::float64;
            const bool transposes_first = c.column_major ? c.transpose_left : c.transpose_right;
            constexpr std::int64_t largest = 64, least_calls = 32, largest_step = 1 << 20;
            return has_libxsmm && real && is_gemm(s.op) && is_batch(s.loops, problem, left, right) && !transposes_first &&
                   std::max({c.m, c.n, c.k}) <= largest && call_count(s) >= least_calls && std::ranges::max(c.steps) <= largest_step;
        }

        /// OpenBLAS makes calls up to these sizes on the thread that asks: products of a gemm, elements of a matrix or a vector.
        constexpr double largest_gemm_on_one_thread = 262144, largest_matrix_on_one_thread = 4096, largest_vector_on_one_thread = 10000;

        bool stays_on_one_thread(kernel op, const blas_call& c)
        {
            const double m = static_cast<double>(c.m), n = static_cast<double>(c.n), k = static_cast<double>(c.k);
            if (is_gemm(op)) return m * n * k <= largest_gemm_on_one_thread;
            return op == kernel::dot ? k <= largest_vector_on_one_thread : m * k <= largest_matrix_on_one_thread;
        }

        /// Whether BLAS makes a step's calls on the threads that the plan has: on one, where another one would bring nothing, or
        /// on OpenMP's. Threads of its own would still spin when the next step wants theirs.
        bool keeps_to_threads(const step_problem& problem, const step& s)
        {
            const blas_call& c = *s.call;
            const double calls = static_cast<double>(call_count(s)), m = static_cast<double>(c.m), n = static_cast<double>(c.n),
                         k = static_cast<double>(c.k);
            const bool divides = is_gemm(s.op) ? is_worth_dividing(calls * m * n * k, 0, problem) : is_worth_dividing(0, calls * m * k, problem);
            switch (query_blas_threading())
            {
            case blas_threading::one: return !divides;
            case blas_threading::openmp: return in_parallel_region() || (calls == 1 && problem.threads > 1) || !divides;
            default: return !divides && stays_on_one_thread(s.op, c);
            }
        }

        /// Whether calls of BLAS in place beat the library's own kernels: always for a single call but one that sums very
        /// little, where tiles write the result once and BLAS twice; for many calls if each is large.
        bool favours_blas(const step_problem& problem, const step& s)
        {
            const std::int64_t calls = call_count(s);
            const blas_call& c = *s.call;
            if (calls == 1) return !is_gemm(s.op) || !has_tiles(problem.type) || c.k >= 48;
            const double size = static_cast<double>(c.m) * static_cast<double>(c.n) * static_cast<double>(c.k);
            if (is_gemm(s.op)) return size >= 192.0 * 192 * 192 && std::min({c.m, c.n, c.k}) >= 64;
            return size >= 1 << 20;
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
        const bool tiny = problem.strategy == lowering_strategy::automatic && is_tiny(problem.sizes, left.labels, right.labels);
        // Labels of extent 1 ask for nothing: the product of a matrix of one row is gemv's.
        const auto asking = [&](label_ids ids) {
            if (!tiny) std::erase_if(ids, [&](label_id id) { return problem.sizes[id] == 1; });
            return ids;
        };
        const kernel op = kernel_for(classify<label_id>(asking(left.labels), asking(right.labels), asking(problem.output)));
        const auto empty = [&](label_id id) { return problem.sizes[id] == 0; };
        const bool nothing = std::ranges::any_of(left.labels, empty) || std::ranges::any_of(right.labels, empty);
        using enum lowering_strategy;
        const bool outer = op == kernel::ger && problem.strategy != blas;  // BLAS adds to a result that must be cleared first
        if (!is_blas(op) || outer || nothing || tiny || problem.strategy == loops) return lower_to_loops(problem, op, left, right);
        if (problem.strategy == automatic && op == kernel::batched_gemm && has_tiles(problem.type) && has_lanes(problem, left, right))
            return lower_to_loops(problem, op, left, right);
        std::optional<step> s;
        std::optional<blas_call> in_blas;
        if (is_blas_type(problem.type) && (problem.strategy == blas || problem.strategy == automatic))
        {
            s = lower_to_blas(problem, op, left, right, problem.strategy == blas);
            if (s && problem.strategy == automatic)
            {
                s->call->small = suits_small_kernels(problem, *s, left, right);
                if (s->call->small) s->threads = divide_calls(*s, problem);
                else if (!keeps_to_threads(problem, *s) || !favours_blas(problem, *s))
                {
                    if (call_count(*s) == 1) in_blas = s->call;
                    s.reset();
                }
            }
        }
        if (!s && problem.strategy != blas && is_gemm(op) && has_tiles(problem.type)) s = lower_to_tiles(problem, op, left, right);
        if (!s) s = lower_to_loops(problem, op, left, right);
        s->in_blas = in_blas;
        s->price = step_cost(problem.sizes, left.labels, right.labels, problem.output);
        return std::move(*s);
    }

    labelled_layout result_of(const step& s)
    {
        const tensor_use& out = s.tensors[result_tensor];
        return {out.labels, out.lies};
    }
}
