// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_EXPRESSION_HPP
#define XEINSUM_EXPRESSION_HPP

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

#include <xeinsum/detail/combination_assignment.hpp>
#include <xeinsum/detail/fixed_operands.hpp>
#include <xeinsum/detail/huge_pages.hpp>
#include <xeinsum/detail/operand_memory.hpp>
#include <xeinsum/detail/operands.hpp>
#include <xeinsum/detail/planning.hpp>
#include <xeinsum/detail/shared_result.hpp>
#include <xeinsum/detail/subscripts_source.hpp>
#include <xeinsum/detail/tiny_operands.hpp>
#include <xeinsum/detail/xtensor_headers.hpp>
#include <xeinsum/error.hpp>
#include <xeinsum/execution.hpp>
#include <xeinsum/plan.hpp>

namespace xeinsum
{
    template <class T, class Shape, class Operands, class Subscripts = detail::run_time_subscripts>
    class einsum_expression;
}

namespace xeinsum::detail
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
    template <class T, std::size_t... N>
    struct container_of<T, xt::fixed_shape<N...>>
    {
        using type = xt::xtensor_fixed<T, xt::fixed_shape<N...>>;
    };
    /// The container that an expression is evaluated into where no destination is given.
    template <class T, class Shape>
    using container_t = typename container_of<T, Shape>::type;
}

namespace xt
{
    template <class T, class Shape, class Operands, class Subscripts>
    struct xiterable_inner_types<xeinsum::einsum_expression<T, Shape, Operands, Subscripts>>
    {
        using inner_shape_type = xeinsum::detail::inner_shape_t<Shape>;
        using const_stepper = typename xeinsum::detail::container_t<T, Shape>::const_stepper;
        using stepper = const_stepper;
    };

    template <class T, class Shape, class Operands, class Subscripts>
    struct xcontainer_inner_types<xeinsum::einsum_expression<T, Shape, Operands, Subscripts>>
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
    ///
    /// Where all labels together take few values (detail::tiny_iterations), no plan is built and nothing allocated but
    /// the result: the steps that plan() shows run in the library's own loops, and where the compiler knows
    /// subscripts and shapes, as loops that it has written out. Other plans of few operands and labels are kept by the thread
    /// that asks for them, the last ones (detail::most_kept_plans).
    template <class T, class Shape, class Operands, class Subscripts>
    class einsum_expression : public xt::xsharable_expression<einsum_expression<T, Shape, Operands, Subscripts>>,
                              public xt::xconst_iterable<einsum_expression<T, Shape, Operands, Subscripts>>,
                              public xt::xconst_accessible<einsum_expression<T, Shape, Operands, Subscripts>>
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
        using inner_shape_type = detail::inner_shape_t<Shape>;
        using shape_type = Shape;
        using container_type = detail::container_t<T, Shape>;
        using stepper = typename iterable_base::stepper;
        using const_stepper = typename iterable_base::const_stepper;
        using bool_load_type = xt::bool_load_type<T>;

        static constexpr xt::layout_type static_layout = xt::layout_type::dynamic;
        static constexpr bool contiguous_layout = false;

        using accessible_base::shape;

