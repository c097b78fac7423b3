// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
//
// What the paths of tests/benchmark/cases/networks.jsonl cost against opt_einsum's, and how long planning takes. Prints
// Markdown tables. Flops are counted as opt_einsum does, for our paths, too.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <functional>
#include <iostream>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include <xeinsum/error.hpp>
#include <xeinsum/plan.hpp>
#include <xeinsum/subscripts.hpp>

#include "networks/cases.hpp"

namespace
{
    using xeinsum::bound_equation;
    using xeinsum::extents;
    using xeinsum::label;
    using xeinsum::path_strategy;

    struct asked_for
    {
        std::size_t rounds = 5, most_operands = 3000;
    };

    /// Median seconds of a call.
    double seconds_of(std::size_t rounds, const std::function<void()>& call)
    {
        using clock = std::chrono::steady_clock;
        std::vector<double> samples;
        for (std::size_t i = 0; i < rounds; ++i)
        {
            const auto start = clock::now();
            call();
            const double first = std::chrono::duration<double>(clock::now() - start).count();
            const auto group = static_cast<std::size_t>(std::max(1.0, std::min(1000.0, 1e-3 / first)));
            const auto again = clock::now();
            for (std::size_t k = 0; k < group; ++k) call();
            samples.push_back(std::chrono::duration<double>(clock::now() - again).count() / static_cast<double>(group));
        }
        std::ranges::nth_element(samples, samples.begin() + static_cast<std::ptrdiff_t>(samples.size() / 2));
        return samples[samples.size() / 2];
    }

    std::string shown(double x)
    {
        char text[32];
        std::snprintf(text, sizeof text, x < 1e4 ? "%.0f" : "%.3g", x);
        return text;
    }

    std::string shown_time(double seconds)
    {
        char text[32];
        if (seconds < 1e-3) std::snprintf(text, sizeof text, "%.3g us", seconds * 1e6);
        else std::snprintf(text, sizeof text, "%.3g ms", seconds * 1e3);
        return text;
    }

    std::optional<double> flops_of(const bound_equation& e, path_strategy s)
    try
    {
        return path_cost(e, find_path(e, s)).flops;
    }
    catch (const xeinsum::shape_error&)
    {
        return std::nullopt;  // more than the optimum can be searched for
    }

    void print_costs(const asked_for& asked)
    {
        std::cout << "| network | operands | opt_einsum greedy | optimal | ours: greedy | random-greedy | optimal | automatic | to the best of opt_einsum's | search |\n"
                     "|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|\n";
        double logarithms = 0, worst = 0;
        std::size_t compared = 0, optima = 0, equal = 0;
        for (const test::network_case& c : test::load_networks(XEINSUM_NETWORKS))
        {
            if (!c.greedy || c.shapes.size() > asked.most_operands) continue;
            const bound_equation e = bind_shapes(c.equation, c.shapes);
            const double rival = std::min(*c.greedy, c.optimal.value_or(*c.greedy));
            const auto cell = [](std::optional<double> x) { return x ? shown(*x) : std::string("-"); };
            const auto automatic = flops_of(e, path_strategy::automatic), optimal = flops_of(e, path_strategy::optimal);
            const double ratio = *automatic / rival;
            logarithms += std::log(ratio);
            worst = std::max(worst, ratio);
            ++compared;
            if (c.optimal) ++optima, equal += std::abs(*optimal / *c.optimal - 1) < 1e-5 ? 1 : 0;
            const double seconds = seconds_of(asked.rounds, [&] { find_path(e, path_strategy::automatic); });
            char text[16];
            std::snprintf(text, sizeof text, "%.3f", ratio);
            std::cout << "| " << c.id << " | " << c.shapes.size() << " | " << shown(*c.greedy) << " | " << cell(c.optimal) << " | "
                      << cell(flops_of(e, path_strategy::greedy)) << " | " << cell(flops_of(e, path_strategy::random_greedy)) << " | " << cell(optimal) << " | "
                      << cell(automatic) << " | " << text << " | " << shown_time(seconds) << " |" << std::endl;
        }
        std::printf("\n`automatic` to the better of opt_einsum's two: geometric mean %.3f, worst %.3f, over %zu networks. `optimal` equals opt_einsum's in %zu of %zu.\n\n",
                    std::exp(logarithms / static_cast<double>(compared)), worst, compared, equal, optima);
    }

