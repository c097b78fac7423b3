// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <ostream>
#include <string>
#include <vector>

#include <xeinsum/subscripts.hpp>

using xeinsum::fixed_string;
using xeinsum::parse_status;
using xeinsum::subscript_errc;

namespace
{
    // The same strings at compile time, through the literal's storage ...
    template <fixed_string S>
    constexpr parse_status status_of = xeinsum::detail::parsed<S>.status;

    constexpr parse_status fault(subscript_errc code, std::size_t position) { return {code, position}; }

    static_assert(status_of<"">.ok());
    static_assert(status_of<"ij,jk->ik">.ok());
    static_assert(status_of<"->">.ok());
    static_assert(status_of<"...ij,...jk">.ok());
    static_assert(status_of<"αβ,βγ->αγ">.ok());
    static_assert(status_of<"ij,jk->il"> == fault(subscript_errc::unknown_output_label, 8));
    static_assert(status_of<"ij->k"> == fault(subscript_errc::unknown_output_label, 4));
    static_assert(status_of<"ij->ii"> == fault(subscript_errc::repeated_output_label, 5));
    static_assert(status_of<"i1"> == fault(subscript_errc::bad_character, 1));
    static_assert(status_of<"i-j"> == fault(subscript_errc::bad_arrow, 1));
    static_assert(status_of<"i->i->i"> == fault(subscript_errc::bad_arrow, 4));
    static_assert(status_of<"i..j"> == fault(subscript_errc::bad_ellipsis, 1));
    static_assert(status_of<"...i..."> == fault(subscript_errc::repeated_ellipsis, 4));
    static_assert(status_of<"i,j->i,j"> == fault(subscript_errc::comma_in_output, 6));
    static_assert(status_of<"i\xff"> == fault(subscript_errc::invalid_utf8, 1));
    static_assert(status_of<"αβ->α γ"> == fault(subscript_errc::unknown_output_label, 9));
    static_assert(xeinsum::literal_equation_of<"bc,cd->bd">().operand_count() == 2);
    static_assert(xeinsum::literal_equation_of<"bc,cd->bd">().term(1)[1] == 'd');
    static_assert(xeinsum::literal_equation_of<"cb,ba">().output().size() == 2);
    static_assert(xeinsum::literal_equation_of<"cb,ba">().output()[0] == 'a');
    static_assert(xeinsum::literal_equation_of<"cb,ba">().implicit_output());

    // ... and at run time.
    struct row
    {
        std::string text;
        subscript_errc code;
        std::size_t position;
    };
    std::ostream& operator<<(std::ostream& out, const row& r) { return out << '"' << r.text << '"'; }

    using enum subscript_errc;
    const std::vector<row> rejected = {
        {"i1", bad_character, 1},
        {"i;j", bad_character, 1},
        {"_", bad_character, 0},
        {std::string("i\0j", 3), bad_character, 1},
        {"i>i", bad_character, 1},
        {"\ti->i", bad_character, 0},          // a tab before the first token
        {"i->i\n", bad_character, 4},          // a newline behind the last
        {"  \n i", bad_character, 2},
        {"i->i \t ", bad_character, 5},
        {"\n", bad_character, 0},
        {"i\x80", invalid_utf8, 1},            // a continuation byte alone
        {"\xC0\xAF", invalid_utf8, 0},         // overlong
        {"\xED\xA0\x80", invalid_utf8, 0},     // a surrogate
        {"\xF4\x90\x80\x80", invalid_utf8, 0}, // above U+10FFFF
        {"i\xE2\x82", invalid_utf8, 1},        // cut off
        {"-", bad_arrow, 0},
        {"i-", bad_arrow, 1},
        {"i - > i", bad_arrow, 2},
        {"i->i->i", bad_arrow, 4},
        {"i.", bad_ellipsis, 1},
        {"i..", bad_ellipsis, 1},
        {"....", bad_ellipsis, 0},
        {". ..", bad_ellipsis, 0},
        {"......", bad_ellipsis, 0},
        {"... ...", repeated_ellipsis, 4},
        {"i...j...", repeated_ellipsis, 5},
        {"i->...i...", repeated_ellipsis, 7},
        {"i->i,", comma_in_output, 4},
        {"ij->jij", repeated_output_label, 6},
        {"ii->ii", repeated_output_label, 5},
        {"αα->αα", repeated_output_label, 8},
        {"->i", unknown_output_label, 2},
        {"i,j-> ... k", unknown_output_label, 10},
    };

