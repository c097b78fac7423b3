// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include "small_product.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

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

        /// Rows, columns and depth, for a result of these strides.
        template <class T>
        std::array<simd::nest_axis, 3> axes_of(const small_matrices<T>& m, std::int64_t row, std::int64_t column)
        {
            return {{{m.rows, {m.a_row, 0, row}}, {m.columns, {0, m.b_column, column}}, {m.depth, {m.a_depth, m.b_depth, 0}}}};
        }

        /// Multiplies apart, then scales; on its own, for its frame on the stack not to be the way to every product's.
        template <class T>
        [[gnu::noinline]] void multiply_scaled(const small_matrices<T>& m, const scaling<T>& by)
        {
            std::array<T, static_cast<std::size_t>(tiny_iterations)> apart;
            run_product(m.a, m.b, apart.data(), axes_of(m, m.columns, 1));
            const T* value = apart.data();
            for (std::int64_t i = 0; i < m.rows; ++i)
                for (std::int64_t j = 0; j < m.columns; ++j) update_element<T>(m.c[i * m.c_row + j * m.c_column], *value++, by);
        }

        template <class T>
        bool multiply(const small_matrices<T>& m, const scaling<T>* by)
        {
            if (m.rows == 1 || m.columns == 1 || m.depth == 1) return false;
            if (m.a_row == 0 || m.a_depth == 0 || m.b_depth == 0 || m.b_column == 0 || m.c_row == 0 || m.c_column == 0) return false;
            if (by) multiply_scaled(m, *by);
            else run_product(m.a, m.b, m.c, axes_of(m, m.c_row, m.c_column));
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

    bool multiply_few(const small_matrices<float>& m, const scaling<float>* by) { return multiply(m, by); }
    bool multiply_few(const small_matrices<double>& m, const scaling<double>* by) { return multiply(m, by); }
}
