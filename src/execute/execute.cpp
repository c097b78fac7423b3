// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include <xeinsum/execute.hpp>

#include <string>

#include "blas.hpp"

namespace xeinsum
{
    void detail::check_execution(const plan& p, dtype type, std::size_t operand_count)
    {
        if (p.how().type != type)
            throw std::invalid_argument("execute: the plan is for " + std::string(to_string(p.how().type)) +
                                        ", the memory holds " + std::string(to_string(type)));
        if (p.shapes().size() != operand_count)
            throw std::invalid_argument("execute: the plan has " + std::to_string(p.shapes().size()) + " operands, not " +
                                        std::to_string(operand_count));
    }

    namespace
    {
        template <class T>
        void run(const plan& p, std::span<const T* const> operands, T* result, recorder* record)
        {
            detail::check_execution(p, dtype_of<T>(), operands.size());
            detail::executor<T, detail::plan_calls<T>>(p, operands, result, record).run();
        }
    }

    template <>
    void execute(const plan& p, std::span<const float* const> operands, float* result, recorder* record)
    {
        run(p, operands, result, record);
    }

    template <>
    void execute(const plan& p, std::span<const double* const> operands, double* result, recorder* record)
    {
        run(p, operands, result, record);
    }

    template <>
    void execute(const plan& p, std::span<const std::complex<float>* const> operands, std::complex<float>* result,
                 recorder* record)
    {
        run(p, operands, result, record);
    }

    template <>
    void execute(const plan& p, std::span<const std::complex<double>* const> operands, std::complex<double>* result,
                 recorder* record)
    {
        run(p, operands, result, record);
    }
}
