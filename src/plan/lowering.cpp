// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include "lowering.hpp"

#include <algorithm>
#include <utility>

#include <xeinsum/detail/tiny.hpp>

#include "blas_choice.hpp"
#include "blas_lowering.hpp"
#include "block_lowering.hpp"
#include "division.hpp"
#include "dots.hpp"
#include "estimate.hpp"
#include "loop_lowering.hpp"
#include "tile_lowering.hpp"

namespace xeinsum::detail
{
    namespace
    {
        bool is_output(const step_problem& problem, label_id id) { return std::ranges::find(problem.output, id) != problem.output.end(); }

        /// Whether vectors hold one element of each of several products as they lie: a batch label that is long enough is contiguous in
        /// all three tensors.
        bool suits_lanes(const step_problem& problem, const labelled_layout& left, const labelled_layout& right)
        {
            if (!problem.destination) return false;
            constexpr std::int64_t least_lanes = 8;
            const labelled_layout out{problem.output, *problem.destination};
            return std::ranges::any_of(problem.output, [&](label_id id) {
                return problem.sizes[id] >= least_lanes && out.stride(id) == 1 && left.stride(id) == 1 && right.stride(id) == 1;
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
                return left.has(id) && right.has(id) && is_output(problem, id);
            };
            return std::ranges::all_of(loops, [&](const loop_axis& x) { return std::ranges::all_of(x.labels, everywhere); });
        }

        /// Whether both operands move alike in every loop.
        bool moves_alike(const std::vector<loop_axis>& loops)
        {
            return std::ranges::all_of(loops, [](const loop_axis& x) { return x.strides[left_tensor] == x.strides[right_tensor]; });
        }

        /// Whether libxsmm is to make the calls of a step: many of them, small, and none that it has no kernel for. Calls that share
        /// operands are better made as one tiled product.
        bool suits_small_kernels(const step_problem& problem, const step& s, const labelled_layout& left, const labelled_layout& right)
        {
            const blas_call& c = *s.call;
            const bool real = problem.type == dtype::float32 || problem.type == dtype::float64;
            const bool transposes_first = c.column_major ? c.transpose_left : c.transpose_right;
            constexpr std::int64_t largest = 64, least_calls = 32, largest_step = 1 << 20;
            constexpr std::size_t most_loops = 8;  // the engine's pieces copy them without the heap
            return has_libxsmm && real && !problem.scaled && is_gemm(s.op) && is_batch(s.loops, problem, left, right) && !transposes_first &&
                   s.loops.size() <= most_loops && std::max({c.m, c.n, c.k}) <= largest && call_count(s) >= least_calls && std::ranges::max(c.steps) <= largest_step;
        }
    }

    double free_values(const step_problem& problem, const labelled_layout& own, const labelled_layout& other)
    {
        double n = 1;
        for (const label_id id : own.labels)
            if (!other.has(id)) n *= static_cast<double>(problem.sizes[id]);
        return n;
    }

    product_size size_of_product(const step_problem& problem, const labelled_layout& left, const labelled_layout& right)
    {
        product_size size;
        double results = 1;
        for (const label_id id : problem.output) results *= static_cast<double>(problem.sizes[id]);
        size.elements = elements_of(left.lies) + elements_of(right.lies) + results;
        for (const labelled_layout* t : {&left, &right})
            for (std::size_t d = 0; d < t->labels.size(); ++d)
            {
                const label_id id = t->labels[d];
                if (t->lies.shape[d] == 1 || (t == &right && left.has(id))) continue;
                const bool a = left.stride(id) != 0, b = right.stride(id) != 0;
                (a && b ? is_output(problem, id) ? size.batch : size.depth : a ? size.rows : size.columns) *= static_cast<double>(t->lies.shape[d]);
            }
        return size;
    }

    namespace
    {
        bool lies_alike(const label_ids& labels, const labelled_layout& x, const labelled_layout& y)
        {
            return std::ranges::all_of(labels, [&](label_id id) { return x.stride(id) == y.stride(id); });
        }

        /// Whether elements of the tensor are many by a stride of 0.
        bool is_broadcast(const layout& lies)
        {
            for (std::size_t d = 0; d < lies.rank(); ++d)
                if (lies.shape[d] > 1 && lies.strides[d] == 0) return true;
            return false;
        }

        /// A product that whole copies prepare for BLAS: nothing where they or the call would take more memory or threads than they may, where what is
        /// broadcast would be repeated, or where alpha and beta would not be BLAS's. `in_place` is what BLAS would do without copies, if it could:
        /// where that is one call for each of the products of matrices, copies make it no fewer.
        std::optional<step> lower_to_copies(const step_problem& problem, kernel op, const labelled_layout& left, const labelled_layout& right,
                                            std::optional<step> in_place, double matrix_products)
        {
            constexpr double most_bytes = 64 << 20;
            if (problem.type != dtype::float32 && problem.type != dtype::float64) return std::nullopt;
            const bool is_best = in_place && in_place->op == op && static_cast<double>(call_count(*in_place)) == matrix_products;
            std::optional<step> s = is_best ? std::move(in_place) : lower_to_blas(problem, op, left, right, true);
            if (!s || !keeps_to_threads(op, *s->call, problem.type, call_count(*s), problem.threads)) return std::nullopt;
            if (problem.scaled && s->tensors[result_tensor].copied) return std::nullopt;
            double copied = 0;
            for (const tensor_use& use : s->tensors)
            {
                if (!use.copied) continue;
                if (is_broadcast(use.lies)) return std::nullopt;
                copied += elements_of(use.lies);
            }
            if (copied * static_cast<double>(problem.element_bytes) > most_bytes) return std::nullopt;
            return s;
        }

