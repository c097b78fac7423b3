// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include <xeinsum/equation.hpp>

#include <algorithm>
#include <ostream>

#include <xeinsum/detail/utf8.hpp>

#include "rendering.hpp"

namespace xeinsum
{
    namespace
    {
        void push_term(equation& e, const std::vector<label>& term, std::size_t index)
        {
            const std::string where = " in term " + std::to_string(index);
            std::size_t ellipses = 0;
            for (const label l : term)
            {
                if (l == ellipsis) ++ellipses;
                else if (l < 0)
                    throw subscript_error(subscript_errc::label_out_of_range, 0,
                                          "einsum: label " + std::to_string(l) + where +
                                              " is negative; integer labels are 0 and above, xeinsum::ellipsis stands for \"...\"");
                if (ellipses > 1)
                    throw subscript_error(subscript_errc::repeated_ellipsis, 0,
                                          "einsum: a second ellipsis" + where + "; a term has one at most");
                e.push(l);
            }
        }

        void push_terms(equation& e, const equation::terms& operands)
        {
            for (std::size_t i = 0; i < operands.size(); ++i)
            {
                push_term(e, operands[i], i);
                e.end_term();
            }
        }
    }

    equation::equation(const terms& operands, const std::vector<label>& output)
    {
        push_terms(*this, operands);
        const std::size_t inputs = labels().size();
        push_term(*this, output, operands.size());
        const auto fault = detail::check_output<std::vector<label>>(labels().first(inputs), labels().subspan(inputs));
        if (fault.code == subscript_errc::repeated_output_label)
            throw subscript_error(fault.code, 0, "einsum: output label " + std::to_string(output[fault.index]) +
                                                     " stands twice; each may appear once in the output");
        if (fault.code != subscript_errc::none)
            throw subscript_error(fault.code, 0, "einsum: output label " + std::to_string(output[fault.index]) +
                                                     " is in no operand's term");
        close(false, label_kind::integers);
    }

    equation::equation(const terms& operands)
    {
        push_terms(*this, operands);
        detail::push_implied_output<std::vector<label>>(*this);
        close(true, label_kind::integers);
    }

    bool operator==(const equation& x, const equation& y)
    {
        if (x.operand_count() != y.operand_count()) return false;
        for (std::size_t i = 0; i <= x.operand_count(); ++i)
            if (!std::ranges::equal(x.term(i), y.term(i))) return false;
        return true;
    }

    std::string to_string(label l, label_kind kind)
    {
        if (l == ellipsis) return "...";
        if (kind == label_kind::integers) return std::to_string(l);
        std::string text;
        detail::append_utf8(text, static_cast<std::int32_t>(l));
        return text;
    }

    std::string to_string(const equation& e) { return detail::render(e).text; }

    std::ostream& operator<<(std::ostream& out, const equation& e) { return out << to_string(e); }
}
