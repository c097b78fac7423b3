// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include "small_product.hpp"

#include <algorithm>

#include <xeinsum/detail/small_product.hpp>

namespace xeinsum::detail
{
    namespace
    {
        template <class T>
        void contract(const T* a, const T* b, T* c, const nest& axes)
        {
            small_product product;
            const auto add = [&](const nest_axis& x) { return product.add(x.extent, x.strides[0], x.strides[1], x.strides[2]); };
            if (!std::all_of(axes.begin(), axes.end(), add) || !product.run(a, b, c)) contract_loop(a, b, c, axes);
        }
    }

    template <>
    void contract_few(const float* a, const float* b, float* c, const nest& axes)
    {
        contract(a, b, c, axes);
    }

    template <>
    void contract_few(const double* a, const double* b, double* c, const nest& axes)
    {
        contract(a, b, c, axes);
    }
}
