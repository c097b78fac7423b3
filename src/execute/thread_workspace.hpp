// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_SRC_EXECUTE_THREAD_WORKSPACE_HPP
#define XEINSUM_SRC_EXECUTE_THREAD_WORKSPACE_HPP

#include <cstddef>

#include <xeinsum/workspace.hpp>

namespace xeinsum::detail
{
    /// Memory for one execution that was given none: that of the calling thread, which stays with it, or, where more is needed than a
    /// thread keeps or the thread's is in use already, memory of its own. Small contractions would else spend more time on the
    /// first touch of their pages than on their work.
    class thread_workspace
    {
    public:
        /// What a thread keeps at most; larger ones are given back at once.
        static constexpr std::size_t most_kept = std::size_t{4} << 20;

        thread_workspace() = default;
        thread_workspace(const thread_workspace&) = delete;
        thread_workspace& operator=(const thread_workspace&) = delete;
        ~thread_workspace();

        /// At least so many bytes, until this goes. Once. Throws std::bad_alloc.
        std::byte* reserve(std::size_t bytes);

    private:
        workspace m_own;
        bool m_borrows = false;
    };
}

#endif