    struct accepted_row
    {
        std::string text;
        std::string canonical;
    };
    std::ostream& operator<<(std::ostream& out, const accepted_row& r) { return out << '"' << r.text << '"'; }

    const std::vector<accepted_row> accepted = {
        {"", "->"},
        {",", ",->"},
        {"->", "->"},
        {",,->", ",,->"},
        {"ij", "ij->ij"},
        {"ba", "ba->ab"},
        {"bA", "bA->Ab"},                      // upper case first
        {"iiA", "iiA->A"},
        {"ij,jk", "ij,jk->ik"},
        {"...i", "...i->...i"},
        {"ji...", "ji...->...ij"},
        {"i->...i", "i->...i"},
        {" i j , j k -> i k ", "ij,jk->ik"},
        {"i,\n\tj->\nij", "i,j->ij"},          // between tokens
        {"βα", "βα->αβ"},
        {"z\xF0\x9D\x94\xB8", "z\xF0\x9D\x94\xB8->z\xF0\x9D\x94\xB8"},  // four bytes
        {"cβa", "cβa->acβ"},
    };
}

BOOST_AUTO_TEST_SUITE(subscripts)

BOOST_DATA_TEST_CASE(rejects, rejected)
{
    xeinsum::equation e;
    const parse_status status = xeinsum::try_parse(sample.text, e);
    BOOST_TEST((status.code == sample.code));
    BOOST_TEST(status.position == sample.position);
    BOOST_CHECK_EXCEPTION(xeinsum::parse(sample.text), xeinsum::subscript_error, [&](const xeinsum::subscript_error& error) {
        return error.code() == sample.code && error.position() == sample.position;
    });
}

BOOST_DATA_TEST_CASE(accepts, accepted)
{
    const xeinsum::equation e = xeinsum::parse(sample.text);
    BOOST_TEST(to_string(e) == sample.canonical);
    BOOST_TEST((xeinsum::parse(sample.canonical) == e));  // a fixed point
}

BOOST_AUTO_TEST_CASE(literal_is_the_run_time_equation)
{
    BOOST_TEST((xeinsum::literal_equation_of<"...ij,...jk->...ik">().to<xeinsum::equation>() ==
                xeinsum::parse("...ij,...jk->...ik")));
    BOOST_TEST((xeinsum::literal_equation_of<"αb,bγ">().to<xeinsum::equation>() == xeinsum::parse("αb,bγ")));
}

BOOST_AUTO_TEST_CASE(messages_point_at_the_fault)
{
    const auto message = [](const std::string& text) {
        try
        {
            xeinsum::parse(text);
            return std::string("accepted");
        }
        catch (const std::invalid_argument& e)
        {
            return std::string(e.what());
        }
    };
    BOOST_TEST(message("ij,jk->il") == "einsum \"ij,jk->il\": output label 'l' is in no operand's term; write it there or leave "
                                       "it out of the output\n        ij,jk->il\n                ^");
    BOOST_TEST(message("αβ->αα") == "einsum \"αβ->αα\": output label 'α' stands twice; each may appear once in the output\n"
                                    "        αβ->αα\n             ^");
    // What would break the line is shown as '?', and counted as one column.
    BOOST_TEST(message("i\t\x80%").find("einsum \"i??%\": byte 2 is no valid UTF-8") == 0u);
    BOOST_TEST(message("i\t\x80%").ends_with("\n        i??%\n          ^"));
}

BOOST_AUTO_TEST_CASE(a_million_labels)
{
    std::string text;
    for (int i = 0; i < 500000; ++i) text += i % 2 ? "a" : "b";
    xeinsum::equation e;
    BOOST_TEST(xeinsum::try_parse(text + "->ab", e).ok());
    BOOST_TEST(e.term(0).size() == 500000u);
}

BOOST_AUTO_TEST_SUITE_END()
