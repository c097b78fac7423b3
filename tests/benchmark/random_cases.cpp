// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include "random_cases.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <utility>

namespace bench
{
    namespace
    {
        /// std::mt19937_64 is the same everywhere; the standard's distributions are not.
        class dice
        {
        public:
            explicit dice(std::uint64_t seed) : m_engine(seed) {}

            double uniform(double low, double high)
            {
                return low + (high - low) * (static_cast<double>(m_engine() >> 11) * 0x1p-53);
            }
            std::size_t integer(std::size_t low, std::size_t high)
            {
                return low + static_cast<std::size_t>(m_engine() % (high - low + 1));
            }
            std::string shuffled(std::string labels)
            {
                for (std::size_t i = labels.size(); i > 1; --i) std::swap(labels[i - 1], labels[integer(0, i - 1)]);
                return labels;
            }

        private:
            std::mt19937_64 m_engine;
        };

        /// How many labels each role has.
        struct role_sizes
        {
            std::size_t batch, m, n, k;
            bool one_operand = false;
        };

        role_sizes draw_roles(dice& d)
        {
            const std::size_t kind = d.integer(0, 19);
            if (kind < 15) return {d.integer(0, 2) * d.integer(0, 1), d.integer(1, 3), d.integer(1, 3), d.integer(1, 3)};
            if (kind == 15) return {0, d.integer(2, 4), 0, 0, true};                        // permutation
            if (kind == 16) return {0, d.integer(0, 3), 0, d.integer(1, 2), true};          // sum
            if (kind == 17) return {d.integer(0, 2), d.integer(1, 3), 0, d.integer(1, 3)};  // matrix times vector
            if (kind == 18) return {d.integer(0, 2), d.integer(1, 3), d.integer(0, 2), 0};  // outer and element-wise
            return {d.integer(0, 2), 0, 0, d.integer(1, 3)};                                // dot
        }

        /// The extents of `count` labels whose product is about `volume`.
        xeinsum::extents draw_extents(dice& d, std::size_t count, double volume)
        {
            std::vector<double> shares;
            double all = 0;
            for (std::size_t i = 0; i < count; ++i) all += shares.emplace_back(-std::log(d.uniform(1e-9, 1)));
            xeinsum::extents result;
            for (const double share : shares)
            {
                const auto n = std::max<std::int64_t>(1, std::llround(std::pow(volume, share / all)));
                result.push_back(n > 16 && d.integer(0, 1) == 0 ? n / 8 * 8 : n);
            }
            return result;
        }

        std::optional<contraction> draw(dice& d)
        {
            const role_sizes roles = draw_roles(d);
            const std::size_t count = roles.batch + roles.m + roles.n + roles.k;
            const bool gemm = roles.m > 0 && roles.n > 0 && roles.k > 0;
            const double volume = std::exp(gemm ? d.uniform(std::log(5e4), std::log(2.5e9)) : d.uniform(std::log(1e5), std::log(6e7)));
            const std::string letters = d.shuffled("abcdefghijklmnopqrstuvwxyz").substr(0, count);
            const xeinsum::extents sizes = draw_extents(d, count, volume);
            std::map<char, std::int64_t> extent;
            double product = 1;
            for (std::size_t i = 0; i < count; ++i)
            {
                extent[letters[i]] = sizes[i];
                product *= static_cast<double>(sizes[i]);
            }

            std::size_t taken = 0;
            const auto take = [&](std::size_t labels) { return letters.substr(std::exchange(taken, taken + labels), labels); };
            const std::string b = take(roles.batch), m = take(roles.m), n = take(roles.n), k = take(roles.k);
            std::vector<std::string> terms = {d.shuffled(b + m + k)};
            if (!roles.one_operand) terms.push_back(d.shuffled(b + k + n));
            const std::string output = d.shuffled(b + m + n);

            contraction c{{}, terms.size() == 2 ? terms[0] + "," + terms[1] : terms[0], {}};
            c.subscripts += "->" + output;
            const auto shape_of = [&](const std::string& term) {
                xeinsum::extents shape;
                for (const char l : term) shape.push_back(extent.at(l));
                return shape;
            };
            double elements = 1;
            for (const std::int64_t x : shape_of(output)) elements *= static_cast<double>(x);
            for (const std::string& term : terms)
            {
                c.shapes.push_back(shape_of(term));
                double size = 1;
                for (const std::int64_t x : c.shapes.back()) size *= static_cast<double>(x);
                elements += size;
            }
            const double flops = 2 * product;
            const bool fits = flops >= 1e5 && flops <= 5e9 && elements * sizeof(double) <= 0x1p30 &&
                              std::ranges::all_of(sizes, [&](std::int64_t x) { return x <= 8192 || count <= 2; });
            return fits ? std::optional(c) : std::nullopt;
        }
    }

    std::vector<contraction> random_cases(std::uint64_t seed, std::size_t count)
    {
        dice d(seed);
        std::vector<contraction> cases;
        while (cases.size() < count)
            if (auto c = draw(d))
            {
                c->id = "random-" + std::to_string(seed) + "-" + std::to_string(cases.size());
                cases.push_back(*std::move(c));
            }
        return cases;
    }
}
