// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include <algorithm>
#include <complex>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "convert.hpp"
#include "errors.hpp"
#include "npy.hpp"
#include "npy_header.hpp"

#include "fuzz/decoder.hpp"

/// \file
/// Any bytes as a .npy file: they are refused with file_error, or make an array all of whose elements are there.

namespace
{
    using namespace xeinsum::cli;
    using xeinsum::dtype;

    file_content content_of(const std::uint8_t* data, std::size_t size)
    {
        // Memory of its own size, so that AddressSanitizer sees each step beyond it.
        const std::shared_ptr<std::byte[]> copy(new std::byte[size]);
        std::ranges::copy(std::as_bytes(std::span(data, size)), copy.get());
        return {std::shared_ptr<const std::byte>(copy, copy.get()), size};
    }

    /// Reads every element, so that the sanitizers see it.
    template <class T>
    void touch(const array& a)
    {
        const std::span<const T> elements(a.as<T>(), static_cast<std::size_t>(a.lies.size()));
        [[maybe_unused]] volatile std::ptrdiff_t zeros = std::ranges::count(elements, T{});
    }

    /// The header that would be written says what the one that was read did.
    void check_header(const array& a)
    {
        const std::string written = make_npy_header(a.type, a.lies.shape);
        const npy_header again = parse_npy_header(std::as_bytes(std::span(written)));
        fuzz::require(again.type == a.type && again.shape == a.lies.shape && !again.fortran_order && !again.swapped, "a header comes back", written);
        fuzz::require(again.data_offset == written.size() && again.data_offset % 64 == 0, "a header is padded", written);
        fuzz::require(again.data_size == static_cast<std::size_t>(a.lies.size()) * size_of(a.type), "a header counts its bytes", written);
    }
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    try
    {
        const array a = decode_npy(content_of(data, size));
        fuzz::require(static_cast<std::size_t>(a.lies.size()) * size_of(a.type) <= size, "the elements are in the file");
        visit_npy_dtype(a.type, [&]<class T>(xeinsum::type_tag<T>) {
            fuzz::require(reinterpret_cast<std::uintptr_t>(a.data.get()) % alignof(T) == 0, "elements are aligned");
            touch<T>(a);
        });
        check_header(a);
        const array wide = convert(a, dtype::complex128);
        fuzz::require(wide.lies == a.lies, "a converted array lies as it did");
        touch<std::complex<double>>(wide);
    }
    catch (const file_error&)
    {
    }
    return 0;
}
