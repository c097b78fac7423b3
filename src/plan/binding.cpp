// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include <xeinsum/binding.hpp>

#include <algorithm>
#include <cmath>
#include <sstream>
#include <stdexcept>
#include <unordered_map>

#include <xeinsum/error.hpp>
#include <xeinsum/subscripts.hpp>

#include "../subscripts/rendering.hpp"

namespace xeinsum
{
    namespace
    {
        using detail::counted;

        /// Where an extent was first seen, for the message when another does not fit.
        struct sighting
        {
            std::size_t operand = 0;
            std::size_t axis = 0;
            std::size_t column = 0;
            std::int64_t extent = 1;
        };

        /// Builds a bound_equation, operand by operand.
        class binder
        {
        public:
            binder(const equation& e, std::span<const extents> shapes, bool broadcast)
                : m_equation(e), m_shapes(shapes), m_broadcast(broadcast)
            {
                m_result.kind = e.kind();
            }

            bound_equation run()
            {
                check_operand_count();
                m_result.operands.reserve(m_shapes.size());
                m_result.names.reserve(8);
                for (std::size_t i = 0; i < m_shapes.size(); ++i)
                    m_ellipsis_rank = std::max(m_ellipsis_rank, ellipsis_rank(i));
                for (std::size_t i = 0; i < m_shapes.size(); ++i)
                    bind_operand(i);
                bind_output();
                element_count(m_result.output_shape());
                return std::move(m_result);
            }

        private:
            [[noreturn]] void fail(shape_errc code, const std::vector<std::size_t>& columns, const std::string& what) const
            {
                throw shape_error(code, detail::message_with_carets(rendered().text, columns, what));
            }

            detail::rendering rendered() const { return detail::render(m_equation); }

            void check_operand_count() const
            {
                const std::size_t terms = m_equation.operand_count();
                if (m_shapes.empty() || terms != m_shapes.size()) detail::throw_operand_count(rendered().text, terms, m_shapes.size());
            }

            /// Axes that the ellipsis of operand i stands for. Checks the operand's rank.
            std::size_t ellipsis_rank(std::size_t i) const
            {
                const auto term = m_equation.term(i);
                const bool has_ellipsis = std::ranges::find(term, ellipsis) != term.end();
                const std::size_t labels = term.size() - (has_ellipsis ? 1 : 0);
                const std::size_t rank = m_shapes[i].size();
                if (labels <= rank && (has_ellipsis || labels == rank)) return rank - labels;
                const bool many = labels > rank;
                std::string what = "term " + std::to_string(i) + " has " + counted(labels, "label") + " but operand " +
                                   std::to_string(i) + " has " + std::to_string(rank) + (rank == 1 ? " axis" : " axes") +
                                   " (shape " + to_string(m_shapes[i]) + ")";
                what += many ? "; take " + counted(labels - rank, "label") + " away"
                             : "; write " + counted(rank - labels, "more label") + ", or '...' for them";
                fail(many ? shape_errc::too_many_labels : shape_errc::too_few_labels, {rendered().term_columns[i]}, what);
            }

            label_id id_of(label name)
            {
                const auto& names = m_result.names;
                // A few are found faster where they stand than in a map.
                constexpr std::size_t few = 32;
                if (names.size() <= few)
                {
                    const auto at = std::ranges::find(names, name);
                    return at != names.end() ? static_cast<label_id>(at - names.begin()) : add(name);
                }
                if (m_ids.empty())
                    for (label_id id = 0; id < names.size(); ++id) m_ids.emplace(names[id], id);
                const auto [at, is_new] = m_ids.try_emplace(name, names.size());
                return is_new ? add(name) : at->second;
            }

            label_id add(label name)
            {
                m_result.names.push_back(name);
                m_result.sizes.push_back(1);
                m_seen.push_back({});
                m_is_seen.push_back(false);
                return m_result.names.size() - 1;
            }

