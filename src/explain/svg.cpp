// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include <xeinsum/explain.hpp>

#include <string>
#include <vector>

#include "picture.hpp"
#include "wording.hpp"

namespace xeinsum
{
    std::string to_svg(const plan& p)
    {
        using namespace detail;
        constexpr std::size_t wide = 110;  // characters
        const std::string title = "einsum \"" + to_string(p.equation()) + "\", " + std::string(to_string(p.how().type));
        std::vector<figure> parts = {paragraph(title, wide, "bold")};
        const std::size_t steps = p.steps().size(), operands = p.shapes().size();
        if (operands > 2 && operands <= most_leaves_drawn) parts.push_back(tree_picture(p));
        for (std::size_t i = 0; i < steps && i < most_steps_drawn; ++i) parts.push_back(step_picture(p, i));
        if (steps > most_steps_drawn) parts.push_back(paragraph(std::to_string(steps - most_steps_drawn) + " more steps are told in the text alone", wide));
        const wording words(p);
        if (!words.slices().empty()) parts.push_back(paragraph("slices: " + words.slices(), wide));
        parts.push_back(paragraph("total: " + words.totals(), wide));
        return stacked(parts, 28).document(title, to_text(p));
    }
}
