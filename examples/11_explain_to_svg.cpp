// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
//
// See how an einsum becomes a matrix product: as text, as values, and as a picture in a file. It takes shapes, no tensors.
// Usage: 11_explain_to_svg [FILE], einsum.svg by default; any browser shows it.
#include <fstream>
#include <iostream>
#include <string>

#include <xeinsum/xeinsum.hpp>

int main(int argc, char** argv)
{
    // A convolution of 1 by 1: c channels become o, at every height and width of n pictures.
    // One thread and BLAS, so that what is shown is the same on every machine; leave the options out to see what yours would do.
    const xeinsum::plan p("nhwc,oc->nhwo", {{2, 8, 8, 16}, {32, 16}}, {.threads = 1, .lowering = xeinsum::lowering_strategy::blas});
    std::cout << xeinsum::explain(p) << "\n";

    // The plan that is shown is a value, so that a program can look at it, too.
    for (const xeinsum::step& s : p.steps())
        if (s.call)
            std::cout << to_string(s.op) << ": M " << s.call->m << ", N " << s.call->n << ", K " << s.call->k << ", calls: " << call_count(s) << "\n";

    const std::string file = argc > 1 ? argv[1] : "einsum.svg";
    std::ofstream out(file);
    out << xeinsum::to_svg(p);
    out.close();
    if (!out)
    {
        std::cerr << "can't write " << file << "\n";
        return 1;
    }
    std::cout << "as a picture: " << file << "\n";
    return 0;
}
