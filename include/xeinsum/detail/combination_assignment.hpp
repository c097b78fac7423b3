// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_DETAIL_COMBINATION_ASSIGNMENT_HPP
#define XEINSUM_DETAIL_COMBINATION_ASSIGNMENT_HPP

#include <algorithm>
#include <array>
#include <cstddef>
#include <type_traits>

#include <xeinsum/binding.hpp>
#include <xeinsum/detail/combination.hpp>
#include <xeinsum/detail/factor.hpp>
#include <xeinsum/detail/fixed_operands.hpp>
#include <xeinsum/detail/memory_range.hpp>
#include <xeinsum/detail/operand_memory.hpp>
#include <xeinsum/detail/operands.hpp>
#include <xeinsum/detail/xtensor_headers.hpp>
#include <xeinsum/scaling.hpp>

/// \file
/// Assigns linear combinations with einsums as one call for each einsum: the first with beta, where the rest is the destination times a number or
/// nothing at all; after the rest has been assigned, where it is something else.

namespace xeinsum::detail
{
    /// Whether a tensor has this first element, shape and strides.
    template <class D, class T, class Shape, class Strides>
    bool is_same_tensor(const D& d, const T* first, const Shape& shape, const Strides& strides)
    {
        return d.data() + d.data_offset() == first && std::ranges::equal(d.shape(), shape) && std::ranges::equal(d.strides(), strides);
    }

    template <class D>
    using element_t = std::remove_cv_t<typename D::value_type>;

    /// Evaluates the einsums within an expression, each into a container of its own: xtensor's steppers, which would
    /// do it, may not throw.
    template <class E>
    void evaluate_einsums(const E& e)
    {
        for_each_einsum(e, [](const auto& einsum) { einsum.evaluated(); });
    }

    /// Throws shape_error if an operand of an einsum within was resized since the expression was made.
    template <class E>
    void check_einsums(const E& e)
    {
        for_each_einsum(e, [](const auto& einsum) { einsum.check_operands(); });
    }

    /// What an einsum reads: nothing once it has its result.
    template <class E>
        requires is_einsum<E>
    struct reads<E>
    {
        static bool from(const E& e, const memory_range& written) { return !e.is_evaluated() && e.reads(written, true); }
    };

    /// Assigns an expression that may have to be broadcast.
    template <class D, class E>
    void assign_rest(D& d, const E& rest)
    {
        if constexpr (is_scalar_node<E>::value)
        {
            std::fill(d.begin(), d.end(), static_cast<element_t<D>>(rest()));  // by its strides, where fill() may go by its memory
            return;
        }
        if constexpr (rank_of_shape<typename D::shape_type>::value == rank_of_shape<std::decay_t<typename E::shape_type>>::value)
            if (std::ranges::equal(rest.shape(), d.shape()))
            {
                d.assign(rest);
                return;
            }
        d.assign(xt::broadcast(rest, d.shape()));
    }

    /// Assigns a combination to a tensor of its shape, one call for each einsum, in place. False, with nothing written, where
    /// that can't be: another value type, an einsum that broadcasts or is evaluated already, a number that is no proper factor,
    /// memory that is still to be read when it is written.
    template <class D, class E>
    bool assign_in_place(D& d, const E& e)
    {
        using T = element_t<D>;
        using parts = combination<T, E>;
        if constexpr (!reads_in_place<T, D>() || parts::terms == 0 || std::is_const_v<std::remove_pointer_t<decltype(d.data())>>) return false;
        else if constexpr (!is_scalable<T>)
        {
            if (!std::ranges::equal(e.shape(), d.shape()) || e.is_evaluated() || e.reads(memory_of(d), false)) return false;
            e.compute(d, nullptr);
            return true;
        }
        else
        {
            const memory_range written = memory_of(d);
            bool possible = true, rest_is_destination = false;
            T beta = T(0);
            const auto check_term = [&](const auto& term, const factor<T>& by) {
                if constexpr (parts::terms + parts::rests > 1) term.check_operands();
                possible = possible && by.is_exact && std::ranges::equal(term.shape(), d.shape()) && !term.is_evaluated() &&
                           by.times(term.factor_of_operands()).is_exact && !term.reads(written, parts::terms + parts::rests > 1);
            };
            const auto check_rest = [&](const auto& rest, [[maybe_unused]] const factor<T>& by) {
                using other = std::decay_t<decltype(rest)>;
                check_einsums(rest);
                if constexpr (std::is_integral_v<T> && !std::is_integral_v<element_t<other>>) possible = false;
                if constexpr (parts::rests == 1 && has_source<T, other>)
                    operand_source<T, other>::visit(rest, {by}, [&](const T* first, const auto& shape, const auto& strides, const reading<T>& how) {
                        if (how.by.is_exact && !how.conjugated && is_same_tensor(d, first, shape, strides)) rest_is_destination = true, beta = how.by.value;
                    });
            };
            parts::visit(e, {}, check_term, check_rest);
            if (!possible) return false;
            if constexpr (parts::rests > 0)
                if (!rest_is_destination)
                {
                    assign_rest(d, parts::rest(e));
                    beta = T(1);
                }
            const auto add_term = [&](const auto& term, const factor<T>& by) {
                const scaling<T> how = {by.value, beta};
                term.compute(d, how.is_trivial() ? nullptr : &how);
                beta = T(1);
            };
            parts::visit(e, {}, add_term, [](const auto&, const factor<T>&) {});
            return true;
        }
    }

