// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_SRC_PATH_WATCH_HPP
#define XEINSUM_SRC_PATH_WATCH_HPP

#include <chrono>
#include <cstddef>

#include "network.hpp"

namespace xeinsum::detail
{
    /// What bounds a search in time: its stop token and its seconds, counted from when this was made.
    class search_watch
    {
    public:
        explicit search_watch(const path_search& how) : m_how(how), m_start(std::chrono::steady_clock::now()) {}

        /// Whether anybody wants to hear of the search, or to end it.
        bool is_needed() const { return m_how.progress || m_how.stop.stop_possible() || m_how.seconds > 0; }

        /// Tells how far the search has come; false if it is to end now.
        bool goes_on(const path_progress& now) const
        {
            if (m_how.progress) m_how.progress(now);
            if (m_how.stop.stop_requested()) return false;
            const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - m_start;
            return !(m_how.seconds > 0) || passed.count() < m_how.seconds;
        }

    private:
        const path_search& m_how;
        std::chrono::steady_clock::time_point m_start;
    };
}

#endif
