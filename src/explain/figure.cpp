// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include "figure.hpp"

#include <algorithm>

#include <xeinsum/detail/utf8.hpp>

namespace xeinsum::detail
{
    namespace
    {
        constexpr int margin = 16;

        /// Roles by colour and by dashes, in light and in dark. What has no colour of its own is drawn in ink.
        constexpr std::string_view style_sheet =
            ".xe text{font:12px ui-monospace,\"DejaVu Sans Mono\",Menlo,Consolas,monospace;fill:#1f2328}"
            ".xe .bold{font-weight:bold}.xe text.faint{fill:#59636e}"
            ".xe .ground{fill:#fff}.xe .sheet{fill:#f6f8fa;stroke:#8c959f}.xe .bar{fill:#8c959f}"
            ".xe line{stroke:#8c959f}.xe .arrow{fill:none;stroke:#59636e;stroke-width:1.5}"
            ".xe line.batch,.xe line.left,.xe line.right,.xe line.contracted,.xe line.summed{stroke-width:3.5}"
            ".xe line.batch{stroke:#bf2f8a;stroke-dasharray:2 2}.xe text.batch{fill:#bf2f8a}"
            ".xe line.left{stroke:#0a5bd3}.xe text.left{fill:#0a5bd3}"
            ".xe line.right{stroke:#1a7f37;stroke-dasharray:9 3}.xe text.right{fill:#1a7f37}"
            ".xe line.contracted{stroke:#cf222e;stroke-dasharray:9 2 2 2}.xe text.contracted{fill:#cf222e}"
            ".xe line.summed{stroke:#59636e;stroke-dasharray:4 4}.xe text.summed{fill:#59636e}"
            "@media (prefers-color-scheme:dark){.xe text{fill:#e6edf3}.xe text.faint{fill:#9aa4ae}"
            ".xe .ground{fill:#0d1117}.xe .sheet{fill:#1c2430;stroke:#6e7781}.xe .bar{fill:#6e7781}.xe line{stroke:#6e7781}.xe .arrow{stroke:#9aa4ae}"
            ".xe line.batch{stroke:#f77fc8}.xe text.batch{fill:#f77fc8}.xe line.left{stroke:#6cb2ff}.xe text.left{fill:#6cb2ff}"
            ".xe line.right{stroke:#57d178}.xe text.right{fill:#57d178}.xe line.contracted{stroke:#ff7b72}.xe text.contracted{fill:#ff7b72}"
            ".xe line.summed{stroke:#9aa4ae}.xe text.summed{fill:#9aa4ae}}";

        std::string attribute(std::string_view name, int value)
        {
            return std::string(" ").append(name).append("=\"").append(std::to_string(value)).append("\"");
        }

        std::string class_of(std::string_view style) { return style.empty() ? "" : std::string(" class=\"").append(style).append("\""); }

        /// Calls use(text) for each line, broken at spaces.
        template <class Use>
        void for_each_line(std::string_view text, std::size_t most, Use use)
        {
            while (text.size() > most)
            {
                std::size_t end = text.rfind(' ', most);
                if (end == std::string_view::npos || end == 0) end = text.find(' ', most);
                if (end == std::string_view::npos) break;
                use(text.substr(0, end));
                text.remove_prefix(end + 1);
            }
            use(text);
        }
    }

    std::string escaped(std::string_view text)
    {
        std::string result;
        for (const char c : text)
        {
            if (c == '&') result += "&amp;";
            else if (c == '<') result += "&lt;";
            else if (c == '>') result += "&gt;";
            else if (c == '"') result += "&quot;";
            else if (static_cast<unsigned char>(c) >= 0x20 || c == '\n') result += c;
        }
        return result;
    }

    int figure::width_of(std::string_view text)
    {
        int tenths = 0;
        while (!text.empty())
        {
            const decoded next = decode_utf8(text);
            // Monospaced fonts are up to 0.62 as wide as high; what they lack comes from others, and from U+1100 on may be a square.
            tenths += next.code_point < 0x300 ? 75 : next.code_point < 0x1100 ? 90 : 130;
            text.remove_prefix(std::max<std::size_t>(1, next.size));
        }
        return (tenths + 9) / 10;
    }

