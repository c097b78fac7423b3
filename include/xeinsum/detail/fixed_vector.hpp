// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_DETAIL_FIXED_VECTOR_HPP
#define XEINSUM_DETAIL_FIXED_VECTOR_HPP

#include <array>
#include <cstddef>

namespace xeinsum::detail
{
    /// A vector of at most N elements that lives wherever it is declared: the storage of an equation
    /// that the compiler parsed. Going beyond N throws std::out_of_range, which does not compile in a constant.
    template <class T, std::size_t N>
    class fixed_vector
    {
    public:
        using value_type = T;

        constexpr void push_back(const T& value) { m_data.at(m_size++) = value; }
        constexpr std::size_t size() const { return m_size; }
        constexpr T* data() { return m_data.data(); }
        constexpr const T* data() const { return m_data.data(); }
        constexpr T* begin() { return data(); }
        constexpr T* end() { return data() + m_size; }
        constexpr const T* begin() const { return data(); }
        constexpr const T* end() const { return data() + m_size; }
        constexpr T& operator[](std::size_t i) { return m_data[i]; }
        constexpr const T& operator[](std::size_t i) const { return m_data[i]; }

    private:
        std::array<T, (N > 0 ? N : 1)> m_data{};
        std::size_t m_size = 0;
    };
}

#endif
