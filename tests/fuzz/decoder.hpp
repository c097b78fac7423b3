// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_TESTS_FUZZ_DECODER_HPP
#define XEINSUM_TESTS_FUZZ_DECODER_HPP

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <string_view>

/// \file
/// What every fuzzer needs. libFuzzer's FuzzedDataProvider comes with clang alone, and the corpus is to mean the same to all compilers.

namespace fuzz
{
    /// Ends the program where a promise does not hold: to libFuzzer a crash, to a test a failure.
    inline void require(bool holds, std::string_view promise, std::string_view details = {})
    {
        if (holds) return;
        std::cerr << "fuzz: broken: " << promise << '\n' << details << std::endl;
        std::abort();
    }

    /// Reads decisions off a string of bytes, from its front; zeros where it has ended.
    class decoder
    {
    public:
        decoder(const std::uint8_t* data, std::size_t size) : m_data(data), m_size(size) {}

        bool at_end() const { return m_at == m_size; }

        std::uint8_t byte() { return at_end() ? std::uint8_t{0} : m_data[m_at++]; }

        /// Takes no more bytes than the range needs.
        std::int64_t between(std::int64_t low, std::int64_t high)
        {
            const auto range = static_cast<std::uint64_t>(high) - static_cast<std::uint64_t>(low);
            std::uint64_t value = 0;
            for (std::uint64_t left = range; left > 0; left >>= 8U) value = value << 8U | byte();
            if (range != ~std::uint64_t{0}) value %= range + 1;
            return static_cast<std::int64_t>(static_cast<std::uint64_t>(low) + value);
        }

        std::size_t count(std::size_t low, std::size_t high)
        {
            return static_cast<std::size_t>(between(static_cast<std::int64_t>(low), static_cast<std::int64_t>(high)));
        }

        /// True for one byte in `rarity`; never at the end.
        bool rarely(unsigned rarity) { return byte() % rarity == rarity - 1; }

        template <class T, std::size_t N>
        T pick(const std::array<T, N>& from)
        {
            return from[count(0, N - 1)];
        }

    private:
        const std::uint8_t* m_data;
        std::size_t m_size;
        std::size_t m_at = 0;
    };
}

#endif
