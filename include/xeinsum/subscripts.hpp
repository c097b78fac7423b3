// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_SUBSCRIPTS_HPP
#define XEINSUM_SUBSCRIPTS_HPP

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include <xeinsum/detail/fixed_string.hpp>
#include <xeinsum/detail/utf8.hpp>
#include <xeinsum/equation.hpp>
#include <xeinsum/error.hpp>

/// \file
/// The one parser of subscripts, over values, for literals and run-time strings alike:
///
///     subscripts := term (',' term)* ('->' term)?
///     term       := (label | '...')*          at most one '...'
///     label      := ASCII letter | any non-ASCII code point
///
/// Spaces are ignored anywhere but inside '->' and '...'; a tab or a newline only between two tokens.

namespace xeinsum
{
    /// What the parser says of a string: the fault and the byte where it is.
    struct parse_status
    {
        subscript_errc code = subscript_errc::none;
        std::size_t position = 0;

        constexpr bool ok() const { return code == subscript_errc::none; }
        friend constexpr bool operator==(const parse_status&, const parse_status&) = default;
    };

    namespace detail
    {
        constexpr bool is_ascii_letter(std::int32_t c)
        {
            return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        }

        /// Reads a string token by token into an equation of any storage.
        template <class Equation, class Labels>
        class subscripts_parser
        {
        public:
            constexpr subscripts_parser(std::string_view text, Equation& out) : m_text(text), m_out(out) {}

            constexpr parse_status run()
            {
                while (m_status.ok() && skip_white_space())
                    read_token();
                if (m_status.ok()) finish();
                return m_status;
            }

        private:
            constexpr void fail(subscript_errc code, std::size_t position) { m_status = {code, position}; }

            /// Goes to the next token; false at the end, or where a tab or newline is at either end.
            constexpr bool skip_white_space()
            {
                std::size_t strict = m_text.size();
                const bool first = m_first;
                for (; m_at < m_text.size(); ++m_at)
                {
                    const char c = m_text[m_at];
                    if ((c == '\t' || c == '\n') && strict == m_text.size()) strict = m_at;
                    if (c != ' ' && c != '\t' && c != '\n') break;
                }
                m_first = false;
                const bool at_an_end = first || m_at == m_text.size();
                if (strict != m_text.size() && at_an_end) fail(subscript_errc::bad_character, strict);
                return m_status.ok() && m_at < m_text.size();
            }

            constexpr void read_token()
            {
                switch (m_text[m_at])
                {
                case ',': return read_comma();
                case '-': return read_arrow();
                case '.': return read_ellipsis();
                default: return read_label();
                }
            }

            constexpr void read_comma()
            {
                if (m_in_output) return fail(subscript_errc::comma_in_output, m_at);
                end_term();
                ++m_at;
            }

            constexpr void read_arrow()
            {
                if (m_in_output || m_text.substr(m_at, 2) != "->") return fail(subscript_errc::bad_arrow, m_at);
                end_term();
                m_in_output = true;
                m_output_at = m_at + 2;
                m_at += 2;
            }

            constexpr void read_ellipsis()
            {
                if (m_text.substr(m_at, 3) != "..." || m_text.substr(m_at, 4) == "....")
                    return fail(subscript_errc::bad_ellipsis, m_at);
                if (m_term_has_ellipsis) return fail(subscript_errc::repeated_ellipsis, m_at);
                m_term_has_ellipsis = true;
                m_out.push(ellipsis);
                m_at += 3;
            }

            constexpr void read_label()
            {
                const decoded c = decode_utf8(m_text.substr(m_at));
                if (c.size == 0) return fail(subscript_errc::invalid_utf8, m_at);
                if (c.size == 1 && !is_ascii_letter(c.code_point))
                    return fail(subscript_errc::bad_character, m_at);
                m_out.push(c.code_point);
                m_at += c.size;
            }

            constexpr void end_term()
            {
                m_out.end_term();
                m_term_has_ellipsis = false;
                m_inputs = m_out.labels().size();
            }

            constexpr void finish()
            {
                if (!m_in_output)
                {
                    end_term();
                    push_implied_output<Labels>(m_out);
                    return m_out.close(true);
                }
                const auto all = m_out.labels();
                const auto fault = check_output<Labels>(all.first(m_inputs), all.subspan(m_inputs));
                if (fault.code != subscript_errc::none) return fail(fault.code, output_position(fault.index));
                m_out.close(false);
            }

            /// Where the output's token of this index begins in the text.
            constexpr std::size_t output_position(std::size_t index) const
            {
                std::size_t at = m_output_at;
                for (;; ++at)
                {
                    const char c = m_text[at];
                    if (c == ' ' || c == '\t' || c == '\n') continue;
                    if (index-- == 0) return at;
                    at += (c == '.' ? 3 : utf8_length(static_cast<unsigned char>(c))) - 1;
                }
            }

            std::string_view m_text;
            Equation& m_out;
            std::size_t m_at = 0;
            std::size_t m_output_at = 0;
            std::size_t m_inputs = 0;
            bool m_first = true;
            bool m_in_output = false;
            bool m_term_has_ellipsis = false;
            parse_status m_status{};
        };

        /// A literal's equation, or why there is none.
        template <std::size_t N>
        struct parsed_literal
        {
            literal_equation<N> equation{};
            parse_status status{};
        };

        template <fixed_string S>
        consteval auto parse_literal()
        {
            constexpr std::size_t n = S.size();
            parsed_literal<n> result;
            result.status = subscripts_parser<literal_equation<n>, fixed_vector<label, 2 * n>>(S.view(), result.equation).run();
            return result;
        }

        /// One parse per distinct literal.
        template <fixed_string S>
        inline constexpr auto parsed = parse_literal<S>();
    }

    /// Parses without throwing: writes the equation where the string is well formed, says what and where
    /// otherwise. Cost: O(n log n) in the length.
    constexpr parse_status try_parse(std::string_view text, equation& out)
    {
        return detail::subscripts_parser<equation, detail::short_vector<label, 24>>(text, out).run();
    }

    /// Parses subscripts known at run time. Throws subscript_error with the string, a caret line and what
    /// would be right.
    XEINSUM_EXPORT equation parse(std::string_view text);

    namespace detail
    {
        /// parse() for so many operands: throws subscript_error where there are not as many terms, too, while the text is at hand.
        XEINSUM_EXPORT equation parse_for(std::string_view text, std::size_t operands);
        [[noreturn]] XEINSUM_EXPORT void throw_operand_count(std::string_view printable_subscripts, std::size_t terms, std::size_t operands);
    }

    /// Never defined: the compiler's complaint about an incomplete malformed_subscripts<code, byte> is how
    /// a bad literal says what is wrong with it, and where.
    template <subscript_errc Code, std::size_t Position>
    struct malformed_subscripts;

    /// The equation of a literal, in a constant; a malformed one does not compile.
    template <fixed_string S>
    constexpr const auto& literal_equation_of()
    {
        constexpr parse_status status = detail::parsed<S>.status;
        if constexpr (!status.ok())
        {
            [[maybe_unused]] malformed_subscripts<status.code, status.position> subscripts;
        }
        return detail::parsed<S>.equation;
    }
}

#endif
