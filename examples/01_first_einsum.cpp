// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
//
// The tour of the README: one matrix product, asked for in every way that einsum can be asked.
#include <iostream>
#include <vector>

#include <xeinsum/xeinsum.hpp>
#include <xtensor/xio.hpp>
#include <xtensor/xview.hpp>

using xeinsum::einsum;

int main()
{
    xt::xtensor<double, 2> a = {{1, 2, 3}, {4, 5, 6}};
    xt::xtensor<double, 2> b = {{1, 0}, {0, 1}, {1, 1}};

    xt::xtensor<double, 2> c = einsum<"ij,jk->ik">(a, b);          // parsed and rank-checked by the compiler
    xt::xarray<double> d = einsum("ij,jk->ik", a, b);              // the same, subscripts known at run time
    xt::xarray<double> e = einsum("ab,bc,cd->ad", std::vector<xt::xarray<double>>{a, b, a});  // any number of operands
    xt::xarray<double> f = einsum(xeinsum::equation({{0, 1}, {1, 2}}, {0, 2}), a, b);         // integer labels

    xt::noalias(c) = einsum<"ij,kj->ik">(a, xt::transpose(b));     // a transposed view, read where it lies
    c += einsum<"ij,jk->ik">(xt::view(a, xt::all(), xt::range(0, 3)), b);
    double trace = einsum<"ii->">(c)();                            // a diagonal by strides; a 0-d result

    std::cout << "c =\n" << c << "\ntrace = " << trace << "\nthree operands:\n" << e << "\n";
    std::cout << "the same by other means: " << std::boolalpha << (d == f) << "\n\n";

    xeinsum::plan p("ij,jk->ik", {{2, 3}, {3, 2}});                // decided once ...
    std::cout << xeinsum::explain(p);                              // ... shown ...
    std::cout << (p(a, b) == d) << "\n\n";                         // ... and run

    try
    {
        einsum("ij,jk->ik", a, a);
    }
    catch (const xeinsum::shape_error& error)
    {
        std::cout << error.what() << "\n";
    }
}
