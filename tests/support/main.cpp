// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include <boost/test/unit_test.hpp>
