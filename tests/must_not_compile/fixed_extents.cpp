// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include <xeinsum/einsum.hpp>

#include <xtensor/xfixed.hpp>

using matrix = xt::xtensor_fixed<double, xt::xshape<2, 3>>;
#ifdef MENDED
using other = xt::xtensor_fixed<double, xt::xshape<3, 4>>;
#else
using other = xt::xtensor_fixed<double, xt::xshape<4, 3>>;
#endif

auto f(const matrix& a, const other& b) { return xeinsum::einsum<"ij,jk->ik">(a, b); }
