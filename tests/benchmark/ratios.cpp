// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
//
// How near the library comes to the hardware: the time of contractions beside that of a matrix product of equal size, or of
// as much memory traffic, measured in turns.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <iostream>
#include <stdexcept>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <xeinsum/version.hpp>

#include "blas_threads.hpp"
#include "measure.hpp"
#include "random_cases.hpp"
#include "serve.hpp"

namespace
{
    using bench::measurement;

    /// Below this a case counts as slow.
    constexpr double slow = 0.6;
    constexpr std::array<double, 7> percents = {0, 5, 10, 25, 50, 75, 90};

    struct request
    {
        std::string cases = "tccg", filter, dtype = "f32";
        double scale = 1;
        std::uint64_t seed = 1;
        std::size_t count = 200;
        bool json = false, list = false, serve = false;
        bench::settings settings;
    };

    void declare(CLI::App& app, request& r)
    {
        app.add_option("--cases", r.cases, "tccg, ml, networks, random, or a file of JSON lines")->capture_default_str();
        app.add_option("--filter", r.filter, "Only cases whose name or subscripts hold this");
        app.add_option("--dtype", r.dtype, "f32 or f64")->check(CLI::IsMember({"f32", "f64"}))->capture_default_str();
        app.add_option("--threads", r.settings.threads, "Threads of both sides")->check(CLI::PositiveNumber)->capture_default_str();
        app.add_option("--scale", r.scale, "Divides every extent, for a quick run")->check(CLI::PositiveNumber)->capture_default_str();
        app.add_option("--seed", r.seed, "Of the random cases")->capture_default_str();
        app.add_option("--count", r.count, "Number of random cases")->capture_default_str();
        app.add_option("--max-bytes", r.settings.max_bytes, "Leaves out cases that take more memory")->capture_default_str();
        app.add_option("--max-flops", r.settings.max_flops, "Leaves out cases that take more work")->capture_default_str();
        app.add_option("--rounds", r.settings.how.rounds, "Turns of each side")->capture_default_str();
        app.add_option("--seconds", r.settings.how.round_seconds, "Of a round, both sides together")->capture_default_str();
        app.add_option("--cap", r.settings.how.cap_seconds, "Seconds after which a case has no further round")->capture_default_str();
        app.add_flag("--json", r.json, "One JSON object a line");
        app.add_flag("--list", r.list, "Prints the cases as JSON lines and measures nothing");
        app.add_flag("--serve", r.serve, "Answers requests on the standard input (see serve.hpp)");
    }

    std::vector<bench::contraction> select(const request& r)
    {
        std::vector<bench::contraction> selected;
        for (const bench::contraction& c : r.cases == "random" ? bench::random_cases(r.seed, r.count) : bench::read_cases(r.cases))
            if (c.id.find(r.filter) != std::string::npos || c.subscripts.find(r.filter) != std::string::npos)
                selected.push_back(r.scale == 1 ? c : bench::shrink(c, r.scale));
        return selected;
    }

    nlohmann::json to_json(const measurement& m)
    {
        return {{"id", m.what.id},
                {"subscripts", m.what.subscripts},
                {"shapes", m.what.shapes},
                {"ceiling", m.ceiling_name},
                {"seconds", m.seconds},
                {"ceiling_seconds", m.ceiling_seconds},
                {"gflops", m.flops / m.seconds / 1e9},
                {"gbytes", m.bytes / m.seconds / 1e9},
                {"ratio", m.ratio()}};
    }

    /// At most `bytes` of a text, no character of it cut.
    std::string start_of(const std::string& text, std::size_t bytes)
    {
        if (text.size() <= bytes) return text;
        while ((text[bytes] & 0xC0) == 0x80) --bytes;
        return text.substr(0, bytes);
    }

    void print_row(const measurement& m)
    {
        std::printf("%-18.18s %-26s %-26s %10.3f %10.3f %8.1f %7.1f %6.2f\n", m.what.id.c_str(), start_of(m.what.subscripts, 26).c_str(),
                    m.ceiling_name.c_str(), m.seconds * 1e3, m.ceiling_seconds * 1e3, m.flops / m.seconds / 1e9,
                    m.bytes / m.seconds / 1e9, m.ratio());
        std::fflush(stdout);
    }

