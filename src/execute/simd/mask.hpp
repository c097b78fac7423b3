// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
//
// Some lanes of a vector, for rows that end within one: the last vector reaches back to the one before.
#pragma once

#include "vector.hpp"

namespace
{
    typedef std::int64_t lane_bits __attribute__((vector_size(vector_bytes)));

    /// All bits of a vector's lanes from this one on.
    template <class T>
    lane_bits lanes_from(i64 lane)
    {
        unsigned char bytes[2 * vector_bytes];
        __builtin_memset(bytes, 0, vector_bytes);
        __builtin_memset(bytes + vector_bytes, 0xFF, vector_bytes);
        lane_bits mask;
        __builtin_memcpy(&mask, bytes + vector_bytes - lane * static_cast<i64>(sizeof(T)), vector_bytes);
        return mask;
    }

    /// The lanes of x that the mask has; zeros in the others.
    template <class V>
    V masked(V x, lane_bits mask)
    {
        return reinterpret_cast<V>(reinterpret_cast<lane_bits>(x) & mask);
    }
}
