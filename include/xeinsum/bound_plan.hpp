// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_BOUND_PLAN_HPP
#define XEINSUM_BOUND_PLAN_HPP

#include <algorithm>
#include <cstddef>
#include <iosfwd>
#include <memory>
#include <utility>
#include <vector>

#include <xeinsum/detail/constants.hpp>
#include <xeinsum/explain.hpp>
#include <xeinsum/detail/plan_call.hpp>
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
        explicit bound_plan(plan p) : m_plan(std::move(p)), m_operands(m_plan.shapes().size())
        {
            for (std::size_t i = 0; i < m_operands; ++i) m_free.push_back(i);
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
            if (at == m_free.end()) detail::throw_no_such_operand(operand, m_operands, m_free);
            const auto position = static_cast<std::size_t>(at - m_free.begin());
            const auto constant = std::make_shared<const xt::xarray<T>>(xt::cast<T>(values));
            const extents shape = detail::to_extents(constant->shape());
            if (shape != m_plan.shapes()[position]) detail::throw_other_shape(operand, m_plan.shapes()[position], shape);
            return with(position, constant);
        }

        /// Contracts the operands that are left with the constants. Throws as plan::operator() does.
        template <class... E>
        xt::xarray<T> operator()(E&&... operands) const
        {
            static_assert((detail::operand<E> && ...), "a plan is called with xtensor expressions or numbers, one for each term that is not bound");
            if (sizeof...(E) != m_free.size()) detail::throw_other_count(sizeof...(E), m_free);
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

        /// Whether both run the same plan with the same operands left, and with constants of the same shapes and values: what is left
        /// of them, once they are contracted, which the order of bind() may change. NaN is no value's like.
        friend bool operator==(const bound_plan& x, const bound_plan& y)
        {
            const auto same_values = [](const array& a, const array& b) { return a == b || *a == *b; };
            return x.m_free == y.m_free && x.m_plan == y.m_plan && std::ranges::equal(x.m_constants, y.m_constants, same_values);
        }

        /// Writes which operands are left, and to_text() of rest().
        friend std::ostream& operator<<(std::ostream& out, const bound_plan& p) { return detail::write_bound(out, p.m_plan, p.m_free); }

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
            result.m_operands = m_operands;
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
        std::size_t m_operands;  ///< of the plan that was bound
        std::vector<std::size_t> m_free;
        std::vector<array> m_constants;
    };

    /// What a bound plan runs, for reading: explain(p.rest()).
    template <class T>
    explanation explain(const bound_plan<T>& p)
    {
        return explain(p.rest());
    }

    /// \cond declared in plan
    template <class E>
    auto plan::bind(std::size_t operand, const E& values) const
    {
        return bound_plan<std::remove_cv_t<typename E::value_type>>(*this).bind(operand, values);
    }
    /// \endcond
}

#endif
