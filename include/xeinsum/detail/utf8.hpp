// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_DETAIL_UTF8_HPP
#define XEINSUM_DETAIL_UTF8_HPP

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace xeinsum::detail
{
    /// One code point and the bytes that it took; size 0 says that they were no UTF-8.
    struct decoded
    {
        std::int32_t code_point = 0;
        std::size_t size = 0;
    };

    constexpr bool is_utf8_continuation(char c)
    {
        return (static_cast<unsigned char>(c) & 0xC0u) == 0x80u;
    }

    /// How many bytes a code point takes that begins with this byte; 0: none does.
    constexpr std::size_t utf8_length(unsigned char lead)
    {
        if (lead < 0x80u) return 1;
        if (lead >= 0xC2u && lead < 0xE0u) return 2;
        if (lead >= 0xE0u && lead < 0xF0u) return 3;
        if (lead >= 0xF0u && lead < 0xF5u) return 4;
        return 0;
    }

    /// Decodes the code point at the beginning of a non-empty text; overlong forms, surrogates and
    /// values above U+10FFFF are refused (RFC 3629).
    constexpr decoded decode_utf8(std::string_view text)
    {
        const auto lead = static_cast<unsigned char>(text[0]);
        const std::size_t n = utf8_length(lead);
        if (n == 1) return {lead, 1};
        if (n == 0 || text.size() < n) return {};
        std::int32_t value = lead & (0x7F >> n);
        for (std::size_t i = 1; i < n; ++i)
        {
            if (!is_utf8_continuation(text[i])) return {};
            value = value * 64 + (static_cast<unsigned char>(text[i]) & 0x3F);
        }
        constexpr std::int32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
        const bool surrogate = value >= 0xD800 && value <= 0xDFFF;
        if (value < least[n] || value > 0x10FFFF || surrogate) return {};
        return {value, n};
    }

    /// Appends a code point's UTF-8 form.
    inline void append_utf8(std::string& out, std::int32_t code_point)
    {
        const auto c = static_cast<std::uint32_t>(code_point);
        const auto tail = [&](unsigned shift) { out += static_cast<char>(0x80u | ((c >> shift) & 0x3Fu)); };
        if (c < 0x80u)
        {
            out += static_cast<char>(c);
        }
        else if (c < 0x800u)
        {
            out += static_cast<char>(0xC0u | (c >> 6));
            tail(0);
        }
        else if (c < 0x10000u)
        {
            out += static_cast<char>(0xE0u | (c >> 12));
            tail(6);
            tail(0);
        }
        else
        {
            out += static_cast<char>(0xF0u | (c >> 18));
            tail(12);
            tail(6);
            tail(0);
        }
    }
}

#endif
