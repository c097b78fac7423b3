// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include <xeinsum/xeinsum.hpp>

int main()
{
    const xt::xtensor<float, 2> a = {{1, 2}, {3, 4}};
    const xt::xtensor<float, 2> b = {{0, 1}, {1, 0}};
    const xt::xtensor<float, 2> c = xeinsum::einsum<"ij,jk->ik">(a, b);
    const xt::xarray<int> d = xeinsum::einsum("ii->i", xt::xarray<int>{{1, 2}, {3, 4}});
    const bool right = c == xt::xtensor<float, 2>{{2, 1}, {4, 3}} && d == xt::xarray<int>{1, 4};
    return right ? 0 : 1;
}
