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

    /// The product of some tensors summed over every label that is not in `output`: one loop over all labels.
    template <class W>
    tensor<W> odometer(const std::vector<const tensor<W>*>& factors, const labels& output,
                       const std::map<std::string, std::int64_t>& extents)
    {
        labels all = output;
        for (const auto* f : factors)
            for (const auto& l : f->axes)
                if (std::find(all.begin(), all.end(), l) == all.end()) all.push_back(l);
        const auto strides_of = [&](const labels& axes) {
            std::vector<std::size_t> strides(all.size(), 0);
            std::size_t stride = 1;
            for (std::size_t i = axes.size(); i-- > 0;)
            {
                for (std::size_t d = 0; d < all.size(); ++d)
                    if (all[d] == axes[i]) strides[d] += stride;
                stride *= static_cast<std::size_t>(extents.at(axes[i]));
            }
            return strides;
        };
        std::vector<std::vector<std::size_t>> strides;
        for (const auto* f : factors) strides.push_back(strides_of(f->axes));
        const auto out_strides = strides_of(output);
        std::size_t out_size = 1;
        for (const auto& l : output) out_size *= static_cast<std::size_t>(extents.at(l));
        tensor<W> result{output, std::vector<W>(out_size, W{}), std::vector<long double>(out_size, 0)};
        std::vector<std::int64_t> index(all.size(), 0);
        for (const auto& l : all)
            if (extents.at(l) == 0) return result;
        for (;;)
        {
            std::size_t at = 0;
            for (std::size_t d = 0; d < all.size(); ++d) at += static_cast<std::size_t>(index[d]) * out_strides[d];
            W product = std::is_same_v<W, bool> ? W(true) : W(1);
            long double magnitude = 1;
            for (std::size_t f = 0; f < factors.size(); ++f)
            {
                std::size_t where = 0;
                for (std::size_t d = 0; d < all.size(); ++d) where += static_cast<std::size_t>(index[d]) * strides[f][d];
                product = times<W>(product, factors[f]->value[where]);
                magnitude *= factors[f]->magnitude[where];
            }
            result.value[at] = plus<W>(result.value[at], product);
            result.magnitude[at] += magnitude;
            std::size_t d = all.size();
            for (; d > 0; --d)
            {
                if (++index[d - 1] < extents.at(all[d - 1])) break;
                index[d - 1] = 0;
            }
            if (d == 0) return result;
        }
    }

    /// The einsum of operands given as row-major values. Problems of over 200,000 label values are summed label by
    /// label (each eliminated from the product of the tensors that have it), as one odometer would not end.
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
        const auto has = [](const tensor<W>& t, const std::string& l) { return std::find(t.axes.begin(), t.axes.end(), l) != t.axes.end(); };
        const auto in_output = [&](const std::string& l) { return std::find(p.output.begin(), p.output.end(), l) != p.output.end(); };
        if (p.volume() > 2e5)
            for (;;)
            {
                std::string best;
                double least = std::numeric_limits<double>::infinity();
                for (const auto& [l, extent] : p.extents)
                {
                    if (in_output(l)) continue;
                    std::map<std::string, double> joined;
                    for (const auto& t : pool)
                        if (has(t, l))
                            for (const auto& a : t.axes) joined[a] = static_cast<double>(p.extents.at(a));
                    if (joined.empty()) continue;
                    double size = 1;
                    for (const auto& [name, n] : joined) size *= n;
                    if (size < least) least = size, best = l;
                }
                if (best.empty()) break;
                std::vector<const tensor<W>*> factors;
                labels kept;
                for (const auto& t : pool)
                    if (has(t, best))
                    {
                        factors.push_back(&t);
                        for (const auto& a : t.axes)
                            if (a != best && std::find(kept.begin(), kept.end(), a) == kept.end()) kept.push_back(a);
                    }
                tensor<W> joined = odometer<W>(factors, kept, p.extents);
                std::erase_if(pool, [&](const tensor<W>& t) { return has(t, best); });
                pool.push_back(std::move(joined));
            }
        std::vector<const tensor<W>*> factors;
        for (const auto& t : pool) factors.push_back(&t);
        return odometer<W>(factors, p.output, p.extents);
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
