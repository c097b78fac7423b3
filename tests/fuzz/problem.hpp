// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_TESTS_FUZZ_PROBLEM_HPP
#define XEINSUM_TESTS_FUZZ_PROBLEM_HPP

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <iostream>
#include <limits>
#include <numeric>
#include <string>
#include <vector>

#include <xeinsum/layout.hpp>

#include "fuzz/decoder.hpp"
#include "support/oracle.hpp"
#include "support/place.hpp"
#include "support/random.hpp"

/// \file
/// Small einsums that are all valid, and where their tensors lie.

namespace fuzz
{
    using xeinsum::extents;
    using test::place;
    using xeinsum::layout;

    /// Subscripts and shapes that fit them.
    struct contraction
    {
        std::string subscripts;
        std::vector<extents> shapes;

        std::string text() const
        {
            std::string all = subscripts;
            for (const extents& shape : shapes) all += " " + xeinsum::to_string(shape);
            return all;
        }
    };

    /// Extents of so many labels, all of which together take 5,000 values at most.
    inline extents draw_sizes(decoder& from, std::size_t count)
    {
        constexpr std::array<std::int64_t, 16> sizes = {2, 3, 4, 5, 1, 7, 8, 9, 0, 16, 17, 33, 6, 64, 70, 130};
        extents drawn;
        double volume = 1;
        for (std::size_t i = 0; i < count; ++i)
        {
            drawn.push_back(from.pick(sizes));
            if (volume * static_cast<double>(drawn.back()) > 5000) drawn.back() = 1;
            volume *= std::max(1.0, static_cast<double>(drawn.back()));
        }
        return drawn;
    }

    /// One to four terms of up to six labels, with diagonals, ellipses over up to two axes, and extents of 1 that broadcast.
    class contraction_draw
    {
    public:
        explicit contraction_draw(decoder& from)
            : m_from(from), m_hidden(from.rarely(6) ? from.count(1, 2) : 0), m_sizes(draw_sizes(from, m_hidden + from.count(0, 6)))
        {
        }

        contraction run()
        {
            for (std::size_t n = m_from.count(1, 4); n > 0; --n)
            {
                if (!m_drawn.shapes.empty()) m_drawn.subscripts += ',';
                draw_term();
            }
            draw_output();
            return m_drawn;
        }

    private:
        /// The first labels are the ellipsis's.
        char letter(std::size_t label) const { return static_cast<char>('a' + label - m_hidden); }

        void draw_term()
        {
            std::vector<std::size_t> labels;
            const std::size_t chosen = m_from.byte();
            for (std::size_t l = m_hidden; l < m_sizes.size(); ++l)
                if (chosen >> (l - m_hidden) & 1U) labels.push_back(l);
            shuffle(labels);
            if (!labels.empty() && m_from.rarely(6)) labels.push_back(labels[m_from.count(0, labels.size() - 1)]);
            const std::size_t ellipsis_at = m_hidden > 0 && !m_from.rarely(3) ? m_from.count(0, labels.size()) : labels.size() + 1;
            extents shape;
            for (std::size_t i = 0; i <= labels.size(); ++i)
            {
                if (i == ellipsis_at) push_ellipsis(shape);
                if (i == labels.size()) break;
                const bool repeated = std::ranges::count(labels, labels[i]) > 1;
                shape.push_back(!repeated && m_from.rarely(12) ? 1 : m_sizes[labels[i]]);
                m_drawn.subscripts += letter(labels[i]);
                if (std::ranges::find(m_used, labels[i]) == m_used.end()) m_used.push_back(labels[i]);
            }
            m_drawn.shapes.push_back(shape);
        }

        void push_ellipsis(extents& shape)
        {
            m_drawn.subscripts += "...";
            m_has_ellipsis = true;
            for (std::size_t l = m_from.count(0, m_hidden); l < m_hidden; ++l) shape.push_back(m_from.rarely(8) ? 1 : m_sizes[l]);
        }

        void draw_output()
        {
            if (m_from.rarely(8)) return;
            m_drawn.subscripts += "->";
            const std::size_t chosen = m_from.byte();
            shuffle(m_used);
            if (m_has_ellipsis) m_drawn.subscripts += "...";
            for (std::size_t i = 0; i < m_used.size(); ++i)
                if (chosen >> i & 1U) m_drawn.subscripts += letter(m_used[i]);
        }

        void shuffle(std::vector<std::size_t>& labels)
        {
            if (m_from.rarely(2))
                for (std::size_t i = labels.size(); i > 1; --i) std::swap(labels[i - 1], labels[m_from.count(0, i - 1)]);
        }

        decoder& m_from;
        std::size_t m_hidden;
        extents m_sizes;
        std::vector<std::size_t> m_used;
        bool m_has_ellipsis = false;
        contraction m_drawn;
    };

    /// Axes in any order, some of them reversed, with gaps, or (for operands only) of stride 0. Its lowest element lies at `lowest`.
    inline place draw_place(decoder& from, const extents& shape, std::int64_t lowest, bool is_operand)
    {
        place drawn{{shape, extents(shape.size(), 0)}, lowest};
        std::vector<std::size_t> order(shape.size());
        std::iota(order.begin(), order.end(), std::size_t{0});
        const bool plain = from.rarely(3);
        if (!plain)
            for (std::size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[from.count(0, i - 1)]);
        std::int64_t stride = 1;
        for (std::size_t i = shape.size(); i-- > 0;)
        {
            const std::size_t d = order[i];
            const std::int64_t step = plain || !from.rarely(4) ? 1 : from.between(2, 3);
            if (is_operand && !plain && from.rarely(16)) continue;
            drawn.lies.strides[d] = stride * step;
            if (!plain && from.rarely(5))
            {
                drawn.first += drawn.lies.strides[d] * std::max<std::int64_t>(0, shape[d] - 1);
                drawn.lies.strides[d] *= -1;
            }
            stride *= std::max<std::int64_t>(1, shape[d]) * step;
            if (!plain && from.rarely(4)) stride += from.between(1, 3);
        }
        return drawn;
    }

    /// How many elements the memory has that ends where this tensor does.
    inline std::size_t end_of(const place& p)
    {
        std::size_t end = 0;
        for (const std::size_t at : p.elements()) end = std::max(end, at + 1);
        return end;
    }

    /// Requires that an element is what the oracle says, and shows both if it is not.
    template <class T>
    void require_close(const T& computed, const oracle::wide_t<T>& value, long double magnitude, double depth, const std::string& problem)
    {
        if (oracle::close<T>(computed, value, magnitude, depth)) return;
        std::cerr << "computed " << +computed << ", the oracle has " << +value << ", magnitude " << magnitude << '\n';
        require(false, "an einsum is what the oracle says", problem);
    }

    /// Not in the reach of a result: it tells where something else was written.
    template <class T>
    T guard_value()
    {
        if constexpr (std::is_same_v<T, bool>) return true;
        else if constexpr (std::is_integral_v<T>) return static_cast<T>(101);
        else return T(std::numeric_limits<decltype(std::abs(T{}))>::quiet_NaN());
    }

    /// The same value, NaN being one.
    template <class T>
    bool same_value(const T& x, const T& y)
    {
        return x == y || (x != x && y != y);
    }

    template <class T>
    T draw_value(test::engine& random)
    {
        // Sums of bools are to be false now and then.
        if constexpr (std::is_same_v<T, bool>) return test::between(random, 0, 4) == 0;
        else return test::draw<T>(random);
    }
}

#endif
