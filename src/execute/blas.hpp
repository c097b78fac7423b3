// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_SRC_EXECUTE_BLAS_HPP
#define XEINSUM_SRC_EXECUTE_BLAS_HPP

#include <algorithm>
#include <complex>
#include <cstdint>
#include <type_traits>

#include <xtensor-blas/xblas_config.hpp>
#include <xflens/cxxblas/cxxblas.cxx>  // declares the CBLAS prototypes itself

#include <xeinsum/detail/generic_loop.hpp>
#include <xeinsum/plan.hpp>

#include "../plan/blas_lowering.hpp"
#include "mirror.hpp"
#include "split.hpp"
#include "thread_workspace.hpp"

namespace xeinsum::detail
{
    /// The BLAS itself, through cxxblas, with explicit leading dimensions and increments. All sizes fit int.
    struct cxxblas_calls
    {
        static constexpr int narrow(std::int64_t x) { return static_cast<int>(x); }
        static constexpr cxxblas::Transpose trans(bool t, bool conjugate)
        {
            return conjugate ? cxxblas::ConjTrans : t ? cxxblas::Trans : cxxblas::NoTrans;
        }

        template <class T>
        static void gemm(const gemm_arguments<T>& g)
        {
            cxxblas::gemm(g.column_major ? cxxblas::ColMajor : cxxblas::RowMajor, trans(g.transpose_a, g.conjugate_a), trans(g.transpose_b, g.conjugate_b),
                          narrow(g.m), narrow(g.n), narrow(g.k), g.alpha, g.a, narrow(g.lda), g.b, narrow(g.ldb),
                          g.beta, g.c, narrow(g.ldc));
        }

        /// The lower triangle of  C = alpha op(A) op(A)^T,  C row-major; with `hermitian` ^H, and alpha real. `g` is the gemm.
        template <class T>
        static void rank_k(const gemm_arguments<T>& g, bool hermitian)
        {
            const auto order = g.column_major ? cxxblas::ColMajor : cxxblas::RowMajor;
            const auto triangle = g.column_major ? cxxblas::Upper : cxxblas::Lower;
            if constexpr (!std::is_floating_point_v<T>)
                if (hermitian)
                    return cxxblas::herk(order, triangle, g.transpose_a ? cxxblas::ConjTrans : cxxblas::NoTrans, narrow(g.m), narrow(g.k), g.alpha.real(), g.a,
                                         narrow(g.lda), typename T::value_type(0), g.c, narrow(g.ldc));
            cxxblas::syrk(order, triangle, trans(g.transpose_a, false), narrow(g.m), narrow(g.k), g.alpha, g.a, narrow(g.lda), T(0), g.c, narrow(g.ldc));
        }

        template <class T>
        static void gemv(const gemv_arguments<T>& g)
        {
            if constexpr (std::is_floating_point_v<T>) call_gemv(g);
            else call_gemv_padded(g);
        }

        template <class T>
        static void ger(const ger_arguments<T>& g)
        {
            if constexpr (std::is_floating_point_v<T>)
                cxxblas::ger(cxxblas::RowMajor, narrow(g.m), narrow(g.n), g.alpha, g.x, narrow(g.incx), g.y, narrow(g.incy), g.a,
                             narrow(g.lda));
            else
                cxxblas::geru(cxxblas::RowMajor, narrow(g.m), narrow(g.n), g.alpha, g.x, narrow(g.incx), g.y, narrow(g.incy), g.a,
                              narrow(g.lda));
        }

        template <class T>
        static T dot(std::int64_t n, const T* x, std::int64_t incx, const T* y, std::int64_t incy)
        {
            if constexpr (std::is_floating_point_v<T>)
            {
                T result{};
                cxxblas::dot(narrow(n), x, narrow(incx), y, narrow(incy), result);
                return result;
            }
            else return complex_dot<false>(n, x, incx, y, incy);
        }

        /// x^H y.
        template <class T>
        static T dotc(std::int64_t n, const T* x, std::int64_t incx, const T* y, std::int64_t incy)
        {
            if constexpr (std::is_floating_point_v<T>) return dot(n, x, incx, y, incy);
            else return complex_dot<true>(n, x, incx, y, incy);
        }

    private:
        template <class T>
        static void call_gemv(const gemv_arguments<T>& g)
        {
            cxxblas::gemv(cxxblas::RowMajor, trans(g.transpose, g.conjugate), narrow(g.rows), narrow(g.columns), g.alpha, g.a, narrow(g.lda),
                          g.x, narrow(g.incx), g.beta, g.y, narrow(g.incy));
        }

        /// OpenBLAS's complex gemv (seen in 0.3.21, Zen kernel) reads some elements past the end of x, which may be past
        /// the end of the memory: x is read from a longer buffer.
        template <class T>
        static void call_gemv_padded(const gemv_arguments<T>& g)
        {
            const std::int64_t n = g.transpose ? g.rows : g.columns;
            const T* const first = g.incx < 0 ? g.x - (n - 1) * g.incx : g.x;
            thread_workspace memory;
            T* const padded = reinterpret_cast<T*>(memory.reserve(static_cast<std::size_t>(n + gemv_padding) * sizeof(T)));
            for (std::int64_t i = 0; i < n; ++i) padded[i] = first[i * g.incx];
            std::fill_n(padded + n, gemv_padding, T());
            gemv_arguments<T> safe = g;
            safe.x = padded;
            safe.incx = 1;
            call_gemv(safe);
        }

