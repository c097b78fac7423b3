// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include <xeinsum/explain.hpp>

#ifdef MENDED
auto f(const xeinsum::plan& p) { return xeinsum::explain(p); }
#else
auto f() { return xeinsum::explain(xeinsum::plan("ij->ji", {{2, 3}})); }
#endif
