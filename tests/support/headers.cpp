// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include "headers.hpp"
