// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include <cstdint>
#include <iostream>

#include "property/draws.hpp"

BOOST_AUTO_TEST_SUITE(property_integers)

BOOST_AUTO_TEST_CASE(int8) { test::run_draws<std::int8_t>("int8", 2000, 200, 60); }
BOOST_AUTO_TEST_CASE(uint16) { test::run_draws<std::uint16_t>("uint16", 1000, 100, 60); }
BOOST_AUTO_TEST_CASE(int32) { test::run_draws<std::int32_t>("int32", 2000, 200, 60); }
BOOST_AUTO_TEST_CASE(int64) { test::run_draws<std::int64_t>("int64", 2000, 200, 60); }
BOOST_AUTO_TEST_CASE(longdouble) { test::run_draws<long double>("long double", 1000, 100, 60); }

BOOST_AUTO_TEST_SUITE_END()
