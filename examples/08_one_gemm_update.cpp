// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
//
// c = alpha a b + beta c, as one writes it: the numbers and the old c go into one gemm, and no temporary is made. And c may be
// an operand of its own update.
#include <iostream>
#include <string>

#include <xeinsum/xeinsum.hpp>
#include <xtensor/xio.hpp>

using xeinsum::einsum;

namespace
{
    using matrix = xt::xtensor<double, 2>;

    /// What was done, as it was recorded while it was done.
    void print(const std::string& written, const xeinsum::recorder& record, const matrix& c)
    {
        std::cout << written << "\n";
        for (const xeinsum::recorder::entry& step : record.steps)
            std::cout << "    " << to_string(step.op) << " with alpha " << step.alpha.real() << ", beta " << step.beta.real() << "\n";
        std::cout << "    temporaries: " << record.temporaries << "\n" << c << "\n";
    }
}

int main()
{
    const matrix a = {{1, 2}, {3, 4}}, b = {{0, 1}, {1, 1}};
    matrix c = {{10, 20}, {30, 40}};

    xeinsum::recorder update;  // is told what is done; the line works without it
    xt::noalias(c) = 2.0 * einsum<"ij,jk->ik">(a, b).recorded_by(update) + 3.0 * c;
    print("noalias(c) = 2 a b + 3 c", update, c);

    xeinsum::recorder added;
    c -= einsum<"ij,jk->ik">(a, b).recorded_by(added) / 0.5;
    print("c -= a b / 0.5", added, c);

    // Two products are two steps; the second one adds to what the first one wrote.
    xeinsum::recorder two;
    xt::noalias(c) = einsum<"ij,jk->ik">(a, b).recorded_by(two) + 4.0 * einsum<"ij,jk->ik">(b, a).recorded_by(two);
    print("noalias(c) = a b + 4 b a", two, c);

    // Here c is read while it is to be written. That is seen, and costs a temporary; the result is right.
    xeinsum::recorder overlapping;
    xt::noalias(c) = einsum<"ij,jk->ik">(c, b).recorded_by(overlapping);
    print("noalias(c) = c b", overlapping, c);

    c = einsum<"ij,jk->ik">(c, b);
    std::cout << "c = c b\n" << c << "\n";
}
