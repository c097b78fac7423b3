// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_DETAIL_OPERANDS_HPP
#define XEINSUM_DETAIL_OPERANDS_HPP

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include <xeinsum/detail/xtensor_headers.hpp>
#include <xeinsum/dtype.hpp>

/// \file
/// How an expression holds its operands, and how it sees their memory.

namespace xeinsum::detail
{
    inline constexpr std::size_t dynamic_rank = std::numeric_limits<std::size_t>::max();

    /// The rank that a shape type fixes at compile time; dynamic_rank if none.
    template <class Shape>
    struct rank_of_shape : std::integral_constant<std::size_t, dynamic_rank> {};
    template <class T, std::size_t N>
    struct rank_of_shape<std::array<T, N>> : std::integral_constant<std::size_t, N> {};
    template <std::size_t... N>
    struct rank_of_shape<xt::fixed_shape<N...>> : std::integral_constant<std::size_t, sizeof...(N)> {};

    template <class Shape>
    struct is_fixed_shape : std::false_type {};
    template <std::size_t... N>
    struct is_fixed_shape<xt::fixed_shape<N...>> : std::true_type {};

    /// How an operand given as E is held: an lvalue by const reference, an rvalue moved in, a number as a
    /// 0-d expression, as xtensor does.
    template <class E>
    using closure_t = xt::const_xclosure_t<E>;

    template <class E>
    using value_t = std::remove_cv_t<typename std::decay_t<closure_t<E>>::value_type>;

    template <class E>
    inline constexpr std::size_t static_rank_v = rank_of_shape<std::decay_t<typename std::decay_t<closure_t<E>>::shape_type>>::value;

    /// The value type of an einsum over operands given as E.
    template <class... E>
    using result_value_t = promote_operands_t<operand_type<value_t<E>, static_rank_v<E> == 0>...>;

    /// Anything that xtensor computes with: containers, views, arithmetic.
    template <class E>
    concept xexpression = xt::is_xexpression<std::decay_t<E>>::value;

    /// Expressions and numbers can be operands.
    template <class E>
    concept operand = xexpression<E> || std::is_arithmetic_v<std::decay_t<E>> ||
                      xtl::is_complex<std::decay_t<E>>::value;

    /// True where the expression's elements lie in memory, with strides, as values of type T.
    template <class T, class E>
    constexpr bool reads_in_place()
    {
        if constexpr (xt::has_data_interface<const E>::value && xt::has_strides<const E>::value)
            return std::is_same_v<std::remove_cv_t<typename E::value_type>, T>;
        else return false;
    }

    template <class Sequence>
    std::vector<std::int64_t> to_extents(const Sequence& values)
    {
        std::vector<std::int64_t> result;
        result.reserve(values.size());
        for (const auto v : values)
            result.push_back(static_cast<std::int64_t>(v));
        return result;
    }

    /// Operands of types known at compile time.
    template <class... Closures>
    class operand_tuple
    {
    public:
        template <class... E>
        explicit operand_tuple(std::in_place_t, E&&... operands) : m_values(std::forward<E>(operands)...)
        {
        }

        template <class F>
        void for_each(F&& f) const
        {
            std::apply([&](const auto&... operand) { (f(operand), ...); }, m_values);
        }

        /// Calls f with all of them.
        template <class F>
        constexpr decltype(auto) apply(F&& f) const
        {
            return std::apply(std::forward<F>(f), m_values);
        }

    private:
        std::tuple<Closures...> m_values;
    };

    /// Any number of operands of one type.
    template <class Vector>
    class operand_list
    {
    public:
        explicit operand_list(Vector&& operands) : m_values(std::forward<Vector>(operands)) {}

        template <class F>
        void for_each(F&& f) const
        {
            for (const auto& operand : m_values) f(operand);
        }

    private:
        Vector m_values;
    };
}

#endif
