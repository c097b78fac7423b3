// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_DETAIL_OPERAND_MEMORY_HPP
#define XEINSUM_DETAIL_OPERAND_MEMORY_HPP

#include <algorithm>
#include <array>
#include <complex>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include <xeinsum/detail/factor.hpp>
#include <xeinsum/detail/memory_range.hpp>
#include <xeinsum/detail/operands.hpp>
#include <xeinsum/detail/short_vector.hpp>
#include <xeinsum/execution.hpp>
#include <xeinsum/layout.hpp>

/// \file
/// Operands as memory. Containers and their views are; so is what multiplies one by a number, repeats or conjugates it: the number goes
/// into alpha, the repetition is a stride of 0, the conjugation a flag. All else is evaluated, once.

namespace xeinsum::detail
{
    template <class E>
    struct is_scalar_node : std::false_type {};
    template <class CT>
    struct is_scalar_node<xt::xscalar<CT>> : std::true_type {};

    /// What is done to values as they are read: conjugation, then multiplication.
    template <class T>
    struct reading
    {
        factor<T> by = {};
        bool conjugated = false;

        template <class S>
        reading times(const S& s) const
        {
            return {by.times(conjugated_if(s)), conjugated};
        }
        template <class S>
        reading over(const S& s) const
        {
            return {by.over(conjugated_if(s)), conjugated};
        }
        reading negated() const { return {by.negated(), conjugated}; }
        reading conjugate() const { return {by, !conjugated}; }

    private:
        /// A factor that stands within what is conjugated is so, too.
        template <class S>
        S conjugated_if(const S& s) const
        {
            if constexpr (is_std_complex<S>::value) return conjugated ? std::conj(s) : s;
            else return s;
        }
    };

    /// Where the values of an operand lie as type T. `value`: whether they do; then visit(e, how, f) calls
    /// f(first, shape, strides, reading) with what lies between `how` and the memory added.
    template <class T, class E>
    struct operand_source
    {
        static constexpr bool value = reads_in_place<T, E>();

        template <class F>
        static void visit(const E& e, const reading<T>& how, F&& f)
        {
            f(e.data() + e.data_offset(), e.shape(), e.strides(), how);
        }
    };

    template <class T, class CT>
        requires(std::is_same_v<typename xt::xscalar<CT>::value_type, T> && is_scalable<T>)
    struct operand_source<T, xt::xscalar<CT>>
    {
        static constexpr bool value = true;

        template <class F>
        static void visit(const xt::xscalar<CT>& e, const reading<T>& how, F&& f)
        {
            constexpr std::array<std::int64_t, 0> none{};
            f(std::addressof(e()), none, none, how);
        }
    };

    template <class T, class E>
    inline constexpr bool has_source = operand_source<T, std::decay_t<E>>::value;

    template <class T, class X>
        requires(has_source<T, X> && is_scalable<T>)
    struct operand_source<T, xt::xfunction<xt::detail::negate, X>>
    {
        static constexpr bool value = true;

        template <class E, class F>
        static void visit(const E& e, const reading<T>& how, F&& f)
        {
            operand_source<T, std::decay_t<X>>::visit(std::get<0>(e.arguments()), how.negated(), std::forward<F>(f));
        }
    };

    /// Numbers that multiply, or divide, values of type T.
    template <class T, class S>
    concept number_of = is_scalar_node<std::decay_t<S>>::value && multiplies_into<T, typename std::decay_t<S>::value_type>;
    template <class T, class S>
    concept divisor_of = number_of<T, S> && divides_into<T, typename std::decay_t<S>::value_type>;

    /// A tensor times, or over, a number: `Scalar` is which of the two arguments is that.
    template <class T, std::size_t Scalar, bool Divides, class X>
    struct multiple_source
    {
        static constexpr bool value = true;

