// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
//
// What one is told when subscripts, ranks or extents are wrong: what was asked, what is wrong with it, and where.
#include <iostream>
#include <stdexcept>

#include <xeinsum/xeinsum.hpp>
#include <xtensor/xfixed.hpp>

using xeinsum::einsum;

namespace
{
    /// Calls what must fail, and prints why it did.
    template <class F>
    void complain(const F& call)
    try
    {
        call();
        std::cout << "no error\n";
    }
    catch (const xeinsum::subscript_error& error)
    {
        std::cout << "subscript_error at byte " << error.position() << "\n" << error.what() << "\n\n";
    }
    catch (const xeinsum::shape_error& error)
    {
        std::cout << "shape_error\n" << error.what() << "\n\n";
    }
}

int main()
{
    const xt::xtensor<double, 2> a = {{1, 2, 3}, {4, 5, 6}};
    const xt::xtensor<double, 2> b = {{1, 0}, {0, 1}, {1, 1}};
    const xt::xtensor<double, 1> v = {1, 2, 3};

    complain([&] { einsum("ij,jk->il", a, b); });     // a label that no operand has
    complain([&] { einsum("ij,j,k->ik", a, b); });    // three terms, two operands
    complain([&] { einsum("ij;jk->ik", a, b); });     // a character that is no label
    complain([&] { einsum("ij,jk->ik", a, v); });     // a vector where the term has two labels
    complain([&] { einsum("ij,jk->ik", a, a); });     // j is 3 and 2
    complain([&] { einsum("ii->i", a); });            // no diagonal: a is not square

    // Both kinds are std::invalid_argument, for those who do not care which.
    try
    {
        xt::xtensor_fixed<double, xt::xshape<3, 3>> c;
        xt::noalias(c) = einsum<"ij,jk->ik">(a, b);
    }
    catch (const std::invalid_argument& error)
    {
        std::cout << "destination\n" << error.what() << "\n";
    }

    // With a literal most of that does not compile. Of
    //
    //     einsum<"ij,jk->il">(a, b);
    //     einsum<"ij,jk->ik">(a);
    //     einsum<"ij,jk->ik">(a, v);
    //
    // g++ says, with the byte, the terms and operands, and the operand with its labels and its rank,
    //
    //     error: 'xeinsum::malformed_subscripts<xeinsum::subscript_errc::unknown_output_label, 8> subscripts' has incomplete type
    //     error: 'xeinsum::mismatched_operand_count<2, 1> operands' has incomplete type
    //     error: 'xeinsum::mismatched_operand_rank<1, 2, 1> rank' has incomplete type
}
