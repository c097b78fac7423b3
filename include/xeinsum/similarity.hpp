// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_SIMILARITY_HPP
#define XEINSUM_SIMILARITY_HPP

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <xeinsum/einsum.hpp>
#include <xeinsum/similarity_search.hpp>

namespace xeinsum
{
    namespace detail
    {
        /// The floating-point type in which similarities of this value type are computed.
        template <class E>
        using similarity_value_t = std::conditional_t<std::is_integral_v<value_t<E>>, double, value_t<E>>;

        /// The same for two operands.
        template <class E1, class E2>
        using common_similarity_t = promote_t<similarity_value_t<E1>, similarity_value_t<E2>>;

        /// What pairs of similar vectors can be handed to.
        template <class F, class T>
        concept takes_pairs = std::invocable<F&, std::span<const similar_pair<T>>>;

        /// x itself where it lies in memory as values of type T, else evaluated.
        template <class T, class E>
        decltype(auto) in_memory(const E& x)
        {
            static_assert(std::is_same_v<T, float> || std::is_same_v<T, double>, "cosine similarity is for real operands: float, double, integers");
            if constexpr (reads_in_place<T, E>()) return (x);
            else return xt::xarray<T>(xt::cast<T>(x));
        }

        /// The rows of a matrix, for a function whose name errors begin with.
        template <class T, class H>
        vector_set<T> rows_of(std::string_view who, const H& h)
        {
            if (h.dimension() != 2) throw_not_a_matrix(who, h.dimension());
            return {h.data() + h.data_offset(), static_cast<std::int64_t>(h.shape()[0]), static_cast<std::int64_t>(h.shape()[1]),
                    static_cast<std::int64_t>(h.strides()[0]), static_cast<std::int64_t>(h.strides()[1])};
        }

        template <class T>
        void check_lengths(std::string_view who, const vector_set<T>& x, const vector_set<T>& y)
        {
            if (x.length != y.length) throw_mismatched_columns(who, static_cast<std::size_t>(x.length), static_cast<std::size_t>(y.length));
        }

        /// Every row of h divided by its norm, or by eps where that is larger: norm -> max with eps -> divide, in one pass.
        template <class T, class H>
        auto normalized_rows(const H& h, const similarity_options& how, std::string_view whose = {})
        {
            const vector_set<T> rows = rows_of<T>("cosine_similarity_matrix", h);
            auto result = xt::xtensor<T, 2>::from_shape({static_cast<std::size_t>(rows.count), static_cast<std::size_t>(rows.length)});
            prefer_huge_pages(result);
            normalize(rows, result.data(), how, 0, whose);
            return result;
        }

        template <class S>
        void clamp_similarities(S& s, const similarity_options& how)
        {
            using T = typename S::value_type;
            if (!how.clamp) return;
            // NaN is neither less nor greater, and stays.
            for (T& x : s.storage()) x = x < T(-1) ? T(-1) : x > T(1) ? T(1) : x;
        }

        inline similarity_options with_eps(double eps)
        {
            similarity_options how;
            how.eps = eps;
            return how;
        }

        /// x with an axis last, as rows of a contiguous array, each divided by its norm. `axis` counts from the first of `rank` axes, of which x has
        /// the last ones; where x has not `length` elements along it, but one, it is repeated. `whose`: its name in errors.
        template <class T, class E>
        xt::xarray<T> normalized_along(const E& x, std::size_t axis, std::size_t rank, std::size_t length, const similarity_options& how, std::string_view whose)
        {
            const std::size_t missing = rank - x.dimension();
            std::vector<std::size_t> shape(x.shape().begin(), x.shape().end());
            if (axis < missing) shape.insert(shape.begin(), missing - axis, 1);
            const std::size_t own = axis - (rank - shape.size());
            shape[own] = length;
            equation::terms from(1);
            std::vector<label> to;
            for (std::size_t d = 0; d < shape.size(); ++d)
            {
                from[0].push_back(static_cast<label>(d));
                if (d != own) to.push_back(static_cast<label>(d));
            }
            to.push_back(static_cast<label>(own));
            xt::xarray<T> rows = einsum(equation(from, to), xt::broadcast(x, shape));
            const auto count = length == 0 ? 0 : static_cast<std::int64_t>(rows.size() / length), step = static_cast<std::int64_t>(length);
            normalize(vector_set<T>{rows.data(), count, step, step, 1}, rows.data(), how, 0, whose);
            return rows;
        }
    }

    /// The cosine similarity of every two rows of a matrix: (N, M) -> (N, N).
    ///
    ///     s[b, d] = sum_c x[b, c] / max(|x[b]|, eps) * x[d, c] / max(|x[d]|, eps)
    ///
    /// A zero row has similarity 0 with every row; NaN propagates; integers are computed in double. Cost: one
    /// normalised copy of x, then one matrix product, which is a syrk: half of N^2 M multiplications. Throws shape_error unless x is
    /// a matrix, std::invalid_argument unless eps is positive and finite in the type that is computed in, std::domain_error as
    /// similarity_options::undefined says.
    template <detail::xexpression E>
    auto cosine_similarity_matrix(const E& x, const similarity_options& how)
    {
        using T = detail::similarity_value_t<E>;
        const auto x_norm = detail::normalized_rows<T>(detail::in_memory<T>(x), how);
        xt::xtensor<T, 2> s = einsum<"bc,cd->bd">(x_norm, xt::transpose(x_norm));
        detail::clamp_similarities(s, how);
        return s;
    }

