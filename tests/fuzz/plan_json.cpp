// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include <xeinsum/explain.hpp>

#include "fuzz/decoder.hpp"

/// \file
/// Any text as a plan in JSON: it is refused with std::invalid_argument, or is a plan that its own text brings back. Plans that no
/// machine could run are left out.

namespace
{
    using nlohmann::json;

    constexpr double most = 0x1p42;

    /// Numbers that 64 bits hold, while what is computed of them may be beyond.
    bool has_large_numbers(const json& value)
    {
        if (value.is_structured()) return std::any_of(value.begin(), value.end(), has_large_numbers);
        return value.is_number_integer() && std::abs(value.get<double>()) > most && std::abs(value.get<double>()) <= 0x1p63;
    }

    double product_of(const json& value)
    {
        if (value.is_number()) return std::max(1.0, value.get<double>());
        double product = 1;
        if (value.is_array())
            for (const json& x : value) product *= product_of(x);
        return product;
    }

    /// Whether counts and bytes of the plan, if it is one, fit 64 bits.
    bool is_countable(std::string_view text)
    {
        const json value = json::parse(text, nullptr, false);
        if (!value.is_object()) return true;
        return !has_large_numbers(value) && product_of(value.value("shapes", json())) <= most;
    }
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    if (!is_countable(text)) return 0;
    try
    {
        const xeinsum::plan p = xeinsum::plan_from_json(text);
        const std::string written = to_json(p);
        const xeinsum::plan back = xeinsum::plan_from_json(written);
        fuzz::require(back == p, "a plan's JSON brings it back", written);
        fuzz::require(to_json(back) == written, "a plan that came back has the same JSON", written);
    }
    catch (const std::invalid_argument&)
    {
    }
    return 0;
}
