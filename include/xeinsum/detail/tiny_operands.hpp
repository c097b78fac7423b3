// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_DETAIL_TINY_OPERANDS_HPP
#define XEINSUM_DETAIL_TINY_OPERANDS_HPP

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <xeinsum/detail/direct.hpp>
#include <xeinsum/detail/operand_memory.hpp>
#include <xeinsum/detail/operands.hpp>
#include <xeinsum/detail/tiny.hpp>
#include <xeinsum/detail/tiny_program.hpp>
#include <xeinsum/detail/tiny_run.hpp>
#include <xeinsum/layout.hpp>

/// \file
/// Tiny contractions of xtensor's expressions: binding and reading their operands without the heap.

namespace xeinsum::detail
{
    /// Binds labels to the operands' extents. False where only bind_shapes() knows what the contraction means: more labels or
    /// operands than these, a mismatch, an extent that broadcasts, sizes that 64 bits may not hold.
    template <class Operands>
    bool bind_tiny(const tiny_equation& e, const Operands& operands, tiny_array& sizes)
    {
        sizes.fill(-1);
        bool fits = e.operand_count > 0;
        std::size_t i = 0;
        operands.for_each([&](const auto& operand) {
            fits = fits && i < e.operand_count && operand.dimension() == e.terms[i].size();
            for (std::size_t axis = 0; fits && axis < e.terms[i].size(); ++axis)
            {
                std::int64_t& size = sizes[e.terms[i][axis]];
                const auto extent = static_cast<std::int64_t>(operand.shape()[axis]);
                fits = size < 0 || size == extent;
                size = extent;
            }
            ++i;
        });
        fits = fits && i == e.operand_count;
        if (!fits || is_tiny(std::span(sizes).first(e.label_count))) return fits;
        double values = 1;
        for (std::size_t id = 0; id < e.label_count; ++id) values *= static_cast<double>(std::max<std::int64_t>(1, sizes[id]));
        return values < 0x1p62;
    }

    /// The shapes that operands were bound to.
    inline std::vector<extents> bound_shapes(const tiny_equation& e, const tiny_array& sizes)
    {
        std::vector<extents> shapes(e.operand_count);
        for (std::size_t i = 0; i < e.operand_count; ++i)
            for (const std::uint8_t id : e.terms[i]) shapes[i].push_back(sizes[id]);
        return shapes;
    }

    /// The same program with its value computed apart first.
    template <class T>
    void run_tiny_scaled(const tiny_program& program, const tiny_equation& e, tiny_memory<T>& memory, const scaling<T>& by)
    {
        std::array<T, static_cast<std::size_t>(tiny_iterations)> apart;
        const tiny_tensor<T> result = memory.result;
        memory.result = {apart.data(), contiguous_strides(e.output(), memory.sizes)};
        run_tiny(program, e.operand_count, memory);
        nest axes;
        for (const std::uint8_t id : e.output()) axes.push_back({memory.sizes[id], {memory.result.strides[id], 0, result.strides[id]}});
        update_loop<T>(apart.data(), result.first, axes, by);
    }

    /// The operands of a bound contraction and a result of these strides, by label. False if an operand has another shape than
    /// it was bound to, or is to be conjugated.
    template <class T, class Operands, class Strides>
    bool gather(const tiny_equation& e, const tiny_array& sizes, const Operands& operands, operand_reader<T>& reader, T* result,
                const Strides& strides, tiny_memory<T>& memory)
    {
        bool fits = true;
        std::size_t i = 0;
        operands.for_each([&](const auto& operand) {
            const tiny_ids& ids = e.terms[i];
            fits = fits && operand.dimension() == ids.size();
            for (std::size_t axis = 0; fits && axis < ids.size(); ++axis)
                fits = static_cast<std::int64_t>(operand.shape()[axis]) == sizes[ids[axis]];
            if (!fits) return;
            reader.read(operand, [&](const T* first, const auto&, const auto& steps, bool conjugated) {
                fits = !conjugated;
                tiny_tensor<const T>& t = memory.operands[i];
                t.first = first;
                t.strides.fill(0);
                for (std::size_t axis = 0; axis < ids.size(); ++axis) t.strides[ids[axis]] += static_cast<std::int64_t>(steps[axis]);
            });
            ++i;
        });
        if (!fits) return false;
        memory.sizes = sizes;
        memory.result = {result, {}};
        for (std::size_t axis = 0; axis < e.output().size(); ++axis)
            memory.result.strides[e.output()[axis]] = static_cast<std::int64_t>(strides[axis]);
        return true;
    }

    /// Contracts a product of two operands that is one BLAS call in place; false, with nothing written, if it is none.
    template <class T, class Operands, class Strides>
    bool contract_directly(const tiny_equation& e, const tiny_array& sizes, const Operands& operands, T* result, const Strides& strides,
                           const scaling<T>* by)
    {
        if (e.operand_count != 2) return false;
        bool is_memory = true;
        operands.for_each([&](const auto& operand) { is_memory = is_memory && has_source<T, std::decay_t<decltype(operand)>>; });
        tiny_memory<T> memory;
        operand_reader<T> reader(true);
        if (!is_memory || !gather(e, sizes, operands, reader, result, strides, memory)) return false;
        return run_direct<T>(e, memory, {multiply<T>(by ? by->alpha : T(1), reader.by().value), by ? by->beta : T(0)});
    }

    /// Contracts operands into a result of these strides, scaled if `by` is not null. False, with nothing written, if one has
    /// another shape than it was bound to.
    template <class T, class Operands, class Strides>
    bool contract_tiny(const tiny_equation& e, const tiny_program& program, const tiny_array& sizes, const Operands& operands,
                       T* result, const Strides& strides, const scaling<T>* by)
    {
        tiny_memory<T> memory;
        operand_reader<T> reader(false);
        if (!gather(e, sizes, operands, reader, result, strides, memory)) return false;
        if constexpr (is_scalable<T>)
        {
            const scaling<T> all = {multiply<T>(by ? by->alpha : T(1), reader.by().value), by ? by->beta : T(0)};
            if (!all.is_trivial())
            {
                run_tiny_scaled(program, e, memory, all);
                return true;
            }
        }
        run_tiny(program, e.operand_count, memory);
        return true;
    }
}

#endif
