// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_CLI_CONVERT_HPP
#define XEINSUM_CLI_CONVERT_HPP

#include <xeinsum/dtype.hpp>

#include "npy.hpp"

namespace xeinsum::cli
{
    /// The types that .npy files hold in the same way on every machine.
    template <class T>
    inline constexpr bool is_npy_type = dtype_of<T>() != dtype::longdouble && dtype_of<T>() != dtype::clongdouble &&
                                        dtype_of<T>() != dtype::other;

    /// Calls f with the type_tag of an array's dtype.
    template <class F>
    void visit_npy_dtype(dtype d, F&& f)
    {
        visit_dtype(d, [&]<class T>(type_tag<T> tag) {
            if constexpr (is_npy_type<T>) f(tag);
        });
    }

    /// The array as another dtype: the same memory if it is of that dtype, otherwise one converted copy that lies in
    /// the same order. Values are cast as C++ does it. Throws std::bad_alloc, and std::logic_error where a kind would
    /// be lost: complex to real, real to integer, integer to bool. Promotion never asks for that.
    array convert(const array& from, dtype to);
}

#endif
