// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_DETAIL_DIRECT_HPP
#define XEINSUM_DETAIL_DIRECT_HPP

#include <complex>

#include <xeinsum/detail/tiny_program.hpp>
#include <xeinsum/detail/tiny_run.hpp>
#include <xeinsum/dtype.hpp>
#include <xeinsum/export.hpp>
#include <xeinsum/scaling.hpp>

/// \file
/// Products of two operands that are one BLAS call in place: made without a plan, whose one step would make the same call.

namespace xeinsum::detail
{
    /// Makes the call if the plan of this contraction (default options) would make it and nothing else; false, with nothing
    /// done, otherwise. Allocates nothing (but the padded vector of a complex gemv).
    template <class T>
    bool run_direct(const tiny_equation& e, const tiny_memory<T>& memory, const scaling<T>& by);

    template <>
    XEINSUM_EXPORT bool run_direct(const tiny_equation&, const tiny_memory<float>&, const scaling<float>&);
    template <>
    XEINSUM_EXPORT bool run_direct(const tiny_equation&, const tiny_memory<double>&, const scaling<double>&);
    template <>
    XEINSUM_EXPORT bool run_direct(const tiny_equation&, const tiny_memory<std::complex<float>>&, const scaling<std::complex<float>>&);
    template <>
    XEINSUM_EXPORT bool run_direct(const tiny_equation&, const tiny_memory<std::complex<double>>&, const scaling<std::complex<double>>&);
}

#endif
