// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_TESTS_ORACLE_HPP
#define XEINSUM_TESTS_ORACLE_HPP

#include <algorithm>
#include <cmath>
#include <complex>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <string>
#include <type_traits>
#include <vector>

#include <xeinsum/layout.hpp>

/// \file
/// What an einsum is, computed by a plain odometer over its labels in a wider type. Shares no code with the
/// library: it splits the subscripts itself and knows well-formed ones only.

namespace oracle
{
    using shape = xeinsum::extents;
    using labels = std::vector<std::string>;

    /// The terms of well-formed subscripts, ellipses spelled out as "0", "1", ... counted from the right.
    struct problem
    {
        std::vector<labels> terms;
        labels output;
        std::map<std::string, std::int64_t> extents;

        shape result_shape() const;
        /// Values that all labels together take.
        double volume() const;
    };

    problem make_problem(const std::string& subscripts, const std::vector<shape>& shapes);

    /// The type in which values of type T are summed: long double, complex<long double>, 64-bit integers that
    /// wrap, or bool.
    template <class T>
    struct wide
    {
        using type = std::conditional_t<std::is_same_v<T, bool>, bool,
                                        std::conditional_t<std::is_integral_v<T>, std::uint64_t, long double>>;
    };
    template <class T>
    struct wide<std::complex<T>>
    {
        using type = std::complex<long double>;
    };
    template <class T>
    using wide_t = typename wide<T>::type;

    /// A value in another type, real parts of a complex one converted as such.
    template <class To, class From>
    To convert(const From& x)
    {
        if constexpr (std::is_same_v<To, From> || std::is_arithmetic_v<To>) return static_cast<To>(x);
        else if constexpr (std::is_arithmetic_v<From>) return To(static_cast<typename To::value_type>(x));
        else return To(static_cast<typename To::value_type>(x.real()), static_cast<typename To::value_type>(x.imag()));
    }

    /// A dense row-major tensor with named axes; `magnitude` is the sum of the absolute values of the products
    /// that make up `value`.
    template <class W>
    struct tensor
    {
        labels axes;
        std::vector<W> value;
        std::vector<long double> magnitude;
    };

    template <class W>
    W times(const W& a, const W& b)
    {
        if constexpr (std::is_same_v<W, bool>) return a && b;
        else return a * b;
    }

    template <class W>
    W plus(const W& a, const W& b)
    {
        if constexpr (std::is_same_v<W, bool>) return a || b;
        else return a + b;
    }

    template <class W>
    long double size_of(const W& a)
    {
        if constexpr (std::is_same_v<W, bool> || std::is_same_v<W, std::uint64_t>) return 0;
        else return std::abs(a);
    }

    /// The einsum of tensors whose axes are those of their terms, or fewer where an axis of extent 1 broadcasts. Problems of over 200,000 label
    /// values are summed label by label (each eliminated from the product of the tensors that have it), as one odometer would not end.
    template <class W>
    tensor<W> contract(const problem& p, std::vector<tensor<W>> pool);
    extern template tensor<bool> contract(const problem&, std::vector<tensor<bool>>);
    extern template tensor<std::uint64_t> contract(const problem&, std::vector<tensor<std::uint64_t>>);
    extern template tensor<long double> contract(const problem&, std::vector<tensor<long double>>);
    extern template tensor<std::complex<long double>> contract(const problem&, std::vector<tensor<std::complex<long double>>>);

    /// The einsum of operands given as row-major values.
    template <class T>
    tensor<wide_t<T>> evaluate(const problem& p, const std::vector<shape>& shapes, const std::vector<std::vector<T>>& operands)
    {
        using W = wide_t<T>;
        std::vector<tensor<W>> pool;
        for (std::size_t i = 0; i < operands.size(); ++i)
        {
            // Axes of extent 1 that broadcast are dropped: one value for all.
            tensor<W> t;
            for (std::size_t d = 0; d < shapes[i].size(); ++d)
                if (shapes[i][d] == p.extents.at(p.terms[i][d])) t.axes.push_back(p.terms[i][d]);
            for (const T& v : operands[i])
            {
                t.value.push_back(convert<W>(v));
                t.magnitude.push_back(size_of<W>(t.value.back()));
            }
            pool.push_back(std::move(t));
        }
        return contract<W>(p, std::move(pool));
    }

    /// Whether a computed value is the wide one, to the bound  gamma(depth) * magnitude  that any order of the sums
    /// and products keeps; exact for integers and bool; NaN for NaN.
    template <class T>
    bool close(const T& computed, const wide_t<T>& value, long double magnitude, double depth)
    {
        if constexpr (std::is_integral_v<T>) return computed == static_cast<T>(value);
        else
        {
            const auto as_wide = convert<wide_t<T>>(computed);
            if (value != value) return as_wide != as_wide;
            if (as_wide == value) return true;
            using real = decltype(std::abs(T{}));
            const long double gamma = 4 * (static_cast<long double>(depth) + 8) * std::numeric_limits<real>::epsilon();
            return std::abs(as_wide - value) <= gamma * magnitude + std::numeric_limits<real>::min();
        }
    }

    /// Roundings between an operand and a result: at most the values that the labels take, capped, as large
    /// problems are summed step by step.
    double depth_of(const problem& p);
}

#endif
