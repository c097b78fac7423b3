// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include "heatmap.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <string_view>

namespace xeinsum::cli
{
    namespace
    {
        constexpr int levels = 64;  ///< of each of the two colours
        constexpr int nan_level = 2 * levels + 1;

        /// -1 to 1 in equal steps, 0 in the middle of its own.
        int level_of(double value)
        {
            if (std::isnan(value)) return nan_level;
            return static_cast<int>(std::lround(std::clamp(value, -1.0, 1.0) * levels)) + levels;
        }

        std::string colour(int level)
        {
            using rgb = std::array<double, 3>;
            constexpr rgb white = {255, 255, 255}, red = {178, 24, 43}, blue = {33, 102, 172};
            if (level == nan_level) return "#bbbbbb";
            const double part = static_cast<double>(level - levels) / levels;
            const rgb& end = part < 0 ? blue : red;
            std::string text = "#";
            for (std::size_t c = 0; c < 3; ++c)
            {
                std::array<char, 3> hex{};
                std::snprintf(hex.data(), hex.size(), "%02x", static_cast<unsigned>(std::lround(white[c] + (end[c] - white[c]) * std::abs(part))) & 0xffU);
                text += hex.data();
            }
            return text;
        }

        std::string escaped(std::string_view text)
        {
            std::string result;
            for (const char c : text)
            {
                if (c == '&') result += "&amp;";
                else if (c == '<') result += "&lt;";
                else if (c == '>') result += "&gt;";
                else if (static_cast<unsigned char>(c) >= 0x20) result += c;  // XML has no control characters
            }
            return result;
        }

        std::string number(double x)
        {
            std::array<char, 32> text{};
            std::snprintf(text.data(), text.size(), "%g", x);
            return text.data();
        }

        std::string attribute(std::string_view name, double value)
        {
            std::string text = " ";
            return text.append(name).append("=\"").append(number(value)).append("\"");
        }

        std::string text_at(double x, double y, double size, std::string_view more, std::string_view what)
        {
            std::string text = "<text";
            text.append(attribute("x", x)).append(attribute("y", y)).append(attribute("font-size", size)).append(more);
            return text.append(">").append(escaped(what)).append("</text>\n");
        }

        /// The cells, one path for each colour: stretches of a row as rectangles of height 1.
        std::string cells(const heatmap& h)
        {
            std::array<std::string, 2 * levels + 2> paths;
            for (std::int64_t i = 0; i < h.rows; ++i)
                for (std::int64_t j = 0; j < h.columns;)
                {
                    const int level = level_of(h.value(i, j));
                    std::int64_t end = j + 1;
                    while (end < h.columns && level_of(h.value(i, end)) == level) ++end;
                    const std::string length = std::to_string(end - j);
                    std::string& path = paths[static_cast<std::size_t>(level)];
                    path.append("M").append(std::to_string(j)).append(" ").append(std::to_string(i)).append("h").append(length).append("v1h-").append(length).append("z");
                    j = end;
                }
            std::string text;
            for (std::size_t level = 0; level < paths.size(); ++level)
                if (!paths[level].empty()) text.append("<path fill=\"").append(colour(static_cast<int>(level))).append("\" d=\"").append(paths[level]).append("\"/>\n");
            return text;
        }
    }

    std::string to_svg(const heatmap& h)
    {
        constexpr double wanted = 640, legend = 60, margin = 10, character = 0.62;  // pixels; width of a character over its height
        const double cell = std::clamp(wanted / static_cast<double>(std::max<std::int64_t>({h.rows, h.columns, 1})), 2.0, 24.0);
        const double size = std::clamp(cell * 0.8, 2.0, 12.0);
        const auto longest = [&](const std::vector<std::string>& labels) {
            std::size_t most = 0;
            for (const std::string& l : labels) most = std::max(most, static_cast<std::size_t>(std::ranges::count_if(l, [](char c) { return (c & 0xc0) != 0x80; })));
            return static_cast<double>(most) * size * character + (labels.empty() ? 0 : 6);
        };
        const double left = margin + longest(h.row_labels), top = margin + longest(h.column_labels);
        const double width = cell * static_cast<double>(h.columns), height = cell * static_cast<double>(h.rows), tall = std::max(height, 120.0);
        const double whole_width = left + width + legend + margin, whole_height = top + tall + margin;
        std::string svg = "<svg xmlns=\"http://www.w3.org/2000/svg\"";
        svg.append(attribute("width", whole_width)).append(attribute("height", whole_height));
        svg.append(" viewBox=\"0 0 ").append(number(whole_width)).append(" ").append(number(whole_height)).append("\" font-family=\"sans-serif\">\n");
        svg.append("<title>cosine similarity, ").append(std::to_string(h.rows)).append(" x ").append(std::to_string(h.columns)).append("</title>\n");
        svg.append("<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n<g transform=\"translate(").append(number(left)).append(" ").append(number(top));
        svg.append(") scale(").append(number(cell)).append(")\" shape-rendering=\"crispEdges\">\n").append(cells(h)).append("</g>\n");
        for (std::size_t i = 0; i < h.row_labels.size(); ++i)
            svg += text_at(left - 4, top + cell * (static_cast<double>(i) + 0.5) + size * 0.35, size, " text-anchor=\"end\"", h.row_labels[i]);
        for (std::size_t j = 0; j < h.column_labels.size(); ++j)
        {
            const double x = left + cell * (static_cast<double>(j) + 0.5) + size * 0.35;
            std::string turned = " transform=\"rotate(-90 ";
            turned.append(number(x)).append(" ").append(number(top - 4)).append(")\"");
            svg += text_at(x, top - 4, size, turned, h.column_labels[j]);
        }
        const double bar = left + width + 16, step = 100.0 / (2 * levels + 1);
        for (int level = 0; level <= 2 * levels; ++level)
            svg.append("<rect").append(attribute("x", bar)).append(attribute("y", top + step * (2 * levels - level))).append(attribute("width", 12))
                .append(attribute("height", step * 1.2)).append(" fill=\"").append(colour(level)).append("\"/>\n");
        for (const int value : {1, 0, -1}) svg += text_at(bar + 16, top + 50 - 46 * value + 4, 11, "", std::to_string(value));
        return svg + "</svg>\n";
    }
}
