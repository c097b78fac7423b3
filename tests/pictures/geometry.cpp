// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
//
// Pictures and pages are well-formed, no text lies on another or beyond the edge, and each says in words what it shows in colour.
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cstdint>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include <boost/property_tree/ptree.hpp>
#include <boost/property_tree/xml_parser.hpp>

#include <xeinsum/explain.hpp>

#include "equations.hpp"

namespace
{
    using tree = boost::property_tree::ptree;

    tree parsed(const std::string& xml)
    {
        std::istringstream in(xml);
        tree result;
        boost::property_tree::read_xml(in, result);
        return result;
    }

    struct text_box
    {
        double left, right, top, bottom;
        std::string what;
    };

    /// The texts of a picture, in its own coordinates, as wide as a font of 0.62 ems a character makes them at 12 pixels.
    void collect(const tree& from, double x, double y, std::vector<text_box>& boxes)
    {
        for (const auto& [name, node] : from)
        {
            if (name == "g")
            {
                double dx = 0, dy = 0;
                std::istringstream shift(node.get<std::string>("<xmlattr>.transform"));
                shift.ignore(64, '(');
                shift >> dx >> dy;
                collect(node, x + dx, y + dy, boxes);
            }
            else if (name == "text")
            {
                const auto what = node.data();
                const auto characters = std::ranges::count_if(what, [](char c) { return (c & 0xc0) != 0x80; });
                const double wide = 0.62 * 12 * static_cast<double>(characters), at = x + node.get<double>("<xmlattr>.x"), base = y + node.get<double>("<xmlattr>.y");
                const auto anchor = node.get<std::string>("<xmlattr>.text-anchor", "start");
                const double left = anchor == "start" ? at : anchor == "middle" ? at - wide / 2 : at - wide;
                boxes.push_back({left, left + wide, base - 10, base + 3, what});
            }
        }
    }

    /// The first thing that is wrong with where texts lie.
    std::string misplaced(const std::string& svg)
    {
        const tree document = parsed(svg), picture = document.get_child("svg");
        std::vector<text_box> boxes;
        collect(picture, 0, 0, boxes);
        if (boxes.empty()) return "no text at all";
        const auto width = picture.get<double>("<xmlattr>.width"), height = picture.get<double>("<xmlattr>.height");
        for (std::size_t i = 0; i < boxes.size(); ++i)
        {
            const text_box& a = boxes[i];
            if (a.left < 0 || a.top < 0 || a.right > width || a.bottom > height) return "'" + a.what + "' is cut";
            for (std::size_t j = 0; j < i; ++j)
            {
                const text_box& b = boxes[j];
                if (a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom) return "'" + a.what + "' and '" + b.what + "' overlap";
            }
        }
        return "";
    }

    /// Networks of up to six operands whose labels are letters or long numbers, extents from 0 to a million.
    xeinsum::plan random_plan(std::mt19937& engine)
    {
        const auto draw = [&](int from, int to) { return std::uniform_int_distribution<int>(from, to)(engine); };
        const std::size_t operands = static_cast<std::size_t>(draw(1, 6)), labels = static_cast<std::size_t>(draw(1, 7));
        const bool numbers = draw(0, 2) == 0;
        std::vector<std::int64_t> sizes;
        for (std::size_t l = 0; l < labels; ++l) sizes.push_back(draw(0, 9) == 0 ? draw(0, 1) : l < 3 && draw(0, 3) == 0 ? draw(100, 100000) : draw(2, 90));
        xeinsum::equation::terms terms(operands);
        std::vector<xeinsum::extents> shapes(operands);
        std::vector<xeinsum::label> output;
        const auto name = [&](std::size_t l) { return static_cast<xeinsum::label>(numbers ? 1000000 + l : 'a' + l); };
        std::vector<bool> seen(labels);
        for (std::size_t t = 0; t < operands; ++t)
            for (std::size_t l = 0; l < labels; ++l)
                if (draw(0, 2) > 0)
                {
                    terms[t].push_back(name(l));
                    shapes[t].push_back(sizes[l]);
                    seen[l] = true;
                }
        for (std::size_t l = 0; l < labels; ++l)
            if (seen[l] && sizes[l] < 100 && draw(0, 1)) output.push_back(name(l));
        for (auto& term : terms)
            if (term.size() > 1 && draw(0, 1)) std::swap(term.front(), term.back()), std::swap(shapes[static_cast<std::size_t>(&term - terms.data())].front(), shapes[static_cast<std::size_t>(&term - terms.data())].back());
        return {xeinsum::equation(terms, output), shapes, {.type = draw(0, 1) ? xeinsum::dtype::float32 : xeinsum::dtype::int16}};
    }
}

