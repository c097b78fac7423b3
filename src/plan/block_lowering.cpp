// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include "block_lowering.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

#include "blocks.hpp"
#include "division.hpp"
#include "estimate.hpp"

namespace xeinsum::detail
{
    namespace
    {
        class blocker
        {
        public:
            blocker(product p, kernel op) : m_product(std::move(p)), m_problem(m_product.problem), m_op(op) { m_product.place_result(); }

            /// `lanes`: elements of the batch lie side by side, not those of rows.
            step run(bool lanes) const
            {
                step s;
                s.op = m_op;
                s.scaled = m_problem.scaled;
                s.tensors = m_product.all_in_place();
                groups axes{fused(m_product.batch), fused(m_product.rows), fused(m_product.contracted), fused(m_product.columns)};
                using order = std::array<std::vector<loop_axis>*, 4>;
                const order outermost_first = lanes ? order{&axes.rows, &axes.contracted, &axes.columns, &axes.batch} : order{&axes.batch, &axes.rows, &axes.contracted, &axes.columns};
                for (const std::size_t t : {left_tensor, right_tensor, result_tensor}) s.tensors[t].copied = !lies_in_order(axes, t, lanes);
                s.loops.reserve(axes.batch.size() + axes.rows.size() + axes.contracted.size() + axes.columns.size());
                for (auto* group : outermost_first) std::ranges::move(*group, std::back_inserter(s.loops));
                if (m_problem.scaled) s.tensors[result_tensor].copied = true;
                if (std::ranges::any_of(s.tensors, &tensor_use::copied)) size_blocks(s, m_problem.element_bytes, block_bytes);
                s.threads = divide_loops(s, m_problem, elements_of(s.tensors[left_tensor].lies) + elements_of(s.tensors[right_tensor].lies) + elements_of(s.tensors[result_tensor].lies));
                return s;
            }

        private:
            struct groups
            {
                std::vector<loop_axis> batch, rows, contracted, columns;
            };

            /// What the blocks of the copied tensors may take together: a part of the L3 cache. The larger they are, the longer are the stretches
            /// in which tensors are read and written.
            static constexpr std::int64_t block_bytes = 4 << 20;

            /// A group's axes as the largest tensor that has them lies, fused where they are one in every tensor.
            std::vector<loop_axis> fused(const product_axes& group) const
            {
                if (group.empty()) return {};
                const std::array has = {&group != &m_product.columns, &group != &m_product.rows, &group != &m_product.contracted};
                std::size_t leading = result_tensor;
                for (const std::size_t t : {left_tensor, right_tensor})
                    if (has[t] && (!has[leading] || elements_of(m_product.tensor(t).lies) > elements_of(m_product.tensor(leading).lies))) leading = t;
                std::vector<loop_axis> axes;
                axes.reserve(group.size());
                for (const product_axis& x : group) axes.push_back({{x.id}, x.extent, x.strides});
                return normalized(std::move(axes), leading);
            }

            /// Whether the products find a tensor in place: each group one axis of it, and what has to be contiguous is.
            static bool lies_in_order(const groups& axes, std::size_t t, bool lanes)
            {
                for (const auto* group : {&axes.rows, &axes.contracted, &axes.columns})
                    for (std::size_t d = 1; d < group->size(); ++d)
                        if ((*group)[d - 1].strides[t] != (*group)[d].strides[t] * (*group)[d].extent) return false;
                const auto step = [&](const std::vector<loop_axis>& group) { return group.empty() ? 0 : group.back().strides[t]; };
                if (lanes) return step(axes.batch) == 1;
                return t == left_tensor ? step(axes.contracted) == 1 || step(axes.rows) == 1 : step(axes.columns) == 1;
            }

            product m_product;
            const step_problem& m_problem;
            kernel m_op;
        };
    }

    bool has_block_products(dtype type)
    {
        switch (type)
        {
        case dtype::float32:
        case dtype::float64:
        case dtype::int32:
        case dtype::uint32:
        case dtype::int64:
        case dtype::uint64: return true;
        default: return false;
        }
    }

    namespace
    {
        bool moves_contiguously(const product_axes& axes, std::size_t tensor)
        {
            return std::ranges::any_of(axes, [&](const product_axis& x) { return x.strides[tensor] == 1; });
        }

        /// Whether elements of many small matrices could be multiplied side by side.
        bool has_small_matrices(const product& p, const product_axes& columns)
        {
            constexpr double least_lanes = 8, narrow = 16;
            return values_of(p.batch) >= least_lanes && values_of(columns) < narrow;
        }

        /// The ways that take the operands in this order, or exchanged.
        void consider_ways(fastest_step& fastest, const product& p, const product_size& size, kernel op, bool is_exchanged)
        {
            const product_axes &rows = is_exchanged ? p.columns : p.rows, &columns = is_exchanged ? p.rows : p.columns;
            const std::size_t first = is_exchanged ? right_tensor : left_tensor;
            // Whether the products could find a tensor in place, as far as one axis tells.
            const auto may_lie_in_order = [&](std::size_t t, bool lanes) {
                if (t == result_tensor && !p.problem.destination) return !lanes;  // it is laid out for the products
                if (lanes) return moves_contiguously(p.batch, t);
                return moves_contiguously(columns, t) || (t == first && (moves_contiguously(p.contracted, t) || moves_contiguously(rows, t)));
            };
            for (const bool lanes : {false, true})
            {
                if (lanes && !has_small_matrices(p, columns)) continue;
                double copied = 0;
                for (const std::size_t t : {left_tensor, right_tensor, result_tensor})
                    if (!may_lie_in_order(t, lanes)) copied += p.moved_elements(t);
                if (!fastest.is_beaten_by(least_time_of_blocks(size, lanes, copied, p.problem.threads, p.problem.element_bytes), copied > 0)) continue;
                step s = blocker(is_exchanged ? p.exchanged() : p, op).run(lanes);
                if (is_exchanged) s.inputs = {1, 0};  // the caller's order
                fastest.consider(std::move(s));
            }
        }
    }

    void consider_blocks(fastest_step& fastest, const product& p, const product_size& size, kernel op)
    {
        consider_ways(fastest, p, size, op, false);
        consider_ways(fastest, p, size.exchanged(), op, true);
    }
}
