// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include "network.hpp"

#include <algorithm>
#include <functional>
#include <iterator>
#include <tuple>
#include <utility>

#include "automatic.hpp"

namespace xeinsum::detail
{
    namespace
    {
        label_ids as_set(label_ids ids)
        {
            std::ranges::sort(ids);
            ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
            return ids;
        }

        /// A network of these terms, given in any order and with repetitions.
        network of_terms(std::vector<label_ids> terms, const bound_equation& e)
        {
            network n{std::move(terms), as_set(e.output), {}};
            for (label_ids& term : n.terms) term = as_set(std::move(term));
            n.sizes.reserve(e.sizes.size());
            for (const std::int64_t size : e.sizes) n.sizes.push_back(static_cast<double>(std::max<std::int64_t>(1, size)));
            const label_uses uses = uses_of(n);
            for (label_ids& term : n.terms) erase_if(term, [&](label_id id) { return uses[id] == 1; });
            return n;
        }

        /// What is left of a set once the terms that `uses` counts no more are gone.
        label_ids still_used(const label_ids& ids, const label_uses& uses)
        {
            label_ids kept;
            std::ranges::copy_if(ids, std::back_inserter(kept), [&](label_id id) { return uses[id] > 0; });
            return kept;
        }
    }

    network network_of(const bound_equation& e) { return of_terms(e.operands, e); }

    network network_of(const bound_equation& e, const std::vector<layout>& operands)
    {
        std::vector<label_ids> terms(operands.size());
        for (std::size_t i = 0; i < operands.size(); ++i)
            for (std::size_t axis = 0; axis < operands[i].rank(); ++axis)
                if (const label_id id = e.operands[i][axis]; operands[i].shape[axis] == e.sizes[id]) terms[i].push_back(id);
        return of_terms(std::move(terms), e);
    }

    label_uses uses_of(const network& n)
    {
        label_uses uses(n.sizes.size(), 0);
        for (const label_id id : n.output) ++uses[id];
        for (const label_ids& term : n.terms)
            for (const label_id id : term) ++uses[id];
        return uses;
    }

    label_ids united(const label_ids& x, const label_ids& y)
    {
        label_ids all;
        std::ranges::set_union(x, y, std::back_inserter(all));
        return all;
    }

    cost pair_cost(const network& n, const label_ids& left, const label_ids& right, const label_ids& product)
    {
        const label_ids all = united(left, right);
        cost c{all.size() > product.size() ? 2.0 : 1.0, 1};
        for (const label_id id : all) c.flops *= n.sizes[id];
        for (const label_id id : product) c.size *= n.sizes[id];
        return c;
    }

    bool is_better(const priced_tree& x, const priced_tree& y, path_objective by)
    {
        return by == path_objective::size ? std::tie(x.largest, x.flops) < std::tie(y.largest, y.flops) : x.flops < y.flops;
    }

    std::vector<label_ids> labels_of_nodes(const network& n, const contraction_tree& pairs)
    {
        label_uses uses = uses_of(n);
        std::vector<label_ids> nodes;
        nodes.reserve(n.terms.size() + pairs.size());
        nodes = n.terms;
        for (const auto& [left, right] : pairs)
        {
            for (const std::size_t node : {left, right})
                for (const label_id id : nodes[node]) --uses[id];
            nodes.push_back(still_used(united(nodes[left], nodes[right]), uses));
            for (const label_id id : nodes.back()) ++uses[id];
        }
        return nodes;
    }

    priced_tree price(const network& n, contraction_tree pairs)
    {
        const std::vector<label_ids> nodes = labels_of_nodes(n, pairs);
        priced_tree result;
        for (std::size_t k = 0; k < pairs.size(); ++k)
        {
            const cost c = pair_cost(n, nodes[pairs[k].left], nodes[pairs[k].right], nodes[n.terms.size() + k]);
            result.flops += c.flops;
            result.largest = std::max(result.largest, c.size);
        }
        result.pairs = std::move(pairs);
        return result;
    }

