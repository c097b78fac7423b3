// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include <complex>

#include "property/identity_runs.hpp"

BOOST_AUTO_TEST_SUITE(identities)

BOOST_AUTO_TEST_CASE(float32) { test::run_identities<float>("float", 240); }
BOOST_AUTO_TEST_CASE(float64) { test::run_identities<double>("double", 240); }
BOOST_AUTO_TEST_CASE(complex64) { test::run_identities<std::complex<float>>("complex<float>", 180); }
BOOST_AUTO_TEST_CASE(complex128) { test::run_identities<std::complex<double>>("complex<double>", 180); }
BOOST_AUTO_TEST_CASE(longdouble) { test::run_identities<long double>("long double", 120); }
BOOST_AUTO_TEST_CASE(clongdouble) { test::run_identities<std::complex<long double>>("complex<long double>", 120); }

BOOST_AUTO_TEST_SUITE_END()
