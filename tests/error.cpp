// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include <boost/test/unit_test.hpp>

#include <stdexcept>
#include <type_traits>

#include <xeinsum/error.hpp>

BOOST_AUTO_TEST_SUITE(error)

BOOST_AUTO_TEST_CASE(both_are_invalid_argument)
{
    static_assert(std::is_base_of_v<std::invalid_argument, xeinsum::subscript_error>);
    static_assert(std::is_base_of_v<std::invalid_argument, xeinsum::shape_error>);
    const xeinsum::subscript_error s(xeinsum::subscript_errc::bad_arrow, 3, "text");
    BOOST_TEST((s.code() == xeinsum::subscript_errc::bad_arrow));
    BOOST_TEST(s.position() == 3u);
    BOOST_TEST(std::string(s.what()) == "text");
    const xeinsum::shape_error e(xeinsum::shape_errc::bad_path, "path");
    BOOST_TEST((e.code() == xeinsum::shape_errc::bad_path));
    BOOST_TEST(std::string(e.what()) == "path");
}

BOOST_AUTO_TEST_SUITE_END()
