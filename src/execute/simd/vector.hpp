// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
//
// Vectors of the instruction set that this file is compiled for, in the compiler's own vector extension, and the
// arithmetic of each value type: integers wrap, bool is OR of ANDs, complex numbers are kept as two planes.
#pragma once

#include <cstddef>
#include <cstdint>

#ifdef __SSE2__
#include <immintrin.h>
#endif

#ifdef __clang__
#pragma clang diagnostic ignored "-Wunknown-pragmas"  // GCC ivdep: Clang checks at run time whether rows overlap
#endif

namespace
{
    using i64 = std::int64_t;

#if defined(__AVX512F__) && defined(__AVX512BW__)
    constexpr int vector_bytes = 64;
    constexpr int panel_rows = 8;
#elif defined(__AVX2__)
    constexpr int vector_bytes = 32;
    constexpr int panel_rows = 4;
#else
    constexpr int vector_bytes = 16;
    constexpr int panel_rows = 4;
#endif
    /// Vectors in a row of accumulators: with panel_rows of them, what the registers hold.
    constexpr int panel_vectors = 3;

    /// Memory order of std::complex, with none of its functions.
    template <class T>
    struct complex
    {
        T re, im;
    };

    template <class T>
    inline constexpr bool is_complex = false;
    template <class R>
    inline constexpr bool is_complex<complex<R>> = true;

    /// A value type's vector: `type` in a register, `memory` wherever it lies. One lane where the compiler has none.
    template <class T>
    struct vector
    {
        static constexpr int lanes = vector_bytes / static_cast<int>(sizeof(T));
        typedef T type __attribute__((vector_size(vector_bytes)));
        typedef T memory __attribute__((vector_size(vector_bytes), aligned(alignof(T)), may_alias));
        static type splat(T x) { return x - type{}; }  // x - 0 is x: no addition is left in the code
    };
    template <>
    struct vector<long double>
    {
        static constexpr int lanes = 1;
        using type = long double;
        using memory = long double;
        static type splat(long double x) { return x; }
    };

    /// Lanes of each plane.
    template <class R>
    struct vector<complex<R>>
    {
        static constexpr int lanes = vector<R>::lanes;
    };

    /// bool as a byte of 0 or 1.
    struct truth
    {
        unsigned char byte;
    };
    template <>
    struct vector<truth>
    {
        static constexpr int lanes = vector_bytes;
        typedef unsigned char type __attribute__((vector_size(vector_bytes)));
        typedef unsigned char memory __attribute__((vector_size(vector_bytes), aligned(1), may_alias));
        static type splat(truth x) { return static_cast<unsigned char>(x.byte) - type{}; }
    };

    /// So many bytes that are moved together, whatever they are.
    template <int Bytes>
    struct __attribute__((may_alias)) moved
    {
        unsigned char bytes[Bytes];
    };
    template <int Bytes>
    struct vector<moved<Bytes>>
    {
        static constexpr int lanes = 1;
        using type = moved<Bytes>;
        using memory = moved<Bytes>;
        static type splat(type x) { return x; }
    };

    // A vector from and to where it lies. A reference to `memory` must not be deduced: `auto&` drops its alignment under clang.
    template <class Vector, class T>
    inline __attribute__((always_inline)) typename Vector::type load(const T* from)
    {
        return *reinterpret_cast<const typename Vector::memory*>(from);
    }
    template <class Vector, class T>
    inline __attribute__((always_inline)) void store(T* to, typename Vector::type x)
    {
        *reinterpret_cast<typename Vector::memory*>(to) = x;
    }

    // Sum and product of numbers and of vectors of them.
    template <class T>
    struct arithmetic
    {
        template <class V>
        static V add(V x, V y)
        {
            return static_cast<V>(x + y);
        }
        template <class V>
        static V multiply(V x, V y)
        {
            if constexpr (sizeof(V) < sizeof(unsigned)) return static_cast<V>(static_cast<unsigned>(x) * y);
            else return x * y;
        }
    };
    template <>
    struct arithmetic<truth>
    {
        template <class V>
        static V add(V x, V y)
        {
            return x | y;
        }
        template <class V>
        static V multiply(V x, V y)
        {
            return x & y;
        }
        static truth add(truth x, truth y) { return {static_cast<unsigned char>(x.byte | y.byte)}; }
        static truth multiply(truth x, truth y) { return {static_cast<unsigned char>(x.byte & y.byte)}; }
    };

    /// Products of 64-bit integers (signed ones come as their bits) that fit 32 bits with their sign: one instruction, where whole
    /// ones take three products and their sums.
    template <class T>
    struct half_arithmetic : arithmetic<T>
    {
    };
    template <class T>
    inline constexpr bool has_halves = false;
#if defined(__AVX2__) && !defined(__AVX512F__)  // which has an instruction for whole ones
    template <>
    inline constexpr bool has_halves<std::uint64_t> = true;
    template <>
    struct half_arithmetic<std::uint64_t>
    {
        using V = vector<std::uint64_t>::type;
        static V add(V x, V y) { return x + y; }
        static V multiply(V x, V y)
        {
            return reinterpret_cast<V>(_mm256_mul_epi32(reinterpret_cast<__m256i>(x), reinterpret_cast<__m256i>(y)));
        }
    };
#endif

    template <class R>
    struct arithmetic<complex<R>>
    {
        static complex<R> add(complex<R> x, complex<R> y) { return {x.re + y.re, x.im + y.im}; }
        static complex<R> multiply(complex<R> x, complex<R> y)
        {
            return {x.re * y.re - x.im * y.im, x.re * y.im + x.im * y.re};
        }
    };

    /// The sum of a vector's lanes, halves first.
    template <class T>
    T fold_lanes(typename vector<T>::type all)
    {
        constexpr int lanes = vector<T>::lanes;
        T lane[lanes];
        __builtin_memcpy(lane, &all, sizeof(all));
        for (int n = lanes / 2; n > 0; n /= 2)
            for (int i = 0; i < n; ++i) lane[i] = arithmetic<T>::add(lane[i], lane[i + n]);
        return lane[0];
    }

    template <class T>
    T multiply_add(T sum, T x, T y)
    {
        return arithmetic<T>::add(sum, arithmetic<T>::multiply(x, y));
    }
}
