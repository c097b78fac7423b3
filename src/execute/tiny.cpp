// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include <xeinsum/detail/tiny_run.hpp>

#include <algorithm>

#include "small_product.hpp"

namespace xeinsum::detail
{
    namespace
    {
        /// Apart, for its frame on the stack not to be the way to a product's.
        template <class T>
        [[gnu::noinline]] void run_all(const tiny_program& program, std::size_t operand_count, const tiny_memory<T>& memory)
        {
            run_tiny_steps(program, operand_count, memory);
        }

        /// A single product of matrices goes to its kernel by the shortest way; to the same one as the general way does.
        template <class T>
        void run(const tiny_program& program, std::size_t operand_count, const tiny_memory<T>& memory)
        {
            const tiny_step& s = program[0];
            if (program.size() == 1 && s.pairwise && s.sums)
            {
                const tiny_tensor<const T>&left = memory.operands[s.inputs[0]], &right = memory.operands[s.inputs[1]];
                if (s.is_matrix_product)
                {
                    const auto [row, column, depth] = s.matrices;
                    const auto &x = left.strides, &y = right.strides, &z = memory.result.strides, &n = *memory.sizes;
                    if (multiply_few({n[row], n[column], n[depth], left.first, x[row], x[depth], right.first, y[depth], y[column], memory.result.first, z[row], z[column]})) return;
                }
                small_product product;
                const auto add = [&](std::uint8_t id) { return product.add((*memory.sizes)[id], left.strides[id], right.strides[id], memory.result.strides[id]); };
                if (std::all_of(s.axes.begin(), s.axes.end(), add) && product.run(left.first, right.first, memory.result.first)) return;
            }
            run_all(program, operand_count, memory);
        }
    }

    template <>
    void run_tiny(const tiny_program& program, std::size_t operand_count, const tiny_memory<float>& memory)
    {
        run(program, operand_count, memory);
    }

    template <>
    void run_tiny(const tiny_program& program, std::size_t operand_count, const tiny_memory<double>& memory)
    {
        run(program, operand_count, memory);
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