    /// \overload
    template <detail::xexpression E>
    auto cosine_similarity_matrix(const E& x, double eps = 1e-8)
    {
        return cosine_similarity_matrix(x, detail::with_eps(eps));
    }

    /// The cosine similarity of every row of one matrix with every row of another: (N, M), (P, M) -> (N, P).
    /// Throws shape_error unless both are matrices of as many columns, and as above.
    template <detail::xexpression E1, detail::xexpression E2>
    auto cosine_similarity_matrix(const E1& x, const E2& y, const similarity_options& how)
    {
        using T = detail::common_similarity_t<E1, E2>;
        if (x.dimension() == 2 && y.dimension() == 2 && x.shape()[1] != y.shape()[1])
            detail::throw_mismatched_columns("cosine_similarity_matrix", x.shape()[1], y.shape()[1]);
        const auto x_norm = detail::normalized_rows<T>(detail::in_memory<T>(x), how, "x");
        const auto y_norm = detail::normalized_rows<T>(detail::in_memory<T>(y), how, "y");
        xt::xtensor<T, 2> s = einsum<"bc,cd->bd">(x_norm, xt::transpose(y_norm));
        detail::clamp_similarities(s, how);
        return s;
    }

    /// \overload
    template <detail::xexpression E1, detail::xexpression E2>
    auto cosine_similarity_matrix(const E1& x, const E2& y, double eps = 1e-8)
    {
        return cosine_similarity_matrix(x, y, detail::with_eps(eps));
    }

    /// The cosine similarity of two tensors along an axis, which the result does not have: torch.nn.functional.cosine_similarity. The tensors
    /// broadcast; a negative axis counts from the last one of the broadcast shape.
    ///
    ///     cosine_similarity(x, y, 1)                      (N, M), (N, M) -> (N): row by row
    ///     cosine_similarity(x[:, None], y[None], 2)       (N, 1, M), (1, P, M) -> (N, P): one matrix product
    ///
    /// Cost: a normalised copy of each tensor as it is before it is broadcast, then one contraction. Throws shape_error: shapes that do not
    /// broadcast, an axis that is not there; as cosine_similarity_matrix().
    template <detail::xexpression E1, detail::xexpression E2>
    auto cosine_similarity(const E1& x1, const E2& x2, std::ptrdiff_t axis, const similarity_options& how)
    {
        using T = detail::common_similarity_t<E1, E2>;
        const std::size_t rank = std::max(x1.dimension(), x2.dimension());
        if (axis < -static_cast<std::ptrdiff_t>(rank) || axis >= static_cast<std::ptrdiff_t>(rank)) detail::throw_bad_axis(axis, rank);
        const auto at = static_cast<std::size_t>(axis < 0 ? axis + static_cast<std::ptrdiff_t>(rank) : axis);
        // Extents along an axis of the broadcast shape; 1 where a tensor does not have it.
        const auto extent = [rank](const auto& x, std::size_t d) {
            const std::size_t missing = rank - x.dimension();
            return d < missing ? std::size_t{1} : static_cast<std::size_t>(x.shape()[d - missing]);
        };
        for (std::size_t d = 0; d < rank; ++d)
            if (extent(x1, d) != extent(x2, d) && extent(x1, d) != 1 && extent(x2, d) != 1)
                detail::throw_unbroadcastable(detail::to_extents(x1.shape()), detail::to_extents(x2.shape()));
        const std::size_t length = extent(x1, at) == 1 ? extent(x2, at) : extent(x1, at);
        const xt::xarray<T> a = detail::normalized_along<T>(detail::in_memory<T>(x1), at, rank, length, how, "x1");
        const xt::xarray<T> b = detail::normalized_along<T>(detail::in_memory<T>(x2), at, rank, length, how, "x2");
        equation::terms terms(2);
        std::vector<label> kept;
        for (std::size_t d = 0; d < rank; ++d)
        {
            if (d == at) continue;
            const auto id = static_cast<label>(d);
            kept.push_back(id);
            if (rank - d <= a.dimension()) terms[0].push_back(id);
            if (rank - d <= b.dimension()) terms[1].push_back(id);
        }
        for (auto& term : terms) term.push_back(static_cast<label>(at));
        xt::xarray<T> s = einsum(equation(terms, kept), a, b);
        detail::clamp_similarities(s, how);
        return s;
    }

    /// \overload
    template <detail::xexpression E1, detail::xexpression E2>
    auto cosine_similarity(const E1& x1, const E2& x2, std::ptrdiff_t axis = 1, double eps = 1e-8)
    {
        return cosine_similarity(x1, x2, axis, detail::with_eps(eps));
    }

