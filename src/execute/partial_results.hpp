// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_SRC_EXECUTE_PARTIAL_RESULTS_HPP
#define XEINSUM_SRC_EXECUTE_PARTIAL_RESULTS_HPP

#include <cstdint>

#include <xeinsum/plan.hpp>

#include "simd/kernels.hpp"
#include "step_buffers.hpp"

namespace xeinsum::detail
{
    /// The results that pieces of a summed axis write to: the first one the step's own, the others theirs.
    template <class T>
    class partial_results
    {
    public:
        partial_results(const step& s, T* out, step_buffers& buffers)
            : m_size(s.threads.sums ? s.tensors[result_tensor].lies.size() : 0), m_out(out), m_others(buffers.take<T>(m_size * (s.threads.pieces - 1)))
        {
        }

        T* of(std::int64_t piece) const { return piece == 0 || m_size == 0 ? m_out : m_others + (piece - 1) * m_size; }

        /// The result and its likes lie without gaps: they are added as one row.
        void add(std::int64_t pieces) const
        {
            if (m_size == 0) return;
            const simd::nest_axis row = {m_size, {1, 0, 1}};
            for (std::int64_t i = 1; i < pieces; ++i) simd::kernels_for_cpu<T>().reduce(of(i), m_out, &row, 1);
        }

    private:
        std::int64_t m_size;
        T* m_out;
        T* m_others;
    };
}

#endif
