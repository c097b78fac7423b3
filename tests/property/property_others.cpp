// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include <complex>
#include <cstdint>
#include <iostream>

#include "property/draws.hpp"

BOOST_AUTO_TEST_SUITE(property_others)

BOOST_AUTO_TEST_CASE(boolean) { test::run_draws<bool>("bool", 2000, 200, 48); }
BOOST_AUTO_TEST_CASE(int16) { test::run_draws<std::int16_t>("int16", 1000, 100, 48); }
BOOST_AUTO_TEST_CASE(uint8) { test::run_draws<std::uint8_t>("uint8", 1000, 100, 48); }
BOOST_AUTO_TEST_CASE(uint32) { test::run_draws<std::uint32_t>("uint32", 1000, 100, 48); }
BOOST_AUTO_TEST_CASE(uint64) { test::run_draws<std::uint64_t>("uint64", 1000, 100, 48); }
BOOST_AUTO_TEST_CASE(clongdouble) { test::run_draws<std::complex<long double>>("complex<long double>", 1000, 100, 48); }

BOOST_AUTO_TEST_SUITE_END()
