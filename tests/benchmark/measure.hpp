// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_BENCHMARK_MEASURE_HPP
#define XEINSUM_BENCHMARK_MEASURE_HPP

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include <xeinsum/dtype.hpp>

#include "cases.hpp"
#include "timing.hpp"

namespace bench
{
    /// How a list of cases is measured.
    struct settings
    {
        xeinsum::dtype type = xeinsum::dtype::float32;  ///< float32 or float64
        std::size_t threads = 1;
        double max_bytes = 8e9;   ///< cases that would take more, the ceiling's memory included, are left out
        double max_flops = 2e12;  ///< and so are cases with more work
        schedule how;
    };

    /// A case and its ceiling, in seconds.
    struct measurement
    {
        contraction what;
        std::string ceiling_name;
        double seconds = 0;
        double ceiling_seconds = 0;
        double flops = 0;
        double bytes = 0;  ///< operands and result

        /// Above 1: faster than the ceiling.
        double ratio() const { return ceiling_seconds / seconds; }
    };

    /// Measures the cases one after the other and hands out each as it is done. A case that can't be run is
    /// named on the standard error and left out.
    std::vector<measurement> measure_all(const std::vector<contraction>& cases, const settings& s,
                                         const std::function<void(const measurement&)>& done);

    double geometric_mean(const std::vector<double>& values);
    /// The value below which `percent` of them lie; the nearest one. Values in ascending order.
    double percentile(const std::vector<double>& sorted, double percent);
}

#endif
