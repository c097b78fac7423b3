// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
//
// Many small products at once: the batch axis first, last, or in one operand only. Where it stands is a matter of the subscripts;
// what it costs is told by the plan.
#include <iostream>
#include <string>
#include <vector>

#include <xeinsum/xeinsum.hpp>
#include <xtensor/xbuilder.hpp>
#include <xtensor/xio.hpp>
#include <xtensor/xview.hpp>

using xeinsum::einsum;

namespace
{
    /// The one step of a plan: which kernel runs, how often BLAS is called, and how many tensors are copied for that.
    void print_plan(const std::string& subscripts, const std::vector<xeinsum::extents>& shapes)
    {
        // By default the machine at hand decides between BLAS and the library's own kernels. Here all is to be BLAS.
        const xeinsum::plan p(subscripts, shapes, {.threads = 1, .lowering = xeinsum::lowering_strategy::blas});
        const xeinsum::step& s = p.steps().front();
        std::cout << subscripts << ": " << to_string(s.op) << ", calls: " << call_count(s) << ", copies: " << p.copies() << "\n";
    }
}

int main()
{
    // Two matrices of 2 by 3 and two of 3 by 2: NumPy's a @ b.
    const xt::xtensor<double, 3> a = xt::arange<double>(12).reshape({2, 2, 3});
    const xt::xtensor<double, 3> b = xt::arange<double>(12).reshape({2, 3, 2});
    const xt::xtensor<double, 3> first = einsum<"nij,njk->nik">(a, b);
    std::cout << "batch first:\n" << first << "\n";

    // The same numbers stored with the batch axis last. Nothing is moved back first: the subscripts say where the axis is.
    const xt::xtensor<double, 3> a_last = xt::transpose(a, {1, 2, 0});
    const xt::xtensor<double, 3> b_last = xt::transpose(b, {1, 2, 0});
    const xt::xtensor<double, 3> last = einsum<"ijn,jkn->ikn">(a_last, b_last);
    std::cout << "batch last, the same: " << std::boolalpha << (xt::transpose(last, {2, 0, 1}) == first) << "\n";

    // One matrix for the whole batch: the label n is missing there, and nothing has to be repeated.
    const xt::xtensor<double, 2> one = xt::view(b, 0);
    const xt::xtensor<double, 3> shared = einsum<"nij,jk->nik">(a, one);
    std::cout << "one matrix for all:\n" << shared << "\n\n";

    // Eight products of 20 by 30 and 30 by 10. A batch that lies outside is a loop around gemm. One that lies inside leaves no
    // unit stride to the matrices, so BLAS needs copies; the library's own loops along the batch, taken by default for many small
    // matrices, do not. A batch that only one operand has is no batch: its matrices stand on top of each other as one.
    print_plan("nij,njk->nik", {{8, 20, 30}, {8, 30, 10}});
    print_plan("nij,njk->ink", {{8, 20, 30}, {8, 30, 10}});
    print_plan("ijn,jkn->ikn", {{20, 30, 8}, {30, 10, 8}});
    print_plan("nij,jk->nik", {{8, 20, 30}, {30, 10}});
    const xeinsum::plan by_default("ijn,jkn->ikn", {{4, 5, 800}, {5, 6, 800}}, {.threads = 1});
    std::cout << "ijn,jkn->ikn of 800, left to the library: copies: " << by_default.copies() << "\n";
}
