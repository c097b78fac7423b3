// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include "block_lowering.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <utility>

#include "blocks.hpp"
#include "division.hpp"
#include "estimate.hpp"

namespace xeinsum::detail
{
    namespace
    {
        enum group : std::size_t { batch_group, row_group, depth_group, column_group, groups };

        class blocker
        {
        public:
            blocker(const step_problem& problem, kernel op, const labelled_layout& left, const labelled_layout& right)
                : m_problem(problem), m_op(op), m_left(left), m_right(right)
            {
                for (const label_ids* ids : {&left.labels, &right.labels})
                    for (const label_id id : *ids)
                    {
                        if (problem.sizes[id] == 1 || (ids == &right.labels && left.has(id))) continue;
                        const bool out = std::ranges::find(problem.output, id) != problem.output.end();
                        m_labels[group_of(role_of(left.has(id), right.has(id), out))].push_back(id);
                    }
                m_out = problem.destination ? labelled_layout{problem.output, *problem.destination} : free_result();
            }

            /// Whether elements of many small matrices could be multiplied side by side.
            bool suits_lanes() const { return total(batch_group) >= least_lanes && total(column_group) < narrow; }

            /// `lanes`: elements of the batch lie side by side, not those of rows.
            step run(bool lanes) const
            {
                step s;
                s.op = m_op;
                s.scaled = m_problem.scaled;
                s.tensors = {tensor_use{m_left.labels, m_left.lies, false}, tensor_use{m_right.labels, m_right.lies, false},
                             tensor_use{m_out.labels, m_out.lies, false}};
                std::array<std::vector<loop_axis>, groups> axes;
                for (std::size_t g = 0; g < groups; ++g) axes[g] = fused(m_labels[g]);
                using order = std::array<group, groups>;
                s.loops.reserve(m_left.labels.size() + m_right.labels.size());
                for (const group g : lanes ? order{row_group, depth_group, column_group, batch_group} : order{batch_group, row_group, depth_group, column_group})
                    s.loops.insert(s.loops.end(), axes[g].begin(), axes[g].end());
                for (const std::size_t t : {left_tensor, right_tensor, result_tensor}) s.tensors[t].copied = !lies_in_order(axes, t, lanes);
                if (m_problem.scaled) s.tensors[result_tensor].copied = true;
                if (std::ranges::any_of(s.tensors, &tensor_use::copied)) size_blocks(s, m_problem.element_bytes, block_bytes);
                s.threads = divide_loops(s, m_problem, elements_of(m_left.lies) + elements_of(m_right.lies) + elements_of(m_out.lies));
                return s;
            }

        private:
            double total(group g) const
            {
                double n = 1;
                for (const label_id id : m_labels[g]) n *= static_cast<double>(m_problem.sizes[id]);
                return n;
            }

            static constexpr double least_lanes = 8, narrow = 16;
            /// What the blocks of the copied tensors may take together: a part of the L3 cache. The larger they are, the longer are the stretches
            /// in which tensors are read and written.
            static constexpr std::int64_t block_bytes = 4 << 20;

            static group group_of(role r)
            {
                switch (r)
                {
                case role::left_free: return row_group;
                case role::right_free: return column_group;
                case role::contracted: return depth_group;
                default: return batch_group;
                }
            }

            labelled_layout free_result() const
            {
                labelled_layout out;
                for (const label_id id : m_problem.output)
                    if (m_problem.sizes[id] == 1) out.labels.push_back(id);
                for (const group g : {batch_group, row_group, column_group}) out.labels.insert(out.labels.end(), m_labels[g].begin(), m_labels[g].end());
                extents shape;
                for (const label_id id : out.labels) shape.push_back(m_problem.sizes[id]);
                out.lies = row_major(std::move(shape));
                return out;
            }

            /// A group's axes as the largest tensor that has them lies, fused where they are one in every tensor.
            std::vector<loop_axis> fused(const label_ids& ids) const
            {
                std::vector<loop_axis> axes;
                std::array<const labelled_layout*, 3> tensors = {&m_left, &m_right, &m_out};
                std::size_t leading = result_tensor;
                for (const std::size_t t : {left_tensor, right_tensor})
                    if (!ids.empty() && tensors[t]->has(ids.front()) && (!tensors[leading]->has(ids.front()) || elements_of(tensors[t]->lies) > elements_of(tensors[leading]->lies))) leading = t;
                axes.reserve(ids.size());
                for (const label_id id : ids) axes.push_back({{id}, m_problem.sizes[id], {m_left.stride(id), m_right.stride(id), m_out.stride(id)}});
                return normalized(std::move(axes), leading);
            }

            /// Whether the products find a tensor in place: each group one axis of it, and what has to be contiguous is.
            static bool lies_in_order(const std::array<std::vector<loop_axis>, groups>& axes, std::size_t t, bool lanes)
            {
                for (const group g : {row_group, depth_group, column_group})
                    for (std::size_t d = 1; d < axes[g].size(); ++d)
                        if (axes[g][d - 1].strides[t] != axes[g][d].strides[t] * axes[g][d].extent) return false;
                const auto step = [&](group g) { return axes[g].empty() ? 0 : axes[g].back().strides[t]; };
                if (lanes) return step(batch_group) == 1;
                return t == left_tensor ? step(depth_group) == 1 || step(row_group) == 1 : step(column_group) == 1;
            }

            const step_problem& m_problem;
            kernel m_op;
            const labelled_layout& m_left;
            const labelled_layout& m_right;
            labelled_layout m_out;
            std::array<label_ids, groups> m_labels;
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

    std::optional<step> lower_to_blocks(const step_problem& problem, kernel op, const labelled_layout& left, const labelled_layout& right, double limit)
    {
        std::optional<step> best;
        const product_size size = size_of_product(problem, left, right);
        const auto consider = [&](bool is_exchanged, bool lanes) {
            if (least_time_of_blocks(is_exchanged ? size.exchanged() : size, lanes, problem.threads, problem.element_bytes) >= limit) return;
            const blocker way = is_exchanged ? blocker(problem, op, right, left) : blocker(problem, op, left, right);
            if (lanes && !way.suits_lanes()) return;
            step s = way.run(lanes);
            const double time = expected_time(s, problem.element_bytes);
            if (time >= limit) return;
            if (is_exchanged) s.inputs = {1, 0};  // the caller's order
            best = std::move(s);
            limit = time;
        };
        for (const bool lanes : {false, true})
            for (const bool is_exchanged : {false, true}) consider(is_exchanged, lanes);
        return best;
    }
}