    void print_shapes(const std::vector<measurement>& worst)
    {
        std::printf("\nslowest\n");
        for (const measurement& m : worst)
            std::printf("%6.2f  %s  %s  %s\n", m.ratio(), m.what.id.c_str(), m.what.subscripts.c_str(),
                        nlohmann::json(m.what.shapes).dump().c_str());
    }

    nlohmann::json summary_of(const request& r, const std::vector<double>& ratios)
    {
        nlohmann::json all = {{"summary", r.cases},
                              {"dtype", r.dtype},
                              {"threads", r.settings.threads},
                              {"blas_kernel", xeinsum::query_blas().kernel},
                              {"count", ratios.size()},
                              {"geometric_mean", bench::geometric_mean(ratios)},
                              {"below_" + nlohmann::json(slow).dump(), std::ranges::count_if(ratios, [](double x) { return x < slow; })}};
        for (const double p : percents) all["p" + std::to_string(static_cast<int>(p))] = bench::percentile(ratios, p);
        return all;
    }

    void print_summary(const std::vector<double>& ratios)
    {
        std::printf("\n%zu cases; ratio: geometric mean %.3f, minimum %.3f, %td below %.1f\n", ratios.size(),
                    bench::geometric_mean(ratios), ratios.front(), std::ranges::count_if(ratios, [](double x) { return x < slow; }), slow);
        std::printf("percentiles:");
        for (const double p : percents) std::printf("  %.0f: %.2f", p, bench::percentile(ratios, p));
        std::printf("\n");
    }

    void run(const request& r)
    {
        const auto cases = select(r);
        if (r.list)
        {
            for (const auto& c : cases)
                std::cout << nlohmann::json{{"id", c.id}, {"subscripts", c.subscripts}, {"shapes", c.shapes}} << '\n';
            return;
        }
        bench::require_blas_kernel();
        const xeinsum::blas_info blas = xeinsum::query_blas();
        if (!r.json)
        {
            std::printf("%s %s, kernel %s, %s, threads %zu\n", blas.library.c_str(), blas.version.c_str(), blas.kernel.c_str(),
                        r.dtype.c_str(), r.settings.threads);
            std::printf("%-18s %-26s %-26s %10s %10s %8s %7s %6s\n", "case", "subscripts", "ceiling", "ms", "ceiling ms", "Gflop/s",
                        "GB/s", "ratio");
        }
        auto all = bench::measure_all(cases, r.settings, [&](const measurement& m) {
            if (r.json) std::cout << to_json(m) << std::endl;
            else print_row(m);
        });
        if (all.empty()) throw std::runtime_error("no case was measured");
        std::ranges::sort(all, {}, &measurement::ratio);
        std::vector<double> ratios;
        for (const measurement& m : all) ratios.push_back(m.ratio());
        if (r.json)
        {
            std::cout << summary_of(r, ratios) << '\n';
            return;
        }
        print_shapes({all.begin(), all.begin() + static_cast<std::ptrdiff_t>(std::min<std::size_t>(all.size(), 20))});
        print_summary(ratios);
    }
}

int main(int argc, char** argv)
{
    CLI::App app("Ratios of contractions to the ceiling of the hardware");
    request r;
    declare(app, r);
    CLI11_PARSE(app, argc, argv);
    r.settings.type = r.dtype == "f32" ? xeinsum::dtype::float32 : xeinsum::dtype::float64;
    r.settings.how.pause_seconds = bench::schedule::pause_for(r.settings.threads);
    try
    {
        if (r.serve)
        {
            bench::require_blas_kernel();
            bench::serve(std::cin, std::cout);
        }
        else run(r);
    }
    catch (const std::exception& e)
    {
        std::cerr << "xeinsum_ratios: " << e.what() << '\n';
        return 2;
    }
}
