// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include <algorithm>
#include <cstddef>
#include <functional>
#include <iterator>
#include <queue>
#include <set>
#include <tuple>
#include <vector>

#include "algorithms.hpp"

namespace xeinsum::detail
{
    namespace
    {
        using id_set = std::vector<label_id>;  // sorted, unique

        /// The greedy search: terms that share labels are contracted in the order of
        ///
        ///     size(result) - size(left) - size(right)
        ///
        /// (opt_einsum's cost), smallest first, of equals the one of smallest result; what shares none is multiplied at the end, small ones first.
        class greedy_search
        {
        public:
            explicit greedy_search(const bound_equation& e) : m_equation(e), m_uses(e.sizes.size(), 0)
            {
                for (const label_id id : e.output) ++m_uses[id];
                m_owners.resize(e.sizes.size());
                for (const label_ids& ids : e.operands) add(ids);
            }

            contraction_path run()
            {
                for (std::size_t t = 0; t < m_terms.size(); ++t) push_candidates(t);
                while (!m_queue.empty())
                {
                    const auto [change, result, left, right] = m_queue.top();
                    m_queue.pop();
                    if (m_alive.contains(left) && m_alive.contains(right)) push_candidates(contract(left, right));
                }
                multiply_rest();
                return std::move(m_path);
            }

        private:
            using candidate = std::tuple<double, double, std::size_t, std::size_t>;

            std::size_t add(id_set ids)
            {
                std::ranges::sort(ids);
                ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
                const std::size_t t = m_terms.size();
                for (const label_id id : ids)
                {
                    ++m_uses[id];
                    m_owners[id].insert(t);
                }
                m_alive.insert(t);
                m_terms.push_back(std::move(ids));
                return t;
            }

            double size(const id_set& ids) const
            {
                double product = 1;
                for (const label_id id : ids) product *= static_cast<double>(m_equation.sizes[id]);
                return product;
            }

            /// Labels of the product: those that the output or a third term needs.
            id_set product(std::size_t left, std::size_t right) const
            {
                id_set all, kept;
                std::ranges::set_union(m_terms[left], m_terms[right], std::back_inserter(all));
                for (const label_id id : all)
                {
                    const std::size_t own = (m_owners[id].contains(left) ? 1u : 0u) + (m_owners[id].contains(right) ? 1u : 0u);
                    if (m_uses[id] > own) kept.push_back(id);
                }
                return kept;
            }

            void push_candidates(std::size_t t)
            {
                std::set<std::size_t> partners;
                for (const label_id id : m_terms[t])
                    partners.insert(m_owners[id].begin(), m_owners[id].end());
                for (const std::size_t other : partners)
                {
                    if (other == t) continue;
                    const double result = size(product(t, other));
                    const double change = result - size(m_terms[t]) - size(m_terms[other]);
                    m_queue.emplace(change, result, std::min(t, other), std::max(t, other));
                }
            }

            std::size_t contract(std::size_t left, std::size_t right)
            {
                id_set result = product(left, right);
                const auto position = [&](std::size_t t) {
                    return static_cast<std::size_t>(std::distance(m_alive.begin(), m_alive.find(t)));
                };
                m_path.push_back({position(left), position(right)});
                for (const std::size_t t : {left, right})
                {
                    m_alive.erase(t);
                    for (const label_id id : m_terms[t])
                    {
                        --m_uses[id];
                        m_owners[id].erase(t);
                    }
                }
                return add(std::move(result));
            }

            void multiply_rest()
            {
                std::set<std::pair<double, std::size_t>> rest;
                for (const std::size_t t : m_alive) rest.emplace(size(m_terms[t]), t);
                while (rest.size() > 1)
                {
                    const std::size_t left = rest.extract(rest.begin()).value().second;
                    const std::size_t right = rest.extract(rest.begin()).value().second;
                    const std::size_t t = contract(std::min(left, right), std::max(left, right));
                    rest.emplace(size(m_terms[t]), t);
                }
            }

            const bound_equation& m_equation;
            std::vector<id_set> m_terms;
            std::vector<std::size_t> m_uses;
            std::vector<std::set<std::size_t>> m_owners;
            std::set<std::size_t> m_alive;
            std::priority_queue<candidate, std::vector<candidate>, std::greater<>> m_queue;
            contraction_path m_path;
        };
    }

    contraction_path greedy_path(const bound_equation& e) { return greedy_search(e).run(); }
}
