// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <xeinsum/error.hpp>
#include <xeinsum/explain.hpp>
#include <xeinsum/plan.hpp>

#include "fuzz/decoder.hpp"

/// \file
/// An equation, shapes and options, most of which fit each other: subscript_error, shape_error, or a plan whose figures hold
/// together and that its JSON brings back. Time and memory are libFuzzer's to watch.

namespace
{
    using namespace xeinsum;
    using fuzz::decoder;

    constexpr std::array<std::int64_t, 24> sizes = {1, 2, 3, 5, 8, 13, 31, 64, 0, 100, 333, 1000, 4096, 65537, 1 << 20, std::int64_t{1} << 31, (std::int64_t{1} << 31) - 1,
                                                    (std::int64_t{1} << 32) + 1, std::int64_t{1} << 40, std::int64_t{1} << 53, std::int64_t{1} << 62, std::numeric_limits<std::int64_t>::max(), -1,
                                                    std::numeric_limits<std::int64_t>::min()};

    std::int64_t draw_size(decoder& from)
    {
        return from.rarely(12) ? from.pick(sizes) : sizes[from.count(0, 7)];
    }

    struct request
    {
        equation::terms terms;
        std::vector<label> output;
        bool implied = false;
        std::vector<extents> shapes;
        options how;
    };

    /// A term and its shape, with the extents of `by_label`, but for some.
    void draw_term(decoder& from, const extents& by_label, request& asked)
    {
        std::vector<label> term;
        extents shape;
        for (std::size_t n = from.count(0, 5); n > 0; --n)
        {
            if (from.rarely(32))
            {
                term.push_back(ellipsis);
                for (std::size_t hidden = from.count(0, 2); hidden > 0; --hidden) shape.push_back(draw_size(from));
                continue;
            }
            term.push_back(from.between(0, static_cast<std::int64_t>(by_label.size()) - 1));
            const std::int64_t own = by_label[static_cast<std::size_t>(term.back())];
            shape.push_back(from.rarely(24) ? draw_size(from) : own);
        }
        if (from.rarely(40)) term.push_back(from.between(-2, 3));
        asked.terms.push_back(std::move(term));
        asked.shapes.push_back(std::move(shape));
    }

    /// Labels of the terms; sometimes others.
    void draw_output(decoder& from, request& asked)
    {
        asked.implied = from.rarely(4);
        for (const auto& term : asked.terms)
            for (const label l : term)
                if (from.rarely(3) && std::ranges::find(asked.output, l) == asked.output.end()) asked.output.push_back(l);
        if (from.rarely(40)) asked.output.push_back(from.between(-1, 9));
    }

    contraction_path draw_path(decoder& from, std::size_t operands)
    {
        contraction_path path;
        for (std::size_t left = operands; left > 1 || (left == 1 && path.empty());)
        {
            auto& positions = path.emplace_back();
            const std::size_t most = std::min<std::size_t>(left, from.rarely(4) ? 4 : 2);
            for (std::size_t n = from.count(1, most); n > 0; --n) positions.push_back(from.count(0, left - 1));
            std::ranges::sort(positions);
            if (!from.rarely(24)) positions.erase(std::unique(positions.begin(), positions.end()), positions.end());
            left = positions.size() < left ? left - positions.size() + 1 : 1;
            if (path.size() > 2 * operands) break;
        }
        return path;
    }

    /// Strides whose reach 64 bits hold; sometimes too few or too many of them.
    layout draw_layout(decoder& from, const extents& shape)
    {
        constexpr std::int64_t furthest = std::int64_t{1} << 60;
        layout lies{shape, {}};
        std::int64_t stride = 1;
        const bool from_last = from.rarely(2);
        lies.strides.resize(shape.size());
        for (std::size_t i = 0; i < shape.size(); ++i)
        {
            const std::size_t d = from_last ? shape.size() - 1 - i : i;
            const std::int64_t extent = shape[d], padding = from.between(0, 2);
            const bool fits = extent <= furthest / 4 && stride <= furthest / 4 / std::max<std::int64_t>(1, extent + padding);
            lies.strides[d] = !fits || from.rarely(8) ? 0 : from.rarely(5) ? -stride : stride;
            if (fits) stride *= std::max<std::int64_t>(1, extent + padding);
        }
        if (from.rarely(64)) lies.strides.push_back(1);
        return lies;
    }

    void draw_search(decoder& from, std::size_t operands, options& how)
    {
        const auto strategy = static_cast<path_strategy>(from.count(0, 4));
        const bool long_search = strategy == path_strategy::optimal && operands > 9;
        if (from.rarely(4)) how.path = draw_path(from, operands);
        else if (long_search) how.path = path_strategy::greedy;
        else if (strategy != path_strategy::random_greedy) how.path = strategy;
        else how.path = path_search{strategy, from.rarely(2) ? path_objective::size : path_objective::flops, from.count(0, 4), 0, static_cast<std::uint64_t>(from.byte()), 1};
    }

