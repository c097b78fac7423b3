// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include <xeinsum/explain.hpp>

#include <string>
#include <string_view>

#include "picture.hpp"
#include "tree.hpp"
#include "wording.hpp"

namespace xeinsum
{
    namespace
    {
        using detail::escaped;

        constexpr std::string_view style_sheet =
            ":root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;max-width:72rem;margin:2rem auto;padding:0 1rem;background:#fff;color:#1f2328}"
            "code,pre{font-family:ui-monospace,\"DejaVu Sans Mono\",Menlo,Consolas,monospace;font-size:.875em}h1 code{font-size:1em}"
            "h1,h2{line-height:1.25;overflow-wrap:anywhere}figure{margin:1rem 0;overflow-x:auto}"
            "table{border-collapse:collapse;display:block;overflow-x:auto}th,td{text-align:left;vertical-align:top;padding:.25rem .75rem;border:1px solid #d1d9e0}pre{overflow-x:auto}"
            "@media (prefers-color-scheme:dark){body{background:#0d1117;color:#e6edf3}th,td{border-color:#3d444d}}";

        class page_writer
        {
        public:
            explicit page_writer(const plan& p) : m_plan(p), m_words(p) {}

            std::string run()
            {
                const std::string equation = escaped(to_string(m_plan.equation()));
                m_out << "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n<meta name=\"viewport\" content=\"width=device-width\"/>\n<title>einsum "
                      << equation << "</title>\n<style>" << style_sheet << "</style>\n</head>\n<body>\n<h1>einsum <code>" << equation << "</code></h1>\n";
                tensors();
                m_out << "<p>" << escaped(m_words.totals()) << "</p>\n";
                if (const std::string slices = m_words.slices(); !slices.empty()) m_out << "<p>Slices: " << escaped(slices) << "</p>\n";
                const std::size_t operands = m_plan.shapes().size();
                if (operands > 2 && operands <= detail::most_leaves_drawn)
                {
                    m_out << "<h2>Contraction tree</h2>\n";
                    picture(detail::tree_picture(m_plan), "the contraction tree of " + to_string(m_plan.equation()), detail::tree_text(m_plan));
                }
                for (std::size_t i = 0; i < m_plan.steps().size(); ++i) step_section(i);
                m_out << "<h2>As text</h2>\n<pre>" << escaped(to_text(m_plan)) << "</pre>\n</body>\n</html>\n";
                return m_out.str();
            }

        private:
            void picture(const detail::figure& f, std::string_view title, std::string_view description)
            {
                m_out << "<figure>\n" << f.document(title, description) << "</figure>\n";
            }

            void row(std::string_view head, std::string_view text) { m_out << "<tr><th scope=\"row\">" << escaped(head) << "</th><td>" << escaped(text) << "</td></tr>\n"; }

            void tensors()
            {
                const bound_equation& bound = m_plan.bound();
                m_out << "<table>\n";
                row("values", to_string(m_plan.how().type));
                for (std::size_t i = 0; i < m_plan.shapes().size(); ++i)
                    row("operand " + std::to_string(i), m_words.names(bound.operands[i]) + "  " + to_string(m_plan.shapes()[i]));
                row("result", m_words.names(bound.output) + "  " + to_string(m_plan.result_shape()));
                m_out << "</table>\n";
            }

            void step_section(std::size_t i)
            {
                const step& s = m_plan.steps()[i];
                const std::string equation = m_words.equation(s), name = "step " + std::to_string(i + 1) + ": " + std::string(to_string(s.op));
                m_out << "<h2>S" << escaped(name.substr(1)) << " <code>" << escaped(equation) << "</code></h2>\n";
                std::string told = m_words.price(s);
                for (const auto& [what, text] : m_words.how_it_runs(s)) told += "; " + what + ": " + text;
                if (i < detail::most_steps_drawn) picture(detail::step_picture(m_plan, i), name + "  " + equation, told);
                else m_out << "<p>" << escaped(told) << "</p>\n";
            }

            const plan& m_plan;
            detail::wording m_words;
            detail::text_stream m_out;
        };
    }

    std::string to_html(const plan& p) { return page_writer(p).run(); }
}
