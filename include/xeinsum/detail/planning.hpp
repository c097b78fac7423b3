// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_DETAIL_PLANNING_HPP
#define XEINSUM_DETAIL_PLANNING_HPP

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include <xeinsum/detail/factor.hpp>
#include <xeinsum/detail/operand_memory.hpp>
#include <xeinsum/detail/operands.hpp>
#include <xeinsum/detail/tiny.hpp>
#include <xeinsum/detail/xtensor_headers.hpp>
#include <xeinsum/execute.hpp>
#include <xeinsum/plan.hpp>

/// \file
/// What a plan is told of xtensor's expressions: their shapes, and how they lie.

namespace xeinsum::detail
{
    template <class Operands>
    std::vector<extents> shapes_of(const Operands& operands)
    {
        std::vector<extents> shapes;
        operands.for_each([&](const auto& e) { shapes.push_back(to_extents(e.shape())); });
        return shapes;
    }

    /// Operands that begin at one address, as options::same has them; empty where none do.
    template <class T>
    std::vector<std::size_t> same_operands(const operand_memory<T>& memory)
    {
        std::vector<std::size_t> first;
        bool any = false;
        for (std::size_t i = 0; i < memory.pointers.size(); ++i)
        {
            first.push_back(static_cast<std::size_t>(std::ranges::find(memory.pointers, memory.pointers[i]) - memory.pointers.begin()));
            any = any || first[i] != i;
        }
        return any ? first : std::vector<std::size_t>{};
    }

    template <class T>
    options options_for(const operand_memory<T>& memory, options how, layout result)
    {
        how.type = dtype_of<T>();
        how.element_bytes = sizeof(T);
        how.layouts = memory.layouts;
        how.result = std::move(result);
        if (std::ranges::find(memory.conjugated, true) != memory.conjugated.end()) how.conjugated = memory.conjugated;
        if constexpr (is_scalable<T>) how.scaled = how.scaled || memory.by().value != T(1);
        how.same = same_operands(memory);
        return how;
    }

    /// Executes a plan, with what multiplies the operands as a part of alpha.
    template <class T>
    void execute_scaled(const plan& p, const operand_memory<T>& memory, T* result, const scaling<T>* by, recorder* record)
    {
        if constexpr (is_scalable<T>)
        {
            const scaling<T> all = memory.combined(by);
            execute<T>(p, memory.pointers, result, p.how().scaled ? &all : nullptr, record);
        }
        else execute<T>(p, memory.pointers, result, record);
    }

    /// Whether a plan's path is that of a tiny contraction.
    inline bool goes_from_the_left(const options& how, std::size_t operand_count)
    {
        if (how.path.given()) return false;
        const path_strategy strategy = how.path.search().strategy;
        return strategy == path_strategy::left || operand_count <= 2 || (strategy == path_strategy::automatic && operand_count <= tiny_order_operands);
    }

    template <class Operands>
    bool have_shapes(const Operands& operands, const std::vector<extents>& shapes)
    {
        std::size_t i = 0;
        bool same = true;
        operands.for_each([&](const auto& e) {
            same = same && i < shapes.size() && std::equal(e.shape().begin(), e.shape().end(), shapes[i].begin(), shapes[i].end(),
                                         [](auto x, std::int64_t y) { return static_cast<std::int64_t>(x) == y; });
            ++i;
        });
        return same && i == shapes.size();
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

#endif
