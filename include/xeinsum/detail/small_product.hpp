// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_DETAIL_SMALL_PRODUCT_HPP
#define XEINSUM_DETAIL_SMALL_PRODUCT_HPP

#include <cstdint>

#include <xeinsum/detail/generic_loop.hpp>
#include <xeinsum/export.hpp>
#include <xeinsum/scaling.hpp>

namespace xeinsum::detail
{
    /// contract_loop() where the iterations are few: for float and double, what is a product of two matrices is one of vectors.
    template <class T>
    void contract_few(const T* a, const T* b, T* c, const nest& axes)
    {
        contract_loop(a, b, c, axes);
    }

    template <>
    XEINSUM_EXPORT void contract_few(const float*, const float*, float*, const nest&);
    template <>
    XEINSUM_EXPORT void contract_few(const double*, const double*, double*, const nest&);

    /// c[i, j] = sum over k of a[i, k] * b[k, j], of up to tiny_iterations products: the extents, and the strides of i and k, k and j, i and j.
    template <class T>
    struct small_matrices
    {
        std::int64_t rows, columns, depth;
        const T* a;
        std::int64_t a_row, a_depth;
        const T* b;
        std::int64_t b_depth, b_column;
        T* c;
        std::int64_t c_row, c_column;
    };

    /// Multiplies as contract_few() does, and scales if `by` is not null. False, with nothing written, where an extent is 1 or a stride 0:
    /// contract_few() looks closer.
    XEINSUM_EXPORT bool multiply_few(const small_matrices<float>& m, const scaling<float>* by = nullptr);
    XEINSUM_EXPORT bool multiply_few(const small_matrices<double>& m, const scaling<double>* by = nullptr);
}

#endif
