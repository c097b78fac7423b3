// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include "standard_output.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <csignal>
#include <span>

#include "descriptor.hpp"
#include "errors.hpp"

namespace xeinsum::cli
{
    void guard_standard_streams()
    {
        std::signal(SIGPIPE, SIG_IGN);
        // open() returns the lowest free descriptor. Opened the wrong way round, so that using it is an error.
        for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
            if (::fcntl(fd, F_GETFD) == -1)
                static_cast<void>(::open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY));
    }

    void print(std::string_view text)
    {
        if (const int error = write_all(STDOUT_FILENO, std::as_bytes(std::span(text))))
            throw file_error::from_errno("standard output", "can't write", error);
    }

    void print_error(std::string_view message) noexcept
    {
        for (const std::string_view part : {std::string_view("xeinsum: "), message, std::string_view("\n")})
            static_cast<void>(write_all(STDERR_FILENO, std::as_bytes(std::span(part))));
    }
}