        /// Binds the subscripts to the operands' shapes; throws what bind_shapes() throws.
        einsum_expression(Subscripts&& subscripts, Operands operands)
            : m_subscripts(std::move(subscripts)), m_operands(std::move(operands)), m_shape(bind())
        {
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

        /// The same expression, which tells `record` what it does whenever it is computed: the steps that ran, and the containers
        /// that it had to make. The recorder must outlive it.
        einsum_expression recorded_by(recorder& record) &&
        {
            m_record = &record;
            return std::move(*this);
        }

        /// Computes into memory of the given layout, which must not overlap the operands:
        ///
        ///     result = alpha * einsum + beta * result        (null: alpha 1, beta 0)
        void compute_into(T* result, xeinsum::layout lies, const scaling<T>* by = nullptr) const
        {
            const detail::operand_memory<T> memory(m_operands, m_record);
            detail::execute_scaled<T>(make_plan(memory, std::move(lies), by != nullptr), memory, result, by, m_record);
        }

        /// The result in a container of the expression's own; computed at the first call.
        const container_type& evaluated() const
        {
            return m_result.get_or([this] {
                container_type result(m_shape);
                detail::prefer_huge_pages(result);
                compute(result, nullptr);
                if (m_record) ++m_record->temporaries, m_record->bytes_evaluated += result.size() * sizeof(T);
                return result;
            });
        }

        /// Whether evaluated() has its result already.
        bool is_evaluated() const { return m_result.get() != nullptr; }

        /// Computes into a tensor in memory that has the result's shape, as compute_into() does.
        template <class D>
        void compute(D& d, const scaling<T>* by) const
        {
            T* const result = d.data() + d.data_offset();
            if constexpr (fixed_run::value)
            {
                if (!m_record) return compute_fixed(d, by);
            }
            else if constexpr (detail::runs_tiny<T>)
            {
                const detail::tiny_equation& e = m_subscripts.tiny();
                if (m_is_tiny && !m_record && detail::contract_tiny(e, m_subscripts.program(), m_sizes, m_operands, result, d.strides(), by)) return;
                if (m_is_short && detail::contract_by_kept_plan(e, m_sizes, m_operands, result, d.strides(), by, m_record)) return;
            }
            compute_into(result, {detail::to_extents(d.shape()), detail::to_extents(d.strides())}, by);
        }

        /// What multiplies the operands, drawn out of the sums.
        detail::factor<T> factor_of_operands() const
        {
            detail::factor<T> all;
            m_operands.for_each([&](const auto& operand) {
                using source = detail::operand_source<T, std::decay_t<decltype(operand)>>;
                if constexpr (source::value && !detail::reads_in_place<T, std::decay_t<decltype(operand)>>())
                    source::visit(operand, {all}, [&](const T*, const auto&, const auto&, const detail::reading<T>& how) {
                        if (how.by.is_exact) all = how.by;
                    });
            });
            return all;
        }

        /// Throws shape_error if an operand was resized since the expression was made, or one of an einsum that is an operand itself. What has its
        /// result needs them no more.
        void check_operands() const
        {
            if (is_evaluated()) return;
            m_operands.for_each([](const auto& operand) { detail::check_einsums(operand); });
            if constexpr (!detail::is_fixed_shape<Shape>::value)
                if (m_is_short ? !detail::have_sizes(m_subscripts.tiny(), m_sizes, m_operands) : !detail::have_shapes(m_operands, m_operand_shapes))
                    detail::throw_changed_shapes(m_subscripts.equation(), operand_shapes(), detail::shapes_of(m_operands));
        }

        /// Whether computing reads that memory as it goes. With `at_any_time`, whether it reads it at all: operands that are no
        /// memory are evaluated before anything is written.
        bool reads(const detail::memory_range& written, bool at_any_time) const
        {
            bool result = false;
            if (written.first >= written.last) return result;
            m_operands.for_each([&](const auto& operand) {
                using operand_type = std::decay_t<decltype(operand)>;
                if (at_any_time || detail::has_source<T, operand_type>) result = result || detail::may_read(operand, written);
            });
            return result;
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
                // Another shape makes room for itself before operands are evaluated.
                const bool fits = std::ranges::equal(d.shape(), m_shape);
                if (!fits) check_operands();
                if (!is_evaluated() && !reads(detail::memory_of(d), !fits))
                {
                    fit(d, fits);
                    return compute(d, nullptr);
                }
            }
            xt::assign_xexpression(destination, evaluated());
        }

        /// Throws shape_error where a destination's rank or shape is fixed and another than this shape.
        template <class D, class S>
        void check_destination([[maybe_unused]] const D& d, const S& shape) const
        {
            constexpr std::size_t rank = detail::rank_of_shape<typename D::shape_type>::value;
            if (rank != detail::dynamic_rank && rank != shape.size())
                detail::throw_mismatched_rank(m_subscripts.equation(), detail::to_extents(shape), rank);
            if constexpr (detail::is_fixed_shape<typename D::shape_type>::value)
                if (!std::equal(shape.begin(), shape.end(), d.shape().begin(), d.shape().end()))
                    detail::throw_mismatched_shape(m_subscripts.equation(), detail::to_extents(shape), detail::to_extents(d.shape()));
        }

        template <class... Args>
        const_reference operator()(Args... args) const { return evaluated()(args...); }
        template <class... Args>
        const_reference unchecked(Args... args) const { return evaluated().unchecked(args...); }
        template <class It>
        const_reference element(It first, It last) const { return evaluated().element(first, last); }
        // Of the row-major result: what xt::real() and xt::imag() ask for.
        const_reference flat(size_type i) const { return evaluated().flat(i); }
        const_reference data_element(size_type i) const { return evaluated().data_element(i); }
        auto linear_cbegin() const { return this->cbegin(); }
        auto linear_cend() const { return this->cend(); }

        template <class O>
        bool broadcast_shape(O& shape, bool = false) const { return xt::broadcast_shape(m_shape, shape); }
        template <class O>
        bool has_linear_assign(const O&) const noexcept { return false; }
        template <class O>
        const_stepper stepper_begin(const O& shape) const { return evaluated().stepper_begin(shape); }
        template <class O>
        const_stepper stepper_end(const O& shape, xt::layout_type l) const { return evaluated().stepper_end(shape, l); }

