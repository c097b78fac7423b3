// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_TESTS_PLACE_VIEW_HPP
#define XEINSUM_TESTS_PLACE_VIEW_HPP

#include <complex>
#include <cstddef>
#include <vector>

#include "support/place.hpp"
#include "support/xtensor.hpp"

namespace test
{
    template <class T>
    auto view_of(xt::xtensor<T, 1>& memory, const place& p)
    {
        const std::vector<std::size_t> shape(p.lies.shape.begin(), p.lies.shape.end());
        return xt::strided_view(memory, shape, std::vector<std::ptrdiff_t>(p.lies.strides.begin(), p.lies.strides.end()),
                                static_cast<std::size_t>(p.first), xt::layout_type::dynamic);
    }

    /// Factors are real: xtensor 0.24 does not compile the product of a complex number and a strided view.
    template <class T>
    struct real_part
    {
        using type = T;
    };
    template <class R>
    struct real_part<std::complex<R>>
    {
        using type = R;
    };
    template <class T>
    using factor_of = typename real_part<T>::type;
}

#endif
