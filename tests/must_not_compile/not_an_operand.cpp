// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include <xeinsum/einsum.hpp>

#ifdef MENDED
auto f() { return xeinsum::einsum<"->">(1.0); }
#else
auto f() { return xeinsum::einsum<"i->">("text"); }
#endif
