// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
//
// Writing past the caches: what is too large to stay there need not be read before it is written.
#pragma once

#include "vector.hpp"

namespace
{
    constexpr i64 cache_line = 64;
    /// Results from this size on (in bytes) are written past the caches where they are transposed, a cache line at a time.
    constexpr i64 streamed_bytes = 4 << 20;

    /// Writes one cache line, past the caches.
    inline void stream_line(const void* from, void* to)
    {
#if defined(__AVX512F__)
        _mm512_stream_si512(static_cast<__m512i*>(to), _mm512_load_si512(from));
#elif defined(__AVX__)
        for (int i = 0; i < 2; ++i)
            _mm256_stream_si256(static_cast<__m256i*>(to) + i, _mm256_load_si256(static_cast<const __m256i*>(from) + i));
#elif defined(__SSE2__)
        for (int i = 0; i < 4; ++i)
            _mm_stream_si128(static_cast<__m128i*>(to) + i, _mm_load_si128(static_cast<const __m128i*>(from) + i));
#else
        __builtin_memcpy(to, from, cache_line);
#endif
    }

    /// Writes one vector, `to` a multiple of its size.
    template <class V>
    inline __attribute__((always_inline)) void stream_vector(V x, void* to)
    {
        static_assert(sizeof(V) % 16 == 0);
#if defined(__AVX512F__)
        if constexpr (sizeof(V) == 64) return _mm512_stream_si512(static_cast<__m512i*>(to), __builtin_bit_cast(__m512i, x));
#endif
#if defined(__AVX__)
        if constexpr (sizeof(V) == 32) return _mm256_stream_si256(static_cast<__m256i*>(to), __builtin_bit_cast(__m256i, x));
#endif
#if defined(__SSE2__)
        if constexpr (sizeof(V) == 16) return _mm_stream_si128(static_cast<__m128i*>(to), __builtin_bit_cast(__m128i, x));
#endif
        __builtin_memcpy(to, &x, sizeof(x));
    }

    /// What was streamed is to be seen by other threads after what follows.
    inline void end_stream()
    {
#ifdef __SSE2__
        _mm_sfence();
#endif
    }
}
