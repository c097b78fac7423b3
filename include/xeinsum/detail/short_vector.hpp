// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_DETAIL_SHORT_VECTOR_HPP
#define XEINSUM_DETAIL_SHORT_VECTOR_HPP

#include <algorithm>
#include <array>
#include <cstddef>
#include <initializer_list>
#include <type_traits>
#include <utility>
#include <vector>

namespace xeinsum::detail
{
    /// A vector of plain values whose first N elements live in place; the heap takes over beyond.
    template <class T, std::size_t N>
    class short_vector
    {
        static_assert(std::is_trivially_copyable_v<T>);

    public:
        using value_type = T;

        constexpr short_vector() {}
        constexpr short_vector(std::initializer_list<T> values)
        {
            for (const T& value : values) push_back(value);
        }
        constexpr short_vector(std::size_t size, const T& value)
        {
            m_short.fill(value);
            m_size = std::min(size, N);
            if (size > N) m_more.assign(size, value);
        }
        constexpr short_vector(const short_vector& other) : m_size(other.m_size), m_more(other.m_more) { copy_short(other); }
        constexpr short_vector(short_vector&& other) noexcept : m_size(other.m_size), m_more(std::move(other.m_more))
        {
            copy_short(other);
            other.m_size = 0;
        }
        constexpr short_vector& operator=(const short_vector& other) { return *this = short_vector(other); }
        constexpr short_vector& operator=(short_vector&& other) noexcept
        {
            m_size = std::exchange(other.m_size, 0);
            m_more = std::move(other.m_more);
            copy_short(other);
            return *this;
        }

        constexpr void push_back(const T& value)
        {
            if (m_size < N) m_short[m_size++] = value;
            else
            {
                const T kept = value;
                if (m_more.empty()) m_more.assign(begin(), end());
                m_more.push_back(kept);
            }
        }
        /// Drops all but the first `size` elements; there must be as many.
        constexpr void truncate(std::size_t size)
        {
            if (m_more.empty()) m_size = size;
            else m_more.resize(size);
            if (m_more.empty()) m_size = std::min(m_size, size);
        }
        constexpr void reserve(std::size_t size)
        {
            if (size > N) m_more.reserve(size);
        }

        constexpr std::size_t size() const { return m_more.empty() ? m_size : m_more.size(); }
        constexpr bool empty() const { return size() == 0; }
        constexpr T* data() { return m_more.empty() ? m_short.data() : m_more.data(); }
        constexpr const T* data() const { return m_more.empty() ? m_short.data() : m_more.data(); }
        constexpr T* begin() { return data(); }
        constexpr T* end() { return data() + size(); }
        constexpr const T* begin() const { return data(); }
        constexpr const T* end() const { return data() + size(); }
        constexpr T& operator[](std::size_t i) { return data()[i]; }
        constexpr const T& operator[](std::size_t i) const { return data()[i]; }
        constexpr T& back() { return data()[size() - 1]; }
        constexpr const T& back() const { return data()[size() - 1]; }

    private:
        constexpr void copy_short(const short_vector& other)
        {
            if (m_more.empty()) std::copy_n(other.m_short.begin(), m_size, m_short.begin());
        }

        std::array<T, N> m_short;  // of which the first m_size are values
        std::size_t m_size = 0;
        std::vector<T> m_more;     // all of them, if there are more
    };
}

#endif
