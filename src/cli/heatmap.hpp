// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_CLI_HEATMAP_HPP
#define XEINSUM_CLI_HEATMAP_HPP

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace xeinsum::cli
{
    /// Rows and columns that a picture may have.
    inline constexpr std::int64_t largest_heatmap = 500;

    /// A matrix to be shown: its values, of which -1, 0 and 1 are blue, white and red, NaN grey, and the names of rows and columns; none if empty.
    struct heatmap
    {
        std::int64_t rows, columns;
        std::function<double(std::int64_t, std::int64_t)> value;
        std::vector<std::string> row_labels, column_labels;
    };

    /// An SVG picture of it, with names if there are any and a legend. Cost: some ten bytes an element.
    std::string to_svg(const heatmap& h);
}

#endif
