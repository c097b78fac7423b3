// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_DETAIL_FIXED_STRING_HPP
#define XEINSUM_DETAIL_FIXED_STRING_HPP

#include <cstddef>
#include <string_view>

namespace xeinsum
{
    /// A string literal as a template argument: the S of `einsum<"ij,jk->ik">`.
    template <std::size_t N>
    struct fixed_string
    {
        char text[N]{};

        constexpr fixed_string(const char (&literal)[N])
        {
            for (std::size_t i = 0; i < N; ++i)
                text[i] = literal[i];
        }

        constexpr std::string_view view() const { return {text, N - 1}; }
        static constexpr std::size_t size() { return N - 1; }
    };
}

#endif
