// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_DETAIL_FACTOR_HPP
#define XEINSUM_DETAIL_FACTOR_HPP

#include <cmath>
#include <complex>
#include <type_traits>

#include <xeinsum/detail/arithmetic.hpp>

/// \file
/// The scalars of an expression that become alpha or beta.

namespace xeinsum::detail
{
    template <class T>
    inline constexpr bool is_real = std::is_floating_point_v<T>;

    /// Whether a scalar of type S can be a factor of a T: the product of the two is what T's own arithmetic makes of it.
    template <class T, class S>
    inline constexpr bool multiplies_into =
        is_scalable<T> && is_scalable<S> &&
        (std::is_integral_v<T> ? std::is_integral_v<S> : is_real<T> ? std::is_arithmetic_v<S> : true);

    /// Whether it can be divided by: integers are not, as a quotient of sums is no sum of quotients.
    template <class T, class S>
    inline constexpr bool divides_into = multiplies_into<T, S> && !std::is_integral_v<T>;

    template <class T, class S>
    T to_number(const S& s)
    {
        if constexpr (is_std_complex<S>::value || !is_std_complex<T>::value) return static_cast<T>(s);
        else return T(static_cast<typename T::value_type>(s));
    }

    /// Whether a number multiplies all others without trouble. Zero, infinities and NaN do not: BLAS does not look at what it
    /// multiplies by 0, and a sum of infinities is no infinite sum. Nor does what is too small for its full precision.
    template <class T>
    bool is_normal(const T& x)
    {
        if constexpr (std::is_integral_v<T>) return true;
        else if constexpr (is_real<T>) return std::isnormal(x);
        else
        {
            const auto fits = [](auto part) { return part == 0 || std::isnormal(part); };
            return fits(x.real()) && fits(x.imag()) && (x.real() != 0 || x.imag() != 0);
        }
    }

    /// A product of scalars.
    template <class T>
    struct factor
    {
        T value = T(1);
        bool is_exact = true;  ///< false: it must not be drawn out of a sum

        template <class S>
        factor times(const S& s) const
        {
            return made_of(multiply<T>(value, to_number<T>(s)));
        }

        template <class S>
        factor over(const S& s) const
        {
            // The reciprocal by itself, too: it is what the sums will be multiplied by.
            const T reciprocal = T(1) / to_number<T>(s);
            factor result = made_of(multiply<T>(value, reciprocal));
            result.is_exact = result.is_exact && is_normal(reciprocal);
            return result;
        }

        factor times(const factor& other) const
        {
            factor result = made_of(multiply<T>(value, other.value));
            result.is_exact = result.is_exact && other.is_exact;
            return result;
        }

        factor negated() const { return times(T(-1)); }

    private:
        factor made_of(const T& product) const { return {product, is_exact && is_normal(product)}; }
    };
}

#endif
