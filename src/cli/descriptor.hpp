// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_CLI_DESCRIPTOR_HPP
#define XEINSUM_CLI_DESCRIPTOR_HPP

#include <cstddef>
#include <span>
#include <string>
#include <utility>

namespace xeinsum::cli
{
    /// Owns an open file descriptor; -1 is none.
    class descriptor
    {
    public:
        explicit descriptor(int fd = -1) noexcept : m_fd(fd) {}
        descriptor(descriptor&& other) noexcept : m_fd(std::exchange(other.m_fd, -1)) {}
        descriptor& operator=(descriptor&& other) noexcept
        {
            std::swap(m_fd, other.m_fd);
            return *this;
        }
        ~descriptor();

        int get() const noexcept { return m_fd; }
        explicit operator bool() const noexcept { return m_fd >= 0; }

    private:
        int m_fd;
    };

    /// What a path names, for an error: "a directory", "a pipe"; empty for a regular file. Takes a st_mode.
    std::string special_file_name(unsigned mode);

    /// Fills `to` from the current position on. Returns errno, 0 if all is well, -1 where the file ends before.
    int read_all(int fd, std::span<std::byte> to) noexcept;

    /// Writes all bytes. Returns errno, 0 if all is well.
    int write_all(int fd, std::span<const std::byte> bytes) noexcept;
}

#endif