        /// A product as loops over dots, where they are a matrix of those; nothing else.
        std::optional<step> lower_to_dots(const step_problem& problem, kernel op, const labelled_layout& left, const labelled_layout& right)
        {
            const auto along_both = [&](label_id id) { return left.stride(id) == 1 && right.stride(id) == 1 && !is_output(problem, id); };
            if (!has_block_products(problem.type) || std::ranges::none_of(left.labels, along_both)) return std::nullopt;
            step s = lower_to_loops(problem, op, left, right, false);
            if (!is_matrix_of_dots(s.loops)) return std::nullopt;
            return s;
        }

        /// The step that promises to be fastest: the first one, unless another one is clearly faster.
        class fastest_step
        {
        public:
            fastest_step(step first, std::size_t element_bytes) : m_best(std::move(first)), m_bytes(element_bytes), m_first(expected_time(m_best, m_bytes)), m_least(clearly * m_first) {}

            /// A search takes some thousand nanoseconds itself, and a plan may run once.
            bool is_worth_a_search() const { return m_first >= 8000; }

            /// What another step has to stay below.
            double limit() const { return m_least; }
            bool is_beaten_by(double time) const { return time < m_least; }

            void consider(std::optional<step> s)
            {
                if (!s) return;
                const double time = expected_time(*s, m_bytes), first = margin(*s) * m_first;
                if (time >= std::min(first, m_least)) return;
                m_best = std::move(*s);
                m_least = time;
            }

            step take() { return std::move(m_best); }

        private:
            /// What copies cost is less certain than what products do.
            static constexpr double clearly = 0.93, clearly_with_copies = 0.85;
            static double margin(const step& s) { return std::ranges::any_of(s.tensors, &tensor_use::copied) ? clearly_with_copies : clearly; }

            step m_best;
            std::size_t m_bytes;
            double m_first, m_least;
        };

        /// How many products of matrices there are.
        double count_matrix_products(const step_problem& problem, const labelled_layout& left, const labelled_layout& right)
        {
            double batch = 1;
            for (const label_id id : left.labels)
                if (right.has(id) && is_output(problem, id)) batch *= static_cast<double>(problem.sizes[id]);
            return batch;
        }

        /// Whether one side of a product has few lines of its own.
        bool is_narrow(const step_problem& problem, const labelled_layout& left, const labelled_layout& right)
        {
            return std::min(free_values(problem, left, right), free_values(problem, right, left)) <= most_narrow_lines;
        }

        /// A product that BLAS does not take as it lies: in tiles, or loops with vectors across the batch, unless dots in place, or copies, whole or in
        /// blocks, promise to be clearly faster. `in_place`: what BLAS would do without copies, if it could.
        step lower_product(const step_problem& problem, kernel op, const labelled_layout& left, const labelled_layout& right, std::optional<step> in_place)
        {
            const bool in_lanes = problem.strategy == lowering_strategy::automatic && op == kernel::batched_gemm && suits_lanes(problem, left, right);
            step first = in_lanes ? lower_to_loops(problem, op, left, right, false) : lower_to_tiles(problem, op, left, right);
            if (problem.strategy != lowering_strategy::automatic || is_rank_k(first.op)) return first;
            fastest_step fastest(std::move(first), problem.element_bytes);
            if (!fastest.is_worth_a_search()) return fastest.take();
            // What is not ahead even with nothing to copy is not looked at.
            const product_size size = size_of_product(problem, left, right);
            if (fastest.is_beaten_by(least_time_of_dots(size, problem.threads, problem.element_bytes))) fastest.consider(lower_to_dots(problem, op, left, right));
            if (!problem.may_copy) return fastest.take();
            const double matrices = count_matrix_products(problem, left, right);
            if (fastest.is_beaten_by(least_time_of_calls(size, matrices, problem.element_bytes))) fastest.consider(lower_to_copies(problem, op, left, right, std::move(in_place), matrices));
            const bool may_be_blocks = has_block_products(problem.type) && (op == kernel::batched_gemm || is_narrow(problem, left, right));
            if (may_be_blocks) fastest.consider(lower_to_blocks(problem, op, left, right, fastest.limit()));
            return fastest.take();
        }

