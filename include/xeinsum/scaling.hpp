// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_SCALING_HPP
#define XEINSUM_SCALING_HPP

namespace xeinsum
{
    /// What becomes of an einsum's value, in BLAS's terms:
    ///
    ///     result = alpha * einsum + beta * result
    ///
    /// A beta of 0 writes the result, whatever stood there: an old NaN does not leak.
    template <class T>
    struct scaling
    {
        T alpha = T(1);
        T beta = T(0);

        /// True where the result is the einsum itself.
        bool is_trivial() const { return alpha == T(1) && beta == T(0); }
    };
}

#endif
