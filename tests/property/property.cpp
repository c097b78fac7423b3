// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include <iostream>

#include "property/draws.hpp"

BOOST_AUTO_TEST_SUITE(property)

BOOST_AUTO_TEST_CASE(float32) { test::run_draws<float>("float", 4000, 600, 90); }
BOOST_AUTO_TEST_CASE(float64) { test::run_draws<double>("double", 4000, 600, 90); }
BOOST_AUTO_TEST_CASE(complex64) { test::run_draws<std::complex<float>>("complex<float>", 3000, 300, 90); }
BOOST_AUTO_TEST_CASE(complex128) { test::run_draws<std::complex<double>>("complex<double>", 3000, 300, 90); }

BOOST_AUTO_TEST_SUITE_END()
