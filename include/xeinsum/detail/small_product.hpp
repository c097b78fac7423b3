// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_DETAIL_SMALL_PRODUCT_HPP
#define XEINSUM_DETAIL_SMALL_PRODUCT_HPP

#include <xeinsum/detail/generic_loop.hpp>
#include <xeinsum/export.hpp>

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
}

#endif
