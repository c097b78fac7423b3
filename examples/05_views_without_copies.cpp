// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
//
// Views are read where they lie: a transposed matrix, a block, every second column, a diagonal. No one has to copy them first.
#include <cstddef>
#include <iostream>
#include <string>
#include <utility>

#include <xeinsum/xeinsum.hpp>
#include <xtensor/xbuilder.hpp>
#include <xtensor/xio.hpp>
#include <xtensor/xview.hpp>

using xeinsum::einsum;

namespace
{
    /// The result, the tensors that the plan copies as a whole, and the temporaries that were made to compute it.
    template <class E>
    void print(const std::string& what, E&& expression)
    {
        const std::size_t copies = expression.plan().copies();
        xeinsum::recorder record;
        xt::xarray<double> result = xt::zeros<double>(expression.shape());
        xt::noalias(result) = std::forward<E>(expression).recorded_by(record);
        std::cout << what << " (copies: " << copies << ", temporaries: " << record.temporaries << ")\n" << result << "\n";
    }
}

int main()
{
    const xt::xtensor<double, 2> a = xt::arange<double>(16).reshape({4, 4});
    const xt::xtensor<double, 1> ones = xt::ones<double>({4});

    // The same sum of columns twice: from a view that exchanges the axes, and from labels that do.
    print("transposed view", einsum<"ij,j->i">(xt::transpose(a), ones));
    print("transposed by its labels", einsum<"ji,j->i">(a, ones));

    // Rows 1 and 2, columns 2 and 3: the strides of a, another first element.
    const auto block = xt::view(a, xt::range(1, 3), xt::range(2, 4));
    print("block times block", einsum<"ij,jk->ik">(block, block));
    print("every second column, summed", einsum<"ij->i">(xt::view(a, xt::all(), xt::range(0, 4, 2))));

    // A label twice in one term walks both axes at once.
    print("diagonal", einsum<"ii->i">(a));
    print("trace", einsum<"ii->">(a));

    // What has no memory of its own can't be read there: a sum of two arrays is evaluated first, once.
    print("sum of two arrays", einsum<"ii->i">(a + a));

    // A view is a destination, too: only the block is written.
    xt::xtensor<double, 2> c = xt::zeros<double>({4, 4});
    xt::noalias(xt::view(c, xt::range(1, 3), xt::range(1, 3))) = einsum<"ij,jk->ik">(block, block);
    std::cout << "written into a block\n" << c << "\n";
}
