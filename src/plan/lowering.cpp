// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include "lowering.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include <xeinsum/detail/tiny.hpp>

#include "blas_choice.hpp"
#include "blas_lowering.hpp"
#include "block_lowering.hpp"
#include "division.hpp"
#include "dots.hpp"
#include "fastest_step.hpp"
#include "loop_lowering.hpp"
#include "product.hpp"
#include "tile_lowering.hpp"

namespace xeinsum::detail
{
    namespace
    {
        /// Whether vectors hold one element of each of several products as they lie: a batch label that is long enough is contiguous in
        /// all three tensors.
        bool suits_lanes(const product& p)
        {
            constexpr std::int64_t least_lanes = 8;
            return std::ranges::any_of(p.batch, [](const product_axis& x) { return x.extent >= least_lanes && x.strides == std::array<std::int64_t, 3>{1, 1, 1}; });
        }

        /// Whether both operands move alike along each of the axes.
        bool moves_alike(const product_axes& axes)
        {
            return std::ranges::all_of(axes, [](const product_axis& x) { return x.strides[left_tensor] == x.strides[right_tensor]; });
        }

#ifdef XEINSUM_LIBXSMM
        constexpr bool has_libxsmm = true;
#else
        constexpr bool has_libxsmm = false;
#endif

        /// Whether libxsmm is to make the calls: many of them, small, and none that it has no kernel for. Calls that share operands are better
        /// made as one tiled product.
        bool suits_small_kernels(const product& p, kernel op, const blas_way& way)
        {
            const step_problem& problem = p.problem;
            const blas_call& c = way.call();
            const bool real = problem.type == dtype::float32 || problem.type == dtype::float64;
            const bool transposes_first = c.column_major ? c.transpose_left : c.transpose_right;
            constexpr std::int64_t largest = 64, least_calls = 32, largest_step = 1 << 20;
            constexpr std::size_t most_loops = 8;  // the engine's pieces copy them without the heap
            return has_libxsmm && real && !problem.scaled && is_gemm(op) && way.shares_nothing() && !transposes_first &&
                   p.batch.size() <= most_loops && std::max({c.m, c.n, c.k}) <= largest && way.calls() >= least_calls && std::ranges::max(c.steps) <= largest_step;
        }

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

        step in_loops(const product& p, kernel op, bool may_copy = true)
        {
            return lower_to_loops(p.problem, op, *p.operands[left_tensor], *p.operands[right_tensor], may_copy);
        }

        /// How many sums both operands have next to each other.
        std::int64_t dot_length(const product& p)
        {
            std::int64_t length = 1;
            const auto continues = [&](const product_axis& x) { return x.strides[left_tensor] == length && x.strides[right_tensor] == length; };
            for (;;)
            {
                const auto next = std::ranges::find_if(p.contracted, continues);
                if (next == p.contracted.end()) return length;
                length *= next->extent;
            }
        }

        /// Considers loops over dots, where the product is a matrix of those.
        void consider_dots(fastest_step& fastest, const product& p, const product_size& size, kernel op)
        {
            const std::int64_t length = dot_length(p);
            if (!has_block_products(p.problem.type) || length == 1) return;
            if (!fastest.is_beaten_by(least_time_of_dots(size, length, p.problem.threads, p.problem.element_bytes), false)) return;
            step s = in_loops(p, op, false);
            if (is_matrix_of_dots(s.loops)) fastest.consider(std::move(s));
        }

        /// Considers whole copies that prepare a product for BLAS: not where they or the call would take more memory or threads than they may, where
        /// what is broadcast would be repeated, or where alpha and beta would not be BLAS's. `in_place`: what BLAS would do without copies, if it
        /// could: where that is one call for each of the products of matrices, copies make it no fewer.
        void consider_copies(fastest_step& fastest, const product& p, const product_size& size, kernel op, const blas_way* in_place)
        {
            constexpr double most_bytes = 64 << 20;
            const step_problem& problem = p.problem;
            if (problem.type != dtype::float32 && problem.type != dtype::float64) return;
            if (!fastest.is_beaten_by(least_time_of_calls(size, values_of(p.batch), problem.element_bytes), false)) return;
            const auto consider = [&](const blas_way& way) {
                if (!way.found() || !keeps_to_threads(op, way.call(), problem.type, way.calls(), problem.threads)) return;
                if (!fastest.is_beaten_by(least_time_of_calls(size, way.call(), static_cast<double>(way.calls()), problem.element_bytes), false)) return;
                step s = way.make();
                double copied = 0;
                for (const tensor_use& use : s.tensors)
                {
                    if (!use.copied) continue;
                    if (is_broadcast(use.lies)) return;
                    copied += elements_of(use.lies);
                }
                const bool is_scaled_apart = problem.scaled && s.tensors[result_tensor].copied;
                if (!is_scaled_apart && copied * static_cast<double>(problem.element_bytes) <= most_bytes) fastest.consider(std::move(s));
            };
            if (in_place && in_place->found() && static_cast<double>(in_place->calls()) == values_of(p.batch)) consider(*in_place);
            else consider(blas_way(p, op, true));
        }

