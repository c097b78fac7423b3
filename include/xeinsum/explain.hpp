// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_EXPLAIN_HPP
#define XEINSUM_EXPLAIN_HPP

#include <iosfwd>
#include <string>
#include <string_view>
#include <utility>

#include <xeinsum/export.hpp>
#include <xeinsum/plan.hpp>

namespace xeinsum
{
    /// A plan on its way to a stream: `std::cout << explain(p)`.
    struct explanation
    {
        plan of;
    };

    /// The plan that will run, for reading: `explain(p)`, `explain(einsum("ij->ji", a).plan())`.
    inline explanation explain(plan p) { return {std::move(p)}; }

    /// The equation with its extents, then for each step: every label's role and whether it becomes M, N, K
    /// or a loop, how each operand is read (in place or packed), the BLAS call with its arguments, and the cost.
    XEINSUM_EXPORT std::string to_text(const plan& p);

    /// The plan as JSON: what it was made of, so that plan_from_json() makes it again, its figures and its steps. docs/paths.md
    /// lists the members.
    XEINSUM_EXPORT std::string to_json(const plan& p);

    /// The plan as a picture, a whole SVG document without scripts or anything from elsewhere: the contraction tree of three operands and more, then for
    /// each step its operands as boxes with an axis for each label, coloured and dashed by its role, the matrices that they are folded into, their product and the
    /// result. It follows the reader's light or dark setting, and tells to_text() where it is not seen. Trees of more than 32 operands and steps
    /// beyond the 24th are left to the text.
    XEINSUM_EXPORT std::string to_svg(const plan& p);

    /// The plan as a whole HTML page: its tensors, the pictures of to_svg() and the text.
    XEINSUM_EXPORT std::string to_html(const plan& p);

    /// A plan made again from to_json()'s text, or from one with `subscripts` (or `inputs` and `output`), `shapes` and what else
    /// is not to have its default. The steps are decided anew, for the machine at hand. Throws std::invalid_argument for what is no such
    /// text, and what plan() throws.
    XEINSUM_EXPORT plan plan_from_json(std::string_view text);

    /// Writes to_text().
    XEINSUM_EXPORT std::ostream& operator<<(std::ostream& out, const explanation& e);
    /// Writes to_text().
    XEINSUM_EXPORT std::ostream& operator<<(std::ostream& out, const plan& p);
}

#endif
