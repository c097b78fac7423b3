// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include "atomic_file.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <random>

#include "descriptor.hpp"
#include "errors.hpp"
#include "unfinished_files.hpp"

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

    class output_file::implementation
    {
    public:
        explicit implementation(const std::string& path) : m_target(resolve(path)), m_folder(std::filesystem::path(m_target).parent_path())
        {
            struct stat about{};
            const bool replaces = ::stat(m_target.c_str(), &about) == 0;
            if (const std::string special = replaces ? special_file_name(about.st_mode) : ""; !special.empty())
                throw file_error(path + ": is " + special + "; only a regular file can be written");
            if (m_folder.empty()) m_folder = ".";
            // A name of its own, not one built on the target's: that may already be as long as a name can be.
            do
            {
                m_path = (m_folder / (".xeinsum-" + random_suffix())).string();
                m_guard.emplace(m_path);
                m_file = descriptor(::open(m_path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
            } while (!m_file && errno == EEXIST);
            if (!m_file) fail(errno);
            if (replaces && ::fchmod(m_file.get(), about.st_mode & 0777U) != 0)
            {
                const int error = errno;
                ::unlink(m_path.c_str());
                fail(error);
            }
        }
        implementation(const implementation&) = delete;
        implementation& operator=(const implementation&) = delete;
        ~implementation()
        {
            unmap();
            if (!m_renamed) ::unlink(m_path.c_str());
        }

        void write(std::span<const std::byte> bytes)
        {
            if (const int error = write_all(m_file.get(), bytes)) fail(error);
        }

        std::span<std::byte> map(std::size_t size)
        {
            // A page that the disk has no room for would end the process when it is stored to.
            if (const int error = ::posix_fallocate(m_file.get(), 0, static_cast<off_t>(size))) fail(error);
            void* const at = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, m_file.get(), 0);
            if (at == MAP_FAILED) fail(errno);
            m_mapped = {static_cast<std::byte*>(at), size};
            return m_mapped;
        }

        void commit()
        {
            unmap();
            if (::fsync(m_file.get()) != 0) fail(errno);
            if (::rename(m_path.c_str(), m_target.c_str()) != 0) fail(errno);
            m_renamed = true;
            m_guard.reset();
            sync_folder(m_folder);
        }

    private:
        [[noreturn]] void fail(int error) const { throw file_error::from_errno(m_target, "can't write", error); }

        void unmap()
        {
            if (!m_mapped.empty()) ::munmap(m_mapped.data(), m_mapped.size());
            m_mapped = {};
        }

        std::string m_target;
        std::filesystem::path m_folder;
        std::string m_path;
        std::optional<unfinished_file> m_guard;
        descriptor m_file;
        std::span<std::byte> m_mapped;
        bool m_renamed = false;
    };

    output_file::output_file(const std::string& path) : m_file(std::make_unique<implementation>(path)) {}
    output_file::~output_file() = default;
    void output_file::write(std::span<const std::byte> bytes) { m_file->write(bytes); }
    std::span<std::byte> output_file::map(std::size_t size) { return m_file->map(size); }
    void output_file::commit() { m_file->commit(); }

    void write_file(const std::string& path, std::initializer_list<std::span<const std::byte>> parts)
    {
        output_file file(path);
        for (const auto part : parts) file.write(part);
        file.commit();
    }

    void write_file(const std::string& path, std::string_view text)
    {
        write_file(path, {std::as_bytes(std::span(text))});
    }
}
