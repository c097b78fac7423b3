// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_DETAIL_TINY_OPERANDS_HPP
#define XEINSUM_DETAIL_TINY_OPERANDS_HPP

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <xeinsum/detail/operands.hpp>
#include <xeinsum/detail/tiny.hpp>
#include <xeinsum/detail/tiny_program.hpp>
#include <xeinsum/detail/tiny_run.hpp>
#include <xeinsum/layout.hpp>

/// \file
/// Tiny contractions of xtensor's expressions: binding and reading their operands without the heap.

namespace xeinsum::detail
{
    /// Binds labels to the operands' extents. False where the contraction is not tiny, or where only bind_shapes()
    /// knows what it means: a mismatch, an extent that broadcasts.
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
        return fits && i == e.operand_count && is_tiny(std::span(sizes).first(e.label_count));
    }

    /// The shapes that operands were bound to.
    inline std::vector<extents> bound_shapes(const tiny_equation& e, const tiny_array& sizes)
    {
        std::vector<extents> shapes(e.operand_count);
        for (std::size_t i = 0; i < e.operand_count; ++i)
            for (const std::uint8_t id : e.terms[i]) shapes[i].push_back(sizes[id]);
        return shapes;
    }

    /// Contracts operands into a contiguous result. False, with nothing written, if one has another shape than it
    /// was bound to.
    template <class T, class Operands>
    bool contract_tiny(const tiny_equation& e, const tiny_program& program, const tiny_array& sizes, const Operands& operands,
                       T* result, bool row_major)
    {
        tiny_memory<T> memory;
        evaluated_operands<T> evaluated;
        bool fits = true;
        std::size_t i = 0;
        operands.for_each([&](const auto& operand) {
            const tiny_ids& ids = e.terms[i];
            fits = fits && operand.dimension() == ids.size();
            for (std::size_t axis = 0; fits && axis < ids.size(); ++axis)
                fits = static_cast<std::int64_t>(operand.shape()[axis]) == sizes[ids[axis]];
            if (!fits) return;
            evaluated.with_memory(operand, [&](const auto& there) {
                tiny_tensor<const T>& t = memory.operands[i];
                t.first = there.data() + there.data_offset();
                t.strides.fill(0);
                for (std::size_t axis = 0; axis < ids.size(); ++axis)
                    t.strides[ids[axis]] += static_cast<std::int64_t>(there.strides()[axis]);
            });
            ++i;
        });
        if (!fits) return false;
        memory.result = {result, contiguous_strides(e.output(), sizes, row_major)};
        memory.sizes = sizes;
        run_tiny(program, e.operand_count, memory);
        return true;
    }
}

#endif
