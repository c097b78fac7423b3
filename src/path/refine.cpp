// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include "refine.hpp"

#include <algorithm>
#include <unordered_map>
#include <utility>
#include <vector>

#include "optimal.hpp"

namespace xeinsum::detail
{
    namespace
    {
        class refinement
        {
        public:
            refinement(const network& n, const contraction_tree& pairs, path_objective by)
                : m_network(n), m_by(by), m_terms(n.terms.size()), m_labels(labels_of_nodes(n, pairs)), m_children(pairs),
                  m_costs(pairs.size())
            {
                for (std::size_t node = m_terms; node < m_labels.size(); ++node)
                {
                    update_cost(node);
                    m_flops += cost_of(node).flops;
                }
            }

            contraction_tree run(const std::function<std::size_t(double flops)>& most_work, std::size_t& work)
            {
                for (bool changed = true; changed;)
                {
                    changed = false;
                    for (const std::size_t node : inner_nodes())
                    {
                        if (work >= most_work(m_flops)) return emit();
                        ++work;
                        changed = improve(node) || changed;
                    }
                }
                return emit();
            }

        private:
            struct piece
            {
                std::vector<std::size_t> leaves, inner;
            };

            tree_pair& children(std::size_t node) { return m_children[node - m_terms]; }
            cost& cost_of(std::size_t node) { return m_costs[node - m_terms]; }
            bool is_inner(std::size_t node) const { return node >= m_terms; }

            void update_cost(std::size_t node)
            {
                const auto [left, right] = children(node);
                cost_of(node) = pair_cost(m_network, m_labels[left], m_labels[right], m_labels[node]);
            }

            /// Below each other: the root last.
            std::vector<std::size_t> inner_nodes()
            {
                std::vector<std::size_t> order, stack = {m_labels.size() - 1};
                while (!stack.empty())
                {
                    const std::size_t node = stack.back();
                    stack.pop_back();
                    order.push_back(node);
                    for (const std::size_t child : {children(node).left, children(node).right})
                        if (is_inner(child)) stack.push_back(child);
                }
                std::ranges::reverse(order);
                return order;
            }

            /// The part below a node, opened where it costs most.
            piece grow(std::size_t node)
            {
                constexpr std::size_t most_leaves = 8;
                piece p{{children(node).left, children(node).right}, {node}};
                while (p.leaves.size() < most_leaves)
                {
                    auto dearest = p.leaves.end();
                    for (auto leaf = p.leaves.begin(); leaf != p.leaves.end(); ++leaf)
                        if (is_inner(*leaf) && (dearest == p.leaves.end() || cost_of(*leaf).flops > cost_of(*dearest).flops)) dearest = leaf;
                    if (dearest == p.leaves.end()) break;
                    const std::size_t opened = *dearest;
                    *dearest = children(opened).left;
                    p.leaves.push_back(children(opened).right);
                    p.inner.push_back(opened);
                }
                return p;
            }

            bool improve(std::size_t node)
            {
                const piece p = grow(node);
                if (p.leaves.size() < 3) return false;
                priced_tree now;
                for (const std::size_t inner : p.inner)
                {
                    now.flops += cost_of(inner).flops;
                    now.largest = std::max(now.largest, cost_of(inner).size);
                }
                const priced_tree best = optimal_over_subsets(network_of_piece(p, node), m_by);
                const double flops_before = now.flops;
                constexpr double rounding = 1 - 1e-9;
                now.flops *= rounding;
                if (!is_better(best, now, m_by)) return false;
                replace(p, node, best.pairs);
                m_flops += best.flops - flops_before;
                return true;
            }

            /// With labels numbered anew: only those of the piece.
            network network_of_piece(const piece& p, std::size_t node) const
            {
                network part;
                std::unordered_map<label_id, label_id> numbers;
                const auto number = [&](label_id id) {
                    const auto [at, is_new] = numbers.try_emplace(id, part.sizes.size());
                    if (is_new) part.sizes.push_back(m_network.sizes[id]);
                    return at->second;
                };
                const auto numbered = [&](const label_ids& ids) {
                    label_ids result;
                    for (const label_id id : ids) result.push_back(number(id));
                    std::ranges::sort(result);
                    return result;
                };
                for (const std::size_t leaf : p.leaves) part.terms.push_back(numbered(m_labels[leaf]));
                part.output = numbered(m_labels[node]);
                return part;
            }

            /// The piece's inner nodes take the new pairs; the topmost keeps its number.
            void replace(const piece& p, std::size_t node, const contraction_tree& pairs)
            {
                std::vector<std::size_t> numbers = p.leaves;
                for (std::size_t k = 0; k < pairs.size(); ++k)
                {
                    const std::size_t made = k + 1 == pairs.size() ? node : p.inner[k + 1];
                    children(made) = {numbers[pairs[k].left], numbers[pairs[k].right]};
                    numbers.push_back(made);
                }
                label_products(p, node);
            }

            /// Labels of the new products: what of their leaves is needed outside them.
            void label_products(const piece& p, std::size_t node)
            {
                std::unordered_map<label_id, std::size_t> uses;
                for (const label_id id : m_labels[node]) ++uses[id];
                for (const std::size_t leaf : p.leaves)
                    for (const label_id id : m_labels[leaf]) ++uses[id];
                const auto visit = [&](const auto& self, std::size_t at) -> void {
                    for (const std::size_t child : {children(at).left, children(at).right})
                        if (std::ranges::find(p.leaves, child) == p.leaves.end()) self(self, child);
                    const auto [left, right] = children(at);
                    for (const std::size_t child : {left, right})
                        for (const label_id id : m_labels[child]) --uses[id];
                    m_labels[at] = united(m_labels[left], m_labels[right]);
                    erase_if(m_labels[at], [&](label_id id) { return uses[id] == 0; });
                    for (const label_id id : m_labels[at]) ++uses[id];
                    update_cost(at);
                };
                visit(visit, node);
            }

            contraction_tree emit()
            {
                contraction_tree pairs;
                std::vector<std::size_t> numbers(m_labels.size());
                for (std::size_t t = 0; t < m_terms; ++t) numbers[t] = t;
                for (const std::size_t node : inner_nodes())
                {
                    pairs.push_back({numbers[children(node).left], numbers[children(node).right]});
                    numbers[node] = m_terms + pairs.size() - 1;
                }
                return pairs;
            }

            const network& m_network;
            path_objective m_by;
            std::size_t m_terms;
            std::vector<label_ids> m_labels;  ///< per node
            contraction_tree m_children;      ///< per inner node; not in the order of a contraction
            std::vector<cost> m_costs;        ///< likewise
            double m_flops = 0;               ///< of all of them
        };
    }

    priced_tree refine(const network& n, priced_tree tree, path_objective by, std::size_t most_work)
    {
        std::size_t work = 0;
        return refine(n, std::move(tree), by, [&](double) { return most_work; }, work);
    }

    priced_tree refine(const network& n, priced_tree tree, path_objective by, const std::function<std::size_t(double flops)>& most_work, std::size_t& work)
    {
        work = 0;
        if (n.terms.size() < 3) return tree;
        priced_tree refined = price(n, refinement(n, tree.pairs, by).run(most_work, work));
        return is_better(refined, tree, by) ? refined : tree;
    }
}
