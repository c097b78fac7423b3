// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include "mapped_files.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <span>
#include <string_view>
#include <utility>

#include "errors.hpp"
#include "unfinished_files.hpp"

namespace xeinsum::cli
{
    namespace
    {
        constexpr std::string_view complaint = ": changed while it was read";

        /// What is known of a mapping. It outlives the mapping, so that a signal handler may look at it at any time.
        struct mapping
        {
            std::string path, message;
            descriptor file;
            struct stat before{};
            std::size_t size = 0;
            std::atomic<const std::byte*> first = nullptr;  ///< null: mapped no longer
            bool changed = false;
            mapping* next = nullptr;

            bool has_changed_now() const
            {
                struct stat now{};
                return ::fstat(file.get(), &now) != 0 || has_changed(before, now);
            }
        };

        std::atomic<mapping*> all = nullptr;

        void unmap(mapping& m)
        {
            m.changed = m.has_changed_now();
            ::munmap(const_cast<std::byte*>(m.first.exchange(nullptr)), m.size);
            m.file = descriptor();
        }

        std::atomic_flag is_ending;

        void end_with_message(int signal, siginfo_t* about, void*)
        {
            // Threads that read the same file meet its end at once: the first one speaks, and takes the others with it.
            while (is_ending.test_and_set()) ::pause();
            remove_unfinished_files();
            const auto* const at = static_cast<const std::byte*>(about->si_addr);
            for (const mapping* m = all; m; m = m->next)
            {
                const std::byte* const first = m->first;
                if (!first || at < first || at >= first + m->size) continue;
                static_cast<void>(write_all(STDERR_FILENO, std::as_bytes(std::span(m->message))));
                ::_exit(1);
            }
            std::signal(signal, SIG_DFL);
            std::raise(signal);
        }
    }

    bool has_changed(const struct stat& before, const struct stat& now)
    {
        return before.st_size != now.st_size || before.st_mtim.tv_sec != now.st_mtim.tv_sec || before.st_mtim.tv_nsec != now.st_mtim.tv_nsec;
    }

    std::shared_ptr<const std::byte> map_file(const std::string& path, descriptor& file, const struct stat& about)
    {
        auto m = std::make_unique<mapping>();
        m->path = path;
        m->message = "xeinsum: " + path + std::string(complaint) + "\n";
        m->before = about;
        m->size = static_cast<std::size_t>(about.st_size);
        void* const start = ::mmap(nullptr, m->size, PROT_READ, MAP_PRIVATE, file.get(), 0);
        if (start == MAP_FAILED) return nullptr;
        m->file = std::move(file);
        m->first = static_cast<const std::byte*>(start);
        m->next = all;
        mapping* const kept = m.release();
        while (!all.compare_exchange_weak(kept->next, kept)) {}
        return {kept->first.load(), [kept](const std::byte*) { unmap(*kept); }};
    }

    void require_unchanged_files()
    {
        for (const mapping* m = all; m; m = m->next)
            if (m->first ? m->has_changed_now() : m->changed) throw file_error(m->path + std::string(complaint));
    }

    void report_files_that_shrink()
    {
        struct sigaction how{};
        how.sa_sigaction = end_with_message;
        how.sa_flags = SA_SIGINFO;
        ::sigaction(SIGBUS, &how, nullptr);
    }
}
