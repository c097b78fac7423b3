// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include "ceiling.hpp"

#include <algorithm>
#include <limits>
#include <string>
#include <utility>

#include "blas_threads.hpp"
#include "gemm.hpp"
#include "memory.hpp"
#include "timing.hpp"

namespace bench
{
    template <class T>
    ceiling<T>::ceiling(std::vector<work> all, std::size_t threads) : m_work(std::move(all)), m_threads(threads)
    {
        std::int64_t left = 0, right = 0, result = 0;
        double source = 0, target = 0;
        for (const work& w : m_work)
            if (w.is_product())
            {
                left = std::max(left, w.batch * w.m * w.k);
                right = std::max(right, w.batch * w.k * w.n);
                result = std::max(result, w.batch * w.m * w.n);
            }
            else
            {
                source = std::max(source, is_copy(w.read, w.written) ? (w.read + w.written) / 2 : w.read + w.written);
                if (is_copy(w.read, w.written)) target = std::max(target, (w.read + w.written) / 2);
            }
        m_left = buffer<T>(static_cast<std::size_t>(left), 1);
        m_right = buffer<T>(static_cast<std::size_t>(right), 2);
        m_result = buffer<T>(static_cast<std::size_t>(result), 3);
        m_source = buffer<std::uint64_t>(static_cast<std::size_t>(source / 8) + 1);
        m_target = buffer<std::uint64_t>(static_cast<std::size_t>(target / 8) + 1);

        for (const work& w : m_work)
        {
            if (!w.is_product())
            {
                m_ways.push_back(is_copy(w.read, w.written) ? way::copy : way::read);
                continue;
            }
            std::vector<way> candidates = {way::rows, way::columns};
            if (threads > 1 && w.batch > 1) candidates.insert(candidates.end(), {way::rows_outside, way::columns_outside});
            double best = std::numeric_limits<double>::infinity();
            m_ways.push_back(way::rows);
            for (const way candidate : candidates)
                for (int repeat = 0; repeat < 3; ++repeat)
                {
                    const double seconds = seconds_of([&] { run(w, candidate); });
                    if (seconds < best)
                    {
                        best = seconds;
                        m_ways.back() = candidate;
                    }
                    if (seconds > 0.5) break;
                }
        }
    }

    template <class T>
    void ceiling<T>::run()
    {
        for (std::size_t i = 0; i < m_work.size(); ++i) run(m_work[i], m_ways[i]);
    }

    template <class T>
    std::string ceiling<T>::name() const
    {
        if (m_work.size() != 1) return std::to_string(m_work.size()) + " steps";
        const work& w = m_work.front();
        if (!w.is_product()) return m_ways.front() == way::copy ? "copy" : "read";
        return "gemm " + (w.batch > 1 ? std::to_string(w.batch) + " x " : "") + std::to_string(w.m) + "x" + std::to_string(w.n) +
               "x" + std::to_string(w.k);
    }

    template <class T>
    void ceiling<T>::run(const work& w, way how)
    {
        if (how == way::copy) copy(m_source, m_target, (w.read + w.written) / 2, m_threads);
        else if (how == way::read) read(m_source, w.read + w.written, m_threads);
        else multiply(w, how);
    }

    template <class T>
    void ceiling<T>::multiply(const work& w, way how)
    {
        const bool outside = how == way::rows_outside || how == way::columns_outside;
        const bool swapped = how == way::columns || how == way::columns_outside;
        const std::int64_t m = swapped ? w.n : w.m, n = swapped ? w.m : w.n, k = w.k;
        const T* const left = swapped ? m_right.data() : m_left.data();
        const T* const right = swapped ? m_left.data() : m_right.data();
        T* const result = m_result.data();
        const auto one = [&](std::int64_t b) {
            gemm(m, n, k, left + b * m * k, right + b * k * n, result + b * m * n);
        };
        set_blas_threads(outside ? 1 : m_threads);
        if (!outside)
        {
            for (std::int64_t b = 0; b < w.batch; ++b) one(b);
            return;
        }
#pragma omp parallel for num_threads(static_cast<int>(m_threads)) schedule(static)
        for (std::int64_t b = 0; b < w.batch; ++b) one(b);
        set_blas_threads(m_threads);
    }

    template class ceiling<float>;
    template class ceiling<double>;
}
