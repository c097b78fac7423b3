// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_SRC_SIMILARITY_REACHING_HPP
#define XEINSUM_SRC_SIMILARITY_REACHING_HPP

#include <cstdint>

namespace xeinsum::detail
{
    /// Scores that are looked at together.
    template <class T>
    inline constexpr std::int64_t reaching_group = 64 / sizeof(T);

    /// Vectors of the compiler's, of the width that every CPU of a family has.
    template <class T>
    struct score_vector
    {
        static constexpr std::int64_t lanes = 16 / sizeof(T);
        typedef T type __attribute__((vector_size(16)));
        typedef T memory __attribute__((vector_size(16), aligned(alignof(T)), may_alias));

        static type load(const T* from) { return *reinterpret_cast<const memory*>(from); }
    };

    /// Whether any score of a group is at least as high as its limit, limit(j): a vector of them.
    template <class T, class Limit>
    bool any_reaches(const T* scores, const Limit& limit)
    {
        using vector = score_vector<T>;
        auto reached = vector::load(scores) >= limit(0);
        for (std::int64_t j = vector::lanes; j < reaching_group<T>; j += vector::lanes) reached |= vector::load(scores + j) >= limit(j);
        typedef long long words __attribute__((vector_size(16)));
        const auto bits = reinterpret_cast<words>(reached);
        return (bits[0] | bits[1]) != 0;
    }

    /// One limit for all scores. It may rise meanwhile.
    template <class T>
    struct one_limit
    {
        const T& value;

        T operator[](std::int64_t) const { return value; }
        bool any(const T* scores, std::int64_t) const
        {
            const typename score_vector<T>::type limit = typename score_vector<T>::type{} + value;
            return any_reaches(scores, [limit](std::int64_t) { return limit; });
        }
    };

    /// A limit for each score. They may rise meanwhile.
    template <class T>
    struct own_limits
    {
        const T* values;

        T operator[](std::int64_t i) const { return values[i]; }
        bool any(const T* scores, std::int64_t first) const
        {
            return any_reaches(scores, [limits = values + first](std::int64_t j) { return score_vector<T>::load(limits + j); });
        }
    };

    /// Calls take(i) for those of n scores that are at least as high as their limits: few, which is why groups are looked at as a whole. NaN
    /// reaches nothing.
    template <class T, class Limits, class Take>
    void for_each_reaching(const T* scores, std::int64_t n, const Limits& limits, const Take& take)
    {
        std::int64_t i = 0;
        for (; i + reaching_group<T> <= n; i += reaching_group<T>)
        {
            if (!limits.any(scores + i, i)) continue;
            for (std::int64_t j = i; j < i + reaching_group<T>; ++j)
                if (scores[j] >= limits[j]) take(j);
        }
        for (; i < n; ++i)
            if (scores[i] >= limits[i]) take(i);
    }
}

#endif
