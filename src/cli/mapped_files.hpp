// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_CLI_MAPPED_FILES_HPP
#define XEINSUM_CLI_MAPPED_FILES_HPP

#include <sys/stat.h>

#include <cstddef>
#include <memory>
#include <string>

#include "descriptor.hpp"

namespace xeinsum::cli
{
    /// Whether a file has another size or was written to since it was looked at.
    bool has_changed(const struct stat& before, const struct stat& now);

    /// The bytes of an open file, `about` what was found out of it; null, and the file left to the caller, where the file system
    /// can't map. The file stays open for as long as it is mapped. Throws std::bad_alloc.
    std::shared_ptr<const std::byte> map_file(const std::string& path, descriptor& file, const struct stat& about);

    /// To be called before anything that was made of mapped files is let out. Throws file_error if one of them, mapped still or not, has changed
    /// since it was opened.
    void require_unchanged_files();

    /// Has reading what a mapped file has lost, which is SIGBUS, end the process with a message and exit status 1, and without
    /// unfinished files.
    void report_files_that_shrink();
}

#endif
