// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
//
// The slices that a memory limit asks for, against all slices of one and two labels.
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <iostream>
#include <limits>
#include <vector>

#include <xeinsum/error.hpp>
#include <xeinsum/plan.hpp>

#include "plan/builder.hpp"
#include "plan/memory.hpp"
#include "plan/slicing.hpp"
#include "support/random.hpp"

using test::between;
using xeinsum::extents;
using xeinsum::label;
using xeinsum::label_id;
using xeinsum::plan;

namespace
{
    struct drawn
    {
        std::vector<std::vector<label>> inputs;
        std::vector<label> output;
        std::vector<extents> shapes;
    };

    /// A ring of matrices, a chain, or a tree with as many more ties as half of its operands.
    drawn draw(test::engine& random, int kind)
    {
        drawn n;
        const auto operands = static_cast<std::size_t>(between(random, 6, 12));
        n.inputs.resize(operands);
        std::vector<std::int64_t> sizes;
        const auto new_label = [&](std::int64_t most) {
            sizes.push_back(between(random, 2, most));
            return static_cast<label>(sizes.size() - 1);
        };
        const auto tie = [&](std::size_t a, std::size_t b, std::int64_t most) {
            const label l = new_label(most);
            n.inputs[a].push_back(l);
            n.inputs[b].push_back(l);
        };
        const auto any_below = [&](std::size_t end) { return static_cast<std::size_t>(between(random, 0, static_cast<std::int64_t>(end) - 1)); };
        for (std::size_t t = 1; t < operands; ++t) tie(t, kind == 2 ? any_below(t) : t - 1, kind == 2 ? 8 : 40);
        if (kind == 0) tie(0, operands - 1, 40);
        for (std::size_t i = 0; kind == 2 && i < operands / 2; ++i)
            if (const std::size_t a = any_below(operands), b = any_below(operands); a != b) tie(a, b, 8);
        for (const std::size_t end : {std::size_t{0}, operands - 1})
            if (kind == 1)
            {
                n.output.push_back(new_label(40));
                n.inputs[end].push_back(n.output.back());
            }
        for (const auto& ids : n.inputs)
        {
            n.shapes.emplace_back();
            for (const label l : ids) n.shapes.back().push_back(sizes[static_cast<std::size_t>(l)]);
        }
        return n;
    }

    /// The flops of the plan's path in these slices; infinite where they do not fit.
    double flops_of(const plan& p, const extents& chunks, std::size_t limit)
    {
        xeinsum::options how = p.how();
        how.memory_limit = limit;
        const auto slices = xeinsum::detail::slices_of(p.bound(), how, chunks);
        auto steps = xeinsum::detail::build_steps(p.bound(), how, p.path(), slices);
        const auto needs = xeinsum::detail::place_in_workspace(steps, p.shapes().size(), slices.size(), how.type, p.element_bytes());
        if (needs.workspace + needs.bookkeeping > limit) return std::numeric_limits<double>::infinity();
        double count = 1, flops = 0;
        for (const auto& s : slices) count *= static_cast<double>(s.count());
        for (const auto& s : steps) flops += s.price.flops * (s.sliced ? count : 1);
        return flops;
    }

    /// The least of all slices of one or two labels, each in chunks of any divisor.
    double best_of_two_labels(const plan& p, std::size_t limit)
    {
        double best = std::numeric_limits<double>::infinity();
        extents chunks = p.bound().sizes;
        const auto for_each_chunk = [&](label_id id, const auto& visit) {
            const std::int64_t whole = chunks[id];
            for (std::int64_t chunk = 1; chunk < whole; ++chunk)
                if (whole % chunk == 0) chunks[id] = chunk, visit();
            chunks[id] = whole;
        };
        const auto look = [&] { best = std::min(best, flops_of(p, chunks, limit)); };
        for (label_id x = 0; x < chunks.size(); ++x)
            for_each_chunk(x, [&] {
                look();
                for (label_id y = x + 1; y < chunks.size(); ++y) for_each_chunk(y, look);
            });
        return best;
    }
}

BOOST_AUTO_TEST_SUITE(slices_suite)

BOOST_AUTO_TEST_CASE(slices_cost_little_more_than_the_best)
{
    const std::uint64_t seed = test::seed();
    std::cout << "seed " << seed << '\n';
    test::engine random(seed);
    double logarithms = 0;
    int compared = 0;
    for (int draw_number = 0; draw_number < 30; ++draw_number)
    {
        const drawn n = draw(random, draw_number % 3);
        const xeinsum::equation e(n.inputs, n.output);
        const plan whole(e, n.shapes, {.path = xeinsum::path_strategy::greedy, .threads = 1});
        for (const std::size_t part : {3u, 10u})
        {
            const std::size_t limit = whole.peak_memory() / part;
            const double best = best_of_two_labels(whole, limit);
            if (std::isinf(best)) continue;
            const double found = plan(e, n.shapes, {.path = whole.path(), .memory_limit = limit, .threads = 1}).flops();
            BOOST_TEST(found <= 2 * best, "draw " << draw_number << ", a " << part << "th of the memory: " << found << " flops, " << best << " would do");
            logarithms += std::log(found / best);
            ++compared;
        }
    }
    BOOST_TEST_REQUIRE(compared >= 30);
    BOOST_TEST(std::exp(logarithms / compared) <= 1.05);
}

BOOST_AUTO_TEST_SUITE_END()
