// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>

#include <xeinsum/binding.hpp>
#include <xeinsum/similarity_search.hpp>

#include "../execute/simd/kernels.hpp"

namespace xeinsum
{
    namespace
    {
        /// A norm as a product, which may be larger than T holds.
        template <class T>
        struct norm_parts
        {
            T largest, rest;
        };

        /// sqrt(sum x^2) where a square or the sum leaves T's range: by the largest element, which is NaN if any element is. Summed in a wider type.
        template <class T>
        norm_parts<T> rescaled_norm(const T* x, std::int64_t n, std::int64_t stride)
        {
            using wide = std::conditional_t<std::is_same_v<T, float>, double, long double>;
            T largest = 0;
            for (std::int64_t i = 0; i < n; ++i)
            {
                const T a = std::abs(x[i * stride]);
                if (!(a <= largest)) largest = a;  // NaN is not, and stays: it is compared with as false again
                if (std::isnan(largest)) break;
            }
            if (largest == 0 || !std::isfinite(largest)) return {largest, 1};
            wide sum = 0;
            for (std::int64_t i = 0; i < n; ++i)
            {
                const wide a = static_cast<wide>(x[i * stride]) / static_cast<wide>(largest);
                sum += a * a;
            }
            return {largest, static_cast<T>(std::sqrt(sum))};
        }

        [[noreturn]] void refuse(std::int64_t index, std::string_view whose, std::string_view what)
        {
            throw std::domain_error("cosine similarity: vector " + std::to_string(index) + std::string(whose.empty() ? "" : " of ").append(whose).append(what) +
                                    ", which has no direction; the option `undefined` says what its similarities are to be instead");
        }

        template <class T>
        void divide(const T* x, std::int64_t n, std::int64_t stride, T by, T* to)
        {
            if (stride == 1)
                for (std::int64_t i = 0; i < n; ++i) to[i] = x[i] / by;
            else
                for (std::int64_t i = 0; i < n; ++i) to[i] = x[i * stride] / by;
        }

        template <class T>
        class normalizer
        {
        public:
            normalizer(const vector_set<T>& x, const similarity_options& how, std::string_view whose) : m_x(x), m_how(how), m_whose(whose), m_eps(static_cast<T>(how.eps))
            {
                if (!(m_eps > 0) || !std::isfinite(m_eps)) detail::throw_bad_eps(how.eps);
                // What underflows of so many squares is less than the rounding of a sum of this size.
                m_least = static_cast<T>(std::max<std::int64_t>(1, x.length)) * std::numeric_limits<T>::min() / std::numeric_limits<T>::epsilon();
            }

            void run(T* to, std::int64_t first_index) const
            {
                constexpr std::int64_t block = 32;
                std::array<T, block> squares;
                for (std::int64_t i = 0; i < m_x.count; i += block)
                {
                    const std::int64_t count = std::min(block, m_x.count - i);
                    sum_squares(i, count, squares.data());
                    for (std::int64_t r = 0; r < count; ++r)
                        divide_row(m_x.first + (i + r) * m_x.vector_stride, squares[static_cast<std::size_t>(r)], to + (i + r) * m_x.length, first_index + i + r);
                }
            }

        private:
            /// "bc,bc->b", by the kernel but for few elements, where its order of adding depends on the number of vectors.
            void sum_squares(std::int64_t first, std::int64_t count, T* squares) const
            {
                constexpr std::int64_t few = 16;
                std::fill_n(squares, count, T(0));
                const T* const x = m_x.first + first * m_x.vector_stride;
                if (m_x.length < few)
                {
                    for (std::int64_t r = 0; r < count; ++r)
                        for (std::int64_t i = 0; i < m_x.length; ++i)
                        {
                            const T a = x[r * m_x.vector_stride + i * m_x.element_stride];
                            squares[r] += a * a;
                        }
                    return;
                }
                const simd::nest_axis axes[2] = {{count, {m_x.vector_stride, m_x.vector_stride, 1}}, {m_x.length, {m_x.element_stride, m_x.element_stride, 0}}};
                simd::kernels_for_cpu<T>().contract(x, x, squares, axes, 2);
            }

            void divide_row(const T* x, T square, T* to, std::int64_t index) const
            {
                const std::int64_t n = m_x.length, stride = m_x.element_stride;
                norm_parts<T> norm = {std::sqrt(square), 1};
                if (!(square >= m_least && std::isfinite(square))) norm = rescaled_norm(x, n, stride);
                const bool is_zero = norm.largest == 0;
                if (m_how.undefined == undefined_similarity::error)
                {
                    if (is_zero) refuse(index, m_whose, " is zero");
                    if (std::isnan(norm.largest)) refuse(index, m_whose, " has a NaN");
                    if (std::isinf(norm.largest)) refuse(index, m_whose, " has an Inf");
                }
                if (is_zero && m_how.undefined == undefined_similarity::nan) return static_cast<void>(std::fill_n(to, n, std::numeric_limits<T>::quiet_NaN()));
                // torch.max: a NaN norm is not below eps and stays.
                const T whole = norm.largest * norm.rest;
                if (whole <= m_eps) return divide(x, n, stride, m_eps, to);
                if (!std::isinf(whole) || std::isinf(norm.largest)) return divide(x, n, stride, whole, to);
                divide(x, n, stride, norm.largest, to);
                divide(to, n, 1, norm.rest, to);
            }

            const vector_set<T>& m_x;
            const similarity_options& m_how;
            std::string_view m_whose;
            T m_eps, m_least;
        };
    }

    // clang-format off
    template <> void normalize(const vector_set<float>& x, float* rows, const similarity_options& how, std::int64_t first, std::string_view whose) { normalizer<float>(x, how, whose).run(rows, first); }
    template <> void normalize(const vector_set<double>& x, double* rows, const similarity_options& how, std::int64_t first, std::string_view whose) { normalizer<double>(x, how, whose).run(rows, first); }
    // clang-format on
}
