// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include <iostream>

#include "property/assignments.hpp"

BOOST_AUTO_TEST_SUITE(assignments)

BOOST_AUTO_TEST_CASE(float64) { test::run_assignments<double>("double", 6000); }
BOOST_AUTO_TEST_CASE(int32) { test::run_assignments<std::int32_t>("int32", 3000); }
BOOST_AUTO_TEST_CASE(longdouble) { test::run_assignments<long double>("long double", 2000); }

BOOST_AUTO_TEST_SUITE_END()
