// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include "npy.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>

#include "atomic_file.hpp"
#include "errors.hpp"
#include "memory.hpp"
#include "npy_header.hpp"

namespace xeinsum::cli
{
    namespace
    {
        void check_size(const npy_header& header, std::size_t present)
        {
            const std::string needed = "shape " + to_string(header.shape) + " of " + std::string(to_string(header.type)) +
                                       " needs " + std::to_string(header.data_size) + " bytes";
            if (present < header.data_size)
                throw file_error("truncated: " + needed + ", but only " + std::to_string(present) + " follow the header");
            if (present > header.data_size)
                throw file_error(std::to_string(present - header.data_size) + " trailing bytes: " + needed + ", but " +
                                 std::to_string(present) + " follow the header");
        }

        /// A C++ bool that is neither 0 nor 1 is undefined behaviour.
        void check_bools(std::span<const std::byte> elements)
        {
            const auto bad = std::ranges::find_if(elements, [](std::byte b) { return b > std::byte{1}; });
            if (bad != elements.end())
                throw file_error("element " + std::to_string(bad - elements.begin()) + " of bool is the byte " +
                                 std::to_string(std::to_integer<int>(*bad)) + "; 0 and 1 are right");
        }

        /// Bytes of the numbers that an element consists of: a complex one has two. All types are aligned to it.
        std::size_t number_size(dtype type)
        {
            const bool complex = type == dtype::complex64 || type == dtype::complex128;
            return complex ? size_of(type) / 2 : size_of(type);
        }

        std::uint16_t swap(std::uint16_t x) { return __builtin_bswap16(x); }
        std::uint32_t swap(std::uint32_t x) { return __builtin_bswap32(x); }
        std::uint64_t swap(std::uint64_t x) { return __builtin_bswap64(x); }

        template <class Number>
        void copy_swapped(std::span<const std::byte> from, std::byte* to)
        {
            for (std::size_t i = 0; i < from.size(); i += sizeof(Number))
            {
                Number x;
                std::memcpy(&x, from.data() + i, sizeof x);
                x = swap(x);
                std::memcpy(to + i, &x, sizeof x);
            }
        }

        std::shared_ptr<const std::byte> copy_elements(std::span<const std::byte> from, const npy_header& header)
        {
            const auto to = allocate_bytes(from.size());
            const std::size_t size = number_size(header.type);
            if (!header.swapped) std::ranges::copy(from, to.get());
            else if (size == 2) copy_swapped<std::uint16_t>(from, to.get());
            else if (size == 4) copy_swapped<std::uint32_t>(from, to.get());
            else copy_swapped<std::uint64_t>(from, to.get());
            return to;
        }
    }

    array decode_npy(const file_content& file)
    {
        const npy_header header = parse_npy_header(file.bytes());
        const auto elements = file.bytes().subspan(header.data_offset);
        check_size(header, elements.size());
        if (header.type == dtype::boolean) check_bools(elements);
        // Aliased: the elements keep the whole content alive.
        std::shared_ptr<const std::byte> data(file.data, elements.data());
        const bool aligned = reinterpret_cast<std::uintptr_t>(elements.data()) % number_size(header.type) == 0;
        if (header.swapped || !aligned) data = copy_elements(elements, header);
        return {header.type, header.fortran_order ? column_major(header.shape) : row_major(header.shape), std::move(data)};
    }

    array read_npy(const std::string& path)
    {
        const file_content file = read_file(path);
        try
        {
            return decode_npy(file);
        }
        catch (const file_error& e)
        {
            throw file_error(path + ": " + e.what());
        }
    }

    void write_npy(const std::string& path, dtype type, const extents& shape, std::span<const std::byte> elements)
    {
        const std::string header = make_npy_header(type, shape);
        write_file(path, {std::as_bytes(std::span(header)), elements});
    }
}
