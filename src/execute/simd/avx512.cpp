// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#define XEINSUM_SIMD_TABLES avx512
#define XEINSUM_SIMD_NAME "avx512"
#include "instantiate.hpp"
