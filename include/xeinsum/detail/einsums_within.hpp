// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_DETAIL_EINSUMS_WITHIN_HPP
#define XEINSUM_DETAIL_EINSUMS_WITHIN_HPP

#include <tuple>
#include <type_traits>

#include <xeinsum/detail/xtensor_headers.hpp>

/// \file
/// The einsums that an expression of xtensor's is made with: `xt::sin(einsum(a, b)) * c` has one.

namespace xeinsum
{
    template <class T, class Shape, class Operands, class Subscripts>
    class einsum_expression;
}

namespace xeinsum::detail
{
    /// The value type of an einsum; void for any other expression.
    template <class E>
    struct einsum_value
    {
        using type = void;
    };
    template <class T, class... Rest>
    struct einsum_value<einsum_expression<T, Rest...>>
    {
        using type = T;
    };
    template <class E>
    inline constexpr bool is_einsum = !std::is_void_v<typename einsum_value<E>::type>;

    /// Whether an expression is an einsum, or a function or broadcast of what holds one.
    template <class E>
    inline constexpr bool holds_einsum = is_einsum<E>;
    template <class F, class... X>
    inline constexpr bool holds_einsum<xt::xfunction<F, X...>> = (holds_einsum<std::decay_t<X>> || ...);
    template <class X, class S>
    inline constexpr bool holds_einsum<xt::xbroadcast<X, S>> = holds_einsum<std::decay_t<X>>;

    template <class F, class... X>
    const std::tuple<X...>& arguments_of(const xt::xfunction<F, X...>& e)
    {
        return e.arguments();
    }
    template <class X, class S>
    auto arguments_of(const xt::xbroadcast<X, S>& e)
    {
        return std::tie(e.expression());
    }

    /// Calls f with each of these einsums.
    template <class E, class F>
    void for_each_einsum(const E& e, const F& f)
    {
        if constexpr (is_einsum<E>) f(e);
        else if constexpr (holds_einsum<E>) std::apply([&](const auto&... x) { (for_each_einsum(x, f), ...); }, arguments_of(e));
    }
}

#endif
