// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_DETAIL_PLAN_CALL_HPP
#define XEINSUM_DETAIL_PLAN_CALL_HPP

#include <type_traits>
#include <utility>
#include <vector>

#include <xeinsum/detail/huge_pages.hpp>
#include <xeinsum/detail/operand_memory.hpp>
#include <xeinsum/detail/operands.hpp>
#include <xeinsum/detail/planning.hpp>
#include <xeinsum/detail/tiny_operands.hpp>
#include <xeinsum/detail/xtensor_headers.hpp>
#include <xeinsum/error.hpp>
#include <xeinsum/execute.hpp>
#include <xeinsum/plan.hpp>
#include <xeinsum/trace.hpp>

/// \file
/// Calls of a plan with xtensor's expressions.

namespace xeinsum
{
    namespace detail
    {
        /// Contracts operands now, by a plan for their shapes, into an array of its own.
        template <class T, class Operands>
        xt::xarray<T> run_plan(const plan& p, const Operands& held, trace* told = nullptr)
        {
            if (!have_shapes(held, p.shapes())) throw_changed_shapes(p.equation(), p.shapes(), shapes_of(held));
            xt::xarray<T> result(to_shape<xt::dynamic_shape<std::size_t>>(p.result_shape()));
            prefer_huge_pages(result);
            const operand_memory<T> memory(held);
            options how = p.how();
            how.path = p.path();
            how = options_for<T>(memory, std::move(how), {to_extents(result.shape()), to_extents(result.strides())});
            const bool as_planned = p.how().type == how.type && p.how().layouts == how.layouts && p.result_layout() == *how.result &&
                                    p.how().scaled == how.scaled && p.how().conjugated == how.conjugated &&
                                    (p.how().same.empty() || p.how().same == how.same);
            const scaling<T>* const none = nullptr;
            recorder* const record = told ? &told->record : nullptr;
            if (as_planned && !told) execute_scaled<T>(p, memory, result.data(), none, nullptr);
            else
            {
                plan ran = as_planned ? p : plan(p.equation(), p.shapes(), std::move(how));
                const stopwatch watch(told);
                execute_scaled<T>(ran, memory, result.data(), none, record);
                if (told) told->seconds = watch.seconds(), told->of = std::move(ran);
            }
            return result;
        }
    }

    /// \cond declared in plan
    template <class... E>
    auto plan::operator()(E&&... operands) const
    {
        static_assert((detail::operand<E> && ...), "a plan is called with xtensor expressions or numbers, one for each term");
        using value = detail::result_value_t<E...>;
        const detail::operand_tuple<detail::closure_t<E>...> held(std::in_place, std::forward<E>(operands)...);
        if constexpr (detail::runs_tiny<value>)
        {
            if (detail::goes_from_the_left(m_options, m_shapes.size()) && detail::have_shapes(held, m_shapes))
            {
                const detail::tiny_equation tiny = detail::to_tiny(m_equation);
                detail::tiny_array sizes;
                xt::xarray<value> result(detail::to_shape<xt::dynamic_shape<std::size_t>>(result_shape()));
                if (detail::bind_tiny(tiny, held, sizes) == detail::tiny_binding::tiny &&
                    detail::contract_tiny(tiny, detail::to_program(tiny), sizes, held, result.data(), result.strides(),
                                          static_cast<const scaling<value>*>(nullptr)))
                    return result;
            }
        }
        return detail::run_plan<value>(*this, held);
    }

    template <class... E>
    auto plan::run_traced(E&&... operands) const
    {
        static_assert((detail::operand<E> && ...), "a plan is called with xtensor expressions or numbers, one for each term");
        const detail::operand_tuple<detail::closure_t<E>...> held(std::in_place, std::forward<E>(operands)...);
        trace told{*this, {}, 0};
        told.record.timed = true;
        auto result = detail::run_plan<detail::result_value_t<E...>>(*this, held, &told);
        return traced<decltype(result)>{std::move(result), std::move(told)};
    }

    template <class E, class A>
    auto plan::operator()(const std::vector<E, A>& operands) const
    {
        static_assert(detail::operand<E>, "a plan is called with a vector of xtensor expressions");
        return detail::run_plan<std::remove_cv_t<typename E::value_type>>(*this, detail::operand_list<const std::vector<E, A>&>(operands));
    }

    template <class E, class A>
    auto plan::operator()(std::vector<E, A>& operands) const
    {
        return (*this)(std::as_const(operands));
    }
    /// \endcond
}

#endif
