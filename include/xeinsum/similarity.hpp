// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_SIMILARITY_HPP
#define XEINSUM_SIMILARITY_HPP

#include <cmath>
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

        /// x itself where it lies in memory as values of type T, else evaluated.
        template <class T, class E>
        decltype(auto) in_memory(const E& x)
        {
            if constexpr (reads_in_place<T, E>()) return (x);
            else return xt::xarray<T>(xt::cast<T>(x));
        }

        /// Every row of h divided by its norm, or by eps where that is larger: norm -> max with eps -> divide.
        template <class H>
        auto normalized_rows(const H& h, double eps)
        {
            using T = typename H::value_type;
            static_assert(std::is_floating_point_v<T>, "cosine similarity is for real operands");
            if (h.dimension() != 2) throw_not_a_matrix(h.dimension());
            if (!(static_cast<T>(eps) > 0) || !std::isfinite(static_cast<T>(eps))) throw_bad_eps(eps);
            const xt::xtensor<T, 1> norm = xt::sqrt(einsum<"bc,bc->b">(h, h));
            // torch.max: a NaN norm is not below eps and stays.
            const xt::xtensor<T, 1> floored = xt::where(norm <= static_cast<T>(eps), static_cast<T>(eps), norm);
            return xt::xtensor<T, 2>(h / xt::view(floored, xt::all(), xt::newaxis()));
        }
    }

    /// The cosine similarity of every two rows of a matrix: (N, M) -> (N, N).
    ///
    ///     s[b, d] = sum_c x[b, c] / max(|x[b]|, eps) * x[d, c] / max(|x[d]|, eps)
    ///
    /// A zero row has similarity 0 with every row; NaN propagates; integers are computed in double. Cost: one
    /// normalised copy of x, then one matrix product. Throws shape_error unless x is a matrix, std::invalid_argument
    /// unless eps is positive and finite in the type that is computed in.
    template <class E>
        requires xt::is_xexpression<E>::value
    auto cosine_similarity_matrix(const E& x, double eps = 1e-8)
    {
        using T = detail::similarity_value_t<E>;
        const auto x_norm = detail::normalized_rows(detail::in_memory<T>(x), eps);
        return xt::xtensor<T, 2>(einsum<"bc,cd->bd">(x_norm, xt::transpose(x_norm)));
    }

    /// The cosine similarity of every row of one matrix with every row of another: (N, M), (P, M) -> (N, P).
    /// Throws shape_error unless both are matrices of as many columns, and as above.
    template <class E1, class E2>
        requires xt::is_xexpression<E1>::value && xt::is_xexpression<E2>::value
    auto cosine_similarity_matrix(const E1& x, const E2& y, double eps = 1e-8)
    {
        using T1 = detail::similarity_value_t<E1>;
        using T2 = detail::similarity_value_t<E2>;
        if (x.dimension() == 2 && y.dimension() == 2 && x.shape(1) != y.shape(1))
            detail::throw_mismatched_columns(x.shape(1), y.shape(1));
        const auto x_norm = detail::normalized_rows(detail::in_memory<T1>(x), eps);
        const auto y_norm = detail::normalized_rows(detail::in_memory<T2>(y), eps);
        return xt::xtensor<promote_t<T1, T2>, 2>(einsum<"bc,cd->bd">(x_norm, xt::transpose(y_norm)));
    }
}

#endif
