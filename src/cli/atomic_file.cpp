// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include "atomic_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <random>

#include "descriptor.hpp"
#include "errors.hpp"

namespace xeinsum::cli
{
    namespace
    {
        std::string random_suffix()
        {
            constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz0123456789";
            std::random_device source;
            std::uniform_int_distribution<std::size_t> pick(0, letters.size() - 1);
            std::string suffix;
            for (int i = 0; i < 10; ++i) suffix += letters[pick(source)];
            return suffix;
        }

        /// A new file beside the target; removed again unless it came to be the target.
        class temporary_file
        {
        public:
            temporary_file(std::string target, const std::filesystem::path& folder) : m_target(std::move(target))
            {
                // A name of its own, not one built on the target's: that may already be as long as a name can be.
                do
                {
                    m_path = (folder / (".xeinsum-" + random_suffix())).string();
                    m_file = descriptor(::open(m_path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
                } while (!m_file && errno == EEXIST);
                if (!m_file) fail(errno);
            }
            temporary_file(const temporary_file&) = delete;
            temporary_file& operator=(const temporary_file&) = delete;
            ~temporary_file()
            {
                if (m_file && !m_renamed) ::unlink(m_path.c_str());
            }

            void set_mode(unsigned mode)
            {
                if (::fchmod(m_file.get(), mode & 0777U) != 0) fail(errno);
            }

            void write(std::span<const std::byte> bytes)
            {
                if (const int error = write_all(m_file.get(), bytes)) fail(error);
            }

            void rename_to_target()
            {
                if (::fsync(m_file.get()) != 0) fail(errno);
                if (::rename(m_path.c_str(), m_target.c_str()) != 0) fail(errno);
                m_renamed = true;
            }

        private:
            [[noreturn]] void fail(int error) const { throw file_error::from_errno(m_target, "can't write", error); }

            std::string m_target;
            std::string m_path;
            descriptor m_file;
            bool m_renamed = false;
        };

        /// Where a symbolic link leads; other paths as they are.
        std::string resolve(const std::string& path)
        {
            std::error_code error;
            if (!std::filesystem::is_symlink(path, error)) return path;
            const auto target = std::filesystem::canonical(path, error);
            if (error) throw file_error::from_errno(path, "can't follow the symbolic link", error.value());
            return target.string();
        }

        /// Makes the new name last: best effort, since not every file system syncs folders, and the file is whole anyway.
        void sync_folder(const std::filesystem::path& folder)
        {
            const descriptor open_folder(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
            if (open_folder) static_cast<void>(::fsync(open_folder.get()));
        }
    }

    void write_file(const std::string& path, std::initializer_list<std::span<const std::byte>> parts)
    {
        const std::string target = resolve(path);
        struct stat about{};
        const bool replaces = ::stat(target.c_str(), &about) == 0;
        if (const std::string special = replaces ? special_file_name(about.st_mode) : ""; !special.empty())
            throw file_error(path + ": is " + special + "; only a regular file can be written");
        auto folder = std::filesystem::path(target).parent_path();
        if (folder.empty()) folder = ".";

        temporary_file file(target, folder);
        if (replaces) file.set_mode(about.st_mode);
        for (const auto part : parts) file.write(part);
        file.rename_to_target();
        sync_folder(folder);
    }

    void write_file(const std::string& path, std::string_view text)
    {
        write_file(path, {std::as_bytes(std::span(text))});
    }
}