        /// Whether one side of a product has few lines of its own.
        bool has_few_lines(const product& p) { return std::min(values_of(p.rows), values_of(p.columns)) <= most_narrow_lines; }

        /// A product that BLAS does not take as it lies: in tiles, or loops with vectors across the batch, unless dots in place, or copies, whole or in
        /// blocks, promise to be clearly faster. `in_place`: what BLAS would do without copies, if it could.
        step lower_product(const product& p, kernel op, const blas_way* in_place)
        {
            const step_problem& problem = p.problem;
            const bool is_automatic = problem.strategy == lowering_strategy::automatic;
            step first = is_automatic && op == kernel::batched_gemm && suits_lanes(p) ? in_loops(p, op, false) : lower_to_tiles(p, op);
            if (!is_automatic || is_rank_k(first.op)) return first;
            fastest_step fastest(std::move(first), problem.element_bytes);
            if (!fastest.is_worth_a_search()) return fastest.take();
            const product_size size = p.size();
            consider_dots(fastest, p, size, op);
            if (!problem.may_copy) return fastest.take();
            consider_copies(fastest, p, size, op, in_place);
            if (has_block_products(problem.type) && (op == kernel::batched_gemm || has_few_lines(p))) consider_blocks(fastest, p, size, op);
            return fastest.take();
        }

        /// A narrow product that BLAS takes in place: its call, unless dots, blocks or tiles promise to be clearly faster. Where memory is
        /// limited, the call, which takes none.
        step lower_narrow(step call, const product& p)
        {
            if (!p.problem.may_copy) return call;
            const kernel op = call.op;
            fastest_step fastest(std::move(call), p.problem.element_bytes);
            const product_size size = p.size();
            consider_dots(fastest, p, size, op);
            consider_blocks(fastest, p, size, op);
            fastest.consider(lower_to_tiles(p, op));
            return fastest.take();
        }

        /// The kernel that labels ask for, those of extent 1 like others.
        kernel kernel_for_labels(const step_problem& problem, const labelled_layout& left, const labelled_layout& right)
        {
            return kernel_for(classify<label_id>(left.labels, right.labels, problem.output));
        }
    }

    step lower_single(const step_problem& problem, const labelled_layout& operand)
    {
        const bool sums = operand.labels.size() > problem.output.size();
        return lower_to_loops(problem, sums ? kernel::reduce : kernel::permute, operand, {});
    }

    step lower_pair(const step_problem& problem, const labelled_layout& left, const labelled_layout& right)
    {
        if (problem.strategy == lowering_strategy::automatic && is_tiny(problem.sizes, left.labels, right.labels))
            return lower_to_loops(problem, kernel_for_labels(problem, left, right), left, right);
        const product p(problem, left, right);
        const kernel op = p.op();
        using enum lowering_strategy;
        const bool outer = op == kernel::ger && problem.strategy != blas;  // BLAS adds to a result that must be cleared first
        if (!is_blas(op) || outer || p.is_empty() || problem.strategy == loops) return in_loops(p, op);
        if (problem.strategy == blocks)
        {
            if (!is_gemm(op) || !has_block_products(problem.type) || is_tiny(problem.sizes, left.labels, right.labels)) return in_loops(p, op);
            fastest_step fastest(problem.element_bytes);
            consider_blocks(fastest, p, p.size(), op);
            step s = fastest.take();
            s.price = step_cost(problem.sizes, left.labels, right.labels, problem.output);
            return s;
        }
        std::optional<step> s;
        std::optional<blas_call> in_blas;
        labelled_layout in_blas_result;
        std::optional<blas_way> way;
        if (is_blas_type(problem.type) && (problem.strategy == blas || problem.strategy == automatic)) way.emplace(p, op, problem.strategy == blas);
        if (way && way->found())
        {
            const bool is_own = problem.one_operand && is_gemm(op) && !way->copies_operands() && way->shares_nothing() && moves_alike(p.batch);
            const kernel called = is_own ? as_rank_k(op, way->call(), problem.type) : op;
            const std::int64_t calls = way->calls();
            const auto take = [&] {
                s.emplace(way->make());
                s->op = called;
            };
            if (problem.strategy == blas) take();
            else if (suits_small_kernels(p, called, *way))
            {
                take();
                s->call->small = true;
                s->threads = divide_calls(*s, problem);
            }
            else if (favours_blas(called, way->call(), calls, problem.type))
            {
                if (keeps_to_threads(called, way->call(), problem.type, calls, problem.threads))
                {
                    take();
                    if (is_narrow(called, way->call(), problem.type)) s.emplace(lower_narrow(std::move(*s), p));
                }
                else if (calls == 1)
                {
                    in_blas = way->call();
                    in_blas_result = result_of(way->make());
                }
            }
        }
        if (!s && problem.strategy != blas && is_gemm(op) && has_tiles(problem.type))
            s.emplace(in_blas && !has_few_lines(p) ? lower_to_tiles(p, op) : lower_product(p, op, way ? &*way : nullptr));
        if (!s) s.emplace(in_loops(p, op));
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
