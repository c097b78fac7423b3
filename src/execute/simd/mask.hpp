// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
//
// Some lanes of a vector, for rows that end within one: the last vector reaches back to the one before.
#pragma once

#include "vector.hpp"

namespace
{
    template <int Bytes>
    struct bits_of_vector
    {
        typedef std::int64_t type __attribute__((vector_size(Bytes)));
    };
    using lane_bits = bits_of_vector<vector_bytes>::type;

    /// All bits of a vector's lanes from this one on.
    template <class T, int Bytes = vector_bytes>
    typename bits_of_vector<Bytes>::type lanes_from(i64 lane)
    {
        unsigned char bytes[2 * Bytes];
        __builtin_memset(bytes, 0, Bytes);
        __builtin_memset(bytes + Bytes, 0xFF, Bytes);
        typename bits_of_vector<Bytes>::type mask;
        __builtin_memcpy(&mask, bytes + Bytes - lane * static_cast<i64>(sizeof(T)), Bytes);
        return mask;
    }

    /// The lanes of x that the mask has; zeros in the others.
    template <class V>
    V masked(V x, typename bits_of_vector<sizeof(V)>::type mask)
    {
        return reinterpret_cast<V>(reinterpret_cast<decltype(mask)>(x) & mask);
    }
}
