// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_CLI_NPY_HEADER_HPP
#define XEINSUM_CLI_NPY_HEADER_HPP

#include <cstddef>
#include <span>
#include <string>

#include <xeinsum/dtype.hpp>
#include <xeinsum/layout.hpp>

namespace xeinsum::cli
{
    /// Longest header that is read, in bytes. NumPy's own are some hundred bytes; only structured dtypes need more.
    inline constexpr std::size_t longest_header = std::size_t{1} << 20;

    /// What the head of a .npy file says about the bytes behind it.
    struct npy_header
    {
        dtype type = dtype::float64;
        bool swapped = false;         ///< the bytes of a number lie in the other order than this machine's
        bool fortran_order = false;
        extents shape;
        std::size_t data_offset = 0;  ///< where in the file the elements begin
        std::size_t data_size = 0;    ///< bytes of all elements
    };

    /// Reads the head of a .npy file, format version 1.0, 2.0 or 3.0, from the file's first bytes. Allocates no more
    /// than the header's own length. Throws file_error without a path: no .npy file, another version, a malformed
    /// header, a dtype that is not supported, a size beyond 64 bits.
    npy_header parse_npy_header(std::span<const std::byte> file);

    /// The head of a version 1.0 file of C-ordered elements in this machine's byte order, padded as NumPy does it, so
    /// that the elements begin at a multiple of 64. Throws usage_error for more than 64 axes, which NumPy can't read.
    std::string make_npy_header(dtype type, const extents& shape);
}

#endif
