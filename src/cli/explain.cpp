// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include <algorithm>

#include <xeinsum/explain.hpp>
#include <xeinsum/plan.hpp>

#include "atomic_file.hpp"
#include "colours.hpp"
#include "commands.hpp"
#include "errors.hpp"
#include "standard_output.hpp"
#include "text_forms.hpp"

namespace xeinsum::cli
{
    void explain(const explain_request& asked)
    {
        options how{.path = parse_path(asked.path), .memory_limit = parse_bytes(asked.memory_limit), .type = parse_dtype(asked.type), .threads = asked.threads};
        std::vector<extents> shapes;
        for (const std::string& text : asked.shapes) shapes.push_back(parse_shape(text));
        if (shapes.empty()) throw usage_error("explain: no shapes; give one for each term of the subscripts, as 100x700");
        if (asked.same)
            for (const extents& shape : shapes) how.same.push_back(static_cast<std::size_t>(std::ranges::find(shapes, shape) - shapes.begin()));
        const plan p(asked.subscripts, std::move(shapes), how);
        const std::string text = asked.format == "json" ? to_json(p) : asked.format == "svg" ? to_svg(p) : asked.format == "html" ? to_html(p) : to_text(p);
        if (!asked.output.empty()) return write_file(asked.output, text);
        if (asked.format == "text") print_explanation(text);
        else print(text);
    }
}
