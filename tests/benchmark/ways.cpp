// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
//
// How well the plan chooses: random products of two operands by each lowering strategy, and by the one that the plan takes. What
// src/plan/estimate.cpp expects was set after such times. One JSON object for each product, then the summary.
#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <iostream>
#include <limits>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <xeinsum/execute.hpp>

#include "blas_threads.hpp"
#include "buffer.hpp"
#include "measure.hpp"
#include "random_cases.hpp"
#include "timing.hpp"

namespace
{
    struct request
    {
        std::uint64_t seed = 1;
        std::size_t count = 200, threads = 1;
        double most_flops = 4e9;
        std::string dtype = "f32";
    };

    /// Microseconds of a call into a result that was written before: the least of a few.
    template <class T>
    double microseconds(const xeinsum::plan& p, const std::vector<const T*>& operands, T* result)
    {
        const auto call = [&] { xeinsum::execute<T>(p, operands, result); };
        call();
        constexpr double enough = 0.02;
        double least = std::numeric_limits<double>::infinity();
        for (double spent = 0; spent < enough;)
        {
            const double once = bench::seconds_of(call);
            spent += once;
            least = std::min(least, once);
        }
        return least * 1e6;
    }

    template <class T>
    void run(const request& r)
    {
        using enum xeinsum::lowering_strategy;
        bench::set_blas_threads(r.threads);
        std::vector<double> above;
        for (const bench::contraction& c : bench::random_cases(r.seed, r.count))
        {
            xeinsum::options how;
            how.type = xeinsum::dtype_of<T>();
            how.threads = r.threads;
            const xeinsum::plan chosen(c.subscripts, c.shapes, how);
            const xeinsum::step& last = chosen.steps().back();
            if (chosen.steps().size() != 1 || !xeinsum::is_gemm(last.op) || last.price.flops > r.most_flops) continue;
            std::vector<bench::buffer<T>> operands;
            std::vector<const T*> pointers;
            for (const xeinsum::extents& shape : c.shapes)
            {
                operands.emplace_back(static_cast<std::size_t>(xeinsum::element_count(shape)), operands.size() + 1);
                pointers.push_back(operands.back().data());
            }
            bench::buffer<T> result(static_cast<std::size_t>(xeinsum::element_count(chosen.result_shape())));
            nlohmann::json row = {{"id", c.id}, {"subscripts", c.subscripts}, {"shapes", c.shapes}, {"takes", last.tiles ? "tiles" : last.call ? "blas" : "loops"}};
            double least = std::numeric_limits<double>::infinity(), own = 0;
            for (const auto way : {blas, tiles, blocks, automatic})
            {
                how.lowering = way;
                own = microseconds(xeinsum::plan(c.subscripts, c.shapes, how), pointers, result.data());
                row[std::string(to_string(way))] = own;
                least = std::min(least, own);
            }
            above.push_back(own / least);
            std::cout << row.dump() << std::endl;
        }
        if (above.empty()) return;
            std::ranges::sort(above);
    std::printf("%zu products; the plan's way takes %.3f times the fastest one's time in the geometric mean; half of them up to %.2f, nine tenths up to %.2f, all up to %.2f\n", above.size(),
                    bench::geometric_mean(above), bench::percentile(above, 50), bench::percentile(above, 90), bench::percentile(above, 100));
    }
}

int main(int argc, char** argv)
{
    CLI::App app("Times random products by each lowering strategy");
    request r;
    app.add_option("--seed", r.seed, "Of the random cases")->capture_default_str();
    app.add_option("--count", r.count, "Number of random cases, products or not")->capture_default_str();
    app.add_option("--dtype", r.dtype, "f32 or f64")->check(CLI::IsMember({"f32", "f64"}))->capture_default_str();
    app.add_option("--threads", r.threads, "Threads")->check(CLI::PositiveNumber)->capture_default_str();
    app.add_option("--max-flops", r.most_flops, "Leaves out products that take more work")->capture_default_str();
    CLI11_PARSE(app, argc, argv);
    try
    {
        if (r.dtype == "f64") run<double>(r);
        else run<float>(r);
    }
    catch (const std::exception& e)
    {
        std::fprintf(stderr, "xeinsum_ways: %s\n", e.what());
        return 1;
    }
}
