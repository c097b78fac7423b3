// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_CLI_ATOMIC_FILE_HPP
#define XEINSUM_CLI_ATOMIC_FILE_HPP

#include <cstddef>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace xeinsum::cli
{
    /// A file that appears whole or not at all: what is written goes to a temporary file in the same folder, to the disk, and
    /// only then takes the target's name. Until then a file of that name keeps its content; on failure, and if a signal ends the
    /// process, it keeps it for good and the temporary file is removed.
    ///
    /// A symbolic link is followed. A new file's mode follows the umask, a replaced file's mode is kept. All functions throw
    /// file_error: the folder is missing or can't be written, the target is a directory, device or pipe, the disk
    /// is full.
    class output_file
    {
    public:
        explicit output_file(const std::string& path);
        ~output_file();
        output_file(const output_file&) = delete;
        output_file& operator=(const output_file&) = delete;

        /// Appends.
        void write(std::span<const std::byte> bytes);
        /// Makes the file so many bytes long, in place of what was written, and maps it: what is stored there is in the file. The disk has
        /// room for all of it from now on. Once.
        std::span<std::byte> map(std::size_t size);
        /// Gives the file its name.
        void commit();

    private:
        class implementation;
        std::unique_ptr<implementation> m_file;
    };

    /// Writes the parts, one after the other, as an output_file.
    void write_file(const std::string& path, std::initializer_list<std::span<const std::byte>> parts);

    /// The same for text.
    void write_file(const std::string& path, std::string_view text);
}

#endif
