// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_DETAIL_COMBINATION_HPP
#define XEINSUM_DETAIL_COMBINATION_HPP

#include <cstddef>
#include <tuple>
#include <type_traits>
#include <utility>

#include <xeinsum/detail/einsums_within.hpp>
#include <xeinsum/detail/factor.hpp>
#include <xeinsum/detail/operand_memory.hpp>
#include <xeinsum/detail/xtensor_headers.hpp>

/// \file
/// Linear combinations with einsums: what xtensor's own operators make of `2.0 * einsum(a, b) - c / 3.0` is seen as
///
///     alpha * einsum + ... + rest

namespace xeinsum::detail
{
    /// An expression as a linear combination of einsums of value type T (its terms) and of others (its rests).
    ///
    ///     visit(e, by, on_term, on_rest)     calls them with each of these and the number that multiplies it
    ///     rest(e)                            the combination of the rests alone, an expression of xtensor's; there must be one
    ///
    /// What is no sum, difference or multiple that a term stands in is a rest as a whole.
    template <class T, class E>
    struct combination
    {
        static constexpr std::size_t terms = std::is_same_v<typename einsum_value<E>::type, T> ? 1 : 0;
        static constexpr std::size_t rests = 1 - terms;

        template <class OnTerm, class OnRest>
        static void visit(const E& e, const factor<T>& by, OnTerm&& on_term, OnRest&& on_rest)
        {
            if constexpr (terms == 1) on_term(e, by);
            else on_rest(e, by);
        }
        static const E& rest(const E& e) { return e; }
    };

    template <class T, class E>
    using combination_of = combination<T, std::decay_t<E>>;

    /// The sign that a function of one or two terms gives to the last of them; 0 where it is no sum.
    template <class F>
    inline constexpr int sign_of = 0;
    template <>
    inline constexpr int sign_of<xt::detail::identity> = 1;
    template <>
    inline constexpr int sign_of<xt::detail::negate> = -1;
    template <>
    inline constexpr int sign_of<xt::detail::plus> = 1;
    template <>
    inline constexpr int sign_of<xt::detail::minus> = -1;

    template <class T, class F, class X>
        requires(is_scalable<T> && sign_of<F> != 0 && combination_of<T, X>::terms > 0)
    struct combination<T, xt::xfunction<F, X>>
    {
        using expression = xt::xfunction<F, X>;
        using inner = combination_of<T, X>;
        static constexpr std::size_t terms = inner::terms, rests = inner::rests;

        template <class OnTerm, class OnRest>
        static void visit(const expression& e, const factor<T>& by, OnTerm&& on_term, OnRest&& on_rest)
        {
            inner::visit(std::get<0>(e.arguments()), sign_of<F> < 0 ? by.negated() : by, on_term, on_rest);
        }
        static auto rest(const expression& e) { return xt::detail::make_xfunction<F>(inner::rest(std::get<0>(e.arguments()))); }
    };

    template <class T, class F, class X, class Y>
        requires(is_scalable<T> && sign_of<F> != 0 && combination_of<T, X>::terms + combination_of<T, Y>::terms > 0)
    struct combination<T, xt::xfunction<F, X, Y>>
    {
        using expression = xt::xfunction<F, X, Y>;
        using left = combination_of<T, X>;
        using right = combination_of<T, Y>;
        static constexpr std::size_t terms = left::terms + right::terms, rests = left::rests + right::rests;

        template <class OnTerm, class OnRest>
        static void visit(const expression& e, const factor<T>& by, OnTerm&& on_term, OnRest&& on_rest)
        {
            left::visit(std::get<0>(e.arguments()), by, on_term, on_rest);
            right::visit(std::get<1>(e.arguments()), sign_of<F> < 0 ? by.negated() : by, on_term, on_rest);
        }
        static decltype(auto) rest(const expression& e)
        {
            const auto& [x, y] = e.arguments();
            if constexpr (right::rests == 0) return left::rest(x);
            else if constexpr (left::rests > 0) return xt::detail::make_xfunction<F>(left::rest(x), right::rest(y));
            else if constexpr (sign_of<F> < 0) return xt::detail::make_xfunction<xt::detail::negate>(right::rest(y));
            else return right::rest(y);
        }
    };

    /// A multiple: `Scalar` is which of the two arguments is the number.
    template <class T, std::size_t Scalar, class F, class X, class Y>
    struct multiple_combination
    {
        using expression = xt::xfunction<F, X, Y>;
        using inner = combination_of<T, std::conditional_t<Scalar == 0, Y, X>>;
        static constexpr std::size_t terms = inner::terms, rests = inner::rests;

        template <class OnTerm, class OnRest>
        static void visit(const expression& e, const factor<T>& by, OnTerm&& on_term, OnRest&& on_rest)
        {
            const auto s = std::get<Scalar>(e.arguments())();
            inner::visit(std::get<1 - Scalar>(e.arguments()), std::is_same_v<F, xt::detail::divides> ? by.over(s) : by.times(s), on_term, on_rest);
        }
        static auto rest(const expression& e)
        {
            const auto& [x, y] = e.arguments();
            if constexpr (Scalar == 0) return xt::detail::make_xfunction<F>(x, inner::rest(y));
            else return xt::detail::make_xfunction<F>(inner::rest(x), y);
        }
    };

    template <class T, class S, class X>
        requires(number_of<T, S> && combination_of<T, X>::terms > 0)
    struct combination<T, xt::xfunction<xt::detail::multiplies, S, X>> : multiple_combination<T, 0, xt::detail::multiplies, S, X>
    {
    };
    template <class T, class X, class S>
        requires(number_of<T, S> && combination_of<T, X>::terms > 0)
    struct combination<T, xt::xfunction<xt::detail::multiplies, X, S>> : multiple_combination<T, 1, xt::detail::multiplies, X, S>
    {
    };
    template <class T, class X, class S>
        requires(divisor_of<T, S> && combination_of<T, X>::terms > 0)
    struct combination<T, xt::xfunction<xt::detail::divides, X, S>> : multiple_combination<T, 1, xt::detail::divides, X, S>
    {
    };

    /// The value type of the first einsum in an expression that combination<> could find; void if there is none.
    template <class E>
    struct value_of_terms : einsum_value<E> {};
    template <class F, class... X>
        requires(sign_of<F> != 0 || std::is_same_v<F, xt::detail::multiplies> || std::is_same_v<F, xt::detail::divides>)
    struct value_of_terms<xt::xfunction<F, X...>>
    {
        template <class First, class... More>
        static auto first(std::type_identity<First>, More... more)
        {
            if constexpr (!std::is_void_v<First> || sizeof...(More) == 0) return std::type_identity<First>{};
            else return first(more...);
        }
        using type = typename decltype(first(std::type_identity<typename value_of_terms<std::decay_t<X>>::type>{}...))::type;
    };
    template <class E>
    using value_of_terms_t = typename value_of_terms<std::decay_t<E>>::type;

    template <class T, class E>
    inline constexpr bool has_terms = combination_of<T, E>::terms > 0;
    template <class E>
    inline constexpr bool has_terms<void, E> = false;

    /// Expressions whose assignment is ours: an einsum, and combinations with one.
    template <class E>
    concept einsum_combination = has_terms<value_of_terms_t<E>, E>;
    /// Combinations of nothing but einsums of one value type.
    template <class E>
    concept pure_combination = einsum_combination<E> && combination_of<value_of_terms_t<E>, E>::rests == 0;
}

#endif
