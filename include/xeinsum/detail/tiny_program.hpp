// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_DETAIL_TINY_PROGRAM_HPP
#define XEINSUM_DETAIL_TINY_PROGRAM_HPP

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>

#include <xeinsum/detail/fixed_vector.hpp>
#include <xeinsum/equation.hpp>

/// \file
/// The steps of a tiny contraction, which follow from its equation alone: the same as a plan's, in a constant for a
/// literal, without the heap for a string.

namespace xeinsum::detail
{
    inline constexpr std::size_t tiny_labels = 8;
    inline constexpr std::size_t tiny_operands = 4;
    /// One-sided sums and products.
    inline constexpr std::size_t tiny_steps = 2 * tiny_operands - 1;

    /// The labels of a tensor as indices, in the order of its axes.
    using tiny_ids = fixed_vector<std::uint8_t, tiny_labels>;

    constexpr bool contains(const tiny_ids& ids, std::uint8_t id)
    {
        return std::find(ids.begin(), ids.end(), id) != ids.end();
    }

    /// An equation of few operands and labels, none of them an ellipsis; labels are numbered as they come.
    struct tiny_equation
    {
        std::array<tiny_ids, tiny_operands + 1> terms{};  ///< operands, then the output
        std::size_t operand_count = 0;                    ///< 0: the equation is none of these
        std::size_t label_count = 0;

        constexpr const tiny_ids& output() const { return terms[operand_count]; }
    };

    template <class Equation>
    constexpr tiny_equation to_tiny(const Equation& e)
    {
        tiny_equation result;
        fixed_vector<label, tiny_labels> names;
        if (e.operand_count() > tiny_operands) return {};
        for (std::size_t i = 0; i <= e.operand_count(); ++i)
        {
            if (e.term(i).size() > tiny_labels) return {};
            for (const label l : e.term(i))
            {
                const auto at = static_cast<std::size_t>(std::find(names.begin(), names.end(), l) - names.begin());
                if (l == ellipsis || at == tiny_labels) return {};
                if (at == names.size()) names.push_back(l);
                result.terms[i].push_back(static_cast<std::uint8_t>(at));
            }
        }
        result.operand_count = e.operand_count();
        result.label_count = names.size();
        return result;
    }

    /// One step: c = a, c = sum of a, c = a * b or c = sum of a * b. Slots are numbered as in a plan: operands, then
    /// the steps' results.
    struct tiny_step
    {
        std::array<std::uint8_t, 2> inputs{};
        bool pairwise = false;
        bool sums = false;
        tiny_ids output{};  ///< labels of the result, in order
        tiny_ids axes{};    ///< all labels, in the order in which a plan lists its loops
    };
    using tiny_program = fixed_vector<tiny_step, tiny_steps>;

    /// Writes the steps as plan does: labels that one operand alone has are summed first, then products go from left
    /// to right, the one before on the right.
    class tiny_programmer
    {
    public:
        constexpr explicit tiny_programmer(const tiny_equation& e) : m_equation(e)
        {
            for (const std::uint8_t id : e.output()) ++m_uses[id];
            for (std::size_t i = 0; i < e.operand_count; ++i)
            {
                tensor t{static_cast<std::uint8_t>(i), {}};
                append(t.labels, e.terms[i]);
                for (const std::uint8_t id : t.labels) ++m_uses[id];
                m_terms[i] = t;
            }
        }

        constexpr tiny_program run()
        {
            if (m_equation.operand_count == 1) sum(m_terms[0], m_equation.output());
            else sum_one_sided();
            for (std::size_t i = 1; i < m_equation.operand_count; ++i)
                m_terms[i] = i == 1 ? product(m_terms[0], m_terms[1], i) : product(m_terms[i], m_terms[i - 1], i);
            return m_program;
        }

    private:
        struct tensor
        {
            std::uint8_t slot = 0;
            tiny_ids labels{};
        };

        /// Adds the labels that are not there yet.
        static constexpr void append(tiny_ids& ids, const tiny_ids& more)
        {
            for (const std::uint8_t id : more)
                if (!contains(ids, id)) ids.push_back(id);
        }

        constexpr tensor emit(tiny_step s, const tensor& left, const tensor& right)
        {
            append(s.axes, s.output);
            append(s.axes, left.labels);
            append(s.axes, right.labels);
            s.inputs = {left.slot, right.slot};
            s.sums = s.axes.size() > s.output.size();
            m_program.push_back(s);
            return {static_cast<std::uint8_t>(m_equation.operand_count + m_program.size() - 1), s.output};
        }

        constexpr tensor sum(const tensor& t, const tiny_ids& output) { return emit({.output = output}, t, {}); }

        constexpr void sum_one_sided()
        {
            for (std::size_t i = 0; i < m_equation.operand_count; ++i)
            {
                tiny_ids kept;
                for (const std::uint8_t id : m_terms[i].labels)
                    if (m_uses[id] > 1) kept.push_back(id);
                if (kept.size() < m_terms[i].labels.size()) m_terms[i] = sum(m_terms[i], kept);
            }
        }

        /// The product of two terms, of which `index` is the later: the labels that the output or a term behind it
        /// needs, those of the output first.
        constexpr tensor product(const tensor& left, const tensor& right, std::size_t index)
        {
            tiny_step s{.pairwise = true};
            if (index + 1 == m_equation.operand_count) s.output = m_equation.output();
            else
                for (const tiny_ids* ids : {&m_equation.output(), &left.labels, &right.labels})
                    for (const std::uint8_t id : *ids)
                    {
                        const int own = (contains(left.labels, id) ? 1 : 0) + (contains(right.labels, id) ? 1 : 0);
                        if (own > 0 && m_uses[id] > own && !contains(s.output, id)) s.output.push_back(id);
                    }
            for (const tensor* t : {&left, &right})
                for (const std::uint8_t id : t->labels) --m_uses[id];
            for (const std::uint8_t id : s.output) ++m_uses[id];
            return emit(s, left, right);
        }

        const tiny_equation& m_equation;
        std::array<tensor, tiny_operands> m_terms{};
        std::array<int, tiny_labels> m_uses{};
        tiny_program m_program{};
    };

    constexpr tiny_program to_program(const tiny_equation& e) { return tiny_programmer(e).run(); }
}

#endif
