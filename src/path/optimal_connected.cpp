// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include <algorithm>
#include <bitset>
#include <functional>
#include <memory>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include "optimal.hpp"

namespace xeinsum::detail
{
    namespace
    {
        using subset = std::bitset<most_terms_of_connected_subsets>;

        /// The part of the network that hangs together with term `first`.
        std::vector<std::size_t> connected_part(const network& n, std::size_t first, std::vector<bool>& taken)
        {
            std::vector<std::size_t> part = {first};
            taken[first] = true;
            for (std::size_t i = 0; i < part.size(); ++i)
                for (std::size_t t = 0; t < n.terms.size(); ++t)
                {
                    const auto shared = [&](label_id id) { return std::ranges::binary_search(n.terms[part[i]], id); };
                    if (taken[t] || !std::ranges::any_of(n.terms[t], shared)) continue;
                    taken[t] = true;
                    part.push_back(t);
                }
            std::ranges::sort(part);
            return part;
        }

        class connected_search
        {
        public:
            connected_search(const network& n, path_objective by, const priced_tree& known, const search_watch& watch)
                : m_network(n), m_by(by), m_known(known), m_watch(watch), m_uses(n.sizes.size(), 0), m_members(n.sizes.size())
            {
                for (std::size_t t = 0; t < n.terms.size(); ++t)
                    for (const label_id id : n.terms[t]) m_members[id].set(t);
                for (const label_id id : n.output) m_uses[id] = 1;
            }

            enum class outcome { found, nothing_below_bound, too_much, stopped };

            /// Searches the tree of a part.
            outcome run(const std::vector<std::size_t>& part)
            {
                m_layers.clear();
                m_layers.resize(part.size() + 1);
                m_index.clear();
                for (const std::size_t t : part) keep({subset().set(t), m_network.terms[t], 0, 0, 0, nullptr, nullptr, t});
                for (std::size_t size = 2; size <= part.size(); ++size)
                {
                    if (m_work + looks_at(size) > most_work) return outcome::too_much;
                    for (std::size_t k = 1; k <= size / 2; ++k)
                        if (const outcome o = join(m_layers[k], m_layers[size - k], k == size - k); o != outcome::found) return o;
                    m_largest_done = std::max(m_largest_done, size);
                }
                return m_layers.back().empty() ? outcome::nothing_below_bound : outcome::found;
            }

            /// Adds the pairs of the part's tree and returns its root.
            std::size_t build(contraction_tree& pairs) const { return build(m_layers.back().front().get(), pairs); }

        private:
            /// A subset of the terms and the best way to contract it.
            struct entry
            {
                subset terms;
                label_ids labels;  ///< of the product
                double flops, largest, size;
                const entry* left;
                const entry* right;
                std::size_t term;  ///< of a single one
            };
            using layer = std::vector<std::unique_ptr<entry>>;  // subsets of one size

            bool is_ahead(double flops, double largest, double other_flops, double other_largest) const
            {
                if (m_by == path_objective::flops) return flops < other_flops;
                return std::pair(largest, flops) < std::pair(other_largest, other_flops);
            }

            void keep(entry e)
            {
                entry*& known = m_index[e.terms];
                if (known)
                {
                    if (is_ahead(e.flops, e.largest, known->flops, known->largest)) *known = std::move(e);
                    return;
                }
                layer& to = m_layers[e.terms.count()];
                to.push_back(std::make_unique<entry>(std::move(e)));
                known = to.back().get();
            }

            /// The pairs of known subsets that have so many terms together.
            std::size_t looks_at(std::size_t size) const
            {
                std::size_t looks = 0;
                for (std::size_t k = 1; k <= size / 2; ++k) looks += m_layers[k].size() * m_layers[size - k].size() / (k == size - k ? 2 : 1);
                return looks;
            }

            /// What it takes to combine two subsets, in looks at a pair: by their labels, where they are many.
            static std::size_t price_of_pair(const entry& a, const entry& b)
            {
                constexpr std::size_t least = 32, per_label = 4, many = 32;
                const std::size_t labels = a.labels.size() + b.labels.size();
                return labels <= many ? least : least + per_label * (labels - many);
            }

