// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include "serve.hpp"

#include <chrono>
#include <cstdint>
#include <exception>
#include <functional>
#include <istream>
#include <memory>
#include <ostream>
#include <stdexcept>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include <xeinsum/version.hpp>

#include "prepared.hpp"

namespace bench
{
    namespace
    {
        using json = nlohmann::json;

        /// Seconds of a call: the mean of `group` calls.
        using timed = std::function<double(std::size_t group, bool fresh)>;

        template <class T>
        timed make_timed(contraction c, std::size_t threads)
        {
            auto ours = std::make_shared<prepared<T>>(std::move(c), threads);
            ours->run();
            return [ours](std::size_t group, bool fresh) {
                using clock = std::chrono::steady_clock;
                clock::duration spent{};
                for (std::size_t i = 0; i < group; ++i)
                {
                    std::unique_ptr<T[]> result;
                    const auto start = clock::now();
                    if (fresh) result = ours->run_fresh();
                    else ours->run();
                    spent += clock::now() - start;
                }
                return std::chrono::duration<double>(spent).count() / static_cast<double>(group);
            };
        }

        timed prepare(const json& asked)
        {
            const contraction c{"", asked.at("subscripts"), asked.at("shapes"), asked.value("same_operand", false)};
            const auto threads = asked.value<std::size_t>("threads", 1);
            const std::string type = asked.value("dtype", "f32");
            if (type == "f32") return make_timed<float>(c, threads);
            if (type == "f64") return make_timed<double>(c, threads);
            if (type == "i32") return make_timed<std::int32_t>(c, threads);
            if (type == "i64") return make_timed<std::int64_t>(c, threads);
            throw std::runtime_error("dtype '" + type + "': f32, f64, i32 or i64 would be right");
        }

        json blas()
        {
            const xeinsum::blas_info info = xeinsum::query_blas();
            return {{"library", info.library}, {"version", info.version}, {"kernel", info.kernel}};
        }

        /// What the operands and the plan depend on.
        json key_of(json asked)
        {
            for (const char* name : {"repeat", "group", "fresh_output"}) asked.erase(name);
            return asked;
        }
    }

    void serve(std::istream& in, std::ostream& out)
    {
        json key;
        timed call;
        for (std::string line; std::getline(in, line);)
        {
            json answer;
            try
            {
                const json asked = json::parse(line);
                if (asked.contains("blas"))
                {
                    out << blas() << std::endl;
                    continue;
                }
                if (key != key_of(asked))
                {
                    call = nullptr;
                    call = prepare(asked);
                    key = key_of(asked);
                }
                std::vector<double> seconds;
                for (std::size_t i = 0; i < asked.value<std::size_t>("repeat", 1); ++i)
                    seconds.push_back(call(asked.value<std::size_t>("group", 1), asked.value("fresh_output", true)));
                answer["seconds"] = seconds;
            }
            catch (const std::exception& e)
            {
                key = nullptr;
                answer["error"] = e.what();
            }
            out << answer << std::endl;
        }
    }
}