    /// Nearest neighbours: row i has those of vector i, by descending similarity.
    template <class T>
    struct nearest_vectors
    {
        xt::xtensor<std::int64_t, 2> indices;  ///< (N, k)
        xt::xtensor<T, 2> scores;              ///< (N, k)
    };

    namespace detail
    {
        template <class T>
        nearest_vectors<T> nearest(const vector_set<T>& x, const std::optional<vector_set<T>>& y, std::size_t k, const similarity_options& how)
        {
            const auto count = static_cast<std::size_t>(x.count);
            if (y) check_lengths("cosine_top_k", x, *y);
            if (count > 0 || static_cast<std::int64_t>(k) < 0) check_neighbours("cosine_top_k", y ? y->count : x.count, static_cast<std::int64_t>(k), !y && how.leave_out_self);
            xeinsum::element_count(extents{x.count, static_cast<std::int64_t>(k)});  // throws where the product wraps
            nearest_vectors<T> found = {xt::xtensor<std::int64_t, 2>::from_shape({count, k}), xt::xtensor<T, 2>::from_shape({count, k})};
            find_nearest(x, y, static_cast<std::int64_t>(k), found.indices.data(), found.scores.data(), how);
            return found;
        }
    }

    /// The k rows of `corpus` that are most similar to each row of `queries`: (N, M), (P, M) -> indices (N, k), scores (N, k). Sorted by descending
    /// score, equal ones by ascending index, NaN last. No neighbours at all (k = 0) are two matrices without columns.
    ///
    /// Cost: N P M multiplications on all threads, a tile of the (N, P) matrix at a time: memory for the operands, the result and some MiB,
    /// however many rows there are. Throws shape_error: not two matrices of as many columns; std::invalid_argument: more neighbours than
    /// there are rows, eps; cancelled; what progress throws.
    template <detail::xexpression E1, detail::xexpression E2>
    auto cosine_top_k(const E1& queries, const E2& corpus, std::size_t k, const similarity_options& how = {})
    {
        using T = detail::common_similarity_t<E1, E2>;
        auto&& x = detail::in_memory<T>(queries);
        auto&& y = detail::in_memory<T>(corpus);
        return detail::nearest<T>(detail::rows_of<T>("cosine_top_k", x), detail::rows_of<T>("cosine_top_k", y), k, how);
    }

    /// The k rows of a matrix that are most similar to each of its rows, itself included unless similarity_options::leave_out_self is set.
    /// Half the cost of the matrix with itself as corpus: each tile serves both its rows and its columns.
    template <detail::xexpression E>
    auto cosine_top_k(const E& x, std::size_t k, const similarity_options& how = {})
    {
        using T = detail::similarity_value_t<E>;
        auto&& rows = detail::in_memory<T>(x);
        return detail::nearest<T>(detail::rows_of<T>("cosine_top_k", rows), std::nullopt, k, how);
    }

    /// Hands all pairs of rows of a matrix whose similarity is at least `threshold` to take(std::span<const similar_pair<T>>), each pair of
    /// different rows once, row < column: as they are found, tile by tile, so that no more than a tile's are kept. Always in the same order.
    template <detail::xexpression E, detail::takes_pairs<detail::similarity_value_t<E>> Take>
    void cosine_threshold(const E& x, double threshold, Take&& take, const similarity_options& how = {})
    {
        using T = detail::similarity_value_t<E>;
        auto&& rows = detail::in_memory<T>(x);
        detail::check_threshold("cosine_threshold", threshold);
        find_similar<T>(detail::rows_of<T>("cosine_threshold", rows), std::nullopt, threshold, std::ref(take), how);
    }

    /// The same for all pairs of a row of x and a row of y.
    template <detail::xexpression E1, detail::xexpression E2, detail::takes_pairs<detail::common_similarity_t<E1, E2>> Take>
    void cosine_threshold(const E1& x, const E2& y, double threshold, Take&& take, const similarity_options& how = {})
    {
        using T = detail::common_similarity_t<E1, E2>;
        auto&& rows = detail::in_memory<T>(x);
        auto&& columns = detail::in_memory<T>(y);
        const vector_set<T> first = detail::rows_of<T>("cosine_threshold", rows), second = detail::rows_of<T>("cosine_threshold", columns);
        detail::check_lengths("cosine_threshold", first, second);
        detail::check_threshold("cosine_threshold", threshold);
        find_similar<T>(first, second, threshold, std::ref(take), how);
    }

    /// All such pairs of rows of a matrix at once.
    template <detail::xexpression E>
    auto cosine_threshold(const E& x, double threshold, const similarity_options& how = {})
    {
        std::vector<similar_pair<detail::similarity_value_t<E>>> found;
        cosine_threshold(x, threshold, [&](auto pairs) { found.insert(found.end(), pairs.begin(), pairs.end()); }, how);
        return found;
    }
}

#endif
