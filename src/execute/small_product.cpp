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

        template <class T>
        bool multiply(const small_matrices<T>& m)
        {
            if (m.rows == 1 || m.columns == 1 || m.depth == 1) return false;
            if (m.a_row == 0 || m.a_depth == 0 || m.b_depth == 0 || m.b_column == 0 || m.c_row == 0 || m.c_column == 0) return false;
            const simd::nest_axis axes[3] = {{m.rows, {m.a_row, 0, m.c_row}}, {m.columns, {0, m.b_column, m.c_column}}, {m.depth, {m.a_depth, m.b_depth, 0}}};
            run_product(m.a, m.b, m.c, axes);
            return true;
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

    bool multiply_few(const small_matrices<float>& m) { return multiply(m); }
    bool multiply_few(const small_matrices<double>& m) { return multiply(m); }
}
