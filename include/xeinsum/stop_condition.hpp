// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_STOP_CONDITION_HPP
#define XEINSUM_STOP_CONDITION_HPP

#include <concepts>
#include <functional>
#include <type_traits>
#include <utility>

namespace xeinsum
{
    /// Whether something long is to end early: a `std::stop_token`, or anything else that can be copied and has `stop_requested()`. None, as it is by
    /// default, asks for nothing; nor does what has a `stop_possible()` that says no when this is made. It may be asked on another thread than the one
    /// that raises it.
    class stop_condition
    {
    public:
        stop_condition() = default;

        template <class Token>
            requires(!std::is_same_v<Token, stop_condition> && std::copy_constructible<Token> && requires(const Token& token) {
                { token.stop_requested() } -> std::convertible_to<bool>;
            })
        stop_condition(Token token)
        {
            // Nobody can stop what has no source.
            if constexpr (requires { { token.stop_possible() } -> std::convertible_to<bool>; })
                if (!token.stop_possible()) return;
            m_requested = [held = std::move(token)] { return static_cast<bool>(held.stop_requested()); };
        }

        bool stop_requested() const { return m_requested && m_requested(); }
        /// Whether there is anything that could ask for it.
        bool stop_possible() const { return static_cast<bool>(m_requested); }

    private:
        std::function<bool()> m_requested;
    };
}

#endif
