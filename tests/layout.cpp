// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include <boost/test/unit_test.hpp>

#include <cstdint>
#include <limits>

#include <xeinsum/error.hpp>
#include <xeinsum/layout.hpp>

using xeinsum::extents;

BOOST_AUTO_TEST_SUITE(layout_suite)

BOOST_AUTO_TEST_CASE(contiguous_orders)
{
    BOOST_TEST(xeinsum::row_major({2, 3, 4}).strides == (extents{12, 4, 1}), boost::test_tools::per_element());
    BOOST_TEST(xeinsum::column_major({2, 3, 4}).strides == (extents{1, 2, 6}), boost::test_tools::per_element());
    BOOST_TEST(xeinsum::row_major({}).size() == 1);
    BOOST_TEST(xeinsum::row_major({3, 0}).strides == (extents{0, 0}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(counts_do_not_overflow)
{
    constexpr std::int64_t big = std::int64_t{1} << 32;
    BOOST_CHECK_THROW(xeinsum::element_count(extents{big, big}), xeinsum::shape_error);
    BOOST_CHECK_THROW(xeinsum::element_count(extents{-1}), xeinsum::shape_error);
    BOOST_TEST(xeinsum::element_count(extents{big, big, 0}) == 0);
    BOOST_TEST(xeinsum::element_count(extents{std::numeric_limits<std::int64_t>::max()}) == std::numeric_limits<std::int64_t>::max());
}

BOOST_AUTO_TEST_CASE(as_text)
{
    BOOST_TEST(xeinsum::to_string(extents{100, 700}) == "100x700");
    BOOST_TEST(xeinsum::to_string(extents{}) == "-");
}

BOOST_AUTO_TEST_SUITE_END()
