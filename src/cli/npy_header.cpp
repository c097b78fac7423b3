// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include "npy_header.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <string_view>
#include <utility>

#include "errors.hpp"
#include "header_dictionary.hpp"

namespace xeinsum::cli
{
    namespace
    {
        constexpr std::string_view magic = "\x93NUMPY";
        constexpr bool little_endian = std::endian::native == std::endian::little;

        /// The dtypes by what follows the byte order in `descr`.
        constexpr std::array<std::pair<std::string_view, dtype>, 13> types = {{
            {"b1", dtype::boolean}, {"i1", dtype::int8},     {"i2", dtype::int16},   {"i4", dtype::int32},
            {"i8", dtype::int64},   {"u1", dtype::uint8},    {"u2", dtype::uint16},  {"u4", dtype::uint32},
            {"u8", dtype::uint64},  {"f4", dtype::float32},  {"f8", dtype::float64}, {"c8", dtype::complex64},
            {"c16", dtype::complex128},
        }};

        /// What else NumPy writes, for the message.
        constexpr std::array<std::pair<std::string_view, std::string_view>, 10> unsupported = {{
            {"f2", "float16"},         {"f16", "long double"}, {"c32", "complex long double"}, {"O", "Python objects"},
            {"S", "byte strings"},     {"a", "byte strings"},  {"U", "strings"},               {"M", "dates"},
            {"m", "time differences"}, {"V", "raw bytes"},
        }};

        [[noreturn]] void refuse_dtype(std::string_view descr)
        {
            std::string meaning;
            for (const auto& [code, name] : unsupported)
                if (meaning.empty() && descr.size() > 1 && descr.substr(1).starts_with(code))
                    meaning = " (" + std::string(name) + ")";
            throw file_error("dtype " + excerpt(descr) + meaning +
                             " is not supported; bool, int8 to int64, uint8 to uint64, float32, float64, complex64 and "
                             "complex128 are, as '|b1', '<i4', '>f8' and so on");
        }

        void read_dtype(std::string_view descr, npy_header& result)
        {
            const char order = descr.empty() ? '\0' : descr[0];
            const auto known = std::ranges::find(types, descr.substr(descr.empty() ? 0 : 1), &std::pair<std::string_view, dtype>::first);
            const bool is_order = order == '<' || order == '>' || order == '=' || order == '|';
            if (!is_order || known == types.end()) refuse_dtype(descr);
            result.type = known->second;
            const bool one_byte = size_of(result.type) == 1;
            if (order == '|' && !one_byte)
                throw file_error("dtype " + excerpt(descr) + " leaves the byte order open; it must be '<' or '>' here");
            result.swapped = !one_byte && order == (little_endian ? '>' : '<');
        }

        std::size_t size_in_bytes(const npy_header& header)
        {
            if (std::ranges::find(header.shape, 0) != header.shape.end()) return 0;
            std::int64_t size = static_cast<std::int64_t>(size_of(header.type));
            for (const std::int64_t extent : header.shape)
                if (__builtin_mul_overflow(size, extent, &size))
                    throw file_error("shape " + to_string(header.shape) + " of " + std::string(to_string(header.type)) +
                                     " has more bytes than 64 bits hold");
            return static_cast<std::size_t>(size);
        }

        /// A little-endian number of the file.
        std::size_t number(std::span<const std::byte> bytes)
        {
            std::size_t value = 0;
            for (std::size_t i = bytes.size(); i-- > 0;) value = value << 8U | std::to_integer<std::size_t>(bytes[i]);
            return value;
        }

        std::string_view as_text(std::span<const std::byte> bytes)
        {
            return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
        }

        /// The header's text, with the offset at which it begins.
        std::pair<std::string_view, std::size_t> header_text(std::span<const std::byte> file)
        {
            if (file.size() < magic.size() || as_text(file.first(magic.size())) != magic)
                throw file_error("not a .npy file: it does not begin with \\x93NUMPY");
            const auto truncated = [] { return file_error("truncated: the file ends within its header"); };
            if (file.size() < 8) throw truncated();
            const std::size_t major = number(file.subspan(6, 1)), minor = number(file.subspan(7, 1));
            if (major < 1 || major > 3 || minor != 0)
                throw file_error(".npy format version " + std::to_string(major) + "." + std::to_string(minor) +
                                 " is not supported; 1.0, 2.0 and 3.0 are");
            const std::size_t start = major == 1 ? 10 : 12;
            if (file.size() < start) throw truncated();
            const std::size_t length = number(file.subspan(8, start - 8));
            if (length > longest_header)
                throw file_error("malformed header: it claims " + std::to_string(length) + " bytes; at most " +
                                 std::to_string(longest_header) + " are read");
            if (file.size() - start < length) throw truncated();
            return {as_text(file.subspan(start, length)), start};
        }
    }

    npy_header parse_npy_header(std::span<const std::byte> file)
    {
        const auto [text, start] = header_text(file);
        header_dictionary said = parse_header_dictionary(text);
        npy_header result;
        read_dtype(said.descr, result);
        result.fortran_order = said.fortran_order;
        result.shape = std::move(said.shape);
        result.data_offset = start + text.size();
        result.data_size = size_in_bytes(result);
        return result;
    }

    std::string make_npy_header(dtype type, const extents& shape)
    {
        if (shape.size() > most_axes)
            throw usage_error("the result has " + std::to_string(shape.size()) + " axes; a .npy file holds at most " +
                              std::to_string(most_axes));
        const auto known = std::ranges::find(types, type, &std::pair<std::string_view, dtype>::second);
        if (known == types.end()) throw usage_error("a .npy file can't hold " + std::string(to_string(type)));
        std::string text = "{'descr': '";
        text.append(size_of(type) == 1 ? "|" : little_endian ? "<" : ">").append(known->first);
        text += "', 'fortran_order': False, 'shape': (";
        for (std::size_t d = 0; d < shape.size(); ++d) text.append(d == 0 ? "" : ", ").append(std::to_string(shape[d]));
        text += shape.size() == 1 ? ",), }" : "), }";
        constexpr std::size_t start = 10, alignment = 64;
        text.append(alignment - 1 - (start + text.size()) % alignment, ' ').append("\n");
        // 64 extents of 19 digits stay far below version 1.0's limit of 65,535 bytes.
        std::string head = std::string(magic) + '\x01' + '\0';
        head += static_cast<char>(text.size() & 0xffU);
        head += static_cast<char>(text.size() >> 8U);
        return head + text;
    }
}
