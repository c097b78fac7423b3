// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_EINSUM_HPP
#define XEINSUM_EINSUM_HPP

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <xeinsum/detail/plan_call.hpp>
#include <xeinsum/expression.hpp>
#include <xeinsum/subscripts.hpp>

namespace xeinsum
{
    /// Never defined; named in the compiler's complaint where a literal has `Terms` terms for `Operands` operands.
    template <std::size_t Terms, std::size_t Operands>
    struct mismatched_operand_count;

    /// Never defined; named in the compiler's complaint where operand `Operand` has rank `Rank`, but its term has
    /// `Labels` labels (with an ellipsis: at least so many).
    template <std::size_t Operand, std::size_t Labels, std::size_t Rank>
    struct mismatched_operand_rank;

    /// Never defined; named in the compiler's complaint where the ellipsis stands for `Axes` axes that an explicit
    /// output leaves out.
    template <std::size_t Axes>
    struct output_without_ellipsis;

    /// Never defined; named in the compiler's complaint where all operands have fixed shapes and axis `Axis` of
    /// operand `Operand` has extent `Extent`, but its label has `Other` elsewhere.
    template <std::size_t Operand, std::size_t Axis, std::int64_t Extent, std::int64_t Other>
    struct mismatched_extent;

    namespace detail
    {
        constexpr bool has_ellipsis(std::span<const label> term)
        {
            return std::find(term.begin(), term.end(), ellipsis) != term.end();
        }

        constexpr std::size_t count_labels(std::span<const label> term)
        {
            return term.size() - (has_ellipsis(term) ? 1 : 0);
        }

        /// Whether a term can label an operand of this rank.
        constexpr bool fits_rank(std::span<const label> term, std::size_t rank)
        {
            if (rank == dynamic_rank) return true;
            return has_ellipsis(term) ? count_labels(term) <= rank : term.size() == rank;
        }

        template <fixed_string S, std::size_t Operand, std::size_t Rank>
        constexpr void require_rank()
        {
            constexpr auto term = literal_equation_of<S>().term(Operand);
            if constexpr (!fits_rank(term, Rank))
            {
                [[maybe_unused]] mismatched_operand_rank<Operand, count_labels(term), Rank> rank;
            }
        }

        /// The rank of the ellipsis over operands of these ranks; dynamic_rank if one of those that matter is.
        template <fixed_string S, std::size_t... Ranks>
        constexpr std::size_t ellipsis_rank()
        {
            const std::array<std::size_t, sizeof...(Ranks)> ranks = {Ranks...};
            std::size_t result = 0;
            for (std::size_t i = 0; i < ranks.size(); ++i)
            {
                const auto term = literal_equation_of<S>().term(i);
                if (!has_ellipsis(term)) continue;
                if (ranks[i] == dynamic_rank) return dynamic_rank;
                result = std::max(result, ranks[i] - count_labels(term));
            }
            return result;
        }

        /// The result's rank, where literal and operands fix it.
        template <fixed_string S, std::size_t... Ranks>
        constexpr std::size_t result_rank()
        {
            const auto output = literal_equation_of<S>().output();
            if (!has_ellipsis(output)) return output.size();
            const std::size_t hidden = ellipsis_rank<S, Ranks...>();
            return hidden == dynamic_rank ? dynamic_rank : count_labels(output) + hidden;
        }

        /// Everything about a literal that the compiler can check against the operands' static ranks.
        template <fixed_string S, std::size_t... Ranks>
        constexpr void check_literal()
        {
            constexpr std::size_t terms = literal_equation_of<S>().operand_count();
            if constexpr (terms != sizeof...(Ranks))
            {
                [[maybe_unused]] mismatched_operand_count<terms, sizeof...(Ranks)> operands;
            }
            else
            {
                [&]<std::size_t... I>(std::index_sequence<I...>) { (require_rank<S, I, Ranks>(), ...); }
                (std::make_index_sequence<terms>{});
                constexpr std::size_t hidden = ellipsis_rank<S, Ranks...>();
                if constexpr (hidden != 0 && hidden != dynamic_rank && !has_ellipsis(literal_equation_of<S>().output()))
                {
                    [[maybe_unused]] output_without_ellipsis<hidden> output;
                }
            }
        }

        template <std::size_t Rank>
        struct shape_of_rank
        {
            using type = std::array<std::size_t, Rank>;
        };
        template <>
        struct shape_of_rank<dynamic_rank>
        {
            using type = xt::dynamic_shape<std::size_t>;
        };

