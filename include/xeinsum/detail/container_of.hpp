// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_DETAIL_CONTAINER_OF_HPP
#define XEINSUM_DETAIL_CONTAINER_OF_HPP

#include <array>
#include <cstddef>

#include <xeinsum/detail/xtensor_headers.hpp>

namespace xeinsum::detail
{
    template <class T, class Shape>
    struct container_of
    {
        using type = xt::xarray<T>;
    };
    template <class T, std::size_t N>
    struct container_of<T, std::array<std::size_t, N>>
    {
        using type = xt::xtensor<T, N>;
    };
    template <class T, std::size_t... N>
    struct container_of<T, xt::fixed_shape<N...>>
    {
        using type = xt::xtensor_fixed<T, xt::fixed_shape<N...>>;
    };
    /// The row-major container that an expression whose shape is of this type is evaluated into where no destination is given.
    template <class T, class Shape>
    using container_t = typename container_of<T, Shape>::type;
}

#endif
