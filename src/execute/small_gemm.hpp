// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_SRC_EXECUTE_SMALL_GEMM_HPP
#define XEINSUM_SRC_EXECUTE_SMALL_GEMM_HPP

#include <xeinsum/plan.hpp>

#ifdef XEINSUM_LIBXSMM
#include <libxsmm.h>
#endif

namespace xeinsum::detail
{
    /// A small matrix product of fixed sizes, compiled by libxsmm for this CPU when it is first asked for. Empty for other
    /// types, and without libxsmm.
    template <class T>
    class small_gemm
    {
    public:
        small_gemm() = default;

        /// \param call one whose `small` is set: sizes of 64 at most, the first matrix in column-major order not transposed
        explicit small_gemm([[maybe_unused]] const blas_call& call)
        {
#ifdef XEINSUM_LIBXSMM
            // libxsmm is column-major: a row-major product is the transposed one of the exchanged matrices.
            m_exchange = !call.column_major;
            const bool transpose_second = m_exchange ? call.transpose_left : call.transpose_right;
            const auto narrow = [](std::int64_t x) { return static_cast<libxsmm_blasint>(x); };
            const libxsmm_blasint m = narrow(m_exchange ? call.n : call.m), n = narrow(m_exchange ? call.m : call.n), k = narrow(call.k);
            const libxsmm_blasint lda = narrow(call.steps[m_exchange ? 1 : 0]), ldb = narrow(call.steps[m_exchange ? 0 : 1]),
                                  ldc = narrow(call.steps[2]);
            const int flags = transpose_second ? LIBXSMM_GEMM_FLAG_TRANS_B : LIBXSMM_GEMM_FLAG_NONE;
            for (const bool accumulate : {false, true})
            {
                const T alpha = 1, beta = accumulate ? T(1) : T(0);
                m_kernel[accumulate] = dispatch(m, n, k, &lda, &ldb, &ldc, &alpha, &beta, &flags);
            }
#endif
        }

        explicit operator bool() const { return m_kernel[0] && m_kernel[1]; }

        void operator()(const T* a, const T* b, T* c, bool accumulate) const
        {
            if (m_exchange) m_kernel[accumulate](b, a, c);
            else m_kernel[accumulate](a, b, c);
        }

    private:
        using kernel_function = void (*)(const T*, const T*, T*, ...);

#ifdef XEINSUM_LIBXSMM
        template <class... Sizes>
        static kernel_function dispatch(Sizes... sizes)
        {
            const int prefetch = LIBXSMM_PREFETCH_NONE;
            if constexpr (std::is_same_v<T, float>) return libxsmm_smmdispatch(sizes..., &prefetch);
            else if constexpr (std::is_same_v<T, double>) return libxsmm_dmmdispatch(sizes..., &prefetch);
            else return nullptr;
        }
#endif

        kernel_function m_kernel[2] = {};
        bool m_exchange = false;
    };
}

#endif
