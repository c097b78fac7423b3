// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "command_line.hpp"
#include "errors.hpp"
#include "text_forms.hpp"

#include "fuzz/decoder.hpp"

/// \file
/// Any arguments, parted by NUL as a system hands them over: they are refused with usage_error, or ask for something that was
/// said. Nothing is read, run or written.

namespace
{
    using namespace xeinsum::cli;
    using strings = std::vector<std::string>;

    strings split(std::string_view text)
    {
        strings parts;
        while (!text.empty())
        {
            const std::size_t end = text.find('\0');
            parts.emplace_back(text.substr(0, end));
            text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        }
        return parts;
    }

    /// Operands are arguments, in their order.
    void check_list(const strings& arguments, const strings& list)
    {
        auto from = arguments.begin();
        for (const std::string& one : list)
        {
            from = std::find(from, arguments.end(), one);
            fuzz::require(from != arguments.end(), "an operand is one of the arguments", one);
            ++from;
        }
    }

    /// Calls f, which may find that what was asked is wrong.
    template <class F>
    void unless_refused(F&& f)
    {
        try
        {
            f();
        }
        catch (const usage_error&)
        {
        }
    }

    void check_shape(const std::string& text)
    {
        const xeinsum::extents shape = parse_shape(text);
        fuzz::require(std::ranges::none_of(shape, [](std::int64_t n) { return n < 0; }), "no extent is negative", text);
        fuzz::require(parse_shape(xeinsum::to_string(shape)) == shape, "a shape is what it is printed as", text);
    }

    void check_path(const std::string& text)
    {
        const xeinsum::path_choice path = parse_path(text);
        if (const xeinsum::contraction_path* const given = path.given())
        {
            const xeinsum::path_choice again = parse_path(xeinsum::to_string(*given));
            fuzz::require(again.given() && *again.given() == *given, "a path is what it is printed as", text);
        }
    }

    void check(const strings&, const text_request& asked) { fuzz::require(!asked.text.empty(), "what is to be printed is there"); }

    void check(const strings& arguments, const run_request& asked)
    {
        check_list(arguments, asked.inputs);
        fuzz::require(!asked.output.empty(), "a result has a name");
        unless_refused([&] { check_path(asked.path); });
        unless_refused([&] { parse_bytes(asked.memory_limit); });
    }

    void check(const strings& arguments, const explain_request& asked)
    {
        check_list(arguments, asked.shapes);
        fuzz::require(asked.threads <= 4096, "threads have a limit");
        for (const std::string& shape : asked.shapes) unless_refused([&] { check_shape(shape); });
        unless_refused([&] { parse_dtype(asked.type); });
        unless_refused([&] { check_path(asked.path); });
        unless_refused([&] { parse_bytes(asked.memory_limit); });
    }

    void check(const strings& arguments, const cosine_request& asked) { check_list(arguments, asked.inputs); }

    void check(const strings& arguments, const info_request&) { fuzz::require(arguments.front() == "info", "info was asked for"); }
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const strings arguments = split({reinterpret_cast<const char*>(data), size});
    unless_refused([&] {
        const request asked = parse_command_line(arguments);
        std::visit([&](const auto& one) { check(arguments, one); }, asked);
    });
    return 0;
}
