// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_SIMILARITY_HPP
#define XEINSUM_SIMILARITY_HPP

#include <cstddef>
#include <type_traits>

#include <xeinsum/einsum.hpp>

namespace xeinsum
{
    namespace detail
    {
        /// The floating-point type in which similarities of this value type are computed.
        template <class E>
        using similarity_value_t = std::conditional_t<std::is_integral_v<value_t<E>>, double, value_t<E>>;

        /// x with every row divided by its norm, or by eps where that is larger.
        template <class E>
        auto normalized_rows(const E& x, double eps)
        {
            using T = similarity_value_t<E>;
            static_assert(std::is_floating_point_v<T>, "cosine similarity is for real operands");
            if (x.dimension() != 2)
                throw shape_error(shape_errc::too_few_labels, "cosine_similarity_matrix: an operand has rank " +
                                                                  std::to_string(x.dimension()) +
                                                                  "; it must be a matrix, one vector a row");
            const xt::xtensor<T, 2> h = xt::cast<T>(x);
            const xt::xtensor<T, 1> norm = xt::sqrt(einsum<"bc,bc->b">(h, h));
            // torch.max(norm, eps): a NaN norm is not below eps and stays.
            const xt::xtensor<T, 1> divisor = xt::where(norm <= static_cast<T>(eps), static_cast<T>(eps), norm);
            return xt::xtensor<T, 2>(h / xt::view(divisor, xt::all(), xt::newaxis()));
        }
    }

    /// The cosine similarity of every two rows of a matrix: (N, M) -> (N, N).
    ///
    ///     s[b, d] = sum_c x[b, c] / max(|x[b]|, eps) * x[d, c] / max(|x[d]|, eps)
    ///
    /// A zero row has similarity 0 with every row; NaN propagates; integers are computed in double. Cost: one
    /// normalised copy of x, then one matrix product. Throws shape_error unless x is a matrix.
    template <detail::operand E>
    auto cosine_similarity_matrix(const E& x, double eps = 1e-8)
    {
        const auto x_norm = detail::normalized_rows(x, eps);
        using T = typename decltype(x_norm)::value_type;
        return xt::xtensor<T, 2>(einsum<"bc,cd->bd">(x_norm, xt::transpose(x_norm)));
    }

    /// The cosine similarity of every row of one matrix with every row of another: (N, M), (P, M) -> (N, P).
    /// Throws shape_error unless both are matrices of as many columns.
    template <detail::operand E1, detail::operand E2>
        requires xt::is_xexpression<std::decay_t<E2>>::value
    auto cosine_similarity_matrix(const E1& x, const E2& y, double eps = 1e-8)
    {
        const auto x_norm = detail::normalized_rows(x, eps);
        const auto y_norm = detail::normalized_rows(y, eps);
        using T = promote_t<typename decltype(x_norm)::value_type, typename decltype(y_norm)::value_type>;
        return xt::xtensor<T, 2>(einsum<"bc,cd->bd">(x_norm, xt::transpose(y_norm)));
    }
}

#endif
