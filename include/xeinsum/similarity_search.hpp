// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_SIMILARITY_SEARCH_HPP
#define XEINSUM_SIMILARITY_SEARCH_HPP

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <xeinsum/export.hpp>
#include <xeinsum/stop_condition.hpp>

/// \file
/// Cosine similarity over vectors in memory, as much of it at a time as stays in the cache. The functions on xtensor's
/// expressions, which are most often the ones to use, are in similarity.hpp.

namespace xeinsum
{
    /// What the similarity with a vector is that has no direction.
    enum class undefined_similarity
    {
        zero,  ///< 0 for a zero vector, NaN for one with NaN or Inf in it: PyTorch's
        nan,   ///< NaN for both: SciPy's
        error  ///< std::domain_error for both, which names the vector, and of two sets its set
    };

    /// How similarities are computed, and how a search runs.
    struct similarity_options
    {
        /// The smallest norm that a vector is divided by; positive and finite in the type that is computed in.
        double eps = 1e-8;
        undefined_similarity undefined = undefined_similarity::zero;
        /// Whether what rounding carries beyond [-1, 1] is put back.
        bool clamp = false;
        /// Nearest neighbours within one set: whether a vector is none of its own. Two sets have no self.
        bool leave_out_self = false;
        /// Threads of a search; 0: as options::threads.
        std::size_t threads = 0;
        /// Called after every tile, on one thread at a time: how many of all tiles are done.
        std::function<void(std::size_t done, std::size_t total)> progress = {};
        /// Looked at before every tile: a search that is to stop throws `cancelled`. The functions that return whole matrices do not look.
        stop_condition stop = {};
    };

    /// Vectors in memory: `count` of them, `length` elements each, with any strides (in elements).
    template <class T>
    struct vector_set
    {
        const T* first = nullptr;
        std::int64_t count = 0;
        std::int64_t length = 0;
        std::int64_t vector_stride = 0;
        std::int64_t element_stride = 1;
    };

    /// A block of the matrix of similarities: rows `row` to `row + rows` of it, columns alike, row-major without gaps.
    template <class T>
    struct similarity_tile
    {
        std::size_t number;  ///< among the tiles, from 0: row by row of blocks
        std::int64_t row, column, rows, columns;
        T* scores;  ///< free to be overwritten

        std::span<T> operator[](std::int64_t i) const { return {scores + i * columns, static_cast<std::size_t>(columns)}; }
    };

    /// Two vectors and their similarity.
    template <class T>
    struct similar_pair
    {
        std::int64_t row, column;
        T score;

        friend bool operator==(const similar_pair&, const similar_pair&) = default;
    };

    /// Divides every vector by  max(norm, eps)  into rows of a contiguous matrix, which may be where they lie: the norm by the kernel of
    /// "bc,bc->b" (from 16 elements on), or rescaled where squares leave the range of T. float and double. Cost: one pass.
    /// Throws std::invalid_argument: eps; std::domain_error: as `undefined` says, with `first_index` the number of the first vector, and `whose` the
    /// name of the set, if it needs one.
    template <class T>
    void normalize(const vector_set<T>& x, T* rows, const similarity_options& how = {}, std::int64_t first_index = 0, std::string_view whose = {});

    /// Computes the similarities of every x with every y tile by tile and hands each tile to `visit`, on several threads at
    /// a time. Without y: of x with itself, and only the tiles on and right of the diagonal, of which those are each other's mirror.
    /// float and double. Memory: for each thread a tile and two blocks of normalised vectors, some MiB however many vectors there are.
    /// Throws shape_error: lengths that differ; as normalize(); what `visit` throws; cancelled.
    template <class T>
    void for_each_similarity_tile(const vector_set<T>& x, const std::optional<vector_set<T>>& y, const std::function<void(const similarity_tile<T>&)>& visit,
                                  const similarity_options& how = {});

    /// The k nearest y of every x, by similarity; without y the nearest other x. Writes row-major (x.count, k) matrices: by descending score,
    /// equal ones by ascending index, NaN last. float and double. Cost: as for_each_similarity_tile(), which without y is half the products.
    /// Throws std::invalid_argument: a k below 0 or larger than the set; as for_each_similarity_tile().
    template <class T>
    void find_nearest(const vector_set<T>& x, const std::optional<vector_set<T>>& y, std::int64_t k, std::int64_t* indices, T* scores,
                      const similarity_options& how = {});

    /// All pairs whose similarity is at least `threshold`, handed to `take` tile by tile and in the tiles' order, on one thread at a time; within
    /// a tile by row, then column. Without y: every pair of two different x once, row < column. float and double. Cost: as above.
    /// Throws std::invalid_argument: a threshold of NaN; as for_each_similarity_tile().
    template <class T>
    void find_similar(const vector_set<T>& x, const std::optional<vector_set<T>>& y, double threshold,
                      const std::function<void(std::span<const similar_pair<T>>)>& take, const similarity_options& how = {});

    // clang-format off
    template <> XEINSUM_EXPORT void normalize(const vector_set<float>&, float*, const similarity_options&, std::int64_t, std::string_view);
    template <> XEINSUM_EXPORT void normalize(const vector_set<double>&, double*, const similarity_options&, std::int64_t, std::string_view);
    template <> XEINSUM_EXPORT void for_each_similarity_tile(const vector_set<float>&, const std::optional<vector_set<float>>&, const std::function<void(const similarity_tile<float>&)>&, const similarity_options&);
    template <> XEINSUM_EXPORT void for_each_similarity_tile(const vector_set<double>&, const std::optional<vector_set<double>>&, const std::function<void(const similarity_tile<double>&)>&, const similarity_options&);
    template <> XEINSUM_EXPORT void find_nearest(const vector_set<float>&, const std::optional<vector_set<float>>&, std::int64_t, std::int64_t*, float*, const similarity_options&);
    template <> XEINSUM_EXPORT void find_nearest(const vector_set<double>&, const std::optional<vector_set<double>>&, std::int64_t, std::int64_t*, double*, const similarity_options&);
    template <> XEINSUM_EXPORT void find_similar(const vector_set<float>&, const std::optional<vector_set<float>>&, double, const std::function<void(std::span<const similar_pair<float>>)>&, const similarity_options&);
    template <> XEINSUM_EXPORT void find_similar(const vector_set<double>&, const std::optional<vector_set<double>>&, double, const std::function<void(std::span<const similar_pair<double>>)>&, const similarity_options&);
    // clang-format on

    namespace detail
    {
        // `who` is the function that was called.
        /// Throws std::invalid_argument unless there are k candidates, but the vector itself if it is not to be one.
        XEINSUM_EXPORT void check_neighbours(std::string_view who, std::int64_t candidates, std::int64_t k, bool but_self);
        /// Throws std::invalid_argument for a threshold that nothing reaches: NaN.
        XEINSUM_EXPORT void check_threshold(std::string_view who, double threshold);
        [[noreturn]] XEINSUM_EXPORT void throw_bad_axis(std::int64_t axis, std::size_t rank);
        [[noreturn]] XEINSUM_EXPORT void throw_unbroadcastable(std::span<const std::int64_t> x, std::span<const std::int64_t> y);
    }
}

#endif