    void figure::text(int x, int y, std::string_view what, std::string_view style, anchor at)
    {
        const int wide = width_of(what);
        m_elements.append("<text").append(attribute("x", x)).append(attribute("y", y)).append(class_of(style));
        if (at != anchor::start) m_elements.append(at == anchor::middle ? " text-anchor=\"middle\"" : " text-anchor=\"end\"");
        m_elements.append(">").append(escaped(what)).append("</text>\n");
        cover(at == anchor::start ? x + wide : at == anchor::middle ? x + (wide + 1) / 2 : x, y + 4);
    }

    void figure::line(int x1, int y1, int x2, int y2, std::string_view style)
    {
        m_elements.append("<line").append(attribute("x1", x1)).append(attribute("y1", y1)).append(attribute("x2", x2)).append(attribute("y2", y2));
        m_elements.append(class_of(style)).append("/>\n");
        cover(std::max(x1, x2) + 2, std::max(y1, y2) + 2);
    }

    void figure::box(int x, int y, int width, int height, std::string_view style)
    {
        m_elements.append("<rect").append(attribute("x", x)).append(attribute("y", y)).append(attribute("width", width)).append(attribute("height", height));
        m_elements.append(class_of(style)).append("/>\n");
        cover(x + width + 1, y + height + 1);
    }

    void figure::arrow(int x, int y, int length)
    {
        const auto pair = [](int a, int b) { return std::to_string(a) + " " + std::to_string(b); };
        m_elements.append("<path class=\"arrow\" d=\"M").append(pair(x, y)).append("h").append(std::to_string(length));
        m_elements.append("m-6 -5l6 5l-6 5\"/>\n");
        cover(x + length + 1, y + 6);
    }

    void figure::add(const figure& part, int x, int y)
    {
        m_elements.append("<g transform=\"translate(").append(std::to_string(x)).append(" ").append(std::to_string(y)).append(")\">\n");
        m_elements.append(part.m_elements).append("</g>\n");
        cover(x + part.m_width, y + part.m_height);
    }

    void figure::cover(int x, int y)
    {
        m_width = std::max(m_width, x);
        m_height = std::max(m_height, y);
    }

    std::string figure::document(std::string_view title, std::string_view description) const
    {
        const std::string wide = std::to_string(m_width + 2 * margin), high = std::to_string(m_height + 2 * margin);
        std::string text = "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"xe\" role=\"img\" xml:space=\"preserve\"";
        text.append(" width=\"").append(wide).append("\" height=\"").append(high).append("\" viewBox=\"0 0 ").append(wide).append(" ").append(high);
        text.append("\" aria-label=\"").append(escaped(title)).append("\">\n<title>").append(escaped(title)).append("</title>\n<desc>");
        text.append(escaped(description)).append("</desc>\n<style>").append(style_sheet).append("</style>\n");
        text.append("<rect class=\"ground\" width=\"").append(wide).append("\" height=\"").append(high).append("\"/>\n");
        text.append("<g transform=\"translate(").append(std::to_string(margin)).append(" ").append(std::to_string(margin)).append(")\">\n");
        return text.append(m_elements).append("</g>\n</svg>\n");
    }

    figure paragraph(std::string_view text, std::size_t most, std::string_view style)
    {
        figure lines;
        int y = 13;
        for_each_line(text, most, [&](std::string_view line) {
            lines.text(0, y, line, style);
            y += figure::text_height;
        });
        return lines;
    }

    figure beside(const std::vector<figure>& parts, int gap)
    {
        int high = 0, x = 0;
        for (const figure& f : parts) high = std::max(high, f.height());
        figure all;
        for (const figure& f : parts)
        {
            all.add(f, x, (high - f.height()) / 2);
            x += f.width() + gap;
        }
        return all;
    }

    figure stacked(const std::vector<figure>& parts, int gap)
    {
        figure all;
        int y = 0;
        for (const figure& f : parts)
        {
            all.add(f, 0, y);
            y += f.height() + gap;
        }
        return all;
    }
}
