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

#include <xeinsum/detail/kept_plans.hpp>
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
    enum class tiny_binding : std::uint8_t
    {
        none,   ///< only bind_shapes() knows what the contraction means: more labels or operands than these, a mismatch, an extent that
                ///< broadcasts, sizes that 64 bits may not hold
        sized,  ///< every label has its extent
        tiny    ///< and all labels take few values together, see is_tiny()
    };

    /// Binds labels to the operands' extents.
    template <class Operands>
    tiny_binding bind_tiny(const tiny_equation& e, const Operands& operands, tiny_array& sizes)
    {
        sizes = {};
        bool fits = e.operand_count > 0;
        std::size_t i = 0, known = 0;  // labels are numbered as they come
        operands.for_each([&](const auto& operand) {
            fits = fits && i < e.operand_count && operand.dimension() == e.terms[i].size();
            for (std::size_t axis = 0; fits && axis < e.terms[i].size(); ++axis)
            {
                const std::size_t id = e.terms[i][axis];
                const auto extent = static_cast<std::int64_t>(operand.shape()[axis]);
                if (id == known) sizes[known++] = extent;
                else fits = sizes[id] == extent;
            }
            ++i;
        });
        if (!fits || i != e.operand_count) return tiny_binding::none;
        if (is_tiny(std::span(sizes).first(e.label_count))) return tiny_binding::tiny;
        double values = 1;
        for (std::size_t id = 0; id < e.label_count; ++id) values *= static_cast<double>(std::max<std::int64_t>(1, sizes[id]));
        return values < 0x1p62 ? tiny_binding::sized : tiny_binding::none;
    }

    /// Whether the operands still have the extents that they were bound to.
    template <class Operands>
    bool have_sizes(const tiny_equation& e, const tiny_array& sizes, const Operands& operands)
    {
        bool same = true;
        std::size_t i = 0;
        operands.for_each([&](const auto& operand) {
            same = same && i < e.operand_count && operand.dimension() == e.terms[i].size();
            for (std::size_t axis = 0; same && axis < e.terms[i].size(); ++axis) same = static_cast<std::int64_t>(operand.shape()[axis]) == sizes[e.terms[i][axis]];
            ++i;
        });
        return same && i == e.operand_count;
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
        memory.result = {apart.data(), contiguous_strides(e.output(), *memory.sizes)};
        run_tiny(program, e.operand_count, memory);
        nest axes;
        for (const std::uint8_t id : e.output()) axes.push_back({(*memory.sizes)[id], {memory.result.strides[id], 0, result.strides[id]}});
        update_loop<T>(apart.data(), result.first, axes, by);
    }

    /// The operands of a bound contraction and a result of these strides, by label. False if an operand has another shape than
    /// it was bound to, or there are more or fewer of them.
    template <class T, class Operands, class Strides>
    bool gather(const tiny_equation& e, const tiny_array& sizes, const Operands& operands, operand_reader<T>& reader, T* result,
                const Strides& strides, tiny_memory<T>& memory)
    {
        bool fits = true;
        std::size_t i = 0;
        operands.for_each([&](const auto& operand) {
            fits = fits && i < e.operand_count && operand.dimension() == e.terms[i].size();
            if (!fits) return;
            const tiny_ids& ids = e.terms[i];
            reader.read(operand, [&](const T* first, const auto& shape, const auto& steps, bool conjugated) {
                if (conjugated) memory.conjugated |= static_cast<std::uint8_t>(1u << i);
                tiny_tensor<const T>& t = memory.operands[i];
                t.first = first;
                t.strides.fill(0);
                for (std::size_t axis = 0; axis < ids.size(); ++axis)
                {
                    const std::uint8_t id = ids[axis];
                    fits = fits && static_cast<std::int64_t>(shape[axis]) == sizes[id];
                    t.strides[id] += static_cast<std::int64_t>(steps[axis]);
                }
            });
            ++i;
        });
        if (!fits || i != e.operand_count) return false;
        memory.sizes = &sizes;
        memory.result = {result, {}};
        for (std::size_t axis = 0; axis < e.output().size(); ++axis)
            memory.result.strides[e.output()[axis]] = static_cast<std::int64_t>(strides[axis]);
        return true;
    }

    /// What the plan of a contraction follows from.
    template <class T>
    plan_key key_of(const tiny_equation& e, const tiny_memory<T>& memory, bool scaled)
    {
        plan_key key;
        key.equation = e;
        key.sizes = *memory.sizes;
        for (std::size_t i = 0; i < e.operand_count; ++i)
        {
            key.strides[i] = memory.operands[i].strides;
            while (memory.operands[key.same[i]].first != memory.operands[i].first) ++key.same[i];
        }
        key.strides[e.operand_count] = memory.result.strides;
        key.conjugated = memory.conjugated;
        key.scaled = scaled;
        key.type = dtype_of<T>();
        key.element_bytes = sizeof(T);
        return key;
    }

    /// Contracts as contract_tiny() does, whatever the extents, by a plan that is kept.
    template <class T, class Operands, class Strides>
    bool contract_by_kept_plan(const tiny_equation& e, const tiny_array& sizes, const Operands& operands, T* result, const Strides& strides,
                               const scaling<T>* by, recorder* record)
    {
        tiny_memory<T> memory;
        operand_reader<T> reader(true, record);
        if (!gather(e, sizes, operands, reader, result, strides, memory)) return false;
        std::array<const T*, tiny_operands> pointers{};
        for (std::size_t i = 0; i < e.operand_count; ++i) pointers[i] = memory.operands[i].first;
        const std::span<const T* const> in(pointers.data(), e.operand_count);
        if constexpr (is_scalable<T>)
        {
            const scaling<T> all = reader.combined(by);
            const bool scaled = by || reader.by().value != T(1);
            execute<T>(*kept_plan(key_of(e, memory, scaled)), in, result, scaled ? &all : nullptr, record);
        }
        else execute<T>(*kept_plan(key_of(e, memory, false)), in, result, record);
        return true;
    }

    /// Whether the operands are two tensors in memory, of a type that multiply_few() knows.
    template <class T, class Operands>
    inline constexpr bool are_matrices = false;
    template <class T, class X, class Y>
        requires(std::is_same_v<T, float> || std::is_same_v<T, double>)
    inline constexpr bool are_matrices<T, operand_tuple<X, Y>> = reads_in_place<T, std::decay_t<X>>() && reads_in_place<T, std::decay_t<Y>>();

    /// Contracts two operands that are matrices of no label twice, straight from their strides: what contract_tiny() does, by the shortest way.
    /// False, with nothing written, where the contraction is another one, or an operand has another shape than it was bound to.
    template <class T, class X, class Y, class Strides>
    bool multiply_matrices(const tiny_equation& e, const tiny_step& s, const tiny_array& sizes, const X& x, const Y& y, T* result, const Strides& strides,
                           const scaling<T>* by)
    {
        const bool multiplies = s.is_matrix_product && e.terms[0].size() == 2 && e.terms[1].size() == 2 && x.dimension() == 2 && y.dimension() == 2;
        if (!multiplies) return false;
        const auto& [i, j, k] = s.matrices;
        const auto& [x_row, y_depth, c_row] = s.first_axes;
        const auto extent = [](const auto& operand, int axis) { return static_cast<std::int64_t>(operand.shape()[static_cast<std::size_t>(axis)]); };
        const auto stride = [](const auto& steps, int axis) { return static_cast<std::int64_t>(steps[static_cast<std::size_t>(axis)]); };
        const std::int64_t rows = sizes[i], columns = sizes[j], depth = sizes[k];
        if (extent(x, x_row) != rows || extent(x, 1 - x_row) != depth || extent(y, y_depth) != depth || extent(y, 1 - y_depth) != columns) return false;
        return multiply_few({rows, columns, depth, x.data() + x.data_offset(), stride(x.strides(), x_row), stride(x.strides(), 1 - x_row),
                             y.data() + y.data_offset(), stride(y.strides(), y_depth), stride(y.strides(), 1 - y_depth),
                             result, stride(strides, c_row), stride(strides, 1 - c_row)},
                            by && !by->is_trivial() ? by : nullptr);
    }

    /// Contracts operands into a result of these strides, scaled if `by` is not null. False, with nothing written, if one has
    /// another shape than it was bound to.
    template <class T, class Operands, class Strides>
    bool contract_tiny(const tiny_equation& e, const tiny_program& program, const tiny_array& sizes, const Operands& operands,
                       T* result, const Strides& strides, const scaling<T>* by)
    {
        if constexpr (are_matrices<T, Operands>)
        {
            const auto multiply = [&](const auto& x, const auto& y) { return multiply_matrices<T>(e, program[0], sizes, x, y, result, strides, by); };
            if (operands.apply(multiply)) return true;
        }
        tiny_memory<T> memory;
        operand_reader<T> reader(false);
        if (!gather(e, sizes, operands, reader, result, strides, memory)) return false;
        if constexpr (is_scalable<T>)
        {
            const scaling<T> all = reader.combined(by);
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
