// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <ostream>
#include <string>
#include <vector>

#include <xeinsum/binding.hpp>
#include <xeinsum/subscripts.hpp>

using xeinsum::bind_shapes;
using xeinsum::extents;
using xeinsum::shape_errc;

namespace
{
    using shapes = std::vector<extents>;

    struct good
    {
        std::string subscripts;
        shapes operands;
        extents result;
    };
    std::ostream& operator<<(std::ostream& out, const good& g) { return out << g.subscripts; }

    const std::vector<good> accepted = {
        {"ij,jk->ik", {{2, 3}, {3, 4}}, {2, 4}},
        {"...ij,...jk->...ik", {{5, 1, 2, 3}, {6, 3, 4}}, {5, 6, 2, 4}},  // ellipses align at the right
        {"i...,i...->...", {{2, 3}, {2, 4, 1}}, {4, 3}},
        {"ij,jk->ik", {{2, 1}, {3, 4}}, {2, 4}},                          // extent 1 broadcasts
        {"i,i->i", {{1}, {0}}, {0}},                                      // 0 against 1 is 0
        {"i->...i", {{3}}, {3}},                                          // an ellipsis of no axes
        {"...->", {{}}, {}},
        {"ii->i", {{3, 3}}, {3}},
        {",", {{}, {}}, {}},
    };

    struct bad
    {
        std::string subscripts;
        shapes operands;
        shape_errc code;
        std::string message;
    };
    std::ostream& operator<<(std::ostream& out, const bad& b) { return out << b.subscripts; }

    const std::vector<bad> rejected = {
        {"ij,jk->ik", {{2, 3}, {4, 5}}, shape_errc::extent_mismatch,
         "einsum \"ij,jk->ik\": label 'j' has extent 3 in operand 0 (axis 1) but 4 in operand 1 (axis 0); they must be equal, or one of them 1\n"
         "        ij,jk->ik\n"
         "         ^ ^"},
        {"ii->i", {{3, 1}}, shape_errc::unequal_diagonal,
         "einsum \"ii->i\": label 'i' takes the diagonal of operand 0, but its axes 0 and 1 have the extents 3 and 1; they must be "
         "equal (an extent of 1 does not broadcast within one term)\n"
         "        ii->i\n"
         "        ^^"},
        {"i,i...i->i", {{1}, {2, 3, 3}}, shape_errc::unequal_diagonal,
         "einsum \"i,i...i->i\": label 'i' takes the diagonal of operand 1, but its axes 0 and 2 have the extents 2 and 3; they must be "
         "equal (an extent of 1 does not broadcast within one term)\n"
         "        i,i...i->i\n"
         "          ^   ^"},
        {"ijk", {{2, 3}}, shape_errc::too_many_labels,
         "einsum \"ijk->ijk\": term 0 has 3 labels but operand 0 has 2 axes (shape 2x3); take 1 label away\n"
         "        ijk->ijk\n"
         "        ^"},
        {"i,j", {{2}, {3, 4}}, shape_errc::too_few_labels,
         "einsum \"i,j->ij\": term 1 has 1 label but operand 1 has 2 axes (shape 3x4); write 1 more label, or '...' for them\n"
         "        i,j->ij\n"
         "          ^"},
        {"...,...", {{2}, {3}}, shape_errc::extent_mismatch,
         "einsum \"...,...->...\": label '...0' has extent 2 in operand 0 (axis 0) but 3 in operand 1 (axis 0); they must be equal, or one of them 1\n"
         "        ...,...->...\n"
         "        ^   ^"},
        {"i,i", {{0}, {2}}, shape_errc::extent_mismatch,
         "einsum \"i,i->\": label 'i' has extent 0 in operand 0 (axis 0) but 2 in operand 1 (axis 0); they must be equal, or one of them 1\n"
         "        i,i->\n"
         "        ^ ^"},
    };
}

BOOST_AUTO_TEST_SUITE(binding)

BOOST_DATA_TEST_CASE(result_shapes, accepted)
{
    const auto bound = bind_shapes(xeinsum::parse(sample.subscripts), sample.operands);
    BOOST_TEST(bound.output_shape() == sample.result, boost::test_tools::per_element());
}

BOOST_DATA_TEST_CASE(refusals, rejected)
{
    BOOST_CHECK_EXCEPTION(bind_shapes(xeinsum::parse(sample.subscripts), sample.operands), xeinsum::shape_error,
                          [&](const xeinsum::shape_error& e) {
                              BOOST_TEST(std::string(e.what()) == sample.message);
                              return e.code() == sample.code;
                          });
}

BOOST_AUTO_TEST_CASE(operand_count)
{
    const auto e = xeinsum::parse("ij,jk");
    BOOST_CHECK_THROW(bind_shapes(e, shapes{}), xeinsum::subscript_error);
    BOOST_CHECK_EXCEPTION(bind_shapes(e, shapes{{2, 2}}), xeinsum::subscript_error, [](const xeinsum::subscript_error& x) {
        return std::string(x.what()) ==
               "einsum \"ij,jk->ik\": the subscripts have 2 terms but there is 1 operand; write one term for each operand";
    });
}

BOOST_AUTO_TEST_CASE(ellipsis_left_out_of_the_output)
{
    BOOST_CHECK_EXCEPTION(bind_shapes(xeinsum::parse("...i->i"), shapes{{2, 3}}), xeinsum::subscript_error,
                          [](const xeinsum::subscript_error& x) {
                              BOOST_TEST(std::string(x.what()).find("write '...' there, or name those axes in the operands to sum them") !=
                                         std::string::npos);
                              return x.code() == xeinsum::subscript_errc::output_missing_ellipsis;
                          });
}

BOOST_AUTO_TEST_CASE(broadcast_off)
{
    const auto e = xeinsum::parse("ij,jk->ik");
    BOOST_CHECK_THROW(bind_shapes(e, shapes{{2, 1}, {3, 4}}, false), xeinsum::shape_error);
    BOOST_CHECK_THROW(bind_shapes(xeinsum::parse("...,..."), shapes{{1}, {3}}, false), xeinsum::shape_error);
    BOOST_CHECK_NO_THROW(bind_shapes(e, shapes{{2, 1}, {1, 4}}, false));
}

BOOST_AUTO_TEST_CASE(integer_labels_in_messages)
{
    const xeinsum::equation e({{0, 10}, {10, 2}}, {0, 2});
    BOOST_CHECK_EXCEPTION(bind_shapes(e, shapes{{2, 3}, {4, 5}}), xeinsum::shape_error, [](const xeinsum::shape_error& x) {
        BOOST_TEST(std::string(x.what()) ==
                   "einsum \"[0,10],[10,2]->[0,2]\": label '10' has extent 3 in operand 0 (axis 1) but 4 in operand 1 (axis 0); they must "
                   "be equal, or one of them 1\n        [0,10],[10,2]->[0,2]\n           ^    ^");
        return true;
    });
}

BOOST_AUTO_TEST_CASE(sizes_beyond_64_bits)
{
    constexpr std::int64_t big = std::int64_t{1} << 40;
    BOOST_CHECK_THROW(bind_shapes(xeinsum::parse("i,j->ij"), shapes{{big}, {big}}), xeinsum::shape_error);
    BOOST_CHECK_NO_THROW(bind_shapes(xeinsum::parse("i,j->i"), shapes{{big}, {big}}));
    BOOST_CHECK_THROW(bind_shapes(xeinsum::parse("i->i"), shapes{{-1}}), xeinsum::shape_error);
}

BOOST_AUTO_TEST_SUITE_END()
