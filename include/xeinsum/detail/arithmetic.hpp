// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_DETAIL_ARITHMETIC_HPP
#define XEINSUM_DETAIL_ARITHMETIC_HPP

#include <complex>
#include <type_traits>

/// \file
/// Sum and product as einsum means them: integers wrap in their own type (computed unsigned, where C++
/// defines that), bool is OR of ANDs, complex is the textbook formula, all else is the type's own + and *.

namespace xeinsum::detail
{
    template <class T>
    struct is_std_complex : std::false_type {};
    template <class T>
    struct is_std_complex<std::complex<T>> : std::true_type {};

    /// Types whose values alpha and beta multiply: numbers, real or complex.
    template <class T>
    inline constexpr bool is_scalable = (std::is_arithmetic_v<T> && !std::is_same_v<T, bool>) || is_std_complex<T>::value;

    /// The unsigned type of at least int's width in which T's arithmetic wraps.
    template <class T>
    using wrapping_t = std::common_type_t<std::make_unsigned_t<T>, unsigned>;

    template <class T>
    constexpr T add(const T& a, const T& b)
    {
        if constexpr (std::is_same_v<T, bool>) return a || b;
        else if constexpr (std::is_integral_v<T>)
            return static_cast<T>(static_cast<wrapping_t<T>>(a) + static_cast<wrapping_t<T>>(b));
        else return a + b;
    }

    template <class T>
    constexpr T multiply(const T& a, const T& b)
    {
        if constexpr (std::is_same_v<T, bool>) return a && b;
        else if constexpr (std::is_integral_v<T>)
            return static_cast<T>(static_cast<wrapping_t<T>>(a) * static_cast<wrapping_t<T>>(b));
        else if constexpr (is_std_complex<T>::value)
            return T(a.real() * b.real() - a.imag() * b.imag(), a.real() * b.imag() + a.imag() * b.real());
        else return a * b;
    }
}

#endif
