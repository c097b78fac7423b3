// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_DETAIL_FIXED_OPERANDS_HPP
#define XEINSUM_DETAIL_FIXED_OPERANDS_HPP

#include <array>
#include <cstddef>
#include <type_traits>
#include <utility>

#include <xeinsum/detail/fixed.hpp>
#include <xeinsum/detail/operands.hpp>
#include <xeinsum/detail/subscripts_source.hpp>

/// \file
/// Which of xtensor's expressions have shapes that the compiler knows, and what follows for their einsum.

namespace xeinsum::detail
{
    /// The type in which a shape is kept.
    template <class Shape>
    struct inner_shape
    {
        using type = Shape;
    };
    template <std::size_t... N>
    struct inner_shape<xt::fixed_shape<N...>>
    {
        using type = typename xt::fixed_shape<N...>::cast_type;
    };
    template <class Shape>
    using inner_shape_t = typename inner_shape<Shape>::type;

    /// A shape that the compiler knows, as extents_of; void for others.
    template <class Shape>
    struct known_extents
    {
        using type = void;
    };
    template <std::size_t... N>
    struct known_extents<xt::fixed_shape<N...>>
    {
        using type = extents_of<N...>;
    };
    template <class T>
    struct known_extents<std::array<T, 0>>
    {
        using type = extents_of<>;
    };

    /// The number of elements of a fixed shape.
    template <class Shape>
    inline constexpr std::size_t element_count_of = 0;
    template <std::size_t... N>
    inline constexpr std::size_t element_count_of<xt::fixed_shape<N...>> = (std::size_t{1} * ... * N);

    template <class E>
    using shape_type_t = std::decay_t<typename std::decay_t<E>::shape_type>;
    template <class E>
    using known_extents_t = typename known_extents<shape_type_t<E>>::type;

    /// Whether all operands have shapes that the compiler knows, one of them a fixed one.
    template <class... Closures>
    inline constexpr bool all_fixed = (!std::is_void_v<known_extents_t<Closures>> && ...) &&
                                      (is_fixed_shape<shape_type_t<Closures>>::value || ...);

    /// The shape of a literal's result over constant shapes, as xt::fixed_shape.
    template <fixed_string S, class... Shapes>
    constexpr auto fixed_result_shape()
    {
        return []<std::size_t... I>(std::index_sequence<I...>) {
            constexpr const tiny_ids& output = tiny_of<S>.output();
            constexpr const tiny_array& sizes = fixed_binding_of<S, Shapes...>.sizes;
            return type_tag<xt::fixed_shape<static_cast<std::size_t>(sizes[output[I]])...>>{};
        }(std::make_index_sequence<tiny_of<S>.output().size()>{});
    }

    /// Whether E's elements are contiguous values of type T in a shape that the compiler knows.
    template <class T, class E>
    constexpr bool is_fixed_memory()
    {
        constexpr bool ordered = E::static_layout == xt::layout_type::row_major || E::static_layout == xt::layout_type::column_major;
        return is_fixed_shape<shape_type_t<E>>::value && ordered && E::contiguous_layout && reads_in_place<T, E>();
    }

    /// How the compiler writes the loops of an expression; false where it can't.
    template <class T, class Subscripts, class Operands>
    struct fixed_run : std::false_type {};

    template <class T, fixed_string S, class... Closures>
        requires((is_fixed_memory<T, std::decay_t<Closures>>() && ...) && is_fixed_tiny<S, known_extents_t<Closures>...>())
    struct fixed_run<T, literal_subscripts<S>, operand_tuple<Closures...>> : std::true_type
    {
        template <bool ResultRowMajor>
        static constexpr void run(const operand_tuple<Closures...>& operands, T* result)
        {
            operands.apply([&](const auto&... e) {
                fixed_contraction<S, known_extents_t<Closures>...>::template run<
                    ResultRowMajor, (std::decay_t<Closures>::static_layout == xt::layout_type::row_major)...>(
                    std::array<const T*, sizeof...(Closures)>{e.data() + e.data_offset()...}, result);
            });
        }
    };
}

#endif
