// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
//
// Four operands: the order of the products decides what they cost. From the left this chain multiplies matrices; in the best
// order each matrix meets a vector.
#include <iostream>
#include <string>
#include <vector>

#include <xeinsum/xeinsum.hpp>
#include <xtensor/xbuilder.hpp>

using xeinsum::einsum;

namespace
{
    void print(const std::string& title, const xeinsum::plan& p)
    {
        std::cout << title << ": path " << xeinsum::to_string(p.path()) << ", " << p.flops() << " flops\n";
        for (const xeinsum::step& s : p.steps()) std::cout << "    " << to_string(s.op) << ", " << s.price.flops << " flops\n";
    }
}

int main()
{
    // Small whole numbers, so that every order of the sums is exact.
    const xt::xtensor<double, 2> a = xt::arange<int>(900).reshape({30, 30}) % 7 - 3;
    const xt::xtensor<double, 2> b = xt::transpose(a), c = 2.0 * a;
    const xt::xtensor<double, 1> x = xt::arange<int>(30) % 5 - 2;
    const std::string subscripts = "ij,jk,kl,l->i";
    const std::vector<xeinsum::extents> shapes = {{30, 30}, {30, 30}, {30, 30}, {30}};

    // A path is opt_einsum's: each step names positions in the list of what is left, and its product joins at the end.
    // So (0,1) three times is a b, then c x, then the product of these.
    using enum xeinsum::path_strategy;
    const xeinsum::plan from_the_left(subscripts, shapes, {.path = left});
    const xeinsum::plan best(subscripts, shapes, {.path = optimal});
    const xeinsum::plan own(subscripts, shapes, {.path = xeinsum::contraction_path{{0, 1}, {0, 1}, {0, 1}}});
    print("left", from_the_left);
    print("optimal", best);
    print("a path of one's own", own);

    // An einsum chooses by itself; up to ten operands its order is the best one.
    const auto y = einsum<"ij,jk,kl,l->i">(a, b, c, x);
    print("einsum", y.plan());

    const bool equal = from_the_left(a, b, c, x) == y && best(a, b, c, x) == y && own(a, b, c, x) == y;
    std::cout << "one result by every path: " << std::boolalpha << equal << "; its first element is " << y(0) << "\n";
}
