// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include "tree.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "wording.hpp"

namespace xeinsum::detail
{
    namespace
    {
        struct line
        {
            std::string tree, what;
        };
    }

    std::string tree_text(const plan& p)
    {
        const std::size_t operands = p.shapes().size();
        struct entry
        {
            std::size_t slot;
            std::string before;  // of the branches to the left
            bool is_root, is_last;
        };
        std::vector<entry> stack = {{operands + p.steps().size() - 1, "", true, true}};
        std::vector<line> lines;
        const wording words(p);
        while (!stack.empty())
        {
            const entry e = std::move(stack.back());
            stack.pop_back();
            const std::string branch = e.is_root ? "" : e.before + (e.is_last ? "`- " : "|- ");
            const std::string below = e.is_root ? "" : e.before + (e.is_last ? "   " : "|  ");
            if (e.slot < operands)
            {
                lines.push_back({branch + "operand " + std::to_string(e.slot), ""});
                continue;
            }
            const step& s = p.steps()[e.slot - operands];
            lines.push_back({branch + "step " + std::to_string(e.slot - operands + 1) + "  " + words.names(s.tensors[result_tensor].labels),
                             std::string(to_string(s.op)) + ", " + counted(s.price.flops) + " flops, " + counted(s.price.size) +
                                 (s.price.size == 1 ? " element" : " elements") + (s.sliced ? ", in each slice" : "")});
            for (std::size_t i = s.inputs.size(); i-- > 0;) stack.push_back({s.inputs[i], below, false, i + 1 == s.inputs.size()});
        }
        std::size_t width = 0;
        for (const line& l : lines)
            if (!l.what.empty()) width = std::max(width, l.tree.size());
        std::string text;
        for (const line& l : lines)
        {
            text.append("  ").append(l.tree);
            if (!l.what.empty()) text += std::string(width - l.tree.size() + 2, ' ') + l.what;
            text += '\n';
        }
        return text;
    }
}
