// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_TESTS_RANDOM_HPP
#define XEINSUM_TESTS_RANDOM_HPP

#include <algorithm>
#include <complex>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <random>
#include <string>
#include <type_traits>
#include <vector>

namespace test
{
    using engine = std::mt19937_64;

    /// The seed of a random test: XEINSUM_TEST_SEED if set, else a fixed one, so that runs can be repeated.
    inline std::uint64_t seed()
    {
        const char* const given = std::getenv("XEINSUM_TEST_SEED");
        return given ? std::strtoull(given, nullptr, 10) : 20260101;
    }

    /// How many of `n` draws a random test makes: XEINSUM_TEST_DRAWS per cent of them if set, else all.
    inline int draws(int n)
    {
        const char* const given = std::getenv("XEINSUM_TEST_DRAWS");
        return given ? std::max(1, n * std::atoi(given) / 100) : n;
    }

    inline std::int64_t between(engine& random, std::int64_t low, std::int64_t high)
    {
        return std::uniform_int_distribution<std::int64_t>(low, high)(random);
    }

    /// A value of any dtype: real ones in [-1, 1), integers small, so that they exercise sign and wrap-around.
    template <class T>
    T draw(engine& random)
    {
        const auto real = [&] { return std::uniform_real_distribution<double>(-1, 1)(random); };
        if constexpr (std::is_same_v<T, bool>) return between(random, 0, 1) == 1;
        else if constexpr (std::is_integral_v<T>) return static_cast<T>(between(random, std::is_signed_v<T> ? -9 : 0, 9));
        else if constexpr (std::is_floating_point_v<T>) return static_cast<T>(real());
        else
        {
            using part = typename T::value_type;
            const auto re = static_cast<part>(real());
            return T(re, static_cast<part>(real()));
        }
    }

    template <class T>
    std::vector<T> draw_many(engine& random, std::int64_t n)
    {
        std::vector<T> values;
        for (std::int64_t i = 0; i < n; ++i) values.push_back(draw<T>(random));
        return values;
    }
}

#endif