    template <class E>
    inline constexpr bool is_broadcast = false;
    template <class X, class S>
    inline constexpr bool is_broadcast<xt::xbroadcast<X, S>> = true;
    template <class E>
    inline constexpr bool is_broadcast_again = false;
    template <class X, class S>
    inline constexpr bool is_broadcast_again<xt::xbroadcast<X, S>> = is_broadcast<std::decay_t<X>>;

    /// Whether a single value of fixed shape is assigned to a tensor of no axes: xtensor cannot broadcast that shape, and has it as {1} where a number takes part.
    template <class D, class E>
    constexpr bool is_number_for()
    {
        using shape = std::decay_t<typename E::shape_type>;
        if constexpr (is_fixed_shape<shape>::value) return rank_of_shape<typename D::shape_type>::value == 0 && element_count_of<shape> == 1;
        else return false;
    }

    /// Assigns a function, or a broadcast, that holds einsums to a tensor of its shape.
    template <class D, class E, xt::layout_type L>
    void assign_elements(D& d, const E& e)
    {
        if constexpr (einsum_combination<E>)
            if (assign_in_place(d, e)) return;
        evaluate_einsums(e);
        if constexpr (is_number_for<D, E>()) d() = static_cast<element_t<D>>(e());
        else
        {
            const auto elements = xt::broadcast(e, d.shape());
            xt::stepper_assigner<D, std::decay_t<decltype(elements)>, L>(d, elements).run();
        }
    }

    /// Whether an expression may read what a container holds, which is gone before anything is read if it is to take another shape.
    template <class E, class D>
    bool reads_what_is_resized(const E& e, const D& d)
    {
        if constexpr (!reads_in_place<element_t<D>, D>() || !requires(D& x) { x.resize(e.shape()); }) return false;
        else
        {
            const memory_range held = memory_of(d);
            return held.first < held.last && may_read(e, held);
        }
    }

    /// What a function that holds einsums adds to xtensor's: before it is assigned to a container whose rank or shape is fixed, these
    /// are checked; what a container holds that takes another shape is read before; and einsums that are read element by element are
    /// evaluated before.
    template <class F, class... X>
    struct function_base : xt::extension::xtensor_empty_base
    {
        template <class D>
        void assign_to(xt::xexpression<D>& destination) const
        {
            using self_type = xt::xfunction<F, X...>;
            const auto& self = static_cast<const self_type&>(*this);
            D& d = destination.derived_cast();
            if constexpr (is_number_for<D, self_type>())
            {
                for_each_einsum(self, [&](const auto& einsum) { einsum.check_destination(d, einsum.shape()); });
                if constexpr (requires { d.resize(std::array<std::size_t, 0>{}, true); })
                    if (!d.data()) d.resize(std::array<std::size_t, 0>{}, true);  // one that is being made has the shape and no memory
                assign_elements<D, self_type, D::static_layout>(d, self);
            }
            else assign_checked(self, d, destination);
        }

    private:
        template <class Self, class D>
        static void assign_checked(const Self& self, D& d, xt::xexpression<D>& destination)
        {
            const bool fits = std::ranges::equal(self.shape(), d.shape());
            for_each_einsum(self, [&](const auto& einsum) {
                einsum.check_destination(d, self.shape());
                if (!fits) einsum.check_operands();
            });
            const auto assign = [&]<class To>(xt::xexpression<To>& to) {
                using tag = xt::xexpression_tag_t<To, Self>;
                xt::xexpression_assigner<tag>::assign_xexpression(to, static_cast<const xt::xexpression<Self>&>(self));
            };
            if constexpr (!einsum_combination<Self>) evaluate_einsums(self);
            if (fits || !reads_what_is_resized(self, d)) return assign(destination);
            using value_type = std::remove_cv_t<typename Self::value_type>;
            constexpr std::size_t rank = rank_of_shape<std::decay_t<typename Self::shape_type>>::value;
            std::conditional_t<rank == dynamic_rank, xt::xarray<value_type>, xt::xtensor<value_type, rank == dynamic_rank ? 0 : rank>> value;
            assign(value);
            xt::assign_xexpression(destination, value);
        }
    };
}

