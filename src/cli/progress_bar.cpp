// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include "progress_bar.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <cstdio>
#include <span>
#include <string_view>

#include "descriptor.hpp"

namespace xeinsum::cli
{
    namespace
    {
        constexpr double first_after = 1, again_after = 0.1;  // seconds

        /// Whether a bar is on the terminal: what a signal's handler may look at.
        std::atomic<bool> is_written = false;
        static_assert(std::atomic<bool>::is_always_lock_free);

        void write_line(std::string_view text) noexcept { static_cast<void>(write_all(STDERR_FILENO, std::as_bytes(std::span(text)))); }

        std::string duration(double seconds)
        {
            const auto whole = static_cast<long long>(std::ceil(std::min(seconds, 1e9)));
            if (whole < 60) return std::to_string(whole) + " s";
            if (whole < 3600) return std::to_string(whole / 60) + " min " + std::to_string(whole % 60) + " s";
            return std::to_string(whole / 3600) + " h " + std::to_string(whole % 3600 / 60) + " min";
        }

        std::string rate(double per_second, std::string_view unit)
        {
            constexpr std::array<std::string_view, 5> prefixes = {"", "k", "M", "G", "T"};
            std::size_t prefix = 0;
            for (; per_second >= 999.5 && prefix + 1 < prefixes.size(); ++prefix) per_second /= 1000;
            std::array<char, 32> digits{};
            std::snprintf(digits.data(), digits.size(), "%.3g ", per_second);
            return std::string(digits.data()).append(prefixes[prefix]).append(unit).append("/s");
        }
    }

    std::string bar_text(double done, double total, double seconds, std::string_view unit)
    {
        constexpr double width = 30;
        const double part = total > 0 ? std::clamp(done / total, 0.0, 1.0) : 0;
        const auto filled = static_cast<std::size_t>(part * width);
        std::string text = "[";
        text.append(filled, '#').append(static_cast<std::size_t>(width) - filled, ' ').append("] ");
        text.append(std::to_string(static_cast<int>(part * 100))).append("%");
        if (part > 0 && seconds > 0) text += ", " + rate(done / seconds, unit) + ", " + duration(seconds * (1 - part) / part) + " left";
        return text;
    }

    void clear_bar() noexcept
    {
        if (is_written.exchange(false)) write_line("\r\x1b[K");
    }

    progress_bar::progress_bar(std::string_view unit) : m_unit(unit), m_on_terminal(::isatty(STDERR_FILENO) == 1) {}

    progress_bar::~progress_bar()
    {
        clear_bar();
    }

    void progress_bar::show(double done, double total)
    {
        const auto now = clock::now();
        const auto since = [&](clock::time_point t) { return std::chrono::duration<double>(now - t).count(); };
        if (!m_on_terminal || since(m_start) < first_after || (is_written && since(m_last) < again_after)) return;
        m_last = now;
        is_written = true;
        write_line("\r\x1b[K" + bar_text(done, total, since(m_start), m_unit));
    }
}
