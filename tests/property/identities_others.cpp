// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include <cstdint>

#include "property/identity_runs.hpp"

BOOST_AUTO_TEST_SUITE(identities_others)

BOOST_AUTO_TEST_CASE(boolean) { test::run_identities<bool>("bool", 180); }
BOOST_AUTO_TEST_CASE(int8) { test::run_identities<std::int8_t>("int8", 180); }
BOOST_AUTO_TEST_CASE(uint8) { test::run_identities<std::uint8_t>("uint8", 120); }
BOOST_AUTO_TEST_CASE(int16) { test::run_identities<std::int16_t>("int16", 120); }
BOOST_AUTO_TEST_CASE(uint16) { test::run_identities<std::uint16_t>("uint16", 120); }
BOOST_AUTO_TEST_CASE(int32) { test::run_identities<std::int32_t>("int32", 120); }
BOOST_AUTO_TEST_CASE(uint32) { test::run_identities<std::uint32_t>("uint32", 120); }
BOOST_AUTO_TEST_CASE(int64) { test::run_identities<std::int64_t>("int64", 120); }
BOOST_AUTO_TEST_CASE(uint64) { test::run_identities<std::uint64_t>("uint64", 120); }

BOOST_AUTO_TEST_SUITE_END()
