// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_SRC_EXPLAIN_FIGURE_HPP
#define XEINSUM_SRC_EXPLAIN_FIGURE_HPP

#include <string>
#include <string_view>
#include <vector>

namespace xeinsum::detail
{
    /// Text as XML takes it: `&lt;` for `<`, no control characters.
    std::string escaped(std::string_view text);

    /// Where a text stands about the point that it is given.
    enum class anchor { start, middle, end };

    /// A part of an SVG picture: elements, and the size of the rectangle from (0, 0) in which all of them lie, texts included. Figures
    /// are put together to larger ones by their sizes, so nothing overlaps or is cut. Lengths are whole pixels.
    class figure
    {
    public:
        static constexpr int text_height = 17;  ///< from one line of text to the next

        int width() const { return m_width; }
        int height() const { return m_height; }
        const std::string& elements() const { return m_elements; }

        /// How wide a line of text is at most, in the fonts that are asked for.
        static int width_of(std::string_view text);

        /// A line of text; y is its baseline. It must begin at 0 or more.
        void text(int x, int y, std::string_view what, std::string_view style = "", anchor at = anchor::start);
        void line(int x1, int y1, int x2, int y2, std::string_view style);
        void box(int x, int y, int width, int height, std::string_view style);
        /// An arrow to the right, from (x, y).
        void arrow(int x, int y, int length);
        /// Another figure, moved to (x, y).
        void add(const figure& part, int x, int y);
        /// Makes the rectangle at least so large.
        void cover(int x, int y);

        /// A whole document with this figure in it, `margin` around it. `title` and `description` stand for the picture where it is not seen.
        std::string document(std::string_view title, std::string_view description) const;

    private:
        std::string m_elements;
        int m_width = 0, m_height = 0;
    };

    /// Lines of text, each no longer than `most` characters where words allow it.
    figure paragraph(std::string_view text, std::size_t most, std::string_view style = "");

    /// Side by side, centred.
    figure beside(const std::vector<figure>& parts, int gap);
    /// One below the other.
    figure stacked(const std::vector<figure>& parts, int gap);
}

#endif
