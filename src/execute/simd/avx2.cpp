// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#define XEINSUM_SIMD_TABLES avx2
#define XEINSUM_SIMD_NAME "avx2"
#include "instantiate.hpp"
