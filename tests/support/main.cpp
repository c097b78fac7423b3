// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#define BOOST_TEST_MODULE xeinsum
#include <boost/test/unit_test.hpp>