    contraction_tree order_for_memory(const network& n, const contraction_tree& pairs)
    {
        const std::size_t terms = n.terms.size();
        if (terms < 4) return pairs;  // there is one order
        const std::vector<label_ids> nodes = labels_of_nodes(n, pairs);
        // Of each node: elements of its own (operands are the caller's), and the most that its subtree needs at a time.
        std::vector<double> own(nodes.size(), 0), peak(nodes.size(), 0);
        for (std::size_t k = 0; k < pairs.size(); ++k)
        {
            const auto [left, right] = pairs[k];
            const std::size_t node = terms + k;
            own[node] = 1;
            for (const label_id id : nodes[node]) own[node] *= n.sizes[id];
            const double left_first = std::max(peak[left], own[left] + peak[right]);
            const double right_first = std::max(peak[right], own[right] + peak[left]);
            peak[node] = std::max(std::min(left_first, right_first), own[left] + own[right] + own[node]);
        }
        contraction_tree ordered;
        ordered.reserve(pairs.size());
        std::vector<std::size_t> numbers(nodes.size());
        for (std::size_t t = 0; t < terms; ++t) numbers[t] = t;
        // Without recursion: a chain of a thousand operands is as deep.
        std::vector<std::pair<std::size_t, bool>> stack = {{nodes.size() - 1, false}};
        while (!stack.empty())
        {
            const auto [node, children_done] = stack.back();
            stack.pop_back();
            if (node < terms) continue;
            const auto [left, right] = pairs[node - terms];
            if (children_done)
            {
                ordered.push_back({numbers[left], numbers[right]});
                numbers[node] = terms + ordered.size() - 1;
                continue;
            }
            stack.emplace_back(node, true);
            const bool left_first = std::max(peak[left], own[left] + peak[right]) <= std::max(peak[right], own[right] + peak[left]);
            stack.emplace_back(left_first ? right : left, false);
            stack.emplace_back(left_first ? left : right, false);
        }
        return ordered;
    }

    bool is_pairwise(const contraction_path& path)
    {
        return std::ranges::all_of(path, [](const std::vector<std::size_t>& positions) { return positions.size() <= 2; });
    }

    contraction_tree to_simple_tree(std::size_t operand_count, const contraction_path& path)
    {
        small_vector<std::size_t, 16> alive(operand_count);
        for (std::size_t t = 0; t < operand_count; ++t) alive[t] = t;
        contraction_tree pairs;
        pairs.reserve(operand_count - 1);
        for (const auto& positions : path)
        {
            std::size_t node = alive[positions[0]];
            if (positions.size() == 2)
            {
                pairs.push_back({node, alive[positions[1]]});
                node = operand_count + pairs.size() - 1;
                alive.erase(alive.begin() + std::max(positions[0], positions[1]));
                alive.erase(alive.begin() + std::min(positions[0], positions[1]));
            }
            else alive.erase(alive.begin() + positions[0]);
            alive.push_back(node);
        }
        return pairs;
    }

    contraction_tree to_tree(const network& n, const contraction_path& path)
    {
        if (is_pairwise(path)) return to_simple_tree(n.terms.size(), path);
        label_uses uses = uses_of(n);
        struct part
        {
            std::size_t node;
            label_ids labels;
        };
        std::vector<part> alive;
        for (std::size_t t = 0; t < n.terms.size(); ++t) alive.push_back({t, n.terms[t]});
        contraction_tree pairs;
        for (const auto& positions : path)
        {
            network group{{}, {}, n.sizes};
            std::vector<std::size_t> numbers;
            for (const std::size_t p : positions)
            {
                numbers.push_back(alive[p].node);
                group.terms.push_back(alive[p].labels);
                for (const label_id id : alive[p].labels) --uses[id];
            }
            label_ids all;
            for (const label_ids& term : group.terms) all = united(all, term);
            group.output = still_used(all, uses);
            for (const label_id id : group.output) ++uses[id];
            contraction_tree own;
            if (positions.size() == 2) own = {{0, 1}};
            else if (positions.size() > 2) own = automatic_tree(group, {}).pairs;
            for (const auto& [left, right] : own)
            {
                pairs.push_back({numbers[left], numbers[right]});
                numbers.push_back(n.terms.size() + pairs.size() - 1);
            }
            std::vector<std::size_t> descending = positions;
            std::ranges::sort(descending, std::greater<>());
            for (const std::size_t p : descending) alive.erase(alive.begin() + static_cast<std::ptrdiff_t>(p));
            alive.push_back({numbers.back(), std::move(group.output)});
        }
        return pairs;
    }

    contraction_path to_path(const contraction_tree& pairs, std::size_t operand_count)
    {
        std::vector<std::size_t> alive(operand_count);
        for (std::size_t i = 0; i < operand_count; ++i) alive[i] = i;
        contraction_path path;
        path.reserve(pairs.size());
        for (std::size_t k = 0; k < pairs.size(); ++k)
        {
            // Numbers only grow towards the end of the list.
            const auto position = [&](std::size_t node) { return std::ranges::lower_bound(alive, node) - alive.begin(); };
            auto first = position(pairs[k].left), second = position(pairs[k].right);
            if (first > second) std::swap(first, second);
            path.push_back({static_cast<std::size_t>(first), static_cast<std::size_t>(second)});
            alive.erase(alive.begin() + second);
            alive.erase(alive.begin() + first);
            alive.push_back(operand_count + k);
        }
        return path;
    }
}
