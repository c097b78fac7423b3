// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_DETAIL_FIXED_HPP
#define XEINSUM_DETAIL_FIXED_HPP

#include <array>
#include <cstddef>
#include <cstdint>

#include <xeinsum/detail/arithmetic.hpp>
#include <xeinsum/detail/fixed_string.hpp>
#include <xeinsum/detail/tiny.hpp>
#include <xeinsum/detail/tiny_program.hpp>
#include <xeinsum/detail/tiny_run.hpp>
#include <xeinsum/subscripts.hpp>

/// \file
/// Contractions of which the compiler knows subscripts and shapes: every extent and stride below is a constant.

namespace xeinsum::detail
{
    /// The shape of an operand or a result, as a type.
    template <std::size_t... Extents>
    struct extents_of
    {
        static constexpr std::array<std::int64_t, sizeof...(Extents)> value = {static_cast<std::int64_t>(Extents)...};
    };

    template <fixed_string S>
    inline constexpr tiny_equation tiny_of = to_tiny(literal_equation_of<S>());
    template <fixed_string S>
    inline constexpr tiny_program program_of = to_program(tiny_of<S>);

    /// Labels' extents, and the first axis that does not fit them.
    struct fixed_binding
    {
        tiny_array sizes{};
        bool fits = true;
        bool broadcasts = false;
        std::size_t operand = 0, axis = 0;
        std::int64_t extent = 0, other = 0;
    };

    /// Binds a literal's labels to constant shapes.
    template <fixed_string S, class... Shapes>
    constexpr fixed_binding bind_fixed()
    {
        fixed_binding result;
        result.sizes.fill(-1);
        std::size_t operand = 0;
        const auto bind = [&](const auto& shape) {
            const tiny_ids& ids = tiny_of<S>.terms[operand];
            for (std::size_t axis = 0; axis < ids.size() && result.fits; ++axis)
            {
                std::int64_t& size = result.sizes[ids[axis]];
                const std::int64_t extent = shape[axis];
                const std::uint8_t* const before = std::find(ids.begin(), ids.begin() + axis, ids[axis]);
                const bool diagonal = before != ids.begin() + axis;
                const std::int64_t other = diagonal ? shape[static_cast<std::size_t>(before - ids.begin())] : size;
                const bool stretches = !diagonal && other != extent && other >= 0 && (other == 1 || extent == 1);
                if (other >= 0 && other != extent && !stretches)
                {
                    result.fits = false;
                    result.operand = operand, result.axis = axis, result.extent = extent, result.other = other;
                }
                result.broadcasts = result.broadcasts || stretches;
                if (size < 0 || (stretches && size == 1)) size = extent;
            }
            ++operand;
        };
        (bind(Shapes::value), ...);
        return result;
    }

    template <fixed_string S, class... Shapes>
    inline constexpr fixed_binding fixed_binding_of = bind_fixed<S, Shapes...>();

    /// Whether the compiler can write the loops: a tiny contraction without broadcasting.
    template <fixed_string S, class... Shapes>
    constexpr bool is_fixed_tiny()
    {
        constexpr const fixed_binding& b = fixed_binding_of<S, Shapes...>;
        return b.fits && !b.broadcasts && is_tiny(std::span(b.sizes).first(tiny_of<S>.label_count));
    }

    /// A step with the strides of its tensors, by label: left, right, result.
    struct fixed_step
    {
        tiny_step what;
        tiny_array sizes{};
        std::array<tiny_array, 3> strides{};
    };

    /// c[...] = a[...], sum of a[...], a[...] * b[...] or sum of a[...] * b[...]: the result's axes outside, those that
    /// are summed inside.
    template <const fixed_step& Step, std::size_t Axis = 0, class T>
    constexpr void fixed_sum(const T* a, const T* b, T& sum)
    {
        if constexpr (Axis == Step.what.axes.size()) sum = add<T>(sum, Step.what.pairwise ? multiply<T>(*a, *b) : *a);
        else
        {
            constexpr std::uint8_t id = Step.what.axes[Axis];
            for (std::int64_t i = 0; i < Step.sizes[id]; ++i)
                fixed_sum<Step, Axis + 1>(a + i * Step.strides[0][id], b + i * Step.strides[1][id], sum);
        }
    }