        /// The shape type of a literal's result: fixed where the operands' are (and no ellipsis is written), else of the
        /// rank that literal and operands fix. Extents of fixed shapes that do not fit do not compile.
        template <fixed_string S, class... E>
        constexpr auto result_shape()
        {
            if constexpr (all_fixed<closure_t<E>...> && tiny_of<S>.operand_count == sizeof...(E))
            {
                constexpr fixed_binding b = fixed_binding_of<S, known_extents_t<closure_t<E>>...>;
                if constexpr (!b.fits)
                {
                    [[maybe_unused]] mismatched_extent<b.operand, b.axis, b.extent, b.other> extent;
                }
                return fixed_result_shape<S, known_extents_t<closure_t<E>>...>();
            }
            else return shape_of_rank<result_rank<S, static_rank_v<E>...>()>{};
        }

        template <class Shape, class Subscripts, class... E>
        auto make_expression(Subscripts&& subscripts, E&&... operands)
        {
            using held = operand_tuple<closure_t<E>...>;
            return einsum_expression<result_value_t<E...>, Shape, held, Subscripts>(
                std::move(subscripts), held(std::in_place, std::forward<E>(operands)...));
        }

        template <class Vector>
        auto make_list_expression(equation e, Vector&& operands)
        {
            using value = std::remove_cv_t<typename std::decay_t<Vector>::value_type::value_type>;
            using held = operand_list<Vector>;
            return einsum_expression<value, xt::dynamic_shape<std::size_t>, held>(run_time_subscripts(std::move(e)),
                                                                                  held(std::forward<Vector>(operands)));
        }
    }

    /// NumPy's einsum with subscripts checked by the compiler: `einsum<"ij,jk->ik">(a, b)`.
    ///
    /// Operands are xtensor expressions of any kind and numbers (for empty terms). Containers, adaptors and strided
    /// views are read where they lie; unevaluated arithmetic and operands of another value type are evaluated once.
    /// The result is a lazy expression (einsum_expression) of value type promote_operands_t.
    /// Malformed subscripts, a wrong number of operands and a wrong static rank do not compile, nor do fixed shapes that
    /// do not fit each other; other extents are checked here, at the call: throws shape_error, subscript_error.
    template <fixed_string S, detail::operand... E>
    auto einsum(E&&... operands)
    {
        constexpr parse_status status = detail::parsed<S>.status;
        if constexpr (!status.ok())
        {
            [[maybe_unused]] malformed_subscripts<status.code, status.position> subscripts;
        }
        else
        {
            detail::check_literal<S, detail::static_rank_v<E>...>();
            using shape = typename decltype(detail::result_shape<S, E...>())::type;
            using literal = detail::literal_subscripts<S>;
            using held = detail::operand_tuple<detail::closure_t<E>...>;
            if constexpr (detail::fixed_run<detail::result_value_t<E...>, literal, held>::value)
                return detail::make_expression<shape>(literal(), std::forward<E>(operands)...);
            else return detail::make_expression<shape>(detail::constant_subscripts::of<S>(), std::forward<E>(operands)...);
        }
    }

    /// einsum with an equation: `einsum(equation({{0, 1}, {1, 2}}, {0, 2}), a, b)`.
    template <detail::operand... E>
        requires(sizeof...(E) > 0)
    auto einsum(equation e, E&&... operands)
    {
        return detail::make_expression<xt::dynamic_shape<std::size_t>>(detail::run_time_subscripts(std::move(e)),
                                                                       std::forward<E>(operands)...);
    }

    /// einsum with subscripts known at run time: `einsum("ij,jk->ik", a, b)`. Throws subscript_error, shape_error.
    template <detail::operand... E>
        requires(sizeof...(E) > 0)
    auto einsum(std::string_view subscripts, E&&... operands)
    {
        return detail::make_expression<xt::dynamic_shape<std::size_t>>(detail::run_time_subscripts(detail::parse_for(subscripts, sizeof...(E))),
                                                                       std::forward<E>(operands)...);
    }

    /// einsum of a number of operands known at run time. A vector given as an lvalue is referred to.
    template <class E, class A>
        requires detail::operand<E>
    auto einsum(equation e, const std::vector<E, A>& operands)
    {
        return detail::make_list_expression<const std::vector<E, A>&>(std::move(e), operands);
    }
    /// \overload
    template <class E, class A>
        requires detail::operand<E>
    auto einsum(equation e, std::vector<E, A>&& operands)
    {
        return detail::make_list_expression<std::vector<E, A>>(std::move(e), std::move(operands));
    }
    /// \overload
    template <class E, class A>
        requires detail::operand<E>
    auto einsum(std::string_view subscripts, const std::vector<E, A>& operands)
    {
        return einsum(detail::parse_for(subscripts, operands.size()), operands);
    }
    /// \overload
    template <class E, class A>
        requires detail::operand<E>
    auto einsum(std::string_view subscripts, std::vector<E, A>&& operands)
    {
        return einsum(detail::parse_for(subscripts, operands.size()), std::move(operands));
    }
}

#endif
