// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_TESTS_HEADERS_HPP
#define XEINSUM_TESTS_HEADERS_HPP

/// \file
/// What most tests include, compiled once for all of them.

#include <algorithm>
#include <complex>
#include <cstdint>
#include <string>
#include <vector>

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <xeinsum/xeinsum.hpp>

#include "support/xtensor.hpp"

#endif
