// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_TESTS_CLI_NPY_BYTES_HPP
#define XEINSUM_TESTS_CLI_NPY_BYTES_HPP

#include <bit>
#include <complex>
#include <cstddef>
#include <cstdint>
#include <string>
#include <type_traits>
#include <vector>

#include <xeinsum/layout.hpp>

/// \file
/// The bytes of .npy files, put together by hand: shares no code with the command.

namespace xeinsum::test
{
    enum class byte_order { little, big };

    /// A number's bytes, by shifts: the same on every machine.
    template <class T>
    std::string number_bytes(T x, byte_order order)
    {
        if constexpr (std::is_same_v<T, float>) return number_bytes(std::bit_cast<std::uint32_t>(x), order);
        else if constexpr (std::is_same_v<T, double>) return number_bytes(std::bit_cast<std::uint64_t>(x), order);
        else if constexpr (std::is_integral_v<T>)
        {
            const auto bits = static_cast<std::uint64_t>(x);
            std::string bytes;
            for (std::size_t i = 0; i < sizeof(T); ++i)
            {
                const std::size_t shift = 8 * (order == byte_order::little ? i : sizeof(T) - 1 - i);
                bytes += static_cast<char>(bits >> shift & 0xffU);
            }
            return bytes;
        }
        else return number_bytes(x.real(), order) + number_bytes(x.imag(), order);
    }

    template <class T>
    std::string element_bytes(const std::vector<T>& values, byte_order order = byte_order::little)
    {
        std::string bytes;
        for (const T x : values) bytes += number_bytes(x, order);
        return bytes;
    }

    /// The dictionary as NumPy writes it.
    inline std::string dictionary(const std::string& descr, const std::string& fortran_order, const std::string& shape)
    {
        std::string text = "{'descr': '";
        text.append(descr).append("', 'fortran_order': ").append(fortran_order);
        return text.append(", 'shape': ").append(shape).append(", }");
    }

    /// Magic, version, length and header text as given, then the elements.
    inline std::string raw_npy(int major, std::size_t claimed_length, const std::string& text, const std::string& elements)
    {
        std::string bytes = "\x93NUMPY";
        bytes += static_cast<char>(major);
        bytes += '\0';
        bytes += major == 1 ? number_bytes(static_cast<std::uint16_t>(claimed_length), byte_order::little)
                            : number_bytes(static_cast<std::uint32_t>(claimed_length), byte_order::little);
        return bytes + text + elements;
    }

    /// The same, padded with spaces so that the elements begin at a multiple of 64.
    inline std::string npy(const std::string& text, const std::string& elements, int major = 1)
    {
        const std::size_t start = major == 1 ? 10 : 12;
        const std::string padded = text + std::string(63 - (start + text.size()) % 64, ' ') + "\n";
        return raw_npy(major, padded.size(), padded, elements);
    }

    /// A shape as Python writes it.
    inline std::string tuple(const xeinsum::extents& shape)
    {
        std::string text = "(";
        for (std::size_t d = 0; d < shape.size(); ++d) text.append(d == 0 ? "" : ", ").append(std::to_string(shape[d]));
        return text.append(shape.size() == 1 ? ",)" : ")");
    }

    /// What follows the byte order in `descr`.
    template <class T>
    std::string type_code()
    {
        if constexpr (std::is_same_v<T, bool>) return "b1";
        else
        {
            const char* kind = std::is_floating_point_v<T> ? "f" : !std::is_integral_v<T> ? "c" : std::is_signed_v<T> ? "i" : "u";
            return std::string(kind).append(std::to_string(sizeof(T)));
        }
    }

    template <class T>
    std::string descr(byte_order order = byte_order::little)
    {
        return std::string(sizeof(T) == 1 ? "|" : order == byte_order::little ? "<" : ">").append(type_code<T>());
    }

    /// Row-major values in Fortran's order.
    template <class T>
    std::vector<T> to_fortran(const std::vector<T>& values, const xeinsum::extents& shape)
    {
        std::vector<T> result;
        std::vector<std::int64_t> index(shape.size(), 0);
        while (result.size() < values.size())
        {
            std::size_t at = 0;
            for (std::size_t d = 0; d < shape.size(); ++d) at = at * static_cast<std::size_t>(shape[d]) + static_cast<std::size_t>(index[d]);
            result.push_back(values[at]);
            for (std::size_t d = 0; d < shape.size() && ++index[d] == shape[d]; ++d) index[d] = 0;
        }
        return result;
    }

    /// A whole file of row-major values.
    template <class T>
    std::string npy_of(const xeinsum::extents& shape, const std::vector<T>& values, bool fortran = false,
                       byte_order order = byte_order::little)
    {
        return npy(dictionary(descr<T>(order), fortran ? "True" : "False", tuple(shape)),
                   element_bytes(fortran ? to_fortran(values, shape) : values, order));
    }
}

#endif
