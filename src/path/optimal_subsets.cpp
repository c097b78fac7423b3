// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include <algorithm>
#include <bit>
#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

#include <xeinsum/detail/small_vector.hpp>

#include "optimal.hpp"

namespace xeinsum::detail
{
    namespace
    {
        using subset = std::uint32_t;  // of the terms

        /// A value for each subset; those of three terms need no allocation.
        template <class T>
        using per_subset = small_vector<T, 8>;

        /// Real: double, or long double where the product of all labels' sizes is beyond it.
        template <class Real>
        class subset_search
        {
        public:
            explicit subset_search(const network& n)
                : m_terms(n.terms.size()), m_all((subset(1) << m_terms) - 1), m_inside(m_all + 1, Real(1)), m_closed(m_all + 1, Real(1)),
                  m_closed_count(m_all + 1, 0)
            {
                std::vector<subset> owners(n.sizes.size(), 0);
                for (std::size_t t = 0; t < m_terms; ++t)
                    for (const label_id id : n.terms[t]) owners[id] |= subset(1) << t;
                std::vector<bool> kept(n.sizes.size(), false);
                for (const label_id id : n.output) kept[id] = true;
                for (label_id id = 0; id < owners.size(); ++id)
                {
                    m_inside[owners[id]] *= static_cast<Real>(n.sizes[id]);
                    if (kept[id] || owners[id] == 0) continue;
                    m_closed[owners[id]] *= static_cast<Real>(n.sizes[id]);
                    ++m_closed_count[owners[id]];
                }
                // From what a set of owners is exactly to what lies within a subset.
                for (subset bit = 1; bit <= m_all; bit <<= 1)
                    for (subset s = 0; s <= m_all; ++s)
                    {
                        if (!(s & bit)) continue;
                        m_inside[s] *= m_inside[s ^ bit];
                        m_closed[s] *= m_closed[s ^ bit];
                        m_closed_count[s] = static_cast<std::uint16_t>(m_closed_count[s] + m_closed_count[s ^ bit]);
                    }
                m_inverse.reserve(m_closed.size());
                for (const Real& x : m_closed) m_inverse.push_back(Real(1) / x);
            }

            /// Nothing if `goes_on(subsets done)` says false, which is asked after every so many.
            template <class F>
            std::optional<priced_tree> run(path_objective by, F&& goes_on)
            {
                m_flops.assign(m_all + 1, Real(0));
                m_moved.assign(m_all + 1, Real(0));
                m_largest.assign(m_all + 1, Real(0));
                m_left.assign(m_all + 1, 0);
                for (subset s = 1; s <= m_all; ++s)
                {
                    if (std::has_single_bit(s)) continue;
                    if (by == path_objective::size) divide<path_objective::size>(s);
                    else divide<path_objective::flops>(s);
                    if (s % often == 0 && !goes_on(s)) return std::nullopt;
                }
                priced_tree tree;
                build(m_all, tree.pairs);
                tree.flops = static_cast<double>(m_flops[m_all]);
                tree.largest = static_cast<double>(m_largest[m_all]);
                return tree;
            }

        private:
            static constexpr subset often = 256;  // a millisecond at most

            /// Labels that S has any of, as the product of their sizes.
            Real touched(subset s) const { return m_inside[m_all] / m_inside[m_all ^ s]; }

            /// Of A and S - A, the one with the first term is A: each division is met once.
            template <path_objective By>
            void divide(subset s)
            {
                const subset first = s & (~s + 1), rest = s ^ first;
                const Real all = touched(s), size = all * m_inverse[s];
                const Real *const flops_of = m_flops.data(), *const largest_of = m_largest.data(), *const inverse = m_inverse.data();
                const std::uint16_t* const closed_count = m_closed_count.data();
                Real best_flops = std::numeric_limits<Real>::infinity(), best_largest = best_flops, best_moved = best_flops;
                for (subset others = (rest - 1) & rest;; others = (others - 1) & rest)
                {
                    const subset a = first | others, b = s ^ a;
                    Real flops = flops_of[a] + flops_of[b], largest = Real(0);
                    if constexpr (By == path_objective::size) largest = std::max({largest_of[a], largest_of[b], size});
                    // What both have is what the pair walks, without the labels that were summed within either.
                    if (By == path_objective::size ? largest <= best_largest : flops <= best_flops)
                    {
                        const bool sums = closed_count[s] > closed_count[a] + closed_count[b];
                        flops += all * inverse[a] * inverse[b] * static_cast<Real>(sums ? 2 : 1);
                        const bool ahead = By == path_objective::size && largest < best_largest;
                        const Real moved = m_moved[a] + m_moved[b];
                        if (ahead || flops < best_flops || (flops == best_flops && moved < best_moved))
                        {
                            best_flops = flops;
                            best_moved = moved;
                            best_largest = largest;
                            m_left[s] = a;
                        }
                    }
                    if (others == 0) break;
                }
                m_flops[s] = best_flops;
                m_moved[s] = best_moved + size;
                if constexpr (By == path_objective::size) m_largest[s] = best_largest;
                else m_largest[s] = std::max({m_largest[m_left[s]], m_largest[s ^ m_left[s]], size});
            }

            std::size_t build(subset s, contraction_tree& pairs) const
            {
                if (std::has_single_bit(s)) return static_cast<std::size_t>(std::countr_zero(s));
                const std::size_t left = build(m_left[s], pairs), right = build(s ^ m_left[s], pairs);
                pairs.push_back({left, right});
                return m_terms + pairs.size() - 1;
            }

            std::size_t m_terms;
            subset m_all;
            per_subset<Real> m_inside;                 ///< product of the labels that no term outside has
            per_subset<Real> m_closed;                 ///< the same without those of the output: they are summed within
            per_subset<Real> m_inverse;                ///< 1 / m_closed
            per_subset<std::uint16_t> m_closed_count;  ///< their number
            per_subset<Real> m_flops, m_largest;
            per_subset<Real> m_moved;  ///< elements of all products: of two orders with as many flops, the one that writes less is ahead
            per_subset<subset> m_left;
        };
    }

    namespace
    {
        template <class F>
        std::optional<priced_tree> search_subsets(const network& n, path_objective by, F&& goes_on)
        {
            double product = 1;
            for (const double size : n.sizes) product *= size;
            constexpr double safe = 1e290;
            return product < safe ? subset_search<double>(n).run(by, goes_on) : subset_search<long double>(n).run(by, goes_on);
        }
    }

    priced_tree optimal_over_subsets(const network& n, path_objective by)
    {
        return *search_subsets(n, by, [](subset) { return true; });
    }

    priced_tree optimal_over_subsets(const network& n, path_objective by, const priced_tree& known, const search_watch& watch)
    {
        const std::size_t all = (std::size_t(1) << n.terms.size()) - 1;
        auto tree = search_subsets(n, by, [&](subset done) { return watch.goes_on({done, all, known.flops, known.largest}); });
        if (!tree) return known;
        watch.goes_on({all, all, tree->flops, tree->largest});
        return std::move(*tree);
    }
}