BOOST_AUTO_TEST_SUITE(geometry)

BOOST_AUTO_TEST_CASE(nothing_overlaps_or_is_cut)
{
    for (const auto& [name, plan] : test::explained_equations()) BOOST_TEST(misplaced(to_svg(plan)) == "", name);
    std::mt19937 engine(7);
    int drawn = 0;
    for (int i = 0; i < 400; ++i)
    {
        const xeinsum::plan p = random_plan(engine);
        const std::string wrong = misplaced(to_svg(p));
        BOOST_TEST(wrong == "", to_string(p.equation()) + ": " + wrong);
        ++drawn;
    }
    BOOST_TEST(drawn == 400);
}

/// A misplaced text is found.
BOOST_AUTO_TEST_CASE(the_check_can_fail)
{
    const std::string head = "<svg width=\"100\" height=\"40\">", tail = "</svg>";
    BOOST_TEST(misplaced(head + "<text x=\"0\" y=\"12\">abc</text>" + tail) == "");
    BOOST_TEST(misplaced(head + "<text x=\"80\" y=\"12\">abc</text>" + tail) == "'abc' is cut");
    BOOST_TEST(misplaced(head + "<text x=\"0\" y=\"12\">abc</text><g transform=\"translate(5 3)\"><text x=\"0\" y=\"12\">d</text></g>" + tail) == "'d' and 'abc' overlap");
}

BOOST_AUTO_TEST_CASE(pages_are_well_formed)
{
    for (const auto& [name, plan] : test::explained_equations())
    {
        const std::string page = to_html(plan);
        const tree document = parsed(page);
        BOOST_TEST(document.get<std::string>("html.head.title") == "einsum " + to_string(plan.equation()), name);
        BOOST_TEST(document.get<std::string>("html.body.pre") == to_text(plan), name);
        for (const std::string elsewhere : {"<script", "href=", "src=", "url("}) BOOST_TEST(page.find(elsewhere) == std::string::npos, name + " has " + elsewhere);
    }
}

BOOST_AUTO_TEST_CASE(told_in_words)
{
    const xeinsum::plan p("bik,kj->bij", {{4, 20, 30}, {30, 40}}, {.threads = 1});
    const tree picture = parsed(to_svg(p)).get_child("svg");
    BOOST_TEST(picture.get<std::string>("<xmlattr>.role") == "img");
    BOOST_TEST(picture.get<std::string>("title") == "einsum \"bik,kj->bij\", float64");
    BOOST_TEST(picture.get<std::string>("desc") == to_text(p));
    std::vector<text_box> boxes;
    collect(picture, 0, 0, boxes);
    const auto shows = [&](const std::string& part) { return std::ranges::any_of(boxes, [&](const text_box& b) { return b.what.find(part) != std::string::npos; }); };
    BOOST_TEST(shows("operand 0"));
    BOOST_TEST(shows("j = 40  right free"));
    BOOST_TEST(shows("k = 30  contracted"));
}

BOOST_AUTO_TEST_CASE(long_networks)
{
    std::string subscripts;
    std::vector<xeinsum::extents> shapes;
    const std::string letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    for (std::size_t i = 0; i < 40; ++i)
    {
        subscripts.append(i ? "," : "").append(letters, i, 2);
        shapes.push_back({3, 3});
    }
    const xeinsum::plan p(subscripts + "->a", shapes);
    const std::string svg = to_svg(p);
    BOOST_TEST(misplaced(svg) == "");
    BOOST_TEST(svg.find(std::to_string(p.steps().size() - 24) + " more steps are told in the text alone") != std::string::npos);
    BOOST_TEST(parsed(to_html(p)).get<std::string>("html.body.pre") == to_text(p));
}

BOOST_AUTO_TEST_SUITE_END()
