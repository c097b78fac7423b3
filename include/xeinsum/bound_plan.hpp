// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_BOUND_PLAN_HPP
#define XEINSUM_BOUND_PLAN_HPP

#include <algorithm>
#include <cstddef>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <xeinsum/detail/constants.hpp>
#include <xeinsum/expression.hpp>

namespace xeinsum
{
    namespace detail
    {
        /// Operands given in a call, then constants.
        template <class Given, class T>
        class with_constants
        {
        public:
            with_constants(const Given& given, const std::vector<std::shared_ptr<const xt::xarray<T>>>& constants)
                : m_given(given), m_constants(constants)
            {
            }

            template <class F>
            void for_each(F&& f) const
            {
                m_given.for_each(f);
                for (const auto& constant : m_constants) f(*constant);
            }

        private:
            const Given& m_given;
            const std::vector<std::shared_ptr<const xt::xarray<T>>>& m_constants;
        };

        /// No operands.
        struct no_operands
        {
            template <class F>
            void for_each(F&&) const
            {
            }
        };
    }

    /// A plan some of whose operands are constants: it has their values, and what can be contracted of them alone, it has
    /// contracted. It is called with the operands that are left, in their order.
    ///
    ///     const auto layer = plan("bi,ij,jk->bk", shapes).bind(1, w).bind(2, v);
    ///     xt::xarray<double> y = layer(x);
    ///
    /// Copies share the constants. Calls are const and safe from several threads.
    template <class T>
    class bound_plan
    {
    public:
        explicit bound_plan(plan p) : m_plan(std::move(p))
        {
            for (std::size_t i = 0; i < m_plan.shapes().size(); ++i) m_free.push_back(i);
        }

        /// What is run: its operands are those that are left, then what became of the constants.
        const xeinsum::plan& rest() const { return m_plan; }
        /// The operands that are left, by their numbers in the plan that was bound.
        const std::vector<std::size_t>& free_operands() const { return m_free; }

        /// With one more constant. Throws std::invalid_argument: no such operand, or bound before; shape_error: another shape.
        template <class E>
        bound_plan bind(std::size_t operand, const E& values) const
        {
            const auto at = std::ranges::find(m_free, operand);
            if (at == m_free.end())
                throw std::invalid_argument("plan::bind: operand " + std::to_string(operand) + " does not exist, or is bound already");
            const auto position = static_cast<std::size_t>(at - m_free.begin());
            const auto constant = std::make_shared<const xt::xarray<T>>(xt::cast<T>(values));
            const extents shape = detail::to_extents(constant->shape());
            if (shape != m_plan.shapes()[position])
                throw shape_error(shape_errc::extent_mismatch, "plan::bind: operand " + std::to_string(operand) + " is planned as " +
                                                                   to_string(m_plan.shapes()[position]) + ", but the values are " + to_string(shape));
            return with(position, constant);
        }

        /// Contracts the operands that are left with the constants. Throws as plan::operator() does.
        template <class... E>
        xt::xarray<T> operator()(E&&... operands) const
        {
            static_assert((detail::operand<E> && ...), "a plan is called with xtensor expressions or numbers, one for each term that is not bound");
            if constexpr (sizeof...(E) == 0)
            {
                const detail::no_operands none;
                return detail::run_plan<T>(m_plan, detail::with_constants(none, m_constants));
            }
            else
            {
                const detail::operand_tuple<detail::closure_t<E>...> given(std::in_place, std::forward<E>(operands)...);
                return detail::run_plan<T>(m_plan, detail::with_constants(given, m_constants));
            }
        }

    private:
        using array = std::shared_ptr<const xt::xarray<T>>;

        bound_plan with(std::size_t position, const array& constant) const
        {
            std::vector<bool> is_constant(m_plan.shapes().size(), false);
            is_constant[position] = true;
            std::vector<array> values(m_plan.shapes().size());
            values[position] = constant;
            for (std::size_t i = 0; i < m_constants.size(); ++i)
            {
                is_constant[m_free.size() + i] = true;
                values[m_free.size() + i] = m_constants[i];
            }
            detail::constant_split split = detail::split_constants(m_plan, is_constant);
            bound_plan result(std::move(split.rest));
            result.m_free = m_free;
            result.m_free.erase(result.m_free.begin() + static_cast<std::ptrdiff_t>(position));
            for (const detail::constant_part& part : split.parts)
            {
                std::vector<array> leaves;
                for (const std::size_t operand : part.operands) leaves.push_back(values[operand]);
                const detail::no_operands none;
                const detail::with_constants held(none, leaves);
                result.m_constants.push_back(part.is_operand() ? leaves[0] : std::make_shared<const xt::xarray<T>>(detail::run_plan<T>(part.contraction, held)));
            }
            return result;
        }

        plan m_plan;
        std::vector<std::size_t> m_free;
        std::vector<array> m_constants;
    };

    /// \cond declared in plan
    template <class E>
    auto plan::bind(std::size_t operand, const E& values) const
    {
        return bound_plan<std::remove_cv_t<typename E::value_type>>(*this).bind(operand, values);
    }
    /// \endcond
}

#endif
