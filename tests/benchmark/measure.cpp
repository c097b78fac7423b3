// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include "measure.hpp"

#include <cmath>
#include <exception>
#include <iostream>
#include <limits>
#include <stdexcept>

#include "ceiling.hpp"
#include "prepared.hpp"

namespace bench
{
    namespace
    {
        void require_small(const xeinsum::plan& p, const contraction& c, const settings& s)
        {
            const double bytes = 2 * bytes_of(p, c) + static_cast<double>(p.peak_memory());
            if (bytes > s.max_bytes) throw std::runtime_error("takes " + std::to_string(bytes / 1e9) + " GB");
            if (p.flops() > s.max_flops) throw std::runtime_error("takes " + std::to_string(p.flops() / 1e12) + " Tflop");
        }

        template <class T>
        measurement measure(const contraction& c, const settings& s)
        {
            const xeinsum::plan p(c.subscripts, c.shapes, options_for<T>(s.threads));
            require_small(p, c, s);
            prepared<T> ours(c, s.threads);
            ceiling<T> best(least_work(p), s.threads);
            const auto seconds = interleave({[&] { ours.run(); }, [&] { best.run(); }}, s.how);
            return {c, best.name(), seconds[0], seconds[1], p.flops(), bytes_of(p, c)};
        }
    }

    std::vector<measurement> measure_all(const std::vector<contraction>& cases, const settings& s,
                                         const std::function<void(const measurement&)>& done)
    {
        std::vector<measurement> all;
        for (const contraction& c : cases)
            try
            {
                all.push_back(s.type == xeinsum::dtype::float32 ? measure<float>(c, s) : measure<double>(c, s));
                done(all.back());
            }
            catch (const std::exception& e)
            {
                std::cerr << "left out " << c.id << ": " << e.what() << '\n';
            }
        return all;
    }

    double geometric_mean(const std::vector<double>& values)
    {
        double sum = 0;
        for (const double v : values) sum += std::log(v);
        return std::exp(sum / static_cast<double>(values.size()));
    }

    double percentile(const std::vector<double>& sorted, double percent)
    {
        if (sorted.empty()) return std::numeric_limits<double>::quiet_NaN();
        return sorted[static_cast<std::size_t>(std::lround(percent / 100 * static_cast<double>(sorted.size() - 1)))];
    }
}