    options draw_options(decoder& from, const request& asked)
    {
        const std::size_t operands = asked.shapes.size();
        options how;
        draw_search(from, operands, how);
        if (from.rarely(4)) how.memory_limit = from.rarely(2) ? from.count(0, 4096) : std::size_t{1} << from.count(0, 63);
        how.broadcast = !from.rarely(8);
        how.type = static_cast<dtype>(from.count(0, static_cast<std::size_t>(dtype::other)));
        how.element_bytes = 1 + from.count(0, 63);
        how.threads = from.rarely(8) && operands < 10 ? from.count(0, 4096) : from.count(1, 3);  // a search of more takes as many
        how.lowering = static_cast<lowering_strategy>(from.count(0, 4));
        how.scaled = from.rarely(4);
        if (from.rarely(2))
            for (const extents& shape : asked.shapes) how.layouts.push_back(draw_layout(from, shape));
        if (from.rarely(4))
            for (std::size_t i = 0; i < operands; ++i) how.conjugated.push_back(from.rarely(2));
        if (from.rarely(4))
            for (std::size_t i = 0; i < operands; ++i) how.same.push_back(from.count(0, 3));
        return how;
    }

    request draw_request(decoder& from)
    {
        request asked;
        extents by_label;
        const std::size_t operands = from.rarely(8) ? from.count(0, 40) : from.count(1, 5);
        for (std::size_t n = from.count(1, operands > 5 ? 30 : 8); n > 0; --n) by_label.push_back(draw_size(from));
        for (std::size_t i = 0; i < operands; ++i) draw_term(from, by_label, asked);
        draw_output(from, asked);
        if (from.rarely(48)) asked.shapes.push_back({2});
        asked.how = draw_options(from, asked);
        return asked;
    }

    equation equation_of(const request& asked) { return asked.implied ? equation(asked.terms) : equation(asked.terms, asked.output); }

    /// Whether all labels together take no more values than counts and bytes in 64 bits have room for; other requests are bound only.
    bool is_countable(const request& asked)
    {
        std::map<label, double> most;
        double product = 1;
        for (std::size_t i = 0; i < std::min(asked.terms.size(), asked.shapes.size()); ++i)
            for (std::size_t d = 0; d < asked.shapes[i].size(); ++d)
            {
                const label name = d < asked.terms[i].size() ? asked.terms[i][d] : ellipsis;
                double& extent = most.try_emplace(name, 1).first->second;
                const double own = static_cast<double>(asked.shapes[i][d]);
                if (own > extent) product *= own / extent, extent = own;
                if (name == ellipsis) extent = 1;
            }
        return product <= 0x1p42;
    }

    void check_steps(const plan& p)
    {
        const std::size_t operands = p.shapes().size();
        long double largest = 0;
        fuzz::require(!p.steps().empty(), "a plan has steps");
        for (std::size_t i = 0; i < p.steps().size(); ++i)
        {
            const step& s = p.steps()[i];
            fuzz::require(s.inputs.size() == 1 || s.inputs.size() == 2, "a step takes one or two tensors");
            for (const std::size_t slot : s.inputs) fuzz::require(slot < operands + i, "a step takes what is there");
            fuzz::require(s.price.flops >= 0 && s.price.size >= 0, "costs are no less than nothing");
            long double elements = 1;
            for (const std::int64_t n : s.tensors[result_tensor].lies.shape) elements *= static_cast<long double>(n);
            if (i + 1 < p.steps().size()) largest = std::max(largest, elements * static_cast<long double>(p.element_bytes()));
        }
        fuzz::require(static_cast<long double>(p.workspace_bytes()) >= largest, "an intermediate result fits the workspace");
        fuzz::require(p.peak_memory() >= p.workspace_bytes(), "the workspace is part of the memory");
    }

    /// What shows a plan takes far longer than to make it: the flags say when.
    void check(const plan& p, bool as_json, bool as_picture)
    {
        check_steps(p);
        if (p.how().memory_limit) fuzz::require(p.peak_memory() <= *p.how().memory_limit, "a limit is kept to");
        for (const slice_axis& s : p.slices()) fuzz::require(s.chunk > 0 && s.extent % s.chunk == 0, "slices are of one size");
        if (as_picture) fuzz::require(!to_text(p).empty() && !to_svg(p).empty(), "a plan is shown");
        if (!as_json) return;
        const std::string text = to_json(p);
        const plan back = plan_from_json(text);
        fuzz::require(back == p, "a plan's JSON brings it back", text);
        fuzz::require(back.peak_memory() == p.peak_memory(), "a plan that came back takes as much memory", text);
    }
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    decoder from(data, size);
    const bool as_json = from.rarely(3), as_picture = from.rarely(12);
    const request asked = draw_request(from);
    std::optional<plan> made;
    try
    {
        const equation e = equation_of(asked);
        if (is_countable(asked)) made.emplace(e, asked.shapes, asked.how);
        else bind_shapes(e, asked.shapes, asked.how.broadcast);
    }
    catch (const subscript_error&)
    {
    }
    catch (const shape_error&)
    {
    }
    if (made) check(*made, as_json, as_picture);
    return 0;
}