        template <class E, class F>
        static void visit(const E& e, const reading<T>& how, F&& f)
        {
            const auto s = std::get<Scalar>(e.arguments())();
            operand_source<T, std::decay_t<X>>::visit(std::get<1 - Scalar>(e.arguments()), Divides ? how.over(s) : how.times(s), std::forward<F>(f));
        }
    };

    template <class T, class S, class X>
        requires(has_source<T, X> && number_of<T, S>)
    struct operand_source<T, xt::xfunction<xt::detail::multiplies, S, X>> : multiple_source<T, 0, false, X>
    {
    };
    template <class T, class X, class S>
        requires(has_source<T, X> && number_of<T, S> && !is_scalar_node<std::decay_t<X>>::value)
    struct operand_source<T, xt::xfunction<xt::detail::multiplies, X, S>> : multiple_source<T, 1, false, X>
    {
    };
    template <class T, class X, class S>
        requires(has_source<T, X> && divisor_of<T, S>)
    struct operand_source<T, xt::xfunction<xt::detail::divides, X, S>> : multiple_source<T, 1, true, X>
    {
    };

    template <class T, class X>
        requires(has_source<T, X> && is_std_complex<T>::value)
    struct operand_source<T, xt::xfunction<xt::math::conj_impl_fun, X>>
    {
        static constexpr bool value = true;

        template <class E, class F>
        static void visit(const E& e, const reading<T>& how, F&& f)
        {
            operand_source<T, std::decay_t<X>>::visit(std::get<0>(e.arguments()), how.conjugate(), std::forward<F>(f));
        }
    };

    template <class T, class X, class S>
        requires(has_source<T, X> && is_scalable<T>)
    struct operand_source<T, xt::xbroadcast<X, S>>
    {
        static constexpr bool value = true;

        template <class E, class F>
        static void visit(const E& e, const reading<T>& how, F&& f)
        {
            const auto spread = [&](const T* first, const auto& shape, const auto& strides, const reading<T>& more) {
                short_vector<std::int64_t, 8> wide(e.dimension(), 0);
                const std::size_t added = e.dimension() - shape.size();
                for (std::size_t d = 0; d < shape.size(); ++d)
                    if (static_cast<std::int64_t>(shape[d]) == static_cast<std::int64_t>(e.shape()[added + d])) wide.data()[added + d] = static_cast<std::int64_t>(strides[d]);
                f(first, e.shape(), wide, more);
            };
            operand_source<T, std::decay_t<X>>::visit(e.expression(), how, spread);
        }
    };

    /// The memory of a tensor.
    template <class E>
    memory_range memory_of(const E& e)
    {
        return reached(reinterpret_cast<std::uintptr_t>(e.data() + e.data_offset()), sizeof(typename E::value_type), e.shape(), e.strides());
    }

    /// Whether evaluating an expression may read that memory: where it can't be told, yes.
    template <class E>
    bool may_read(const E& e, const memory_range& written);

    template <class E>
    struct reads
    {
        static bool from(const E& e, const memory_range& written)
        {
            if constexpr (reads_in_place<std::remove_cv_t<typename E::value_type>, E>())
                return overlap(memory_of(e), written);
            else return true;
        }
    };
    template <class CT>
    struct reads<xt::xscalar<CT>>
    {
        static bool from(const xt::xscalar<CT>& e, const memory_range& written)
        {
            const auto at = reinterpret_cast<std::uintptr_t>(std::addressof(e()));
            return overlap({at, at + sizeof(e())}, written);
        }
    };
    template <class F, class... CT>
    struct reads<xt::xfunction<F, CT...>>
    {
        static bool from(const xt::xfunction<F, CT...>& e, const memory_range& written)
        {
            return std::apply([&](const auto&... x) { return (may_read(x, written) || ...); }, e.arguments());
        }
    };
    template <class CT, class X>
    struct reads<xt::xbroadcast<CT, X>>
    {
        static bool from(const xt::xbroadcast<CT, X>& e, const memory_range& written) { return may_read(e.expression(), written); }
    };

    template <class E>
    bool may_read(const E& e, const memory_range& written)
    {
        return reads<E>::from(e, written);
    }

