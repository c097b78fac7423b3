// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
//
// Decide once, run often: a layer of two weight matrices as a plan that is called with one input after the other, then with the
// weights bound as constants, then on plain memory with a workspace that is kept; and the plan as JSON.
#include <cstddef>
#include <iostream>
#include <string>
#include <vector>

#include <xeinsum/xeinsum.hpp>
#include <xtensor/xbuilder.hpp>
#include <xtensor/xio.hpp>

int main()
{
    const xt::xtensor<double, 2> w = {{1, 2, 0}, {0, 1, 3}};
    const xt::xtensor<double, 2> v = {{1, 0}, {0, 1}, {1, 1}};

    // The weights first, as they are the same for every input.
    const std::vector<xeinsum::extents> shapes = {{4, 2}, {2, 3}, {3, 2}};
    const xeinsum::plan p("bi,ij,jk->bk", shapes, {.path = xeinsum::contraction_path{{1, 2}, {0, 1}}});
    std::cout << p.steps().size() << " steps, " << p.flops() << " flops, path " << xeinsum::to_string(p.path()) << "\n";

    // A plan is called like a function: for operands that lie as planned, nothing is decided any more.
    std::vector<xt::xtensor<double, 2>> results;
    for (const double scale : {1.0, 10.0, 100.0})
    {
        const xt::xtensor<double, 2> x = scale * xt::arange<double>(8).reshape({4, 2});
        results.push_back(p(x, w, v));
    }
    std::cout << "of the last of three inputs:\n" << results.back() << "\n";

    // Bound operands are copied, and what consists of them alone is contracted here: one product is left.
    const auto layer = p.bind(1, w).bind(2, v);
    const xt::xtensor<double, 2> x = 100.0 * xt::arange<double>(8).reshape({4, 2});
    std::cout << "bound: " << layer.rest().steps().size() << " step, " << layer.rest().flops() << " flops, the same result: " << std::boolalpha
              << (layer(x) == results.back()) << "\n";

    // On plain memory that lies as planned (row-major). The intermediate w v goes into the workspace, which the first run allocates.
    xeinsum::workspace memory;
    xeinsum::execution<double> how;
    how.memory = &memory;
    const std::vector<const double*> operands = {x.data(), w.data(), v.data()};
    std::vector<double> out(8);
    xeinsum::execute<double>(p, operands, out.data(), how);
    const std::size_t after_one = memory.size();
    xeinsum::execute<double>(p, operands, out.data(), how);
    std::cout << "the workspace is as large as planned: " << (after_one > 0 && after_one == p.workspace_bytes())
              << ", the second run took more: " << (memory.size() > after_one) << ", the last number is " << out.back() << "\n";

    // A plan is a value, which can be kept in a file.
    const std::string text = xeinsum::to_json(p);
    std::cout << "read back from JSON, the same plan: " << (xeinsum::plan_from_json(text) == p) << "\n";

    // Other shapes are another plan.
    try
    {
        p(w, w, v);
    }
    catch (const xeinsum::shape_error& error)
    {
        std::cout << error.what() << "\n";
    }
}
