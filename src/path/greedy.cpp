// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include "greedy.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <set>
#include <tuple>
#include <utility>

namespace xeinsum::detail
{
    namespace
    {
        /// Products of sizes stay numbers: beyond this they are all the same.
        constexpr double largest_size = 1e300;

        double size_of(const network& n, const label_ids& ids)
        {
            double product = 1;
            for (const label_id id : ids) product *= n.sizes[id];
            return std::min(product, largest_size);
        }

        void remove(std::vector<std::size_t>& from, std::size_t value)
        {
            const auto at = std::ranges::find(from, value);
            *at = from.back();
            from.pop_back();
        }
    }

    bool greedy_search::candidate::operator>(const candidate& other) const
    {
        return std::tie(score, size, left, right) > std::tie(other.score, other.size, other.left, other.right);
    }

    greedy_search::greedy_search(const network& n) : m_network(n) {}

    void greedy_search::reset()
    {
        m_terms.clear();
        m_term_sizes.clear();
        m_alive.clear();
        m_uses.assign(m_network.sizes.size(), 0);
        m_owners.resize(m_network.sizes.size());
        for (auto& owners : m_owners) owners.clear();
        m_seen.assign(2 * m_network.terms.size(), 2 * m_network.terms.size());
        m_queue.clear();
        m_tree = {};
        m_tree.pairs.reserve(m_network.terms.size());
        m_work = 0;
        for (const label_id id : m_network.output) ++m_uses[id];
        for (const label_ids& ids : m_network.terms) add(ids);
    }

    std::optional<priced_tree> greedy_search::run(const greedy_taste& taste, double bound)
    {
        m_taste = taste;
        m_random = taste.seed;
        reset();
        for (std::size_t t = 0; t < m_network.terms.size(); ++t) note_partners(t, true);
        std::ranges::make_heap(m_queue, std::greater<>());
        while (m_tree.pairs.size() + 1 < m_network.terms.size() && !m_queue.empty())
        {
            const candidate next = m_queue.front();
            std::ranges::pop_heap(m_queue, std::greater<>());
            m_queue.pop_back();
            if (!m_alive[next.left] || !m_alive[next.right]) continue;
            const std::size_t known = m_queue.size();
            note_partners(contract(next.left, next.right), false);
            for (std::size_t size = known + 1; size <= m_queue.size(); ++size) std::push_heap(m_queue.begin(), m_queue.begin() + static_cast<std::ptrdiff_t>(size), std::greater<>());
            if (m_tree.flops > bound) return std::nullopt;
        }
        multiply_rest();
        return m_tree.flops > bound ? std::nullopt : std::optional(std::move(m_tree));
    }

    std::size_t greedy_search::add(label_ids ids)
    {
        const std::size_t t = m_terms.size();
        for (const label_id id : ids)
        {
            ++m_uses[id];
            m_owners[id].push_back(t);
        }
        m_alive.push_back(true);
        m_term_sizes.push_back(size_of(m_network, ids));
        m_terms.push_back(std::move(ids));
        return t;
    }

    greedy_search::prospect greedy_search::look_at(std::size_t left, std::size_t right) const
    {
        prospect result{1, 1};
        const auto take = [&](label_id id, std::size_t own) {
            result.flops *= m_network.sizes[id];
            if (m_uses[id] > own) result.size *= m_network.sizes[id];
        };
        auto a = m_terms[left].begin(), b = m_terms[right].begin();
        const auto a_end = m_terms[left].end(), b_end = m_terms[right].end();
        while (a != a_end && b != b_end)
        {
            if (*a == *b) take(*a++, 2), ++b;
            else take(*a < *b ? *a++ : *b++, 1);
        }
        for (; a != a_end; ++a) take(*a, 1);
        for (; b != b_end; ++b) take(*b, 1);
        result.size = std::min(result.size, largest_size);
        return result;
    }

    void greedy_search::note_partners(std::size_t t, bool later_only)
    {
        for (const label_id id : m_terms[t])
        {
            std::size_t met = 0;
            for (const std::size_t other : m_owners[id])
            {
                if (other == t || (later_only && other < t) || m_seen[other] == t) continue;
                if (++met > most_owners) break;
                m_seen[other] = t;
                const double size = look_at(t, other).size;
                const double change = size - m_taste.weight * (m_term_sizes[t] + m_term_sizes[other]);
                m_queue.push_back({score(change), size, std::min(t, other), std::max(t, other)});
                ++m_work;
            }
        }
    }

    double greedy_search::score(double change)
    {
        if (m_taste.temperature == 0) return change;
        return std::copysign(std::log1p(std::abs(change)), change) - m_taste.temperature * noise();
    }

    /// Gumbel's distribution: the least of the scores is then drawn with Boltzmann's weights.
    double greedy_search::noise()
    {
        m_random += 0x9e3779b97f4a7c15u;  // splitmix64
        std::uint64_t z = m_random;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
        z ^= z >> 31;
        const double uniform = (static_cast<double>(z >> 11) + 0.5) * 0x1p-53;
        return -std::log(-std::log(uniform));
    }

    std::size_t greedy_search::contract(std::size_t left, std::size_t right)
    {
        const prospect made = look_at(left, right);
        label_ids kept = united(m_terms[left], m_terms[right]);
        const std::size_t all = kept.size();
        for (const std::size_t t : {left, right})
        {
            m_alive[t] = false;
            for (const label_id id : m_terms[t])
            {
                --m_uses[id];
                remove(m_owners[id], t);
            }
        }
        erase_if(kept, [&](label_id id) { return m_uses[id] == 0; });
        m_tree.pairs.push_back({left, right});
        m_tree.flops += made.flops * (kept.size() < all ? 2 : 1);
        m_tree.largest = std::max(m_tree.largest, made.size);
        return add(std::move(kept));
    }

    void greedy_search::multiply_rest()
    {
        std::set<std::pair<double, std::size_t>> rest;
        for (std::size_t t = 0; t < m_terms.size(); ++t)
            if (m_alive[t]) rest.emplace(m_term_sizes[t], t);
        while (rest.size() > 1)
        {
            const std::size_t left = rest.extract(rest.begin()).value().second;
            const std::size_t right = rest.extract(rest.begin()).value().second;
            const std::size_t t = contract(std::min(left, right), std::max(left, right));
            rest.emplace(m_term_sizes[t], t);
        }
    }

    priced_tree greedy_tree(const network& n) { return *greedy_search(n).run({}, std::numeric_limits<double>::infinity()); }
}
