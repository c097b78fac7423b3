// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
//
// A number type of one's own: where + is the minimum and * is the sum, a matrix product finds shortest ways. All that einsum asks of
// a type is + and *, and that T{} is what + leaves as it is: zero for numbers, infinity for the minimum.
#include <algorithm>
#include <cstddef>
#include <iostream>
#include <limits>
#include <string>
#include <vector>

#include <xeinsum/xeinsum.hpp>

using xeinsum::einsum;

namespace
{
    struct kilometres
    {
        double value = std::numeric_limits<double>::infinity();  // no way at all

        friend kilometres operator+(kilometres x, kilometres y) { return {std::min(x.value, y.value)}; }  // the shorter one of two ways
        friend kilometres operator*(kilometres x, kilometres y) { return {x.value + y.value}; }           // one way after the other
    };

    using matrix = xt::xtensor<kilometres, 2>;

    void print(const std::string& title, const matrix& ways)
    {
        std::cout << title << "\n";
        for (std::size_t i = 0; i < ways.shape(0); ++i)
        {
            for (std::size_t j = 0; j < ways.shape(1); ++j) std::cout << "  " << ways(i, j).value;
            std::cout << "\n";
        }
    }
}

int main()
{
    // Roads between four towns; 0 is to stay where one is.
    const double none = std::numeric_limits<double>::infinity();
    const std::vector<double> known = {0,    3,    none, 20,
                                       3,    0,    4,    none,
                                       none, 4,    0,    5,
                                       20,   none, 5,    0};
    matrix road({4, 4});
    std::transform(known.begin(), known.end(), road.begin(), [](double x) { return kilometres{x}; });

    print("one road:", road);
    const matrix two = einsum<"ij,jk->ik">(road, road);  // the minimum over j of (i to j) + (j to k)
    print("up to two roads:", two);
    const matrix three = einsum<"ij,jk,kl->il">(road, road, road);
    print("up to three roads:", three);

    // A sum over an axis is a minimum, too: of all neighbours of a town, the nearest one.
    matrix others = road;
    for (std::size_t i = 0; i < 4; ++i) others(i, i) = kilometres{};
    const xt::xtensor<kilometres, 1> nearest = einsum<"ij->i">(others);
    std::cout << "the nearest neighbour:";
    for (const kilometres way : nearest) std::cout << "  " << way.value;
    std::cout << "\n";
}
