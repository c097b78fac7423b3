// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include <iostream>

#include "property/assignments.hpp"

BOOST_AUTO_TEST_SUITE(assignments)

BOOST_AUTO_TEST_CASE(float32) { test::run_assignments<float>("float", 6000); }
BOOST_AUTO_TEST_CASE(complex128) { test::run_assignments<std::complex<double>>("complex<double>", 4000); }

BOOST_AUTO_TEST_SUITE_END()
