// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include <xeinsum/explain.hpp>

#include <ostream>
#include <sstream>

#include "tree.hpp"
#include "wording.hpp"

namespace xeinsum
{
    namespace
    {
        using std::string;

        using detail::bytes_text;
        using detail::counted;

        /// Writes a plan's explanation, a block of lines for each step.
        class text_writer
        {
        public:
            explicit text_writer(const plan& p) : m_plan(p), m_words(p) {}

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
                if (s.conjugated) row("values", "conjugated on the way");
                for (std::size_t t = 0; t < s.inputs.size(); ++t) row(m_words.slot(s.inputs[t]), m_words.use(s, t));
                const bool last = i + 1 == m_plan.steps().size();
                row(last ? "result" : m_words.slot(m_plan.shapes().size() + i), m_words.use(s, result_tensor));
                if (s.tiles) tile_lines(s);
                else call_line(s);
                if (s.in_blas) row("in BLAS", m_words.call(s, *s.in_blas));
                if (s.threads.pieces > 1) row("threads", m_words.pieces(s));
                row("cost", detail::wording::price(s));
            }

            void tile_lines(const step& s)
            {
                const tiled_product& t = *s.tiles;
                row("runs on", "the library's own tiles" + m_words.why_not_blas(s));
                row("rows", m_words.group(t.rows));
                row("columns", m_words.group(t.columns));
                row("contracted", m_words.group(t.contracted));
                row("packs", "blocks of " + m_words.block_bytes(t.rows, t.contracted) + " and " + m_words.block_bytes(t.columns, t.contracted) + ", " +
                                 bytes_text(static_cast<std::size_t>(packed_elements(s)) * m_plan.element_bytes()) + " in all");
            }

            void call_line(const step& s)
            {
                if (!s.call) return row("runs on", "the library's own loops" + m_words.why_not_blas(s));
                const std::int64_t calls = call_count(s);
                const label_ids added = detail::wording::looped_contracted(s);
                if (!added.empty())
                    row("sums", "over " + m_words.names(added) + ": the first call of a target " + (s.scaled ? "takes beta" : "writes it") + ", the others add (beta 1)");
                row("calls", (calls != 1 ? std::to_string(calls) + " x " : "") + m_words.call(s, *s.call));
            }

            void totals()
            {
                if (!m_plan.slices().empty())
                    m_out << "\nslices  " << counted(m_plan.slice_count()) << ", which make " << counted(m_plan.slicing_overhead())
                          << " times the flops of the whole\n";
                m_out << "\ntotal  " << counted(m_plan.flops()) << " flops (one loop nest over all labels: "
                      << counted(m_plan.naive_flops()) << "), " << m_plan.copies() << (m_plan.copies() == 1 ? " copy" : " copies")
                      << " (" << bytes_text(m_plan.bytes_copied()) << "), "
                      << (m_plan.bytes_packed() > 0 ? bytes_text(m_plan.bytes_packed()) + " packed in blocks, " : "") << "peak workspace " << bytes_text(m_plan.peak_memory()) << "\n";
            }

            const plan& m_plan;
            detail::wording m_words;
            std::ostringstream m_out;
        };
    }

    std::string to_text(const plan& p) { return text_writer(p).run(); }

    std::ostream& operator<<(std::ostream& out, const explanation& e) { return out << to_text(e.of); }

    std::ostream& operator<<(std::ostream& out, const plan& p) { return out << to_text(p); }
}
