// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
//
// The sums of the lanes of several vectors at once: two vectors are folded into one, half and half, until each lane is one's sum.
// A vector of its own takes as many steps as all of them together.
#pragma once

#include <utility>

#include "vector.hpp"

namespace
{
    /// The sum of the lanes of each of Count vectors, in which `Groups` groups of lanes each are a sum already begun: the halves of
    /// every group of two vectors are added up in one vector, that of the first one's groups, then of the second one's.
    template <class T, int Count, int Groups>
    struct folding
    {
        static constexpr int lanes = vector<T>::lanes, half = lanes / Groups / 2;
        using type = typename vector<T>::type;

        /// The lane, of x and y side by side, that comes to place p when one half of every group is taken.
        static constexpr int from(int p, bool second)
        {
            const int group = p / half;  // those of x, then those of y
            return group / Groups * lanes + group % Groups * 2 * half + p % half + (second ? half : 0);
        }

        template <int... P>
        static inline __attribute__((always_inline)) type halves(type x, type y, std::integer_sequence<int, P...>)
        {
            const type first = __builtin_shufflevector(x, y, from(P, false)...), second = __builtin_shufflevector(x, y, from(P, true)...);
            return arithmetic<T>::add(first, second);
        }

        static inline __attribute__((always_inline)) void run(const type* sums, T* to)
        {
            if constexpr (half == 0)
                for (int v = 0; v < Count; ++v) __builtin_memcpy(to + v * lanes, &sums[v], sizeof(type));
            else
            {
                constexpr int left = (Count + 1) / 2;
                type folded[left];
#pragma GCC unroll 8
                for (int v = 0; v < left; ++v)
                    folded[v] = halves(sums[2 * v], sums[2 * v + 1 < Count ? 2 * v + 1 : 2 * v], std::make_integer_sequence<int, lanes>{});
                folding<T, left, 2 * Groups>::run(folded, to);
            }
        }
    };

    template <class T, int Count>
    class folded_sums
    {
        static constexpr int lanes = vector<T>::lanes;

    public:
        explicit inline __attribute__((always_inline)) folded_sums(const typename vector<T>::type* sums) { folding<T, Count, 1>::run(sums, m_sums); }

        /// That of vector v.
        T operator[](int v) const
        {
            int at = 0;
            for (int groups = 1; groups < lanes; groups *= 2, v /= 2) at += v % 2 * groups;
            return m_sums[at + v * lanes];
        }

    private:
        T m_sums[(Count + lanes - 1) / lanes * lanes];
    };
}
