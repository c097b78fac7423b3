// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include "file_content.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>

#include "descriptor.hpp"
#include "errors.hpp"
#include "mapped_files.hpp"
#include "memory.hpp"

namespace xeinsum::cli
{
    namespace
    {
        void require_regular(const std::string& path, const struct stat& about)
        {
            const std::string special = special_file_name(about.st_mode);
            if (!special.empty()) throw file_error(path + ": is " + special + "; a regular file is needed");
        }

        std::shared_ptr<const std::byte> read(const std::string& path, int fd, const struct stat& about)
        {
            const auto size = static_cast<std::size_t>(about.st_size);
            const auto buffer = allocate_bytes(size);
            const int error = read_all(fd, {buffer.get(), size});
            if (error < 0) throw file_error(path + ": became shorter while it was read");
            if (error > 0) throw file_error::from_errno(path, "can't read", error);
            struct stat now{};
            if (::fstat(fd, &now) != 0 || has_changed(about, now)) throw file_error(path + ": changed while it was read");
            return buffer;
        }
    }

    file_content read_file(const std::string& path)
    {
        struct stat about{};
        // Looked at before it is opened: opening a device can have effects of its own.
        if (::stat(path.c_str(), &about) != 0) throw file_error::from_errno(path, "can't open", errno);
        require_regular(path, about);
        descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
        if (!file) throw file_error::from_errno(path, "can't open", errno);
        // Again on what was opened, in case the path has come to name something else in between.
        if (::fstat(file.get(), &about) != 0) throw file_error::from_errno(path, "can't open", errno);
        require_regular(path, about);

        file_content content{nullptr, static_cast<std::size_t>(about.st_size)};
        if (content.size >= mapping_threshold) content.data = map_file(path, file, about);
        if (!content.data) content.data = read(path, file.get(), about);
        return content;
    }
}
