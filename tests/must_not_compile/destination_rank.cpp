// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include <xeinsum/einsum.hpp>

#ifdef MENDED
void f(const xt::xtensor<double, 2>& a, xt::xtensor<double, 2>& out) { xt::noalias(out) = xeinsum::einsum<"ij,jk->ik">(a, a); }
#else
void f(const xt::xtensor<double, 2>& a, xt::xtensor<double, 1>& out) { xt::noalias(out) = xeinsum::einsum<"ij,jk->ik">(a, a); }
#endif