    private:
        using fixed_run = detail::fixed_run<T, Subscripts, Operands>;

        /// Binds the subscripts and returns the result's shape.
        inner_shape_type bind()
        {
            if constexpr (!fixed_run::value)
            {
                const detail::tiny_equation& e = m_subscripts.tiny();
                const detail::tiny_binding bound = detail::bind_tiny(e, m_operands, m_sizes);
                m_is_short = bound != detail::tiny_binding::none;
                m_is_tiny = bound == detail::tiny_binding::tiny && e.operand_count <= detail::tiny_order_operands;
            }
            if constexpr (detail::is_fixed_shape<Shape>::value) return Shape();
            else if (!m_is_short)
            {
                m_operand_shapes = detail::shapes_of(m_operands);
                return detail::to_shape<Shape>(bind_shapes(m_subscripts.equation(), m_operand_shapes).output_shape());
            }
            else
            {
                const detail::tiny_ids& output = m_subscripts.tiny().output();
                Shape shape = xtl::make_sequence<Shape>(output.size(), 0);
                std::ranges::transform(output, shape.begin(), [this](auto id) { return static_cast<std::size_t>(m_sizes[id]); });
                return shape;
            }
        }

        /// Computes as the loops that the compiler wrote: straight into a container, else in an array first.
        template <class D>
        void compute_fixed(D& d, [[maybe_unused]] const scaling<T>* by) const
        {
            T* const result = d.data() + d.data_offset();
            constexpr bool row_major = D::static_layout == xt::layout_type::row_major;
            if constexpr (D::contiguous_layout && (row_major || D::static_layout == xt::layout_type::column_major))
                if (!by) return fixed_run::template run<row_major>(m_operands, result);
            std::array<T, detail::element_count_of<Shape>> apart;
            fixed_run::template run<true>(m_operands, apart.data());
            detail::nest axes;
            std::int64_t stride = static_cast<std::int64_t>(apart.size());
            for (std::size_t axis = 0; axis < d.dimension(); ++axis)
            {
                const auto extent = static_cast<std::int64_t>(d.shape()[axis]);
                stride /= extent;
                axes.push_back({extent, {stride, 0, static_cast<std::int64_t>(d.strides()[axis])}});
            }
            if constexpr (detail::is_scalable<T>)
                if (by) return detail::update_loop<T>(apart.data(), result, axes, *by);
            detail::copy_loop<T>(apart.data(), result, axes);
        }

        /// Gives a container this shape, unless it fits already and has memory.
        template <class D>
        void fit(D& d, bool fits) const
        {
            const T* const before = d.data();
            if (fits && before) return;
            d.resize(m_shape, fits);  // one that was moved from has the shape and no memory
            if (d.data() != before) detail::prefer_huge_pages(d);
        }

        template <class D>
        static constexpr bool writes_in_place()
        {
            return detail::reads_in_place<T, D>() && requires(D& d, const inner_shape_type& s) { d.resize(s); };
        }

        template <class D>
        void check_destination([[maybe_unused]] const D& d) const
        {
            constexpr std::size_t rank = detail::rank_of_shape<typename D::shape_type>::value;
            constexpr std::size_t own = detail::rank_of_shape<Shape>::value;
            if constexpr (rank != detail::dynamic_rank && own != detail::dynamic_rank)
                static_assert(rank == own, "the destination's rank is not that of the einsum's result");
            check_destination(d, m_shape);
        }

        xeinsum::plan make_plan(const detail::operand_memory<T>& memory, xeinsum::layout result, bool scaled = false) const
        {
            // An operand that is referred to may have been resized since.
            std::vector<extents> now = detail::shapes_of(m_operands);
            if (const auto before = operand_shapes(); now != before) detail::throw_changed_shapes(m_subscripts.equation(), before, now);
            return xeinsum::plan(m_subscripts.equation(), std::move(now), detail::options_for<T>(memory, {.scaled = scaled}, std::move(result)));
        }

        /// The shapes that the operands were bound to.
        std::vector<extents> operand_shapes() const
        {
            if constexpr (detail::is_fixed_shape<Shape>::value) return detail::shapes_of(m_operands);
            else return m_is_short ? detail::bound_shapes(m_subscripts.tiny(), m_sizes) : m_operand_shapes;
        }

        [[no_unique_address]] Subscripts m_subscripts;
        Operands m_operands;
        bool m_is_short = false;                      // bound by bind_tiny()
        bool m_is_tiny = false;                       // and of few values
        detail::tiny_array m_sizes{};                 // by label, if it is short
        std::vector<extents> m_operand_shapes;        // if it is not
        inner_shape_type m_shape;
        recorder* m_record = nullptr;
        detail::shared_result<container_type> m_result;
    };
}

#endif
