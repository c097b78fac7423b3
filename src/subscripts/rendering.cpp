// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include "rendering.hpp"

#include <algorithm>

#include <xeinsum/detail/utf8.hpp>

namespace xeinsum::detail
{
    namespace
    {
        constexpr std::string_view quote = "einsum \"";

        std::size_t width(std::string_view utf8)
        {
            return static_cast<std::size_t>(
                std::count_if(utf8.begin(), utf8.end(), [](char c) { return !is_utf8_continuation(c); }));
        }

        bool is_control(std::int32_t c) { return c < 0x20 || (c >= 0x7F && c < 0xA0); }

        /// Appends, and counts columns as it goes: there may be a million labels.
        class writer
        {
        public:
            explicit writer(rendering& r) : m_rendering(r) {}

            void append(std::string_view text)
            {
                m_rendering.text += text;
                m_column += width(text);
            }

            void append_term(const equation& e, std::size_t term)
            {
                const bool integers = e.kind() == label_kind::integers;
                m_rendering.columns.emplace_back();
                m_rendering.term_columns.push_back(m_column);
                if (integers) append("[");
                bool first = true;
                for (const label l : e.term(term))
                {
                    if (integers && !first) append(",");
                    first = false;
                    m_rendering.columns.back().push_back(m_column);
                    append(to_string(l, e.kind()));
                }
                if (integers) append("]");
            }

        private:
            rendering& m_rendering;
            std::size_t m_column = 0;
        };
    }

    rendering render(const equation& e)
    {
        rendering r;
        writer w(r);
        for (std::size_t i = 0; i <= e.operand_count(); ++i)
        {
            if (i == e.operand_count()) w.append("->");
            else if (i > 0) w.append(",");
            w.append_term(e, i);
        }
        return r;
    }

    std::string printable(std::string_view text)
    {
        std::string out;
        while (!text.empty())
        {
            const decoded c = decode_utf8(text);
            const std::size_t n = c.size == 0 ? 1 : c.size;
            if (c.size == 0 || is_control(c.code_point)) out += '?';
            else out += text.substr(0, n);
            text.remove_prefix(n);
        }
        return out;
    }

    std::size_t column_of(std::string_view text, std::size_t byte)
    {
        return width(printable(text.substr(0, byte)));
    }

    std::string counted(std::size_t n, std::string_view what)
    {
        return std::to_string(n).append(" ").append(what).append(n == 1 ? "" : "s");
    }

    std::string message_with_carets(std::string_view text, const std::vector<std::size_t>& columns, std::string_view message)
    {
        const std::string indent(quote.size(), ' ');
        std::string out = std::string(quote).append(text).append("\": ").append(message);
        out.append("\n").append(indent).append(text).append("\n").append(indent);
        std::string carets;
        for (const std::size_t c : columns)
        {
            if (carets.size() <= c) carets.resize(c + 1, ' ');
            carets[c] = '^';
        }
        return out + carets;
    }
}
