// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include <boost/test/unit_test.hpp>

#include <string_view>

#include <xeinsum/roles.hpp>

using xeinsum::role;
using xeinsum::role_counts;

namespace
{
    constexpr role_counts of(std::string_view left, std::string_view right, std::string_view output)
    {
        return xeinsum::classify<char>({left.data(), left.size()}, {right.data(), right.size()}, {output.data(), output.size()});
    }

    // { batch, contracted, left free, right free, left summed, right summed }
    static_assert(of("ij", "jk", "ik") == role_counts{0, 1, 1, 1, 0, 0});
    static_assert(of("bij", "bjk", "bik") == role_counts{1, 1, 1, 1, 0, 0});
    static_assert(of("ija", "jkb", "ik") == role_counts{0, 1, 1, 1, 1, 1});
    static_assert(of("", "", "") == role_counts{});
    static_assert(of("i", "i", "") == role_counts{0, 1, 0, 0, 0, 0});
    static_assert(of("i", "i", "i") == role_counts{1, 0, 0, 0, 0, 0});
    static_assert(of("ii", "ij", "j") == role_counts{0, 1, 0, 1, 0, 0});  // a repeated label counts once
    static_assert(of("i", "jj", "ij") == role_counts{0, 0, 1, 1, 0, 0});
}

BOOST_AUTO_TEST_SUITE(roles)

BOOST_AUTO_TEST_CASE(table)
{
    BOOST_TEST((xeinsum::role_of(true, true, true) == role::batch));
    BOOST_TEST((xeinsum::role_of(true, true, false) == role::contracted));
    BOOST_TEST((xeinsum::role_of(true, false, true) == role::left_free));
    BOOST_TEST((xeinsum::role_of(false, true, true) == role::right_free));
    BOOST_TEST((xeinsum::role_of(true, false, false) == role::left_summed));
    BOOST_TEST((xeinsum::role_of(false, true, false) == role::right_summed));
    BOOST_TEST((xeinsum::role_of(false, false, true) == role::none));
    BOOST_TEST(to_string(role::left_free) == "left free");
}

BOOST_AUTO_TEST_SUITE_END()
