// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_DETAIL_TINY_PROGRAM_HPP
#define XEINSUM_DETAIL_TINY_PROGRAM_HPP

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>

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

    /// The labels of a tensor as indices, in the order of its axes; at most tiny_labels.
    class tiny_ids
    {
    public:
        constexpr void push_back(std::uint8_t id)
        {
            m_ids[m_size++] = id;
            m_set = static_cast<std::uint8_t>(m_set | 1u << id);
        }
        /// Adds those of `more` that are in `wanted`, a bit for each label, and not there yet.
        constexpr void add(const tiny_ids& more, unsigned wanted = ~0u)
        {
            for (const std::uint8_t id : more)
                if ((wanted & ~set() & 1u << id) != 0) push_back(id);
        }

        constexpr std::size_t size() const { return m_size; }
        constexpr const std::uint8_t* begin() const { return m_ids.data(); }
        constexpr const std::uint8_t* end() const { return m_ids.data() + m_size; }
        constexpr std::uint8_t operator[](std::size_t i) const { return m_ids[i]; }
        /// The labels as bits.
        constexpr unsigned set() const { return m_set; }

        friend bool operator==(const tiny_ids&, const tiny_ids&) = default;

    private:
        std::array<std::uint8_t, tiny_labels> m_ids{};
        std::uint8_t m_size = 0;
        std::uint8_t m_set = 0;
    };

    /// An equation of few operands and labels, none of them an ellipsis; labels are numbered as they come.
    struct tiny_equation
    {
        std::array<tiny_ids, tiny_operands + 1> terms{};  ///< operands, then the output
        std::size_t operand_count = 0;                    ///< 0: the equation is none of these
        std::size_t label_count = 0;

        constexpr const tiny_ids& output() const { return terms[operand_count]; }

        friend bool operator==(const tiny_equation&, const tiny_equation&) = default;
    };

    template <class Equation>
    constexpr tiny_equation to_tiny(const Equation& e)
    {
        tiny_equation result;
        fixed_vector<label, tiny_labels> names;
        if (e.operand_count() > tiny_operands) return {};
        for (std::size_t i = 0; i <= e.operand_count(); ++i)
        {
            const std::span<const label> term = e.term(i);
            if (term.size() > tiny_labels) return {};
            tiny_ids ids;
            for (const label l : term)
            {
                std::size_t at = 0;
                while (at < names.size() && names[at] != l) ++at;
                if (l == ellipsis || at == tiny_labels) return {};
                if (at == names.size()) names.push_back(l);
                ids.push_back(static_cast<std::uint8_t>(at));
            }
            result.terms[i] = ids;
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
        /// Where it is a product of two matrices, the labels of rows (left and result), columns (right and result) and sums.
        std::array<std::uint8_t, 3> matrices{};
        /// And on which axis left has the rows, right the sums, and the result the rows, where each is a matrix.
        std::array<std::uint8_t, 3> first_axes{};
        bool is_matrix_product = false;
    };
    using tiny_program = fixed_vector<tiny_step, tiny_steps>;

    /// Writes the steps as plan does: labels that one operand alone has are summed first, then products go from left
    /// to right, the one before on the right.
    class tiny_programmer
    {
    public:
        constexpr explicit tiny_programmer(const tiny_equation& e) : m_equation(e)
        {
            for (std::size_t i = 0; i < e.operand_count; ++i)
            {
                m_terms[i].slot = static_cast<std::uint8_t>(i);
                m_terms[i].labels.add(e.terms[i]);
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

        /// The labels that the output and terms from `first` on have, but for term `without`.
        constexpr unsigned needed(std::size_t first, std::size_t without) const
        {
            unsigned labels = m_equation.output().set();
            for (std::size_t i = first; i < m_equation.operand_count; ++i)
                if (i != without) labels |= m_terms[i].labels.set();
            return labels;
        }

        constexpr tensor emit(const tensor& left, const tensor& right, const tiny_ids& output, bool pairwise)
        {
            tiny_step s;
            s.inputs = {left.slot, right.slot};
            s.pairwise = pairwise;
            s.output = output;
            s.axes = output;
            s.axes.add(left.labels);
            s.axes.add(right.labels);
            s.sums = s.axes.size() > output.size();
            if (pairwise) find_matrices(s, left.labels, right.labels);
            m_program.push_back(s);
            return {static_cast<std::uint8_t>(m_equation.operand_count + m_program.size() - 1), output};
        }

        static constexpr void find_matrices(tiny_step& s, const tiny_ids& of_left, const tiny_ids& of_right)
        {
            const unsigned left = of_left.set(), right = of_right.set(), out = s.output.set();
            const unsigned groups[3] = {left & out & ~right, right & out & ~left, left & right & ~out};
            s.is_matrix_product = s.axes.size() == 3;
            for (std::size_t g = 0; g < 3; ++g)
            {
                s.is_matrix_product = s.is_matrix_product && std::has_single_bit(groups[g]);
                s.matrices[g] = static_cast<std::uint8_t>(std::countr_zero(groups[g] | 1u << tiny_labels));
            }
            if (!s.is_matrix_product) return;
            const auto axis = [](const tiny_ids& ids, std::uint8_t id) { return static_cast<std::uint8_t>(ids[0] == id ? 0 : 1); };
            s.first_axes = {axis(of_left, s.matrices[0]), axis(of_right, s.matrices[2]), axis(s.output, s.matrices[0])};
        }

        constexpr tensor sum(const tensor& t, const tiny_ids& output) { return emit(t, t, output, false); }

        constexpr void sum_one_sided()
        {
            for (std::size_t i = 0; i < m_equation.operand_count; ++i)
            {
                tiny_ids kept;
                kept.add(m_terms[i].labels, needed(0, i));
                if (kept.size() < m_terms[i].labels.size()) m_terms[i] = sum(m_terms[i], kept);
            }
        }

        /// The product of two terms, of which `index` is the later: the labels that the output or a term behind it
        /// needs, those of the output first.
        constexpr tensor product(const tensor& left, const tensor& right, std::size_t index)
        {
            tiny_ids output;
            const unsigned kept = needed(index + 1, index) & (left.labels.set() | right.labels.set());
            for (const tiny_ids* ids : {&m_equation.output(), &left.labels, &right.labels}) output.add(*ids, kept);
            return emit(left, right, output, true);
        }

        const tiny_equation& m_equation;
        std::array<tensor, tiny_operands> m_terms{};
        tiny_program m_program{};
    };

    constexpr tiny_program to_program(const tiny_equation& e) { return tiny_programmer(e).run(); }
}

#endif