    template <const fixed_step& Step, std::size_t Axis = 0, class T>
    constexpr void fixed_loop(const T* a, const T* b, T* c)
    {
        if constexpr (Axis < Step.what.output.size())
        {
            constexpr std::uint8_t id = Step.what.axes[Axis];
            for (std::int64_t i = 0; i < Step.sizes[id]; ++i)
                fixed_loop<Step, Axis + 1>(a + i * Step.strides[0][id], b + i * Step.strides[1][id], c + i * Step.strides[2][id]);
        }
        else if constexpr (Step.what.sums)
        {
            T sum = T{};
            fixed_sum<Step, Axis>(a, b, sum);
            *c = sum;
        }
        else *c = Step.what.pairwise ? multiply<T>(*a, *b) : *a;
    }

    /// A contraction of operands of constant shapes, each contiguous in row-major order or in column-major.
    template <fixed_string S, class... Shapes>
    struct fixed_contraction
    {
        static constexpr std::size_t operand_count = sizeof...(Shapes);
        static constexpr const tiny_array& sizes = fixed_binding_of<S, Shapes...>.sizes;

        template <class T>
        using pointers = std::array<const T*, operand_count>;

        /// Computes into a contiguous result.
        template <bool ResultRowMajor, bool... RowMajor, class T>
        static constexpr void run(const pointers<T>& operands, T* result)
        {
            run_from<0, ResultRowMajor, RowMajor...>(operands, result);
        }

    private:
        template <std::size_t I, bool ResultRowMajor, bool... RowMajor>
        static constexpr fixed_step make_step()
        {
            constexpr const tiny_equation& e = tiny_of<S>;
            constexpr const tiny_program& steps = program_of<S>;
            constexpr std::array<bool, operand_count> row_major = {RowMajor...};
            fixed_step s{steps[I], sizes, {}};
            for (std::size_t t = 0; t < (s.what.pairwise ? 2 : 1); ++t)
            {
                const std::size_t slot = s.what.inputs[t];
                s.strides[t] = slot < operand_count ? contiguous_strides(e.terms[slot], sizes, row_major[slot])
                                                    : contiguous_strides(steps[slot - operand_count].output, sizes);
            }
            s.strides[2] = contiguous_strides(s.what.output, sizes, I + 1 < steps.size() || ResultRowMajor);
            return s;
        }

        template <std::size_t I, bool ResultRowMajor, bool... RowMajor>
        static constexpr fixed_step step = make_step<I, ResultRowMajor, RowMajor...>();

        /// Runs step I and those behind it; `slots` points to the operands and to what the steps before computed.
        template <std::size_t I, bool ResultRowMajor, bool... RowMajor, class T>
        static constexpr void run_from(const std::array<const T*, operand_count + I>& slots, T* result)
        {
            constexpr const fixed_step& s = step<I, ResultRowMajor, RowMajor...>;
            const T* const left = slots[s.what.inputs[0]];
            const T* const right = slots[s.what.inputs[1]];
            if constexpr (I + 1 == program_of<S>.size()) fixed_loop<step<I, ResultRowMajor, RowMajor...>>(left, right, result);
            else
            {
                std::array<T, static_cast<std::size_t>(element_count(s.what.output, sizes))> computed;
                fixed_loop<step<I, ResultRowMajor, RowMajor...>>(left, right, computed.data());
                std::array<const T*, operand_count + I + 1> more;
                std::copy(slots.begin(), slots.end(), more.begin());
                more.back() = computed.data();
                run_from<I + 1, ResultRowMajor, RowMajor...>(more, result);
            }
        }
    };
}

#endif
