// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_BENCHMARK_PREPARED_HPP
#define XEINSUM_BENCHMARK_PREPARED_HPP

#include <cstddef>
#include <memory>
#include <vector>

#include <xeinsum/detail/huge_pages.hpp>
#include <xeinsum/execute.hpp>

#include "blas_threads.hpp"
#include "buffer.hpp"
#include "cases.hpp"

namespace bench
{
    /// Options for a value type and a number of threads.
    template <class T>
    xeinsum::options options_for(std::size_t threads)
    {
        const auto with = [threads](auto how) {
            how.type = xeinsum::dtype_of<T>();
            if constexpr (requires { how.threads; }) how.threads = threads;
            return how;
        };
        return with(xeinsum::options{});
    }

    /// Bytes of the operands and the result.
    inline double bytes_of(const xeinsum::plan& p, const contraction& c)
    {
        double elements = static_cast<double>(xeinsum::element_count(p.result_shape()));
        for (const xeinsum::extents& shape : c.shapes)
        {
            elements += static_cast<double>(xeinsum::element_count(shape));
            if (c.same_operand) break;
        }
        return elements * static_cast<double>(xeinsum::size_of(p.how().type));
    }

    /// A contraction ready to run: plan, operands, and a result that has been written before.
    template <class T>
    class prepared
    {
    public:
        prepared(contraction c, std::size_t threads)
            : m_case(std::move(c)), m_threads(threads), m_plan(m_case.subscripts, m_case.shapes, how()),
              m_result(static_cast<std::size_t>(xeinsum::element_count(m_plan.result_shape())))
        {
            for (const xeinsum::extents& shape : m_case.shapes)
            {
                if (m_operands.empty() || !m_case.same_operand)
                    m_operands.emplace_back(static_cast<std::size_t>(xeinsum::element_count(shape)), m_operands.size() + 1);
                m_pointers.push_back(m_operands.back().data());
            }
        }

        const xeinsum::plan& plan() const { return m_plan; }

        /// Contracts into the warm result.
        void run()
        {
            set_blas_threads(m_threads);
            xeinsum::execute<T>(m_plan, m_pointers, m_result.data());
        }

        /// What a call of einsum does: plans, allocates the result, contracts. The caller releases the result.
        std::unique_ptr<T[]> run_fresh()
        {
            set_blas_threads(m_threads);
            const xeinsum::plan p(m_case.subscripts, m_case.shapes, how());
            auto result = std::make_unique_for_overwrite<T[]>(m_result.size());
            xeinsum::detail::prefer_huge_pages(result.get(), m_result.size() * sizeof(T));
            xeinsum::execute<T>(p, m_pointers, result.get());
            return result;
        }

    private:
        /// As einsum() finds it out by the operands' addresses.
        xeinsum::options how() const
        {
            xeinsum::options o = options_for<T>(m_threads);
            if (m_case.same_operand) o.same.assign(m_case.shapes.size(), 0);
            return o;
        }

        contraction m_case;
        std::size_t m_threads;
        xeinsum::plan m_plan;
        buffer<T> m_result;
        std::vector<buffer<T>> m_operands;
        std::vector<const T*> m_pointers;
    };
}

#endif
