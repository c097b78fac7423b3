// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include <boost/test/unit_test.hpp>

#include <string>

#include "progress_bar.hpp"

using xeinsum::cli::bar_text;

BOOST_AUTO_TEST_SUITE(progress_bar)

BOOST_AUTO_TEST_CASE(texts)
{
    BOOST_TEST(bar_text(0, 100, 3) == "[" + std::string(30, ' ') + "] 0%");  // nothing is known of the rest
    BOOST_TEST(bar_text(50, 100, 10) == "[" + std::string(15, '#') + std::string(15, ' ') + "] 50%, 10 s left");
    BOOST_TEST(bar_text(1, 4, 50) == "[" + std::string(7, '#') + std::string(23, ' ') + "] 25%, 2 min 30 s left");
    BOOST_TEST(bar_text(1, 101, 120) == "[" + std::string(30, ' ') + "] 0%, 3 h 20 min left");
    BOOST_TEST(bar_text(7, 7, 1) == "[" + std::string(30, '#') + "] 100%, 0 s left");
    BOOST_TEST(bar_text(8, 7, 1) == "[" + std::string(30, '#') + "] 100%, 0 s left");
    BOOST_TEST(bar_text(0, 0, 1) == "[" + std::string(30, ' ') + "] 0%");
}

BOOST_AUTO_TEST_SUITE_END()
