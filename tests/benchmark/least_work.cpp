// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include "ceiling.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <set>
#include <utility>

#include <xeinsum/roles.hpp>

namespace bench
{
    namespace
    {
        using xeinsum::extents;
        using xeinsum::label_ids;
        using label_set = std::set<xeinsum::label_id>;

        constexpr std::int64_t cache_line = 64;

        /// An operand or intermediate: its labels of extent above 1, and the bytes that reading it once costs.
        struct term
        {
            label_set labels;
            double bytes = 0;
        };

        double volume(const label_set& labels, const extents& sizes)
        {
            double v = 1;
            for (const xeinsum::label_id id : labels) v *= static_cast<double>(sizes[id]);
            return v;
        }

        /// A row-major operand; one whose elements lie apart, as a diagonal's do, costs a cache line for each.
        term operand_term(const label_ids& labels, const extents& shape, const extents& sizes, std::int64_t element)
        {
            term t;
            const xeinsum::layout lies = xeinsum::row_major(shape);
            std::vector<std::int64_t> strides(sizes.size(), 0);
            for (std::size_t d = 0; d < labels.size(); ++d)
                if (shape[d] > 1)
                {
                    t.labels.insert(labels[d]);
                    strides[labels[d]] += lies.strides[d];
                }
            std::int64_t apart = t.labels.empty() ? 1 : std::numeric_limits<std::int64_t>::max();
            for (const xeinsum::label_id id : t.labels) apart = std::min(apart, strides[id]);
            t.bytes = volume(t.labels, sizes) * static_cast<double>(std::min(cache_line, apart * element));
            return t;
        }

        class accountant
        {
        public:
            explicit accountant(const xeinsum::plan& p)
                : m_sizes(p.bound().sizes), m_element(static_cast<std::int64_t>(xeinsum::size_of(p.how().type))),
                  m_output(p.bound().output.begin(), p.bound().output.end())
            {
                for (std::size_t i = 0; i < p.shapes().size(); ++i)
                    m_terms.push_back(operand_term(p.bound().operands[i], p.shapes()[i], m_sizes, m_element));
                for (std::size_t i = 0; i < m_terms.size(); ++i) sum_alone(i);
                for (const auto& positions : p.path())
                    if (positions.size() == 2) contract(positions[0], positions[1]);
                if (p.shapes().size() == 1 && m_all.empty())
                    m_all.push_back({1, 1, 1, 1, m_terms[0].bytes, bytes(m_terms[0].labels)});
            }

            std::vector<work> result() { return std::move(m_all); }

        private:
            double bytes(const label_set& labels) const { return volume(labels, m_sizes) * static_cast<double>(m_element); }

            bool needed(xeinsum::label_id id, std::size_t i, std::size_t j) const
            {
                if (m_output.contains(id)) return true;
                for (std::size_t t = 0; t < m_terms.size(); ++t)
                    if (t != i && t != j && m_terms[t].labels.contains(id)) return true;
                return false;
            }

            /// Sums the labels that no other term and not the output has.
            void sum_alone(std::size_t i)
            {
                term& t = m_terms[i];
                label_set kept;
                for (const xeinsum::label_id id : t.labels)
                    if (needed(id, i, i)) kept.insert(id);
                if (kept.size() == t.labels.size()) return;
                m_all.push_back({1, 1, 1, 1, t.bytes, bytes(kept)});
                t = {kept, bytes(kept)};
            }

            void contract(std::size_t i, std::size_t j)
            {
                const term left = m_terms[i], right = m_terms[j];
                label_set all = left.labels, kept;
                all.insert(right.labels.begin(), right.labels.end());
                work w;
                for (const xeinsum::label_id id : all)
                {
                    const bool stays = needed(id, i, j);
                    if (stays) kept.insert(id);
                    switch (xeinsum::role_of(left.labels.contains(id), right.labels.contains(id), stays))
                    {
                    case xeinsum::role::batch: w.batch *= m_sizes[id]; break;
                    case xeinsum::role::left_free: w.m *= m_sizes[id]; break;
                    case xeinsum::role::right_free: w.n *= m_sizes[id]; break;
                    default: w.k *= m_sizes[id]; break;
                    }
                }
                if (!w.is_product())
                {
                    w.read = left.bytes + right.bytes;
                    w.written = bytes(kept);
                }
                m_all.push_back(w);
                m_terms.erase(m_terms.begin() + static_cast<std::ptrdiff_t>(std::max(i, j)));
                m_terms.erase(m_terms.begin() + static_cast<std::ptrdiff_t>(std::min(i, j)));
                m_terms.push_back({kept, bytes(kept)});
            }

            extents m_sizes;
            std::int64_t m_element;
            label_set m_output;
            std::vector<term> m_terms;
            std::vector<work> m_all;
        };
    }

    std::vector<work> least_work(const xeinsum::plan& p) { return accountant(p).result(); }
}
