// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_CLI_PROGRESS_BAR_HPP
#define XEINSUM_CLI_PROGRESS_BAR_HPP

#include <chrono>
#include <string>
#include <string_view>

namespace xeinsum::cli
{
    /// One line: a bar, per cent, the rate in millions or so of `unit` a second, time left.
    std::string bar_text(double done, double total, double seconds, std::string_view unit);

    /// Clears the line of a bar that is shown: for a signal's handler, after which no destructor does.
    void clear_bar() noexcept;

    /// How far long work has come, as a line on standard error that is written anew. Nothing where that is no terminal, nor for work of
    /// less than a second; the line is gone when the bar is.
    class progress_bar
    {
    public:
        /// `unit`: of what is done and to do.
        explicit progress_bar(std::string_view unit);
        ~progress_bar();
        progress_bar(const progress_bar&) = delete;
        progress_bar& operator=(const progress_bar&) = delete;

        /// Whether there is someone to look at it.
        bool is_shown() const { return m_on_terminal; }
        void show(double done, double total);

    private:
        using clock = std::chrono::steady_clock;

        std::string_view m_unit;
        bool m_on_terminal;
        clock::time_point m_start = clock::now(), m_last = m_start;
    };
}

#endif
