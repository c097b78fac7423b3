// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_EXPRESSION_HPP
#define XEINSUM_EXPRESSION_HPP

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include <xeinsum/detail/operands.hpp>
#include <xeinsum/detail/xtensor_headers.hpp>
#include <xeinsum/error.hpp>
#include <xeinsum/execute.hpp>
#include <xeinsum/plan.hpp>

namespace xeinsum
{
    template <class T, class Shape, class Operands>
    class einsum_expression;

    namespace detail
    {
        template <class T, class Shape>
        struct container_of
        {
            using type = xt::xarray<T>;
        };
        template <class T, std::size_t N>
        struct container_of<T, std::array<std::size_t, N>>
        {
            using type = xt::xtensor<T, N>;
        };
        /// The container that an expression is evaluated into where no destination is given.
        template <class T, class Shape>
        using container_t = typename container_of<T, Shape>::type;

        /// Operands as memory: pointers to first elements and layouts. What is no memory of type T (unevaluated
        /// arithmetic, another value type) is evaluated once, into a container kept here.
        template <class T>
        class operand_memory
        {
        public:
            template <class Operands>
            explicit operand_memory(const Operands& operands)
            {
                operands.for_each([this](const auto& e) { this->add(e); });
            }

            std::vector<layout> layouts;
            std::vector<const T*> pointers;

        private:
            template <class E>
            void add(const E& e)
            {
                if constexpr (reads_in_place<T, E>()) point_at(e);
                else
                {
                    if constexpr (std::is_same_v<std::remove_cv_t<typename E::value_type>, T>) m_evaluated.emplace_back(e);
                    else m_evaluated.emplace_back(xt::cast<T>(e));
                    point_at(m_evaluated.back());
                }
            }

            template <class E>
            void point_at(const E& e)
            {
                pointers.push_back(e.data() + e.data_offset());
                layouts.push_back({to_extents(e.shape()), to_extents(e.strides())});
            }

            std::list<xt::xarray<T, xt::layout_type::row_major>> m_evaluated;
        };

        template <class Operands>
        std::vector<extents> shapes_of(const Operands& operands)
        {
            std::vector<extents> shapes;
            operands.for_each([&](const auto& e) { shapes.push_back(to_extents(e.shape())); });
            return shapes;
        }

        template <class T, class Operands>
        options options_for(const operand_memory<T>& memory, const options& how, layout result)
        {
            options complete = how;
            complete.type = dtype_of<T>();
            complete.element_bytes = sizeof(T);
            complete.layouts = memory.layouts;
            complete.result = std::move(result);
            return complete;
        }

        /// A shape of xtensor's from the library's own.
        template <class Shape>
        Shape to_shape(const extents& from)
        {
            Shape shape = xtl::make_sequence<Shape>(from.size(), 0);
            std::ranges::transform(from, shape.begin(), [](std::int64_t n) { return static_cast<std::size_t>(n); });
            return shape;
        }
    }
}

namespace xt
{
    template <class T, class Shape, class Operands>
    struct xiterable_inner_types<xeinsum::einsum_expression<T, Shape, Operands>>
    {
        using inner_shape_type = Shape;
        using const_stepper = typename xeinsum::detail::container_t<T, Shape>::const_stepper;
        using stepper = const_stepper;
    };

    template <class T, class Shape, class Operands>
    struct xcontainer_inner_types<xeinsum::einsum_expression<T, Shape, Operands>>
    {
        using const_reference = const T&;
        using reference = const_reference;
        using size_type = std::size_t;
    };
}