            void bind_operand(std::size_t i)
            {
                m_result.operands.emplace_back();
                const std::size_t own = ellipsis_rank(i);
                const auto term = m_equation.term(i);
                for (std::size_t l = 0; l < term.size(); ++l)
                {
                    if (term[l] != ellipsis) bind_axis(i, l, term[l]);
                    else
                        for (std::size_t k = m_ellipsis_rank - own; k < m_ellipsis_rank; ++k)
                            bind_axis(i, l, -1 - static_cast<label>(k));
                }
            }

            void bind_axis(std::size_t operand, std::size_t position, label name)
            {
                const std::size_t axis = m_result.operands[operand].size();
                const sighting here{operand, axis, position, m_shapes[operand][axis]};
                if (here.extent < 0)
                    throw shape_error(shape_errc::negative_extent, "einsum \"" + rendered().text + "\": operand " +
                                                                       std::to_string(operand) + " has the negative extent " +
                                                                       std::to_string(here.extent));
                const label_id id = id_of(name);
                m_result.operands[operand].push_back(id);
                if (!m_is_seen[id])
                {
                    m_is_seen[id] = true;
                    m_seen[id] = here;
                    m_result.sizes[id] = here.extent;
                }
                else if (repeats_in_term(operand, axis, id)) check_diagonal(id, operand, axis, here);
                else combine(id, here);
            }

            bool repeats_in_term(std::size_t operand, std::size_t axis, label_id id) const
            {
                const auto& ids = m_result.operands[operand];
                return std::find(ids.begin(), ids.begin() + static_cast<std::ptrdiff_t>(axis), id) !=
                       ids.begin() + static_cast<std::ptrdiff_t>(axis);
            }

            void check_diagonal(label_id id, std::size_t operand, std::size_t axis, const sighting& here) const
            {
                const auto& ids = m_result.operands[operand];
                const std::size_t first = static_cast<std::size_t>(std::ranges::find(ids, id) - ids.begin());
                if (m_shapes[operand][first] == m_shapes[operand][axis]) return;
                const auto columns = rendered().columns[operand];
                const auto term = m_equation.term(operand);
                const auto start = static_cast<std::size_t>(std::ranges::find(term, m_result.names[id]) - term.begin());
                fail(shape_errc::unequal_diagonal, {columns[start], columns[here.column]},
                     "label '" + m_result.name(id) + "' takes the diagonal of operand " + std::to_string(operand) +
                         ", but its axes " + std::to_string(first) + " and " + std::to_string(axis) + " have the extents " +
                         std::to_string(m_shapes[operand][first]) + " and " + std::to_string(m_shapes[operand][axis]) +
                         "; they must be equal (an extent of 1 does not broadcast within one term)");
            }

            void combine(label_id id, const sighting& here)
            {
                std::int64_t& size = m_result.sizes[id];
                if (here.extent == size) return;
                if (m_broadcast && here.extent == 1) return;
                if (m_broadcast && size == 1)
                {
                    size = here.extent;
                    m_seen[id] = here;
                    return;
                }
                const sighting& there = m_seen[id];
                const detail::rendering r = rendered();
                const std::string advice =
                    !m_broadcast && (here.extent == 1 || size == 1)
                        ? "; they must be equal, as broadcasting is off"
                        : "; they must be equal, or one of them 1";
                fail(shape_errc::extent_mismatch,
                     {r.columns[there.operand][there.column], r.columns[here.operand][here.column]},
                     "label '" + m_result.name(id) + "' has extent " + std::to_string(there.extent) + " in operand " +
                         std::to_string(there.operand) + " (axis " + std::to_string(there.axis) + ") but " +
                         std::to_string(here.extent) + " in operand " + std::to_string(here.operand) + " (axis " +
                         std::to_string(here.axis) + ")" + advice);
            }

