// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include <xeinsum/detail/direct.hpp>

#include "../plan/blas_choice.hpp"
#include "../plan/direct_call.hpp"
#include "blas.hpp"

namespace xeinsum::detail
{
    namespace
    {
        template <class T>
        bool run(const tiny_equation& e, const tiny_memory<T>& memory, const scaling<T>& by)
        {
            const auto found = find_direct_call(e, memory.sizes, {&memory.operands[0].strides, &memory.operands[1].strides, &memory.result.strides},
                                                dtype_of<T>());
            if (!found) return false;
            const T* left = memory.operands[0].first;
            const T* right = memory.operands[1].first;
            if (found->exchanged) std::swap(left, right);
            const kernel op = left == right ? as_rank_k(found->op, found->call, dtype_of<T>()) : found->op;
            if (is_rank_k(op) && !favours_blas(op, found->call, 1, dtype_of<T>())) return false;
            plan_calls<T>::call(op, found->call, left, right, memory.result.first, by);
            return true;
        }
    }

    // clang-format off
    template <> bool run_direct(const tiny_equation& e, const tiny_memory<float>& memory, const scaling<float>& by) { return run(e, memory, by); }
    template <> bool run_direct(const tiny_equation& e, const tiny_memory<double>& memory, const scaling<double>& by) { return run(e, memory, by); }
    template <> bool run_direct(const tiny_equation& e, const tiny_memory<std::complex<float>>& memory, const scaling<std::complex<float>>& by) { return run(e, memory, by); }
    template <> bool run_direct(const tiny_equation& e, const tiny_memory<std::complex<double>>& memory, const scaling<std::complex<double>>& by) { return run(e, memory, by); }
    // clang-format on
}