namespace xeinsum
{
    /// What einsum() returns: a lazy xtensor expression of known shape.
    ///
    /// Assigned to a container, it is computed straight into the container's memory. Read element by element or
    /// as part of a larger expression, it is computed once, at the first access, into a container of its own that
    /// copies of the expression share; reading from several threads is safe. Operands that were lvalues are
    /// referred to, rvalues are owned. Reading it can throw std::bad_alloc, and shape_error if an operand was resized
    /// since; within begin() and end(), which are noexcept in xtensor, that ends the program.
    template <class T, class Shape, class Operands>
    class einsum_expression : public xt::xsharable_expression<einsum_expression<T, Shape, Operands>>,
                              public xt::xconst_iterable<einsum_expression<T, Shape, Operands>>,
                              public xt::xconst_accessible<einsum_expression<T, Shape, Operands>>
    {
    public:
        using self_type = einsum_expression;
        using expression_tag = xt::xtensor_expression_tag;
        using accessible_base = xt::xconst_accessible<self_type>;
        using iterable_base = xt::xconst_iterable<self_type>;

        using value_type = T;
        using reference = const T&;
        using const_reference = const T&;
        using pointer = const T*;
        using const_pointer = const T*;
        using size_type = std::size_t;
        using difference_type = std::ptrdiff_t;
        using inner_shape_type = Shape;
        using shape_type = Shape;
        using container_type = detail::container_t<T, Shape>;
        using stepper = typename iterable_base::stepper;
        using const_stepper = typename iterable_base::const_stepper;
        using bool_load_type = xt::bool_load_type<T>;

        static constexpr xt::layout_type static_layout = xt::layout_type::dynamic;
        static constexpr bool contiguous_layout = false;

        using accessible_base::shape;

        /// Binds the equation to the operands' shapes; throws what bind_shapes() throws.
        einsum_expression(equation e, Operands operands, options how = {})
            : m_equation(std::move(e)), m_operands(std::move(operands)), m_options(std::move(how)),
              m_cache(std::make_shared<cache>())
        {
            m_operand_shapes = detail::shapes_of(m_operands);
            m_shape = detail::to_shape<Shape>(bind_shapes(m_equation, m_operand_shapes, m_options.broadcast).output_shape());
        }

        const inner_shape_type& shape() const noexcept { return m_shape; }
        xt::layout_type layout() const noexcept { return static_layout; }
        bool is_contiguous() const noexcept { return false; }

        /// The plan that an assignment to a row-major container runs.
        xeinsum::plan plan() const
        {
            const detail::operand_memory<T> memory(m_operands);
            return make_plan(memory, row_major(detail::to_extents(m_shape)));
        }

        /// Computes into memory of the given layout, which must not overlap the operands.
        void compute_into(T* result, xeinsum::layout lies, recorder* record = nullptr) const
        {
            const detail::operand_memory<T> memory(m_operands);
            execute<T>(make_plan(memory, std::move(lies)), memory.pointers, result, record);
        }

        /// The result in a container of the expression's own; computed at the first call.
        const container_type& evaluated() const
        {
            std::call_once(m_cache->once, [this] {
                container_type result(m_shape);
                compute_into(result.data(), {detail::to_extents(result.shape()), detail::to_extents(result.strides())});
                m_cache->result = std::move(result);
                m_cache->ready.store(true, std::memory_order_release);
            });
            return *m_cache->result;
        }

        /// Assigns to a destination, in place where that is a container of value type T; called by xtensor.
        /// Throws shape_error, before anything is written, if the destination's rank or shape is fixed and another.
        template <class D>
        void assign_to(xt::xexpression<D>& destination) const
        {
            D& d = destination.derived_cast();
            check_destination(d);
            if constexpr (writes_in_place<D>())
            {
                if (!m_cache->ready.load(std::memory_order_acquire))
                {
                    d.resize(m_shape);
                    return compute_into(d.data() + d.data_offset(), {detail::to_extents(d.shape()), detail::to_extents(d.strides())});
                }
            }
            xt::assign_xexpression(destination, evaluated());
        }

        template <class... Args>
        const_reference operator()(Args... args) const { return evaluated()(args...); }
        template <class... Args>
        const_reference unchecked(Args... args) const { return evaluated().unchecked(args...); }
        template <class It>
        const_reference element(It first, It last) const { return evaluated().element(first, last); }

        template <class O>
        bool broadcast_shape(O& shape, bool = false) const { return xt::broadcast_shape(m_shape, shape); }
        template <class O>
        bool has_linear_assign(const O&) const noexcept { return false; }
        template <class O>
        const_stepper stepper_begin(const O& shape) const { return evaluated().stepper_begin(shape); }
        template <class O>
        const_stepper stepper_end(const O& shape, xt::layout_type l) const { return evaluated().stepper_end(shape, l); }

    private:
        struct cache
        {
            std::once_flag once;
            std::atomic<bool> ready{false};
            std::optional<container_type> result;
        };

        template <class D>
        static constexpr bool writes_in_place()
        {
            return detail::reads_in_place<T, D>() && requires(D& d, const Shape& s) { d.resize(s); };
        }

        template <class D>
        void check_destination([[maybe_unused]] const D& d) const
        {
            constexpr std::size_t rank = detail::rank_of_shape<typename D::shape_type>::value;
            constexpr std::size_t own = detail::rank_of_shape<Shape>::value;
            if constexpr (rank != detail::dynamic_rank && own != detail::dynamic_rank)
                static_assert(rank == own, "the destination's rank is not that of the einsum's result");
            if (rank != detail::dynamic_rank && rank != m_shape.size())
                detail::throw_mismatched_rank(m_equation, detail::to_extents(m_shape), rank);
            if constexpr (detail::is_fixed_shape<typename D::shape_type>::value)
                if (!std::equal(m_shape.begin(), m_shape.end(), d.shape().begin(), d.shape().end()))
                    detail::throw_mismatched_shape(m_equation, detail::to_extents(m_shape), detail::to_extents(d.shape()));
        }

        xeinsum::plan make_plan(const detail::operand_memory<T>& memory, xeinsum::layout result) const
        {
            // An operand that is referred to may have been resized since.
            if (const auto now = detail::shapes_of(m_operands); now != m_operand_shapes)
                detail::throw_changed_shapes(m_equation, m_operand_shapes, now);
            return xeinsum::plan(m_equation, m_operand_shapes,
                                 detail::options_for<T, Operands>(memory, m_options, std::move(result)));
        }

        equation m_equation;
        Operands m_operands;
        options m_options;
        std::vector<extents> m_operand_shapes;
        Shape m_shape;
        std::shared_ptr<cache> m_cache;
    };

    template <class... E>
    auto plan::operator()(E&&... operands) const
    {
        static_assert((detail::operand<E> && ...), "a plan is called with xtensor expressions or numbers, one for each term");
        using value = detail::result_value_t<E...>;
        const detail::operand_tuple<detail::closure_t<E>...> held(std::in_place, std::forward<E>(operands)...);
        if (const auto given = detail::shapes_of(held); given != m_shapes)
            detail::throw_changed_shapes(m_equation, m_shapes, given);
        const detail::operand_memory<value> memory(held);
        xt::xarray<value> result(detail::to_shape<xt::dynamic_shape<std::size_t>>(result_shape()));
        layout lies{detail::to_extents(result.shape()), detail::to_extents(result.strides())};
        const bool as_planned = m_options.type == dtype_of<value>() && m_options.layouts == memory.layouts && m_result == lies;
        if (as_planned)
        {
            execute<value>(*this, memory.pointers, result.data());
            return result;
        }
        options how = m_options;
        how.path = m_path;
        const plan lowered(m_equation, m_shapes,
                           detail::options_for<value, decltype(held)>(memory, how, std::move(lies)));
        execute<value>(lowered, memory.pointers, result.data());
        return result;
    }
}

#endif
