// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#define XEINSUM_SIMD_TABLES baseline
#define XEINSUM_SIMD_NAME "baseline"
#include "instantiate.hpp"
