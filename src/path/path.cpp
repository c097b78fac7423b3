// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include <xeinsum/path.hpp>

#include <algorithm>

#include <xeinsum/detail/tiny.hpp>
#include <xeinsum/error.hpp>

#include "algorithms.hpp"

namespace xeinsum
{
    std::string_view to_string(path_strategy s)
    {
        switch (s)
        {
        case path_strategy::left: return "left";
        case path_strategy::greedy: return "greedy";
        default: return "auto";
        }
    }

    std::string to_string(const contraction_path& path)
    {
        std::string text;
        for (const auto& positions : path)
        {
            text += text.empty() ? "(" : ",(";
            for (std::size_t i = 0; i < positions.size(); ++i)
                text.append(i == 0 ? "" : ",").append(std::to_string(positions[i]));
            text += ')';
        }
        return text;
    }

    contraction_path find_path(const bound_equation& e, path_strategy s)
    {
        if (e.operands.size() == 1) return {{0}};
        const bool any_order = e.operands.size() == 2 || (s == path_strategy::automatic && detail::is_tiny(e.sizes));
        return s == path_strategy::left || any_order ? detail::left_path(e.operands.size()) : detail::greedy_path(e);
    }

    void check_path(const contraction_path& path, std::size_t operand_count)
    {
        const auto fail = [&](const std::string& what) {
            throw shape_error(shape_errc::bad_path, "contraction path " + to_string(path) + ": " + what);
        };
        std::size_t left = operand_count;
        for (std::size_t i = 0; i < path.size(); ++i)
        {
            const auto& positions = path[i];
            const std::string where = "step " + std::to_string(i);
            if (positions.empty() || positions.size() > 2)
                fail(where + " names " + std::to_string(positions.size()) + " positions; one or two are right");
            if (positions.size() == 2 && positions[0] == positions[1])
                fail(where + " names position " + std::to_string(positions[0]) + " twice");
            for (const std::size_t p : positions)
                if (p >= left)
                    fail(where + " names position " + std::to_string(p) + ", but only " + std::to_string(left) +
                         " operands are left (positions 0 to " + std::to_string(left - 1) + ")");
            left -= positions.size() - 1;
        }
        if (left != 1) fail(std::to_string(left) + " operands are left at its end; one must be");
    }

    cost step_cost(const extents& sizes, const label_ids& left, const label_ids& right, const label_ids& output)
    {
        label_ids all = left;
        all.insert(all.end(), right.begin(), right.end());
        std::ranges::sort(all);
        all.erase(std::unique(all.begin(), all.end()), all.end());
        cost result{1, 1};
        for (const label_id id : all)
            result.flops *= static_cast<double>(sizes[id]);
        for (const label_id id : output)
            result.size *= static_cast<double>(sizes[id]);
        if (all.size() > output.size()) result.flops *= 2;
        return result;
    }

    double naive_flops(const bound_equation& e)
    {
        double product = 1;
        for (const std::int64_t size : e.sizes)
            product *= static_cast<double>(size);
        const std::size_t products = std::max<std::size_t>(1, e.operands.size() - 1);
        return product * static_cast<double>(products + (e.sizes.size() > e.output.size() ? 1 : 0));
    }
}
