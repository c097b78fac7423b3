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
    }

    namespace
    {
        network finish(network n, const bound_equation& e)
        {
            n.output = as_set(e.output);
            n.sizes.reserve(e.sizes.size());
            for (const std::int64_t size : e.sizes) n.sizes.push_back(static_cast<double>(std::max<std::int64_t>(1, size)));
            detail::small_vector<std::size_t, 32> uses(n.sizes.size(), 0);
            for (const label_id id : n.output) ++uses[id];
            for (const label_ids& term : n.terms)
                for (const label_id id : term) ++uses[id];
            for (label_ids& term : n.terms) erase_if(term, [&](label_id id) { return uses[id] == 1; });
            return n;
        }
    }

    network network_of(const bound_equation& e)
    {
        network n;
        n.terms.reserve(e.operands.size());
        for (const label_ids& ids : e.operands) n.terms.push_back(as_set(ids));
        return finish(std::move(n), e);
    }

    network network_of(const bound_equation& e, const std::vector<extents>& shapes)
    {
        network n;
        n.terms.reserve(e.operands.size());
        for (std::size_t i = 0; i < e.operands.size(); ++i)
        {
            label_ids ids;
            for (std::size_t axis = 0; axis < e.operands[i].size(); ++axis)
                if (shapes[i][axis] == e.sizes[e.operands[i][axis]]) ids.push_back(e.operands[i][axis]);
            n.terms.push_back(as_set(std::move(ids)));
        }
        return finish(std::move(n), e);
    }

    bool is_better(const priced_tree& x, const priced_tree& y, path_objective by)
    {
        return by == path_objective::size ? std::tie(x.largest, x.flops) < std::tie(y.largest, y.flops) : x.flops < y.flops;
    }

    std::vector<label_ids> labels_of_nodes(const network& n, const contraction_tree& pairs)
    {
        small_vector<std::size_t, 32> uses(n.sizes.size(), 0);
        for (const label_id id : n.output) ++uses[id];
        for (const label_ids& term : n.terms)
            for (const label_id id : term) ++uses[id];
        std::vector<label_ids> nodes;
        nodes.reserve(n.terms.size() + pairs.size());
        nodes = n.terms;
        for (const auto& [left, right] : pairs)
        {
            label_ids all, kept;
            std::ranges::set_union(nodes[left], nodes[right], std::back_inserter(all));
            for (const std::size_t node : {left, right})
                for (const label_id id : nodes[node]) --uses[id];
            std::ranges::copy_if(all, std::back_inserter(kept), [&](label_id id) { return uses[id] > 0; });
            for (const label_id id : kept) ++uses[id];
            nodes.push_back(std::move(kept));
        }
        return nodes;
    }

    priced_tree price(const network& n, contraction_tree pairs)
    {
        const std::vector<label_ids> nodes = labels_of_nodes(n, pairs);
        priced_tree result;
        for (std::size_t k = 0; k < pairs.size(); ++k)
        {
            const label_ids& product = nodes[n.terms.size() + k];
            label_ids all;
            std::ranges::set_union(nodes[pairs[k].left], nodes[pairs[k].right], std::back_inserter(all));
            double flops = all.size() > product.size() ? 2 : 1, size = 1;
            for (const label_id id : all) flops *= n.sizes[id];
            for (const label_id id : product) size *= n.sizes[id];
            result.flops += flops;
            result.largest = std::max(result.largest, size);
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
            stack.push_back({node, true});
            const bool left_first = std::max(peak[left], own[left] + peak[right]) <= std::max(peak[right], own[right] + peak[left]);
            stack.push_back({left_first ? right : left, false});
            stack.push_back({left_first ? left : right, false});
        }
        return ordered;
    }

    namespace
    {
        contraction_tree to_simple_tree(std::size_t terms, const contraction_path& path)
        {
            detail::small_vector<std::size_t, 16> alive(terms);
            for (std::size_t t = 0; t < terms; ++t) alive[t] = t;
            contraction_tree pairs;
            pairs.reserve(terms);
            for (const auto& positions : path)
            {
                std::size_t node = alive[positions[0]];
                if (positions.size() == 2)
                {
                    pairs.push_back({node, alive[positions[1]]});
                    node = terms + pairs.size() - 1;
                    alive.erase(alive.begin() + std::max(positions[0], positions[1]));
                    alive.erase(alive.begin() + std::min(positions[0], positions[1]));
                }
                else alive.erase(alive.begin() + positions[0]);
                alive.push_back(node);
            }
            return pairs;
        }
    }

    contraction_tree to_tree(const network& n, const contraction_path& path)
    {
        // Pairs alone need no labels.
        const auto is_simple = [](const std::vector<std::size_t>& positions) { return positions.size() <= 2; };
        if (std::ranges::all_of(path, is_simple)) return to_simple_tree(n.terms.size(), path);
        std::vector<std::size_t> uses(n.sizes.size(), 0);
        for (const label_id id : n.output) ++uses[id];
        for (const label_ids& term : n.terms)
            for (const label_id id : term) ++uses[id];
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
            for (const label_ids& term : group.terms) all.insert(all.end(), term.begin(), term.end());
            all = as_set(std::move(all));
            std::ranges::copy_if(all, std::back_inserter(group.output), [&](label_id id) { return uses[id] > 0; });
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
