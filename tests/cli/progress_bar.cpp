// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include <boost/test/unit_test.hpp>

#include <cstddef>
#include <string>

#include "progress_bar.hpp"

using xeinsum::cli::bar_text;

BOOST_AUTO_TEST_SUITE(progress_bar)

BOOST_AUTO_TEST_CASE(texts)
{
    const auto bar = [](std::size_t filled) { return "[" + std::string(filled, '#') + std::string(30 - filled, ' ') + "] "; };
    BOOST_TEST(bar_text(0, 100, 3, "flop") == bar(0) + "0%");  // nothing is known of the rest
    BOOST_TEST(bar_text(50, 100, 10, "flop") == bar(15) + "50%, 5 flop/s, 10 s left");
    BOOST_TEST(bar_text(1, 4, 50, "pairs") == bar(7) + "25%, 0.02 pairs/s, 2 min 30 s left");
    BOOST_TEST(bar_text(1, 101, 120, "flop") == bar(0) + "0%, 0.00833 flop/s, 3 h 20 min left");
    BOOST_TEST(bar_text(7, 7, 1, "flop") == bar(30) + "100%, 7 flop/s, 0 s left");
    BOOST_TEST(bar_text(8, 7, 1, "flop") == bar(30) + "100%, 8 flop/s, 0 s left");
    BOOST_TEST(bar_text(0, 0, 1, "flop") == bar(0) + "0%");
    BOOST_TEST(bar_text(1, 2, 0, "flop") == bar(15) + "50%");
    BOOST_TEST(bar_text(999, 2000, 1, "pairs") == bar(14) + "49%, 999 pairs/s, 2 s left");
    BOOST_TEST(bar_text(999.7, 1999.4, 1, "pairs") == bar(15) + "50%, 1 kpairs/s, 1 s left");
    BOOST_TEST(bar_text(3.1e9, 6.2e9, 1, "flop") == bar(15) + "50%, 3.1 Gflop/s, 1 s left");
    BOOST_TEST(bar_text(5e16, 1e17, 1, "flop") == bar(15) + "50%, 5e+04 Tflop/s, 1 s left");
}

BOOST_AUTO_TEST_SUITE_END()