    /// Reads operands as memory of type T; those that are none are evaluated into containers that live as long as this.
    template <class T>
    class operand_reader
    {
    public:
        /// \param may_conjugate whether what is read conjugated may be left to the caller
        explicit operand_reader(bool may_conjugate, recorder* record = nullptr) : m_may_conjugate(may_conjugate), m_record(record) {}

        /// Calls f(first, shape, strides, conjugated). What multiplies the operand is gathered in by().
        template <class E, class F>
        void read(const E& e, F&& f)
        {
            if constexpr (reads_in_place<T, E>()) f(e.data() + e.data_offset(), e.shape(), e.strides(), false);
            else if constexpr (has_source<T, E>)
                operand_source<T, E>::visit(e, {m_factor}, [&](const T* first, const auto& shape, const auto& strides, const reading<T>& how) {
                    if (!how.by.is_exact || (how.conjugated && !m_may_conjugate)) return f_evaluated(e, f);
                    m_factor = how.by;
                    f(first, shape, strides, how.conjugated);
                });
            else f_evaluated(e, f);
        }

        /// What the product of the operands as they lie is to be multiplied by.
        const auto& by() const { return m_factor; }

        /// What becomes of that product where the einsum's value is to become `how` (null: itself).
        scaling<T> combined(const scaling<T>* how) const
        {
            return {multiply<T>(how ? how->alpha : T(1), m_factor.value), how ? how->beta : T(0)};
        }

    private:
        using container = xt::xarray<T, xt::layout_type::row_major>;

        struct evaluation
        {
            const void *expression, *type;
            container values;
        };

        /// A type's address is its own.
        template <class E>
        static constexpr char type_tag = 0;

        template <class E, class F>
        void f_evaluated(const E& e, F&& f)
        {
            const container& there = evaluated(e);
            f(there.data(), there.shape(), there.strides(), false);
        }

        /// The values of an expression; those of one that is an operand twice are computed once.
        template <class E>
        const container& evaluated(const E& e)
        {
            const void* const at = std::addressof(e);
            for (const auto& x : m_evaluated)
                if (x->expression == at && x->type == &type_tag<E>) return x->values;
            const auto keep = [&](container&& values) { m_evaluated.push_back(std::make_unique<evaluation>(evaluation{at, &type_tag<E>, std::move(values)})); };
            if constexpr (std::is_same_v<std::remove_cv_t<typename E::value_type>, T>) keep(container(e));
            else keep(container(xt::cast<T>(e)));
            const container& values = m_evaluated.back()->values;
            if (m_record) ++m_record->temporaries, m_record->bytes_evaluated += values.size() * sizeof(T);
            return values;
        }

        struct none {};
        using factor_type = std::conditional_t<is_scalable<T>, factor<T>, none>;

        bool m_may_conjugate;
        recorder* m_record;
        factor_type m_factor;
        std::vector<std::unique_ptr<evaluation>> m_evaluated;
    };

    /// All operands as memory: pointers to their first elements, and layouts.
    template <class T>
    class operand_memory
    {
    public:
        template <class Operands>
        explicit operand_memory(const Operands& operands, recorder* record = nullptr) : m_reader(true, record)
        {
            operands.for_each([this](const auto& operand) {
                m_reader.read(operand, [this](const T* first, const auto& shape, const auto& strides, bool is_conjugated) {
                    pointers.push_back(first);
                    conjugated.push_back(is_conjugated);
                    layouts.push_back({to_extents(shape), to_extents(strides)});
                });
            });
        }

        std::vector<layout> layouts;
        std::vector<const T*> pointers;
        std::vector<bool> conjugated;

        /// \copydoc operand_reader::by
        const auto& by() const { return m_reader.by(); }
        /// \copydoc operand_reader::combined
        scaling<T> combined(const scaling<T>* how) const { return m_reader.combined(how); }

    private:
        operand_reader<T> m_reader;
    };
}

#endif
