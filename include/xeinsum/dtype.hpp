// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_DTYPE_HPP
#define XEINSUM_DTYPE_HPP

#include <algorithm>
#include <array>
#include <complex>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <type_traits>

namespace xeinsum
{
    /// The element types that NumPy and this library share; `other` is any type of the user's.
    enum class dtype
    {
        boolean, int8, int16, int32, int64, uint8, uint16, uint32, uint64,
        float32, float64, longdouble, complex64, complex128, clongdouble, other
    };

    /// NumPy's name of the dtype.
    constexpr std::string_view to_string(dtype d)
    {
        constexpr std::array<std::string_view, 16> names = {
            "bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64",
            "float32", "float64", "longdouble", "complex64", "complex128", "clongdouble", "other"};
        return names[static_cast<std::size_t>(d)];
    }

    /// Size of one element in bytes; 0 for `other`.
    constexpr std::size_t size_of(dtype d)
    {
        constexpr std::array<std::size_t, 16> sizes = {
            1, 1, 2, 4, 8, 1, 2, 4, 8, 4, 8, sizeof(long double), 8, 16, 2 * sizeof(long double), 0};
        return sizes[static_cast<std::size_t>(d)];
    }

    /// float, double and complex of both: the types that BLAS computes in.
    constexpr bool is_blas_type(dtype d)
    {
        return d == dtype::float32 || d == dtype::float64 || d == dtype::complex64 || d == dtype::complex128;
    }

    namespace detail
    {
        constexpr bool is_complex(dtype d)
        {
            return d == dtype::complex64 || d == dtype::complex128 || d == dtype::clongdouble;
        }
        constexpr bool is_inexact(dtype d) { return d >= dtype::float32 && d <= dtype::clongdouble; }
        /// bool < integer < real < complex < the user's own.
        constexpr int kind_of(dtype d)
        {
            if (d == dtype::other) return 4;
            if (is_complex(d)) return 3;
            return is_inexact(d) ? 2 : d == dtype::boolean ? 0 : 1;
        }
        constexpr bool is_unsigned(dtype d) { return d >= dtype::uint8 && d <= dtype::uint64; }

        /// The real type that NumPy gives the dtype when it meets an inexact one.
        constexpr dtype real_part(dtype d)
        {
            switch (d)
            {
            case dtype::boolean: case dtype::int8: case dtype::int16: case dtype::uint8: case dtype::uint16:
            case dtype::float32: case dtype::complex64: return dtype::float32;
            case dtype::longdouble: case dtype::clongdouble: return dtype::longdouble;
            default: return dtype::float64;
            }
        }

        constexpr dtype complex_of(dtype real)
        {
            return real == dtype::float32 ? dtype::complex64 : real == dtype::float64 ? dtype::complex128 : dtype::clongdouble;
        }

        constexpr dtype signed_of_size(std::size_t bytes)
        {
            return bytes == 1 ? dtype::int8 : bytes == 2 ? dtype::int16 : bytes == 4 ? dtype::int32 : dtype::int64;
        }

        constexpr dtype promote_integers(dtype a, dtype b)
        {
            if (a == dtype::boolean) return b;
            if (b == dtype::boolean) return a;
            if (is_unsigned(a) == is_unsigned(b)) return size_of(a) >= size_of(b) ? a : b;
            const dtype u = is_unsigned(a) ? a : b;
            const dtype s = is_unsigned(a) ? b : a;
            if (size_of(s) > size_of(u)) return s;
            return u == dtype::uint64 ? dtype::float64 : signed_of_size(2 * size_of(u));
        }
    }

    /// NumPy's promotion of two dtypes (numpy.promote_types). `other` with anything is `other`.
    constexpr dtype promote(dtype a, dtype b)
    {
        if (a == dtype::other || b == dtype::other) return dtype::other;
        if (!detail::is_inexact(a) && !detail::is_inexact(b)) return detail::promote_integers(a, b);
        const dtype x = detail::real_part(a);
        const dtype y = detail::real_part(b);
        const dtype real = x > y ? x : y;
        return detail::is_complex(a) || detail::is_complex(b) ? detail::complex_of(real) : real;
    }

    /// An operand's dtype, and whether it is 0-d.
    struct operand_dtype
    {
        dtype type = dtype::float64;
        bool scalar = false;
    };

    /// The dtype of an einsum of these operands; float64 for none.
    ///
    /// Arrays promote each other as numpy.result_type does, the inexact ones first, so that int8, uint16 and float32
    /// give float32. A 0-d operand takes part only if it is of a higher kind (bool < integer < real < complex) than
    /// every array, so that 2.0 times a float32 array is float32, and an int64 count times an int8 array int8; a complex
    /// number makes real arrays complex in their own precision. NumPy's rule, but for its looking at the value.
    constexpr dtype promote(std::span<const operand_dtype> operands)
    {
        int arrays = -1, scalars = -1;
        for (const operand_dtype& o : operands)
        {
            int& kind = o.scalar ? scalars : arrays;
            kind = std::max(kind, detail::kind_of(o.type));
        }
        const bool all = arrays < scalars && !(arrays == 2 && scalars == 3);
        bool any = false;
        dtype result = dtype::float64;
        for (const bool inexact : {true, false})
            for (const operand_dtype& o : operands)
                if ((all || !o.scalar) && (detail::is_inexact(o.type) || o.type == dtype::other) == inexact)
                {
                    result = any ? promote(result, o.type) : o.type;
                    any = true;
                }
        return arrays == 2 && scalars == 3 ? detail::complex_of(detail::real_part(result)) : result;
    }