        /// OpenBLAS's complex dot (seen in 0.3.21, Zen kernel) reads one element too many where an increment is not 1: the
        /// last product is left to us.
        template <bool Conjugate, class T>
        static T complex_dot(std::int64_t n, const T* x, std::int64_t incx, const T* y, std::int64_t incy)
        {
            T result{};
            const bool contiguous = incx == 1 && incy == 1;
            const std::int64_t called = contiguous ? n : n - 1;
            // x and y point to the elements of lowest address, the last ones where the increment is negative.
            const T* const x_called = !contiguous && incx < 0 ? x - incx : x;
            const T* const y_called = !contiguous && incy < 0 ? y - incy : y;
            if (called > 0 && Conjugate) cxxblas::dot(narrow(called), x_called, narrow(incx), y_called, narrow(incy), result);
            else if (called > 0) cxxblas::dotu(narrow(called), x_called, narrow(incx), y_called, narrow(incy), result);
            if (contiguous) return result;
            const T last_x = incx < 0 ? *x : x[(n - 1) * incx], last_y = incy < 0 ? *y : y[(n - 1) * incy];
            return add<T>(result, multiply<T>(Conjugate ? std::conj(last_x) : last_x, last_y));
        }
    };

    /// dot with the first vector conjugated.
    struct cxxblas_dotc
    {
        template <class T>
        static T dot(std::int64_t n, const T* x, std::int64_t incx, const T* y, std::int64_t incy)
        {
            return cxxblas_calls::dotc(n, x, incx, y, incy);
        }
    };

    /// Makes the call that a plan asks for. A beta of 0 means overwriting: a destination's old NaN never
    /// leaks, whatever a BLAS does with it in its vector routines.
    template <class T>
    struct plan_calls
    {
        static void call(kernel op, const blas_call& p, const T* a, const T* b, T* c, const scaling<T>& by)
        {
            switch (op)
            {
            case kernel::dot:
            case kernel::batched_dot: return dot(p, a, b, c, by);
            case kernel::gemv:
            case kernel::batched_gemv: return gemv(p, a, b, c, by);
            case kernel::ger: return ger(p, a, b, c, by);
            case kernel::syrk:
            case kernel::herk:
            case kernel::batched_syrk:
            case kernel::batched_herk: return rank_k(op, p, a, b, c, by);
            default: return gemm(p, a, b, c, by);
            }
        }

    private:
        static void gemm(const blas_call& p, const T* a, const T* b, T* c, const scaling<T>& by)
        {
            split_gemm<cxxblas_calls>(gemm_of(p, a, b, c, by));
        }

        static gemm_arguments<T> gemm_of(const blas_call& p, const T* a, const T* b, T* c, const scaling<T>& by)
        {
            return {p.column_major, p.transpose_left, p.transpose_right, p.m, p.n, p.k, by.alpha, a, p.steps[0], b, p.steps[1], by.beta, c, p.steps[2],
                    p.conjugate_left, p.conjugate_right};
        }

        /// One triangle, then the other one as its mirror. A gemm where both need a beta, an alpha makes the product no hermitian
        /// one, or the call has to be split.
        static void rank_k(kernel op, const blas_call& p, const T* a, const T* b, T* c, const scaling<T>& by)
        {
            const bool hermitian = op == kernel::herk || op == kernel::batched_herk;
            const bool too_large = std::max({p.m, p.k, p.steps[0], p.steps[2]}) > blas_int_max;
            if (by.beta != T(0) || too_large || (hermitian && by.alpha != T(std::real(by.alpha)))) return gemm(p, a, b, c, by);
            cxxblas_calls::rank_k(gemm_of(p, a, b, c, by), hermitian);
            mirror_lower(c, p.m, p.steps[2], hermitian);
        }

        static void gemv(const blas_call& p, const T* a, const T* x, T* y, const scaling<T>& by)
        {
            if (by.beta == T(0)) fill_zero(y, nest{{p.m, {0, 0, p.steps[2]}}});
            const bool t = p.transpose_left;
            split_gemv<cxxblas_calls>(gemv_arguments<T>{t, t ? p.k : p.m, t ? p.m : p.k, by.alpha, a, p.steps[0], x,
                                                        p.steps[1], by.beta, y, p.steps[2], p.conjugate_left});
        }

        static void dot(const blas_call& p, const T* x, const T* y, T* c, const scaling<T>& by)
        {
            const T sum = p.conjugate_left    ? split_dot<cxxblas_dotc>(p.k, x, p.steps[0], y, p.steps[1])
                          : p.conjugate_right ? split_dot<cxxblas_dotc>(p.k, y, p.steps[1], x, p.steps[0])
                                              : split_dot<cxxblas_calls>(p.k, x, p.steps[0], y, p.steps[1]);
            update_element(*c, sum, by);
        }

        /// BLAS's ger adds to its matrix, which is therefore scaled, or cleared, first. Column-major: the transposed product.
        static void ger(const blas_call& p, const T* x, const T* y, T* c, const scaling<T>& by)
        {
            const bool t = p.column_major;
            const std::int64_t rows = t ? p.n : p.m, columns = t ? p.m : p.n;
            scale_loop(c, nest{{rows, {0, 0, p.steps[2]}}, {columns, {0, 0, 1}}}, by.beta);
            split_ger<cxxblas_calls>(ger_arguments<T>{rows, columns, by.alpha, t ? y : x, p.steps[t ? 1 : 0], t ? x : y,
                                                      p.steps[t ? 0 : 1], c, p.steps[2]});
        }
    };
}

#endif
