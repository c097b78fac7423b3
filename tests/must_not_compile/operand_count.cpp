// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include <xeinsum/einsum.hpp>

#ifdef MENDED
auto f(const xt::xtensor<double, 2>& a) { return xeinsum::einsum<"ij,jk->ik">(a, a); }
#else
auto f(const xt::xtensor<double, 2>& a) { return xeinsum::einsum<"ij,jk->ik">(a); }
#endif
