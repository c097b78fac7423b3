// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include <xeinsum/explain.hpp>
#include <xeinsum/trace.hpp>

#include <ostream>

#include <xeinsum/detail/constants.hpp>

#include "tree.hpp"
#include "wording.hpp"

namespace xeinsum
{
    namespace
    {
        using std::string;

        using detail::bytes_text;

        /// Writes a plan's explanation, a block of lines for each step.
        class text_writer
        {
        public:
            explicit text_writer(const plan& p, const trace* ran = nullptr) : m_plan(p), m_words(p), m_ran(ran) {}

            string run()
            {
                header();
                for (std::size_t i = 0; i < m_plan.steps().size(); ++i) step_block(i);
                totals();
                return m_out.str();
            }

        private:
            /// A line of two columns.
            void row(const string& what, const string& text)
            {
                m_out << "  " << what << string(what.size() < 18 ? 18 - what.size() : 1, ' ') << text << "\n";
            }

            void header()
            {
                const bound_equation& bound = m_plan.bound();
                m_out << "einsum \"" << to_string(m_plan.equation()) << "\", " << to_string(m_plan.how().type) << "\n";
                for (std::size_t i = 0; i < m_plan.shapes().size(); ++i)
                    row("operand " + std::to_string(i), m_words.names(bound.operands[i]) + "  " + to_string(m_plan.shapes()[i]));
                row("result", m_words.names(bound.output) + "  " + to_string(m_plan.result_shape()));
                if (m_plan.shapes().size() > 2) row("path", to_string(m_plan.path()));
                if (m_plan.how().lowering != lowering_strategy::automatic)
                    row("lowering", string(to_string(m_plan.how().lowering)) + ", as asked");
                if (m_plan.how().memory_limit) row("memory limit", bytes_text(*m_plan.how().memory_limit));
                for (const slice_axis& s : m_plan.slices())
                    row("in slices of " + bound.name(s.label), std::to_string(s.chunk) + " of " + std::to_string(s.extent) + " at a time" +
                                                                   (s.summed ? ", which add up" : ""));
                if (m_plan.shapes().size() > 2 && m_plan.shapes().size() <= most_operands_of_a_tree) m_out << "\n" << detail::tree_text(m_plan);
            }

            /// Larger ones would be wider than a screen.
            static constexpr std::size_t most_operands_of_a_tree = 32;

            void step_block(std::size_t i)
            {
                const step& s = m_plan.steps()[i];
                m_out << "\nstep " << i + 1 << ": " << to_string(s.op) << "  " << m_words.equation(s) << "\n";
                for (const label_id id : detail::wording::labels(s))
                    row(m_plan.bound().name(id) + " = " + std::to_string(m_words.size(id)), m_words.role_text(s, id));
                for (std::size_t t = 0; t < s.inputs.size(); ++t) row(m_words.slot(s.inputs[t]), m_words.use(s, t));
                const bool last = i + 1 == m_plan.steps().size();
                row(last ? "result" : m_words.slot(m_plan.shapes().size() + i), m_words.use(s, result_tensor));
                for (const auto& [what, text] : m_words.how_it_runs(s)) row(what, text);
                row("cost", detail::wording::price(s));
                if (const string balance = m_words.balance(s); !balance.empty()) row("intensity", balance);
                if (m_ran) row("took", detail::took_text(*m_ran, i));
            }

            void totals()
            {
                if (const string slices = m_words.slices(); !slices.empty()) m_out << "\nslices  " << slices << "\n";
                m_out << "\ntotal  " << m_words.totals() << "\n";
                if (m_ran) m_out << "took   " << detail::took_text(*m_ran) << "\n";
            }

            const plan& m_plan;
            detail::wording m_words;
            const trace* m_ran;  ///< null: only what is planned
            detail::text_stream m_out;
        };
    }

    std::string to_text(const plan& p) { return text_writer(p).run(); }

    std::string to_text(const trace& t) { return text_writer(t.of, &t).run(); }

    std::ostream& operator<<(std::ostream& out, const trace& t) { return out << to_text(t); }

    std::ostream& operator<<(std::ostream& out, const explanation& e) { return out << to_text(e.of); }

    std::ostream& operator<<(std::ostream& out, const plan& p) { return out << to_text(p); }

    std::ostream& detail::write_bound(std::ostream& out, const plan& rest, std::span<const std::size_t> free_operands)
    {
        return out << what_is_left(free_operands) << " to be given; below, constants come last\n" << to_text(rest);
    }
}
