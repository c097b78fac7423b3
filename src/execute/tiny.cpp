// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include <xeinsum/detail/tiny_run.hpp>

namespace xeinsum::detail
{
    template <>
    void run_tiny(const tiny_program& program, std::size_t operand_count, const tiny_memory<float>& memory)
    {
        run_tiny_steps(program, operand_count, memory);
    }

    template <>
    void run_tiny(const tiny_program& program, std::size_t operand_count, const tiny_memory<double>& memory)
    {
        run_tiny_steps(program, operand_count, memory);
    }

    template <>
    void run_tiny(const tiny_program& program, std::size_t operand_count, const tiny_memory<std::complex<float>>& memory)
    {
        run_tiny_steps(program, operand_count, memory);
    }

    template <>
    void run_tiny(const tiny_program& program, std::size_t operand_count, const tiny_memory<std::complex<double>>& memory)
    {
        run_tiny_steps(program, operand_count, memory);
    }
}
