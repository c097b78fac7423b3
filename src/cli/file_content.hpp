// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_CLI_FILE_CONTENT_HPP
#define XEINSUM_CLI_FILE_CONTENT_HPP

#include <cstddef>
#include <memory>
#include <span>
#include <string>

namespace xeinsum::cli
{
    /// A file's bytes, mapped or read; the memory is freed with the last copy of `data`.
    struct file_content
    {
        std::shared_ptr<const std::byte> data;
        std::size_t size = 0;

        std::span<const std::byte> bytes() const { return {data.get(), size}; }
    };

    /// Files from this size on are mapped rather than read.
    inline constexpr std::size_t mapping_threshold = std::size_t{1} << 20;

    /// The content of a regular file: mapped read-only, so without a copy, from `mapping_threshold` bytes on. Never
    /// waits: pipes, devices and directories are refused. Throws file_error, also where the file changed while it was read; of a mapped one
    /// require_unchanged_files() tells. Throws std::bad_alloc.
    file_content read_file(const std::string& path);
}

#endif