        /// A narrow product that BLAS takes in place: its call, unless dots, blocks or tiles promise to be clearly faster. Where memory is
        /// limited, the call, which takes none.
        step lower_narrow(step call, const step_problem& problem, const labelled_layout& left, const labelled_layout& right)
        {
            if (!problem.may_copy) return call;
            const kernel op = call.op;
            fastest_step fastest(std::move(call), problem.element_bytes);
            fastest.consider(lower_to_dots(problem, op, left, right));
            fastest.consider(lower_to_blocks(problem, op, left, right, fastest.limit()));
            fastest.consider(lower_to_tiles(problem, op, left, right));
            return fastest.take();
        }
    }

    namespace
    {
        role_counts count_roles(const step_problem& problem, const labelled_layout& left, const labelled_layout& right, bool with_extents_of_1)
        {
            role_counts counts;
            const auto count = [&](label_id id) {
                if (!with_extents_of_1 && problem.sizes[id] == 1) return;
                count_role(counts, role_of(left.has(id), right.has(id), is_output(problem, id)));
            };
            std::ranges::for_each(left.labels, count);
            for (const label_id id : right.labels)
                if (!left.has(id)) count(id);
            return counts;
        }
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
        const kernel op = kernel_for(count_roles(problem, left, right, tiny));
        const auto empty = [&](label_id id) { return problem.sizes[id] == 0; };
        const bool nothing = std::ranges::any_of(left.labels, empty) || std::ranges::any_of(right.labels, empty);
        using enum lowering_strategy;
        const bool outer = op == kernel::ger && problem.strategy != blas;  // BLAS adds to a result that must be cleared first
        if (!is_blas(op) || outer || nothing || tiny || problem.strategy == loops) return lower_to_loops(problem, op, left, right);
        if (problem.strategy == blocks)
        {
            const bool in_blocks = is_gemm(op) && has_block_products(problem.type) && !is_tiny(problem.sizes, left.labels, right.labels);
            step s = in_blocks ? *lower_to_blocks(problem, op, left, right) : lower_to_loops(problem, op, left, right);
            s.price = step_cost(problem.sizes, left.labels, right.labels, problem.output);
            return s;
        }
        std::optional<step> s, in_place;
        std::optional<blas_call> in_blas;
        labelled_layout in_blas_result;
        if (is_blas_type(problem.type) && (problem.strategy == blas || problem.strategy == automatic))
        {
            s = lower_to_blas(problem, op, left, right, problem.strategy == blas);
            if (s && problem.one_operand && is_gemm(op) && !s->tensors[left_tensor].copied && !s->tensors[right_tensor].copied &&
                is_batch(s->loops, problem, left, right) && moves_alike(s->loops))
                s->op = as_rank_k(op, *s->call, problem.type);
            if (s && problem.strategy == automatic)
            {
                s->call->small = suits_small_kernels(problem, *s, left, right);
                if (s->call->small) s->threads = divide_calls(*s, problem);
                else if (!favours_blas(s->op, *s->call, call_count(*s), problem.type)) in_place = std::exchange(s, std::nullopt);
                else if (!keeps_to_threads(s->op, *s->call, problem.type, call_count(*s), problem.threads))
                {
                    if (call_count(*s) == 1)
                    {
                        in_blas = s->call;
                        in_blas_result = result_of(*s);
                    }
                    s.reset();
                }
                else if (is_narrow(s->op, *s->call, problem.type)) s = lower_narrow(std::move(*s), problem, left, right);
            }
        }
        if (!s && problem.strategy != blas && is_gemm(op) && has_tiles(problem.type))
            s = in_blas && !is_narrow(problem, left, right) ? lower_to_tiles(problem, op, left, right) : lower_product(problem, op, left, right, std::move(in_place));
        if (!s) s = lower_to_loops(problem, op, left, right);
        // An intermediate lies as its step likes: where BLAS would have it otherwise, its call is not this step's.
        if (in_blas && lies_alike(problem.output, in_blas_result, result_of(*s))) s->in_blas = in_blas;
        s->scaled = problem.scaled;
        s->price = step_cost(problem.sizes, left.labels, right.labels, problem.output);
        return std::move(*s);
    }

    bool conjugate(step& s, bool left, bool right)
    {
        if (!s.inputs.empty() && s.inputs[0] == 1) std::swap(left, right);
        const auto as_herk = [&] {
            if (is_rank_k(s.op) && left != right) s.op = s.op == kernel::syrk ? kernel::herk : kernel::batched_herk;
        };
        if (s.tiles)
        {
            s.tiles->conjugate_left = left;
            s.tiles->conjugate_right = right;
            s.in_blas.reset();
            as_herk();
            return true;
        }
        if (!s.call) return false;
        blas_call& c = *s.call;
        const bool is_dot = s.op == kernel::dot || s.op == kernel::batched_dot;
        const bool fits = is_dot        ? !(left && right)
                          : is_gemm(s.op) ? (!left || c.transpose_left) && (!right || c.transpose_right)
                                          : (s.op == kernel::gemv || s.op == kernel::batched_gemv) && (!left || c.transpose_left) && !right;
        if (!fits || c.small) return false;
        as_herk();
        c.conjugate_left = left;
        c.conjugate_right = right;
        return true;
    }

    labelled_layout result_of(const step& s)
    {
        const tensor_use& out = s.tensors[result_tensor];
        return {out.labels, out.lies};
    }
}
