// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_DETAIL_XTENSOR_HEADERS_HPP
#define XEINSUM_DETAIL_XTENSOR_HEADERS_HPP

/// \file
/// The only place that names xtensor's headers: flat up to 0.25, in folders from 0.26 on.

#if __has_include(<xtensor/containers/xarray.hpp>)
#include <xtensor/containers/xarray.hpp>
#include <xtensor/containers/xscalar.hpp>
#include <xtensor/containers/xtensor.hpp>
#include <xtensor/core/xexpression.hpp>
#include <xtensor/core/xmath.hpp>
#include <xtensor/core/xnoalias.hpp>
#include <xtensor/generators/xbuilder.hpp>
#include <xtensor/misc/xcomplex.hpp>
#include <xtensor/views/xbroadcast.hpp>
#include <xtensor/views/xstrided_view.hpp>
#include <xtensor/views/xview.hpp>

namespace xeinsum::detail
{
    /// void for the expressions of which xtensor asks overlapping_memory_checker_traits whether an assignment takes a temporary.
    template <class E>
    using if_addressable = std::enable_if_t<xt::has_memory_address<E>::value>;
}
#else
#include <xtensor/xarray.hpp>
#include <xtensor/xbroadcast.hpp>
#include <xtensor/xbuilder.hpp>
#include <xtensor/xcomplex.hpp>
#include <xtensor/xexpression.hpp>
#include <xtensor/xmath.hpp>
#include <xtensor/xnoalias.hpp>
#include <xtensor/xscalar.hpp>
#include <xtensor/xstrided_view.hpp>
#include <xtensor/xtensor.hpp>
#include <xtensor/xview.hpp>

namespace xt
{
    /// Asked from 0.26 on; before, all assignments but those of noalias() took a temporary.
    template <class E, class Enable = void>
    struct overlapping_memory_checker_traits;
}
namespace xeinsum::detail
{
    template <class E>
    using if_addressable = void;
}
#endif

#endif