            void bind_output()
            {
                bool has_ellipsis = false;
                for (const label l : m_equation.output())
                {
                    if (l != ellipsis)
                    {
                        m_result.output.push_back(id_of(l));
                        continue;
                    }
                    has_ellipsis = true;
                    for (std::size_t k = 0; k < m_ellipsis_rank; ++k)
                        m_result.output.push_back(id_of(-1 - static_cast<label>(k)));
                }
                if (has_ellipsis || m_ellipsis_rank == 0) return;
                const std::size_t column = rendered().term_columns.back();
                throw subscript_error(
                    subscript_errc::output_missing_ellipsis, 0,
                    detail::message_with_carets(rendered().text, {column},
                                                "the ellipsis stands for " + std::to_string(m_ellipsis_rank) +
                                                    (m_ellipsis_rank == 1 ? " axis" : " axes") +
                                                    ", but the output has no '...'; write '...' there, or name those axes "
                                                    "in the operands to sum them"));
            }

            const equation& m_equation;
            std::span<const extents> m_shapes;
            bool m_broadcast;
            std::size_t m_ellipsis_rank = 0;
            bound_equation m_result;
            std::unordered_map<label, label_id> m_ids;
            detail::small_vector<sighting, 8> m_seen;
            detail::small_vector<bool, 16> m_is_seen;
        };
    }

    extents bound_equation::output_shape() const
    {
        extents shape;
        shape.reserve(output.size());
        for (const label_id id : output)
            shape.push_back(sizes[id]);
        return shape;
    }

    std::string bound_equation::name(label_id id) const
    {
        const label l = names[id];
        return l < 0 ? "..." + std::to_string(-1 - l) : to_string(l, kind);
    }

    bound_equation bind_shapes(const equation& e, std::span<const extents> shapes, bool broadcast)
    {
        return binder(e, shapes, broadcast).run();
    }

    namespace
    {
        std::string has_result(const equation& e, const extents& result)
        {
            return "einsum \"" + to_string(e) + "\": the result has rank " + std::to_string(result.size()) + " and shape " +
                   to_string(result) + ", the destination has ";
        }
    }

    void detail::throw_mismatched_rank(const equation& e, const extents& result, std::size_t rank)
    {
        throw shape_error(shape_errc::result_mismatch, has_result(e, result) + "rank " + std::to_string(rank));
    }

    void detail::throw_mismatched_shape(const equation& e, const extents& result, const extents& fixed)
    {
        throw shape_error(shape_errc::result_mismatch, has_result(e, result) + "the fixed shape " + to_string(fixed));
    }

    void detail::throw_misfit(const extents& result, const extents& destination)
    {
        throw shape_error(shape_errc::result_mismatch, "einsum: the value has shape " + to_string(result) + ", which does not broadcast to the destination's, " +
                                                           to_string(destination));
    }

    void detail::throw_changed_shapes(const equation& e, std::span<const extents> before, std::span<const extents> now)
    {
        const std::string start = "einsum \"" + to_string(e) + "\": ";
        if (before.size() != now.size())
            throw subscript_error(subscript_errc::operand_count_mismatch, 0,
                                  start + "made for " + counted(before.size(), "operand") + ", now there are " + std::to_string(now.size()));
        const auto at = static_cast<std::size_t>(std::ranges::mismatch(before, now).in1 - before.begin());
        throw shape_error(shape_errc::extent_mismatch, start + "operand " + std::to_string(at) + " has shape " + to_string(now[at]) +
                                                           ", but the plan or expression was made for " + to_string(before[at]));
    }

    void detail::throw_not_a_matrix(std::string_view who, std::size_t rank)
    {
        throw shape_error(rank < 2 ? shape_errc::too_many_labels : shape_errc::too_few_labels,
                          std::string(who) + ": an operand has rank " + std::to_string(rank) + "; it must be a matrix, one vector a row");
    }

    void detail::throw_mismatched_columns(std::string_view who, std::size_t x, std::size_t y)
    {
        throw shape_error(shape_errc::extent_mismatch, std::string(who) + ": vectors of the first set have " + counted(x, "element") + ", those of the second " +
                                                           std::to_string(y) + "; they must have as many");
    }

    void detail::throw_bad_eps(double eps)
    {
        std::ostringstream text;
        text << "cosine similarity: eps is " << (std::isnan(eps) ? std::abs(eps) : eps) << "; it must be positive and finite in the type of the rows";
        throw std::invalid_argument(text.str());
    }
}
