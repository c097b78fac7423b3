// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include "text_forms.hpp"

#include <array>
#include <charconv>
#include <cstdint>
#include <string>
#include <utility>

#include "errors.hpp"

namespace xeinsum::cli
{
    namespace
    {
        constexpr std::array<std::pair<std::string_view, dtype>, 13> short_names = {{
            {"bool", dtype::boolean}, {"i8", dtype::int8},     {"i16", dtype::int16},    {"i32", dtype::int32},
            {"i64", dtype::int64},    {"u8", dtype::uint8},    {"u16", dtype::uint16},   {"u32", dtype::uint32},
            {"u64", dtype::uint64},   {"f32", dtype::float32}, {"f64", dtype::float64},  {"c64", dtype::complex64},
            {"c128", dtype::complex128},
        }};

        constexpr std::array strategies = {path_strategy::automatic, path_strategy::left, path_strategy::greedy, path_strategy::random_greedy,
                                           path_strategy::optimal};

        /// Takes a non-negative number off the front of the text; false where there is none that T holds.
        template <class T>
        bool take_number(std::string_view& text, T& value)
        {
            if (text.empty() || text[0] < '0' || text[0] > '9') return false;
            const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
            text.remove_prefix(static_cast<std::size_t>(end - text.data()));
            return error == std::errc{};
        }

        bool take(std::string_view& text, char c)
        {
            if (!text.starts_with(c)) return false;
            text.remove_prefix(1);
            return true;
        }

        /// The positions of `(0,1)` or, in JSON, `[0,1]`; false if they are not written so.
        bool take_positions(std::string_view& text, std::vector<std::size_t>& positions)
        {
            const bool json = take(text, '[');
            if (!json && !take(text, '(')) return false;
            do
            {
                std::size_t position = 0;
                if (!take_number(text, position)) return false;
                positions.push_back(position);
            } while (take(text, ','));
            return take(text, json ? ']' : ')');
        }

        bool take_path(std::string_view text, contraction_path& path)
        {
            const bool bracket = take(text, '[');
            // NumPy writes ['einsum_path', (0, 1), (0, 1)].
            constexpr std::string_view of_numpy = "'einsum_path',";
            if (bracket && text.starts_with(of_numpy)) text.remove_prefix(of_numpy.size());
            do
            {
                if (!take_positions(text, path.emplace_back())) return false;
            } while (take(text, ','));
            return (!bracket || take(text, ']')) && text.empty();
        }

        std::string without_space(std::string_view text)
        {
            std::string dense;
            for (const char c : text)
                if (c != ' ' && c != '\t' && c != '\n') dense += c;
            return dense;
        }
    }

    extents parse_shape(std::string_view text)
    {
        extents shape;
        if (text == "-") return shape;
        std::string_view rest = text;
        do
        {
            if (!take_number(rest, shape.emplace_back()))
                throw usage_error("'" + std::string(text) + "' is no shape; write 100x700, extents from 0 to 2^63 - 1, or - for a scalar");
        } while (take(rest, 'x'));
        if (!rest.empty())
            throw usage_error("'" + std::string(text) + "' is no shape: '" + std::string(rest) + "' follows extent " +
                              std::to_string(shape.back()) + "; write 100x700, or - for a scalar");
        return shape;
    }

    dtype parse_dtype(std::string_view text)
    {
        for (const auto& [name, type] : short_names)
            if (text == name || text == to_string(type)) return type;
        throw usage_error("--dtype: '" + std::string(text) + "' is none of f32, f64, c64, c128, i8, i16, i32, i64, u8, u16, u32, "
                          "u64, bool, nor NumPy's name of one");
    }

    path_choice parse_path(std::string_view text)
    {
        for (const path_strategy s : strategies)
            if (text == to_string(s)) return s;
        // As the enumerators are called.
        if (text == "automatic") return path_strategy::automatic;
        if (text == "random_greedy") return path_strategy::random_greedy;
        contraction_path path;
        if (take_path(without_space(text), path)) return path;
        throw usage_error("--path: '" + std::string(text) + "' is none of auto, left, greedy, random-greedy, optimal, nor a path such as (0,1),(0,1), [[0,1],[0,1]] or NumPy's ['einsum_path', (0, 1), (0, 1)]");
    }

    std::optional<std::size_t> parse_bytes(std::string_view text)
    {
        if (text == "none") return std::nullopt;
        constexpr std::array<std::pair<std::string_view, std::int64_t>, 11> units = {{{"", 1}, {"B", 1}, {"KiB", std::int64_t{1} << 10},
            {"MiB", std::int64_t{1} << 20}, {"GiB", std::int64_t{1} << 30}, {"TiB", std::int64_t{1} << 40}, {"kB", 1000}, {"KB", 1000},
            {"MB", 1'000'000}, {"GB", 1'000'000'000}, {"TB", 1'000'000'000'000}}};
        std::string_view rest = text;
        std::int64_t count = 0, bytes = 0;
        if (take_number(rest, count))
            for (const auto& [name, size] : units)
                if (rest == name && !__builtin_mul_overflow(count, size, &bytes)) return static_cast<std::size_t>(bytes);
        throw usage_error("--memory-limit: '" + std::string(text) + "' is no number of bytes; write 512MiB, 2GB or 1000000, or none for no limit; B, KiB, MiB, GiB, TiB, kB, MB, GB, TB are known");
    }
}