            /// `found` if it came to its end.
            outcome join(const layer& smaller, const layer& larger, bool same)
            {
                for (std::size_t i = 0; i < smaller.size(); ++i)
                    for (std::size_t j = same ? i + 1 : 0; j < larger.size(); ++j)
                    {
                        if (++m_work > most_work) return outcome::too_much;
                        if (m_work >= m_next_look)
                        {
                            m_next_look = m_work + often;
                            if (!m_watch.goes_on({m_largest_done, m_network.terms.size(), m_known.flops, m_known.largest})) return outcome::stopped;
                        }
                        if ((smaller[i]->terms & larger[j]->terms).none()) combine(*smaller[i], *larger[j]);
                    }
                return outcome::found;
            }

            void combine(const entry& a, const entry& b)
            {
                m_work += price_of_pair(a, b);
                entry made{a.terms | b.terms, {}, a.flops + b.flops, std::max(a.largest, b.largest), 1, &a, &b, 0};
                if (beyond_bound(made)) return;
                const label_ids all = united(a.labels, b.labels);
                if (all.size() == a.labels.size() + b.labels.size()) return;  // nothing is shared
                double flops = 1;
                for (const label_id id : all)
                {
                    flops *= m_network.sizes[id];
                    if (m_uses[id] == 0 && (m_members[id] & ~made.terms).none()) continue;
                    made.labels.push_back(id);
                    made.size *= m_network.sizes[id];
                }
                made.flops += made.labels.size() < all.size() ? 2 * flops : flops;
                made.largest = std::max(made.largest, made.size);
                if (!beyond_bound(made)) keep(std::move(made));
            }

            /// With room for sums in another order.
            bool beyond_bound(const entry& e) const
            {
                constexpr double room = 1 + 1e-9;
                return m_by == path_objective::flops ? e.flops > m_known.flops * room : e.largest > m_known.largest * room;
            }

            std::size_t build(const entry* e, contraction_tree& pairs) const
            {
                if (!e->left) return e->term;
                const std::size_t left = build(e->left, pairs), right = build(e->right, pairs);
                pairs.push_back({left, right});
                return m_network.terms.size() + pairs.size() - 1;
            }

            static constexpr std::size_t most_work = 300'000'000;
            static constexpr std::size_t often = 100'000;  // some milliseconds

            const network& m_network;
            path_objective m_by;
            const priced_tree& m_known;
            const search_watch& m_watch;
            std::vector<std::size_t> m_uses;  ///< by the output
            std::vector<subset> m_members;
            std::vector<layer> m_layers;
            std::unordered_map<subset, entry*> m_index;
            std::size_t m_work = 0, m_next_look = often;
            std::size_t m_largest_done = 1;  ///< terms of the subsets that are done
        };
    }

    std::optional<priced_tree> optimal_over_connected_subsets(const network& n, path_objective by, const priced_tree& known, const search_watch& watch)
    {
        std::vector<bool> taken(n.terms.size(), false);
        contraction_tree pairs;
        std::vector<std::size_t> roots;
        connected_search search(n, by, known, watch);
        for (std::size_t t = 0; t < n.terms.size(); ++t)
        {
            if (taken[t]) continue;
            const auto outcome = search.run(connected_part(n, t, taken));
            if (outcome == connected_search::outcome::too_much) return std::nullopt;
            // The known tree multiplies what shares no label, and is ahead of all that do not.
            if (outcome != connected_search::outcome::found) return known;
            roots.push_back(search.build(pairs));
        }
        // Parts that share nothing: small products first.
        std::vector<std::pair<double, std::size_t>> parts;
        const std::vector<label_ids> nodes = labels_of_nodes(n, pairs);
        for (const std::size_t root : roots)
        {
            double size = 1;
            for (const label_id id : nodes[root]) size *= n.sizes[id];
            parts.emplace_back(size, root);
        }
        while (parts.size() > 1)
        {
            std::ranges::sort(parts, std::greater<>());
            const auto [right_size, right] = parts.back();
            parts.pop_back();
            const auto [left_size, left] = parts.back();
            parts.back() = {left_size * right_size, n.terms.size() + pairs.size()};
            pairs.push_back({left, right});
        }
        priced_tree tree = price(n, std::move(pairs));
        watch.goes_on({n.terms.size(), n.terms.size(), tree.flops, tree.largest});
        return tree;
    }
}
