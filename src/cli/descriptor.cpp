// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include "descriptor.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace xeinsum::cli
{
    namespace
    {
        // Linux moves at most 2 GiB - 4 KiB in one call; other systems refuse more than INT_MAX.
        constexpr std::size_t most_at_once = std::size_t{1} << 30;
    }

    descriptor::~descriptor()
    {
        if (m_fd >= 0) ::close(m_fd);
    }

    std::string special_file_name(unsigned mode)
    {
        switch (mode & S_IFMT)
        {
        case S_IFREG: return {};
        case S_IFDIR: return "a directory";
        case S_IFIFO: return "a pipe";
        case S_IFSOCK: return "a socket";
        case S_IFCHR:
        case S_IFBLK: return "a device";
        default: return "no regular file";
        }
    }

    int read_all(int fd, std::span<std::byte> to) noexcept
    {
        while (!to.empty())
        {
            const ssize_t got = ::read(fd, to.data(), std::min(to.size(), most_at_once));
            if (got == 0) return -1;
            if (got > 0) to = to.subspan(static_cast<std::size_t>(got));
            else if (errno != EINTR) return errno;
        }
        return 0;
    }

    int write_all(int fd, std::span<const std::byte> bytes) noexcept
    {
        while (!bytes.empty())
        {
            const ssize_t put = ::write(fd, bytes.data(), std::min(bytes.size(), most_at_once));
            if (put >= 0) bytes = bytes.subspan(static_cast<std::size_t>(put));
            else if (errno != EINTR) return errno;
        }
        return 0;
    }
}
