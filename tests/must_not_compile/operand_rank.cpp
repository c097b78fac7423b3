// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include <xeinsum/einsum.hpp>

#ifdef MENDED
auto f(const xt::xtensor<double, 2>& a, const xt::xtensor<double, 3>& t) { return xeinsum::einsum<"ij,ajk->aik">(a, t); }
#else
auto f(const xt::xtensor<double, 2>& a, const xt::xtensor<double, 3>& t) { return xeinsum::einsum<"ij,jk->ik">(a, t); }
#endif