namespace xt
{
    /// Where xtensor would assign element by element: a function, or a broadcast of one. The broadcast of a broadcast, which assign_elements() makes of
    /// the latter, is left to xtensor.
    template <class D, class E, layout_type L>
        requires(xeinsum::detail::holds_einsum<E> && !xeinsum::detail::is_broadcast_again<E>)
    class stepper_assigner<D, E, L>
    {
    public:
        stepper_assigner(D& d, const E& e) : m_destination(d), m_expression(e) {}
        void run() { xeinsum::detail::assign_elements<D, E, L>(m_destination, m_expression); }

    private:
        D& m_destination;
        const E& m_expression;
    };

    /// An einsum sees by itself whether it reads what it writes.
    template <class E>
        requires xeinsum::detail::is_einsum<E>
    struct overlapping_memory_checker_traits<E, xeinsum::detail::if_addressable<E>>
    {
        template <class Range>
        static bool check_overlap(const E&, const Range&)
        {
            return false;
        }
    };

    /// A broadcast of an einsum is not asked for its first element, which would compute it.
    template <class E>
        requires(xeinsum::detail::holds_einsum<E> && xeinsum::detail::is_broadcast<E>)
    struct overlapping_memory_checker_traits<E, xeinsum::detail::if_addressable<E>>
    {
        template <class Range>
        static bool check_overlap(const E& e, const Range& range)
        {
            return overlapping_memory_checker_traits<std::decay_t<decltype(e.expression())>>::check_overlap(e.expression(), range);
        }
    };

    namespace extension
    {
        template <class F, class... X>
            requires((xeinsum::detail::holds_einsum<std::decay_t<X>> || ...))
        struct xfunction_base<F, X...>
        {
            using type = xeinsum::detail::function_base<F, X...>;
        };
    }
}

namespace xeinsum
{
    namespace detail
    {
        template <class D>
        concept assignable = xt::is_assignable<std::decay_t<D>>::value;

        /// Assigns a combination of a tensor and of einsums to that tensor, which takes another shape if it broadcasts.
        template <class D, class E>
        D& update(D& d, const E& combination)
        {
            if (!std::ranges::equal(combination.shape(), d.shape())) return d = combination;
            assign_elements<D, E, xt::default_assignable_layout(D::static_layout)>(d, combination);
            return d;
        }
    }

    /// A function of einsums repeated along the axes of a shape, as xt::broadcast() does; xtensor calls it, too, where it assigns to a view of another shape.
    /// Throws shape_error if the function does not broadcast to that shape: xtensor takes an extent of 1 there for any, and writes beyond the view.
    template <class E, class S>
        requires detail::holds_einsum<E>
    auto broadcast(const E& e, const S& shape)
    {
        const auto& from = e.shape();
        bool fits = from.size() <= shape.size();
        for (std::size_t i = 0; fits && i < from.size(); ++i)
        {
            const auto extent = static_cast<std::size_t>(from[i]);
            fits = extent == 1 || extent == static_cast<std::size_t>(shape[shape.size() - from.size() + i]);
        }
        if (!fits) detail::throw_misfit(detail::to_extents(from), detail::to_extents(shape));
        return xt::broadcast(e, shape);
    }

    /// Adds einsums to a tensor, in place: one call for each, with beta 1. Right if they read that tensor, too. Found for sums,
    /// differences and multiples of einsums; all other expressions are xtensor's.
    template <detail::assignable D, detail::pure_combination E>
    std::decay_t<D>& operator+=(D&& destination, const E& e)
    {
        std::decay_t<D>& d = destination;
        return detail::update(d, d + e);
    }

    /// Subtracts einsums from a tensor, as operator+= adds them.
    template <detail::assignable D, detail::pure_combination E>
    std::decay_t<D>& operator-=(D&& destination, const E& e)
    {
        std::decay_t<D>& d = destination;
        return detail::update(d, d - e);
    }
}

#endif
