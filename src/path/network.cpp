// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include "network.hpp"

#include <algorithm>
#include <iterator>
#include <tuple>
#include <utility>

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

    network network_of(const bound_equation& e)
    {
        network n;
        n.terms.reserve(e.operands.size());
        for (const label_ids& ids : e.operands) n.terms.push_back(as_set(ids));
        n.output = as_set(e.output);
        for (const std::int64_t size : e.sizes) n.sizes.push_back(static_cast<double>(std::max<std::int64_t>(1, size)));
        std::vector<std::size_t> uses(n.sizes.size(), 0);
        for (const label_id id : n.output) ++uses[id];
        for (const label_ids& term : n.terms)
            for (const label_id id : term) ++uses[id];
        for (label_ids& term : n.terms) std::erase_if(term, [&](label_id id) { return uses[id] == 1; });
        return n;
    }

    bool is_better(const priced_tree& x, const priced_tree& y, path_objective by)
    {
        return by == path_objective::size ? std::tie(x.largest, x.flops) < std::tie(y.largest, y.flops) : x.flops < y.flops;
    }

    std::vector<label_ids> labels_of_nodes(const network& n, const contraction_tree& pairs)
    {
        std::vector<std::size_t> uses(n.sizes.size(), 0);
        for (const label_id id : n.output) ++uses[id];
        for (const label_ids& term : n.terms)
            for (const label_id id : term) ++uses[id];
        std::vector<label_ids> nodes = n.terms;
        nodes.reserve(n.terms.size() + pairs.size());
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
