// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include <cmath>
#include <map>
#include <mutex>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <xeinsum/binding.hpp>
#include <xeinsum/error.hpp>
#include <xeinsum/layout.hpp>
#include <xeinsum/similarity_search.hpp>

#include "reaching.hpp"

namespace xeinsum
{
    namespace
    {
        /// Hands what threads find to one taker, in the tiles' order.
        template <class T>
        class ordered_output
        {
        public:
            using pairs = std::vector<similar_pair<T>>;

            explicit ordered_output(const std::function<void(std::span<const similar_pair<T>>)>& take) : m_take(take) {}

            void put(std::size_t tile, pairs found)
            {
                const std::lock_guard lock(m_mutex);
                if (m_is_over) return;
                m_waiting.emplace(tile, std::move(found));
                for (auto first = m_waiting.begin(); first != m_waiting.end() && first->first == m_next; first = m_waiting.erase(first), ++m_next)
                {
                    m_is_over = true;  // should it throw
                    if (!first->second.empty()) m_take(first->second);
                    m_is_over = false;
                }
            }

        private:
            const std::function<void(std::span<const similar_pair<T>>)>& m_take;
            std::mutex m_mutex;
            std::map<std::size_t, pairs> m_waiting;
            std::size_t m_next = 0;
            bool m_is_over = false;
        };

        template <class T>
        void search(const vector_set<T>& x, const std::optional<vector_set<T>>& y, double threshold, const std::function<void(std::span<const similar_pair<T>>)>& take,
                    const similarity_options& how)
        {
            if (y && x.length != y->length) detail::throw_mismatched_columns("find_similar", static_cast<std::size_t>(x.length), static_cast<std::size_t>(y->length));
            detail::check_threshold("find_similar", threshold);
            const T least = static_cast<T>(threshold);
            ordered_output<T> output(take);
            const std::function<void(const similarity_tile<T>&)> visit = [&](const similarity_tile<T>& tile) {
                typename ordered_output<T>::pairs found;
                const bool on_diagonal = !y && tile.row == tile.column;
                for (std::int64_t i = 0; i < tile.rows; ++i)
                {
                    const std::int64_t first = on_diagonal ? i + 1 : 0;
                    const T* const scores = tile.scores + i * tile.columns + first;
                    detail::for_each_reaching(scores, tile.columns - first, detail::one_limit<T>{least},
                                              [&](std::int64_t j) { found.push_back({tile.row + i, tile.column + first + j, scores[j]}); });
                }
                output.put(tile.number, std::move(found));
            };
            for_each_similarity_tile<T>(x, y, visit, how);
        }
    }

    // clang-format off
    template <> void find_similar(const vector_set<float>& x, const std::optional<vector_set<float>>& y, double threshold, const std::function<void(std::span<const similar_pair<float>>)>& take, const similarity_options& how) { search(x, y, threshold, take, how); }
    template <> void find_similar(const vector_set<double>& x, const std::optional<vector_set<double>>& y, double threshold, const std::function<void(std::span<const similar_pair<double>>)>& take, const similarity_options& how) { search(x, y, threshold, take, how); }
    // clang-format on

    void detail::check_threshold(std::string_view who, double threshold)
    {
        if (std::isnan(threshold)) throw std::invalid_argument(std::string(who) + ": the threshold is NaN, which nothing reaches; a number is right, most often between -1 and 1");
    }

    void detail::throw_bad_axis(std::int64_t axis, std::size_t rank)
    {
        const std::string last = std::to_string(rank == 0 ? 0 : rank - 1);
        throw shape_error(shape_errc::too_few_labels, "cosine_similarity: axis " + std::to_string(axis) + " of tensors of rank " + std::to_string(rank) +
                                                          (rank == 0 ? "; they have none" : "; 0 to " + last + ", or -" + std::to_string(rank) + " to -1, are there"));
    }

    void detail::throw_unbroadcastable(std::span<const std::int64_t> x, std::span<const std::int64_t> y)
    {
        throw shape_error(shape_errc::extent_mismatch, "cosine_similarity: shapes " + to_string(extents(x.begin(), x.end())) + " and " +
                                                           to_string(extents(y.begin(), y.end())) +
                                                           " do not broadcast; counted from the last axis, extents must be equal or 1");
    }
}
