// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include "colours.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <utility>

#include "standard_output.hpp"

namespace xeinsum::cli
{
    namespace
    {
        std::string_view variable(const char* name)
        {
            const char* const value = std::getenv(name);
            return value ? value : "";
        }

        /// What to begin a line with; "" for none. ECMA-48's "select graphic rendition".
        std::string_view colour_of(std::string_view line)
        {
            constexpr std::string_view bold = "\x1b[1m";
            constexpr std::array<std::pair<std::string_view, std::string_view>, 5> roles = {
                {{"batch", "\x1b[35m"}, {"left free", "\x1b[34m"}, {"right free", "\x1b[32m"}, {"contracted", "\x1b[31m"}, {"summed", "\x1b[90m"}}};
            if (line.starts_with("einsum ") || line.starts_with("step ")) return bold;
            // "  i = 3             left free"
            const std::size_t sign = line.find(" = ");
            if (!line.starts_with("  ") || sign == std::string_view::npos || line.substr(2, sign - 2).find(' ') != std::string_view::npos) return {};
            for (const auto& [role, colour] : roles)
                if (line.find(role, sign) != std::string_view::npos) return colour;
            return {};
        }
    }

    bool shows_colours(int descriptor)
    {
        return variable("NO_COLOR").empty() && variable("TERM") != "dumb" && !variable("TERM").empty() && ::isatty(descriptor) == 1;
    }

    std::string coloured(std::string_view explanation)
    {
        std::string result;
        while (!explanation.empty())
        {
            const std::size_t end = std::min(explanation.find('\n'), explanation.size());
            const std::string_view line = explanation.substr(0, end), colour = colour_of(line);
            result.append(colour).append(line);
            if (!colour.empty()) result.append("\x1b[0m");
            if (end < explanation.size()) result.push_back('\n');
            explanation.remove_prefix(std::min(end + 1, explanation.size()));
        }
        return result;
    }

    void print_explanation(std::string_view text)
    {
        if (shows_colours(STDOUT_FILENO)) print(coloured(text));
        else print(text);
    }
}
