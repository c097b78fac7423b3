// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include "header_dictionary.hpp"

#include <array>
#include <charconv>
#include <cstdint>

#include "errors.hpp"

namespace xeinsum::cli
{
    namespace
    {
        // Python's, without the locale's opinion.
        bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f'; }
        bool is_digit(char c) { return c >= '0' && c <= '9'; }
        bool is_word(char c) { return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

        /// Recursive descent, each function at the start of what it is named after.
        class dictionary_parser
        {
        public:
            explicit dictionary_parser(std::string_view text) : m_text(text) {}

            header_dictionary parse()
            {
                expect('{', "the dictionary's '{'");
                while (!take('}'))
                {
                    entry();
                    if (take(',')) continue;
                    expect('}', "',' or '}'");
                    break;
                }
                skip_space();
                if (!at_end()) fail("there is text behind the dictionary");
                for (std::size_t k = 0; k < keys.size(); ++k)
                    if (!m_seen[k]) fail("the key '" + std::string(keys[k]) + "' is missing");
                return m_result;
            }

        private:
            static constexpr std::array<std::string_view, 3> keys = {"descr", "fortran_order", "shape"};

            bool at_end() const { return m_at == m_text.size(); }
            bool next_is(char c) const { return !at_end() && m_text[m_at] == c; }

            void skip_space()
            {
                while (!at_end() && is_space(m_text[m_at])) ++m_at;
            }

            bool take(char c)
            {
                skip_space();
                if (!next_is(c)) return false;
                ++m_at;
                return true;
            }

            void expect(char c, const std::string& what)
            {
                if (!take(c)) fail(found() + " stands where " + what + " should");
            }

            std::string found() const { return at_end() ? "the end" : excerpt(m_text.substr(m_at, 1)); }

            [[noreturn]] void fail(const std::string& what) const
            {
                throw file_error("malformed header: " + what + " (byte " + std::to_string(m_at) + " of the header)");
            }

            void entry()
            {
                const std::string key = quoted("a key in quotes");
                expect(':', "':'");
                skip_space();
                std::size_t k = 0;
                while (k < keys.size() && key != keys[k]) ++k;
                if (k == keys.size()) fail("unknown key " + excerpt(key));
                if (m_seen[k]) fail("the key '" + key + "' comes twice");
                m_seen[k] = true;
                if (k == 0) m_result.descr = descr();
                else if (k == 1) m_result.fortran_order = truth();
                else m_result.shape = tuple();
            }

            std::string quoted(const std::string& what)
            {
                skip_space();
                if (!next_is('\'') && !next_is('"')) fail(found() + " stands where " + what + " should");
                const std::size_t start = m_at + 1;
                const std::size_t end = m_text.find(m_text[m_at], start);
                if (end == std::string_view::npos) fail("a string has no closing quote");
                m_at = end + 1;
                return std::string(m_text.substr(start, end - start));
            }

            std::string descr()
            {
                if (next_is('['))
                    throw file_error("dtype " + excerpt(m_text.substr(m_at, m_text.find(']', m_at) - m_at + 1)) +
                                     " is structured, which is not supported");
                return quoted("the dtype as a string");
            }

            std::string_view word()
            {
                const std::size_t start = m_at;
                while (!at_end() && is_word(m_text[m_at])) ++m_at;
                return m_text.substr(start, m_at - start);
            }

            bool truth()
            {
                const std::string_view said = word();
                if (said != "True" && said != "False") fail("fortran_order is neither True nor False");
                return said == "True";
            }

            extents tuple()
            {
                expect('(', "the shape's '('");
                extents shape;
                bool comma = false;
                while (!take(')'))
                {
                    if (!shape.empty() && !comma) fail(found() + " stands where ',' or ')' should");
                    if (shape.size() == most_axes) fail("the shape has more than " + std::to_string(most_axes) + " axes");
                    shape.push_back(extent());
                    comma = take(',');
                }
                if (shape.size() == 1 && !comma) fail("the shape is a number in parentheses; a tuple of one is '(n,)'");
                return shape;
            }

            std::int64_t extent()
            {
                skip_space();
                if (next_is('-')) fail("the shape has a negative extent");
                const std::string_view said = word();
                std::size_t digits = 0;
                while (digits < said.size() && is_digit(said[digits])) ++digits;
                const std::string_view suffix = said.substr(digits);
                // 010 is eight in Python 2 and an error in Python 3.
                const bool octal = digits > 1 && said[0] == '0';
                if (digits == 0 || octal || (!suffix.empty() && suffix != "L"))
                    fail((said.empty() ? found() : excerpt(said)) + " stands where an extent should");
                std::int64_t value = 0;
                if (std::from_chars(said.data(), said.data() + digits, value).ec != std::errc{})
                    fail("the extent " + excerpt(said) + " is beyond 2^63 - 1");
                return value;
            }

            std::string_view m_text;
            std::size_t m_at = 0;
            std::array<bool, keys.size()> m_seen{};
            header_dictionary m_result;
        };
    }

    header_dictionary parse_header_dictionary(std::string_view text) { return dictionary_parser(text).parse(); }

    std::string excerpt(std::string_view text)
    {
        constexpr std::size_t most = 40;
        constexpr std::string_view hex = "0123456789abcdef";
        std::string shown = "'";
        for (const char c : text.substr(0, most))
        {
            const auto code = static_cast<unsigned char>(c);
            if (code >= 0x20 && code < 0x7f) shown += c;
            else shown.append("\\x").append(1, hex[code >> 4U]).append(1, hex[code & 15U]);
        }
        return shown.append(text.size() > most ? "...'" : "'");
    }
}
