// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_SRC_PLAN_ESTIMATE_HPP
#define XEINSUM_SRC_PLAN_ESTIMATE_HPP

#include <cstddef>
#include <cstdint>

#include <xeinsum/plan.hpp>

namespace xeinsum::detail
{
    /// Nanoseconds, roughly, that a product of matrices takes as a step has it: by BLAS, in tiles, or in blocks. For comparing such steps; its
    /// constants were set after the times of random products in every one of these ways; `tests/benchmark/ways.cpp` tells how well they choose.
    double expected_time(const step& s, std::size_t element_bytes);

    /// How large a product of matrices is, or a batch of them: the values that each group of axes takes together, as the tensors move along them, and all
    /// elements of the three tensors.
    struct product_size
    {
        double batch = 1, rows = 1, columns = 1, depth = 1, elements = 0;

        double products() const { return batch * rows * columns * depth; }
        product_size exchanged() const { return {batch, columns, rows, depth, elements}; }
    };

    // What no step for a product of that size is expected to stay below, whatever else it copies:
    /// ... that BLAS makes, in so many calls or more;
    double least_time_of_calls(const product_size& size, double calls, std::size_t element_bytes);
    /// ... that BLAS makes by this call, so many times;
    double least_time_of_calls(const product_size& size, const blas_call& call, double calls, std::size_t element_bytes);
    /// ... that is made as loops over dots of so many sums;
    double least_time_of_dots(const product_size& size, std::int64_t length, std::size_t threads, std::size_t element_bytes);
    /// ... that is made in blocks, of which so many elements are copied; `lanes`: of elements of the batch side by side.
    double least_time_of_blocks(const product_size& size, bool lanes, double copied, std::size_t threads, std::size_t element_bytes);
}

#endif
