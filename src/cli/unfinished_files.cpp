// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include "unfinished_files.hpp"

#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstddef>

#include "progress_bar.hpp"

namespace xeinsum::cli
{
    namespace
    {
        /// What a signal handler may look at: plain memory, and no lock.
        std::array<std::atomic<const char*>, 8> unfinished;
        static_assert(std::atomic<const char*>::is_always_lock_free);

        void remove_all_and_end(int signal)
        {
            remove_unfinished_files();
            clear_bar();
            std::signal(signal, SIG_DFL);
            std::raise(signal);
        }
    }

    void remove_unfinished_files() noexcept
    {
        for (auto& path : unfinished)
            if (const char* const p = path.exchange(nullptr)) ::unlink(p);
    }

    void remove_unfinished_files_on_signals()
    {
        for (const int signal : {SIGINT, SIGTERM, SIGHUP})
        {
            struct sigaction before{};
            // What the caller had ignored, as nohup does, stays so.
            if (::sigaction(signal, nullptr, &before) != 0 || before.sa_handler == SIG_IGN) continue;
            std::signal(signal, remove_all_and_end);
        }
    }

    unfinished_file::unfinished_file(const std::string& path) : m_path(path), m_place(-1)
    {
        for (std::size_t i = 0; i < unfinished.size() && m_place < 0; ++i)
        {
            const char* none = nullptr;
            if (unfinished[i].compare_exchange_strong(none, m_path.c_str())) m_place = static_cast<int>(i);
        }
    }

    unfinished_file::~unfinished_file()
    {
        if (m_place >= 0) unfinished[static_cast<std::size_t>(m_place)] = nullptr;
    }
}
