// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_CLI_NPY_HPP
#define XEINSUM_CLI_NPY_HPP

#include <cstddef>
#include <memory>
#include <span>
#include <string>

#include <xeinsum/dtype.hpp>
#include <xeinsum/layout.hpp>

#include "file_content.hpp"

namespace xeinsum::cli
{
    /// A tensor in memory: contiguous, C or Fortran order, native byte order, aligned. Copies share the memory.
    struct array
    {
        dtype type = dtype::float64;
        layout lies;
        std::shared_ptr<const std::byte> data;

        /// The first element; T must be the type of `type`.
        template <class T>
        const T* as() const
        {
            return reinterpret_cast<const T*>(data.get());
        }
    };

    /// Reads a NumPy .npy file. The elements stay where the file's content lies, mapped or read; only those of the
    /// other byte order, and those that are not aligned for their type, are copied. Throws file_error, std::bad_alloc.
    array read_npy(const std::string& path);

    /// The same from a file's content; what() of the file_error has no path.
    array decode_npy(const file_content& file);

    /// Writes C-ordered elements as a .npy file, whole or not at all. Throws as write_file() and make_npy_header().
    void write_npy(const std::string& path, dtype type, const extents& shape, std::span<const std::byte> elements);
}

#endif
