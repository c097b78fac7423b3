// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include <xeinsum/detail/constants.hpp>

#include <algorithm>
#include <limits>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>

#include <xeinsum/error.hpp>

#include "../path/network.hpp"
#include "../subscripts/rendering.hpp"

namespace xeinsum::detail
{
    namespace
    {
        /// An equation over labels of a bound one: with their letters if all have one, else as integers.
        equation equation_of(const bound_equation& e, const std::vector<label_ids>& terms, const label_ids& output)
        {
            const bool letters = e.kind == label_kind::letters && std::ranges::all_of(e.names, [](label l) { return l >= 0; });
            equation result;
            const auto push = [&](const label_ids& ids) {
                for (const label_id id : ids) result.push(letters ? e.names[id] : static_cast<label>(id));
            };
            for (const label_ids& ids : terms)
            {
                push(ids);
                result.end_term();
            }
            push(output);
            result.close(false, letters ? label_kind::letters : label_kind::integers);
            return result;
        }

        /// Takes a plan apart along its tree.
        class splitter
        {
        public:
            splitter(const plan& p, const std::vector<bool>& is_constant)
                : m_plan(p), m_bound(p.bound()), m_network(network_of(m_bound, p.how().layouts)), m_pairs(to_tree(m_network, p.path())),
                  m_constant(is_constant)
            {
                // The last product is left to the plan of the rest: that must have something to do.
                for (const auto& [left, right] : m_pairs) m_constant.push_back(m_constant[left] && m_constant[right]);
                if (!m_pairs.empty()) m_constant.back() = false;
            }

            constant_split run()
            {
                // The roots of the constant parts: constant nodes whose product is not.
                std::vector<bool> is_root(m_constant.size(), false);
                for (std::size_t k = 0; k < m_pairs.size(); ++k)
                    for (const std::size_t child : {m_pairs[k].left, m_pairs[k].right})
                        is_root[child] = m_constant[child] && !m_constant[operands() + k];
                if (m_pairs.empty()) is_root[0] = m_constant[0];

                std::vector<constant_part> parts;
                std::vector<label_ids> terms;
                options how = options_without_layouts();
                std::vector<extents> shapes;
                std::vector<std::size_t> nodes;  // of the rest's operands
                for (std::size_t i = 0; i < operands(); ++i)
                {
                    if (m_constant[i]) continue;
                    terms.push_back(m_bound.operands[i]);
                    shapes.push_back(m_plan.shapes()[i]);
                    how.layouts.push_back(m_plan.how().layouts[i]);
                    if (!m_plan.how().conjugated.empty()) how.conjugated.push_back(m_plan.how().conjugated[i]);
                    nodes.push_back(i);
                }
                for (std::size_t node = 0; node < is_root.size(); ++node)
                {
                    if (!is_root[node]) continue;
                    const label_ids labels = labels_left_by(node);
                    parts.push_back({leaves_of(node), contraction_of(node, labels)});
                    shapes.push_back(parts.back().contraction.result_shape());
                    how.layouts.push_back(row_major(shapes.back()));
                    if (!m_plan.how().conjugated.empty()) how.conjugated.push_back(false);
                    terms.push_back(labels);
                    nodes.push_back(node);
                }
                how.path = path_over(nodes, operands() + m_pairs.size());
                how.result = m_plan.result_layout();
                how.scaled = m_plan.how().scaled;
                how.memory_limit = m_plan.how().memory_limit;
                return {std::move(parts), plan(equation_of(m_bound, terms, m_bound.output), std::move(shapes), std::move(how))};
            }

        private:
            std::size_t operands() const { return m_bound.operands.size(); }

            options options_without_layouts() const
            {
                options how = m_plan.how();
                how.layouts.clear();
                how.conjugated.clear();
                how.same.clear();
                how.result.reset();
                how.scaled = false;
                how.memory_limit.reset();
                return how;
            }

            std::vector<std::size_t> leaves_of(std::size_t node) const
            {
                std::vector<std::size_t> leaves, stack = {node};
                while (!stack.empty())
                {
                    const std::size_t top = stack.back();
                    stack.pop_back();
                    if (top < operands()) leaves.push_back(top);
                    else stack.insert(stack.end(), {m_pairs[top - operands()].left, m_pairs[top - operands()].right});
                }
                std::ranges::sort(leaves);
                return leaves;
            }