    /// The dtype of a C++ type; integers by size and sign, so `long long` is int64.
    template <class T>
    constexpr dtype dtype_of()
    {
        if constexpr (std::is_same_v<T, bool>) return dtype::boolean;
        else if constexpr (std::is_integral_v<T> && sizeof(T) <= 8)
        {
            constexpr std::size_t rank = sizeof(T) == 1 ? 0 : sizeof(T) == 2 ? 1 : sizeof(T) == 4 ? 2 : 3;
            constexpr std::size_t first = static_cast<std::size_t>(std::is_signed_v<T> ? dtype::int8 : dtype::uint8);
            return static_cast<dtype>(first + rank);
        }
        else if constexpr (std::is_same_v<T, float>) return dtype::float32;
        else if constexpr (std::is_same_v<T, double>) return dtype::float64;
        else if constexpr (std::is_same_v<T, long double>) return dtype::longdouble;
        else if constexpr (std::is_same_v<T, std::complex<float>>) return dtype::complex64;
        else if constexpr (std::is_same_v<T, std::complex<double>>) return dtype::complex128;
        else if constexpr (std::is_same_v<T, std::complex<long double>>) return dtype::clongdouble;
        else return dtype::other;
    }

    /// Holds a type; `f(type_tag<float>{})`.
    template <class T>
    struct type_tag
    {
        using type = T;
    };

    /// Calls f with the type_tag of a run-time dtype and returns what it returns; `other` is taken for double.
    template <class F>
    constexpr decltype(auto) visit_dtype(dtype d, F&& f)
    {
        switch (d)
        {
        case dtype::boolean: return f(type_tag<bool>{});
        case dtype::int8: return f(type_tag<std::int8_t>{});
        case dtype::int16: return f(type_tag<std::int16_t>{});
        case dtype::int32: return f(type_tag<std::int32_t>{});
        case dtype::int64: return f(type_tag<std::int64_t>{});
        case dtype::uint8: return f(type_tag<std::uint8_t>{});
        case dtype::uint16: return f(type_tag<std::uint16_t>{});
        case dtype::uint32: return f(type_tag<std::uint32_t>{});
        case dtype::uint64: return f(type_tag<std::uint64_t>{});
        case dtype::float32: return f(type_tag<float>{});
        case dtype::longdouble: return f(type_tag<long double>{});
        case dtype::complex64: return f(type_tag<std::complex<float>>{});
        case dtype::complex128: return f(type_tag<std::complex<double>>{});
        case dtype::clongdouble: return f(type_tag<std::complex<long double>>{});
        default: return f(type_tag<double>{});
        }
    }

    namespace detail
    {
        template <dtype D>
        struct type_of_dtype;
        template <> struct type_of_dtype<dtype::boolean> { using type = bool; };
        template <> struct type_of_dtype<dtype::int8> { using type = std::int8_t; };
        template <> struct type_of_dtype<dtype::int16> { using type = std::int16_t; };
        template <> struct type_of_dtype<dtype::int32> { using type = std::int32_t; };
        template <> struct type_of_dtype<dtype::int64> { using type = std::int64_t; };
        template <> struct type_of_dtype<dtype::uint8> { using type = std::uint8_t; };
        template <> struct type_of_dtype<dtype::uint16> { using type = std::uint16_t; };
        template <> struct type_of_dtype<dtype::uint32> { using type = std::uint32_t; };
        template <> struct type_of_dtype<dtype::uint64> { using type = std::uint64_t; };
        template <> struct type_of_dtype<dtype::float32> { using type = float; };
        template <> struct type_of_dtype<dtype::float64> { using type = double; };
        template <> struct type_of_dtype<dtype::longdouble> { using type = long double; };
        template <> struct type_of_dtype<dtype::complex64> { using type = std::complex<float>; };
        template <> struct type_of_dtype<dtype::complex128> { using type = std::complex<double>; };
        template <> struct type_of_dtype<dtype::clongdouble> { using type = std::complex<long double>; };

        template <class... O>
        constexpr dtype promoted_dtype()
        {
            const std::array<operand_dtype, sizeof...(O)> all = {operand_dtype{dtype_of<typename O::type>(), O::scalar}...};
            return promote(all);
        }

        template <class O, class... Os>
        constexpr auto promoted_type()
        {
            using T = typename O::type;
            if constexpr ((std::is_same_v<T, typename Os::type> && ...)) return type_tag<T>{};
            else if constexpr (promoted_dtype<O, Os...>() == dtype::other)
                return type_tag<std::common_type_t<T, typename Os::type...>>{};
            else return type_tag<typename type_of_dtype<promoted_dtype<O, Os...>()>::type>{};
        }

        template <class... O>
        struct promoted : decltype(promoted_type<O...>())
        {
        };
    }

    /// An operand's value type, and whether it is 0-d at compile time (a number, an `xt::xtensor<T, 0>`).
    template <class T, bool Scalar = false>
    struct operand_type
    {
        using type = T;
        static constexpr bool scalar = Scalar;
    };

    /// The value type of an einsum over such operands: theirs if all are the same, promote()'s, or std::common_type
    /// where a type of the user's takes part.
    template <class... O>
    using promote_operands_t = typename detail::promoted<O...>::type;

    /// The same for arrays of these value types.
    template <class... Ts>
    using promote_t = promote_operands_t<operand_type<Ts>...>;
}

#endif
