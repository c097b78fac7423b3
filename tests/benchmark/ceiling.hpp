// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_BENCHMARK_CEILING_HPP
#define XEINSUM_BENCHMARK_CEILING_HPP

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <xeinsum/plan.hpp>

#include "buffer.hpp"

namespace bench
{
    /// One matrix product, or a batch of them; or memory traffic. What a step of a contraction amounts to if its
    /// operands lay as the hardware likes them best.
    struct work
    {
        /// Extents of batch, left free, right free and contracted labels; a product if m, n, k > 1.
        std::int64_t batch = 1, m = 1, n = 1, k = 1;
        /// Bytes that must be read and written, whole cache lines where elements lie apart. 0 for a matrix product.
        double read = 0, written = 0;

        bool is_product() const { return m > 1 && n > 1 && k > 1; }
    };

    /// The least work of a plan: by the labels of each step of its path, not by what the plan does. Labels that are in
    /// one operand alone are summed first, which reads that operand once.
    std::vector<work> least_work(const xeinsum::plan& p);

    /// A ceiling: work done by BLAS's matrix product on contiguous row-major matrices, and by memcpy or a vectorised sum
    /// over as many bytes. Memory is touched beforehand and shared by all steps.
    template <class T>
    class ceiling
    {
    public:
        /// Tries the ways to make each product (C = A B, or its transpose; threads inside a call, or outside over a
        /// batch) and keeps the fastest.
        ceiling(std::vector<work> all, std::size_t threads);

        void run();
        /// `gemm 100x24x8`, `copy`, `read`; for several steps their number.
        std::string name() const;

    private:
        enum class way { rows, columns, rows_outside, columns_outside, copy, read };

        void run(const work& w, way how);
        void multiply(const work& w, way how);

        std::vector<work> m_work;
        std::vector<way> m_ways;
        std::size_t m_threads;
        buffer<T> m_left, m_right, m_result;
        buffer<std::uint64_t> m_source, m_target;
    };

    extern template class ceiling<float>;
    extern template class ceiling<double>;
}

#endif