            /// What the others, or the result, need of the labels of a part.
            label_ids labels_left_by(std::size_t node) const
            {
                const std::vector<std::size_t> own = leaves_of(node);
                std::set<label_id> needed(m_bound.output.begin(), m_bound.output.end());
                for (std::size_t i = 0; i < operands(); ++i)
                    if (!std::ranges::binary_search(own, i)) needed.insert(m_bound.operands[i].begin(), m_bound.operands[i].end());
                label_ids labels;
                for (const std::size_t i : own)
                    for (const label_id id : m_bound.operands[i])
                        if (needed.contains(id) && std::ranges::find(labels, id) == labels.end()) labels.push_back(id);
                return labels;
            }

            plan contraction_of(std::size_t node, const label_ids& labels) const
            {
                const std::vector<std::size_t> leaves = leaves_of(node);
                std::vector<label_ids> terms;
                std::vector<extents> shapes;
                options how = options_without_layouts();
                for (const std::size_t i : leaves)
                {
                    terms.push_back(m_bound.operands[i]);
                    shapes.push_back(m_plan.shapes()[i]);
                    if (!m_plan.how().conjugated.empty()) how.conjugated.push_back(m_plan.how().conjugated[i]);
                }
                how.path = path_over(leaves, node + 1);
                return plan(equation_of(m_bound, terms, labels), std::move(shapes), std::move(how));
            }

            /// The plan's pairs, up to `end`, of which both children are among these nodes or products of such.
            contraction_path path_over(const std::vector<std::size_t>& nodes, std::size_t end) const
            {
                constexpr std::size_t none = std::numeric_limits<std::size_t>::max();
                std::vector<std::size_t> numbers(end, none);
                for (std::size_t i = 0; i < nodes.size(); ++i) numbers[nodes[i]] = i;
                contraction_tree tree;
                for (std::size_t k = 0; operands() + k < end; ++k)
                {
                    const std::size_t left = numbers[m_pairs[k].left], right = numbers[m_pairs[k].right];
                    if (left == none || right == none || numbers[operands() + k] != none) continue;
                    tree.push_back({left, right});
                    numbers[operands() + k] = nodes.size() + tree.size() - 1;
                }
                return to_path(tree, nodes.size());
            }

            const plan& m_plan;
            const bound_equation& m_bound;
            network m_network;
            contraction_tree m_pairs;
            std::vector<bool> m_constant;  ///< per node
        };
    }

    constant_split split_constants(const plan& p, const std::vector<bool>& is_constant) { return splitter(p, is_constant).run(); }

    std::string what_is_left(std::span<const std::size_t> free_operands)
    {
        if (free_operands.empty()) return "no operand is left";
        std::string numbers;
        for (const std::size_t i : free_operands) numbers.append(numbers.empty() ? "" : ", ").append(std::to_string(i));
        return free_operands.size() == 1 ? "operand " + numbers + " is left" : "operands " + numbers + " are left";
    }

    void throw_no_such_operand(std::size_t operand, std::size_t operands, std::span<const std::size_t> free_operands)
    {
        const std::string start = "plan::bind: operand " + std::to_string(operand);
        if (operand < operands) throw std::invalid_argument(start + " is bound already; " + what_is_left(free_operands));
        throw std::invalid_argument(start + " does not exist; the plan has " + counted(operands, "operand") + ", numbered from 0");
    }

    void throw_other_shape(std::size_t operand, const extents& planned, const extents& given)
    {
        throw shape_error(shape_errc::extent_mismatch, "plan::bind: operand " + std::to_string(operand) + " is planned as " + to_string(planned) +
                                                           ", but the values are " + to_string(given) + "; they must have the shape that was planned");
    }

    void throw_other_count(std::size_t given, std::span<const std::size_t> free_operands)
    {
        throw subscript_error(subscript_errc::operand_count_mismatch, 0,
                              "bound_plan: called with " + counted(given, "operand") + ", but " + what_is_left(free_operands) + "; give one value for each that is left");
    }
}