    struct made
    {
        std::vector<std::vector<label>> inputs;
        std::vector<label> output;
        std::vector<extents> shapes;
    };

    /// `kind`: chain, ring with as many chords as half the operands, grid, chain with a label that all share.
    made make_network(const std::string& kind, std::size_t operands)
    {
        std::mt19937 random(static_cast<unsigned>(operands));
        made n;
        n.inputs.resize(operands);
        std::vector<std::int64_t> sizes;
        const auto tie = [&](std::size_t a, std::size_t b) {
            if (a == b) return;
            n.inputs[a].push_back(static_cast<label>(sizes.size()));
            n.inputs[b].push_back(static_cast<label>(sizes.size()));
            sizes.push_back(2 + static_cast<std::int64_t>(random() % 4));
        };
        std::size_t width = 1;
        while (width * width < operands) ++width;
        for (std::size_t i = 0; i < operands; ++i)
        {
            if (i + 1 < operands && (kind != "grid" || (i + 1) % width != 0)) tie(i, i + 1);
            if (kind == "grid" && i + width < operands) tie(i, i + width);
            if (kind == "chords" && i % 2 == 0) tie(i, random() % operands);
        }
        if (kind == "batched chain")
        {
            n.output.push_back(static_cast<label>(sizes.size()));
            sizes.push_back(5);
            for (auto& ids : n.inputs) ids.push_back(n.output[0]);
        }
        for (const auto& ids : n.inputs)
        {
            n.shapes.emplace_back();
            for (const label id : ids) n.shapes.back().push_back(sizes[static_cast<std::size_t>(id)]);
        }
        return n;
    }

    void print_time(const asked_for& asked, const std::string& name, const xeinsum::equation& equation, const std::vector<extents>& shapes)
    {
        const bound_equation e = bind_shapes(equation, shapes);
        const double path = seconds_of(asked.rounds, [&] { find_path(e, path_strategy::automatic); });
        std::string whole = "-";
        try
        {
            whole = shown_time(seconds_of(asked.rounds, [&] { xeinsum::plan(equation, shapes, {.threads = 1}); }));
        }
        catch (const xeinsum::shape_error&)
        {
            // No order has intermediates that 64 bits count.
        }
        std::cout << "| " << shapes.size() << " | " << name << " | " << shown(path_cost(e, find_path(e, path_strategy::automatic)).flops) << " | " << shown_time(path)
                  << " | " << whole << " |" << std::endl;
    }

    /// Three operands, every extent 100: large enough for all ways to run each product to be compared.
    void print_times_of_everyday_einsums(const asked_for& asked)
    {
        for (const char* subscripts : {"ij,jk,kl->il", "bij,bjk,kl->bil", "ijk,jl,km->ilm", "bi,ijk,bk->bj", "bhqd,bhkd,bhkv->bhqv"})
        {
            const xeinsum::equation e = xeinsum::parse(subscripts);
            std::vector<extents> shapes;
            for (std::size_t i = 0; i < e.operand_count(); ++i) shapes.emplace_back(e.term(i).size(), 100);
            print_time(asked, "`" + std::string(subscripts) + "`", e, shapes);
        }
    }

    void print_times(const asked_for& asked)
    {
        std::cout << "| operands | network | flops | automatic path | the whole plan |\n|---:|---|---:|---:|---:|\n";
        print_times_of_everyday_einsums(asked);
        for (const std::size_t operands : {3u, 10u, 100u, 1000u})
            for (const char* kind : {"chain", "chords", "grid", "batched chain"})
            {
                if (operands > asked.most_operands) continue;
                const made n = make_network(kind, operands);
                print_time(asked, kind, xeinsum::equation(n.inputs, n.output), n.shapes);
            }
        std::cout << "\n";
    }
}

int main(int argc, char** argv)
{
    asked_for asked;
    CLI::App app("Costs and times of contraction paths");
    app.add_option("--rounds", asked.rounds, "Times are medians of so many")->check(CLI::PositiveNumber)->capture_default_str();
    app.add_option("--most-operands", asked.most_operands, "Leaves larger networks out")->capture_default_str();
    CLI11_PARSE(app, argc, argv);
    print_times(asked);
    print_costs(asked);
}
