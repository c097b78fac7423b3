// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include <boost/test/unit_test.hpp>

#include <xeinsum/equation.hpp>
#include <xeinsum/subscripts.hpp>

using xeinsum::ellipsis;
using xeinsum::equation;

BOOST_AUTO_TEST_SUITE(equation_suite)

BOOST_AUTO_TEST_CASE(integer_labels)
{
    const equation e({{0, 1}, {1, 200}}, {0, 200});
    BOOST_TEST(e.operand_count() == 2u);
    BOOST_TEST(to_string(e) == "[0,1],[1,200]->[0,200]");
    BOOST_TEST(!e.implicit_output());
}

BOOST_AUTO_TEST_CASE(implied_output_of_integers)
{
    BOOST_TEST(to_string(equation(equation::terms{{7, 3}, {3, 5}})) == "[7,3],[3,5]->[5,7]");
    BOOST_TEST(to_string(equation(equation::terms{{9, ellipsis}})) == "[9,...]->[...,9]");
    BOOST_TEST(to_string(equation(equation::terms{{}})) == "[]->[]");
}

BOOST_AUTO_TEST_CASE(refuses)
{
    using xeinsum::subscript_errc;
    const auto code = [](const equation::terms& terms, const std::vector<xeinsum::label>& output) {
        try
        {
            equation(terms, output);
            return subscript_errc::none;
        }
        catch (const xeinsum::subscript_error& e)
        {
            return e.code();
        }
    };
    BOOST_TEST((code({{0, -1}}, {0}) == subscript_errc::label_out_of_range));
    BOOST_TEST((code({{0}}, {1}) == subscript_errc::unknown_output_label));
    BOOST_TEST((code({{0, 0}}, {0, 0}) == subscript_errc::repeated_output_label));
    BOOST_TEST((code({{ellipsis, ellipsis}}, {ellipsis}) == subscript_errc::repeated_ellipsis));
    BOOST_TEST((code({{0}}, {ellipsis, ellipsis}) == subscript_errc::repeated_ellipsis));
    BOOST_TEST((code({{0, 1}}, {1}) == subscript_errc::none));
}

BOOST_AUTO_TEST_CASE(equality_is_of_labels)
{
    BOOST_TEST((xeinsum::parse("ij,jk") == xeinsum::parse("ij, jk->ik")));
    BOOST_TEST(!(xeinsum::parse("ij,jk") == xeinsum::parse("ij,jk->ki")));
    BOOST_TEST(!(xeinsum::parse("ij,jk->") == xeinsum::parse("ijj,k->")));
    BOOST_TEST((equation({{'i'}}, {'i'}) == xeinsum::parse("i->i")));
}

BOOST_AUTO_TEST_CASE(empty)
{
    const equation none;
    BOOST_TEST(none.operand_count() == 0u);
    BOOST_TEST(none.output().empty());
    BOOST_TEST(to_string(none) == "->");
}

BOOST_AUTO_TEST_SUITE_END()
