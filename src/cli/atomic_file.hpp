// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_CLI_ATOMIC_FILE_HPP
#define XEINSUM_CLI_ATOMIC_FILE_HPP

#include <cstddef>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

namespace xeinsum::cli
{
    /// Writes the parts, one after the other, as a file that appears whole or not at all: they go to a temporary
    /// file in the same folder, to the disk, and only then take the target's name. Until then a file of that name
    /// keeps its content; on failure it keeps it for good and the temporary file is removed.
    ///
    /// A symbolic link is followed. A new file's mode follows the umask, a replaced file's mode is kept. Throws
    /// file_error: the folder is missing or can't be written, the target is a directory, device or pipe, the disk
    /// is full.
    void write_file(const std::string& path, std::initializer_list<std::span<const std::byte>> parts);

    /// The same for text.
    void write_file(const std::string& path, std::string_view text);
}

#endif
