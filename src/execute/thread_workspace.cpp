// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include "thread_workspace.hpp"

namespace xeinsum::detail
{
    namespace
    {
        /// An execution may start another one on the same thread, from its progress callback; and destructors of static objects may run
        /// executions when the thread's memory is gone already. Has no destructor, so it can be asked then, too.
        enum class state { idle, in_use, gone };
        thread_local state now = state::idle;

        struct kept_workspace : workspace
        {
            kept_workspace() = default;
            kept_workspace(const kept_workspace&) = delete;
            kept_workspace& operator=(const kept_workspace&) = delete;
            ~kept_workspace() { now = state::gone; }
        };
        thread_local kept_workspace kept;
    }

    std::byte* thread_workspace::reserve(std::size_t bytes)
    {
        if (bytes > most_kept || now != state::idle) return m_own.reserve(bytes);
        std::byte* const memory = kept.reserve(bytes);
        now = state::in_use;
        m_borrows = true;
        return memory;
    }

    thread_workspace::~thread_workspace()
    {
        if (m_borrows) now = state::idle;
    }
}
