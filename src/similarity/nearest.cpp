// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include <algorithm>
#include <limits>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <xeinsum/binding.hpp>
#include <xeinsum/similarity_search.hpp>

#include "reaching.hpp"

namespace xeinsum
{
    namespace
    {
        /// The best k of what was offered to one vector: a heap with the worst of them first, in the rows of the results. It
        /// begins full of places that everything but NaN is better than.
        template <class T>
        class best_of
        {
        public:
            static constexpr std::int64_t nobody = std::numeric_limits<std::int64_t>::max();

            best_of(T* scores, std::int64_t* indices, std::int64_t k) : m_scores(scores), m_indices(indices), m_k(k) {}

            void clear() const
            {
                std::fill_n(m_scores, m_k, -std::numeric_limits<T>::infinity());
                std::fill_n(m_indices, m_k, nobody);
            }

            /// What is below this need not be offered.
            T worst() const { return m_scores[0]; }

            void offer(T score, std::int64_t index) const
            {
                if (!is_worse(m_scores[0], m_indices[0], score, index)) return;
                std::int64_t at = 0;
                for (std::int64_t child; (child = 2 * at + 1) < m_k; at = child)
                {
                    if (child + 1 < m_k && is_worse(m_scores[child + 1], m_indices[child + 1], m_scores[child], m_indices[child])) ++child;
                    if (!is_worse(m_scores[child], m_indices[child], score, index)) break;
                    m_scores[at] = m_scores[child], m_indices[at] = m_indices[child];
                }
                m_scores[at] = score, m_indices[at] = index;
            }

            /// Sorts. Places that are left belong to those that were not better than nobody: NaN, the lowest indices first, but not `self`.
            void finish(std::int64_t self, std::vector<std::pair<T, std::int64_t>>& sorted, std::vector<std::int64_t>& taken) const
            {
                sorted.clear();
                for (std::int64_t i = 0; i < m_k; ++i) sorted.emplace_back(m_scores[i], m_indices[i]);
                std::ranges::sort(sorted, [](const auto& a, const auto& b) { return is_worse(b.first, b.second, a.first, a.second); });
                std::int64_t count = 0;
                for (const auto& [score, index] : sorted)
                {
                    if (index == nobody) break;
                    m_scores[count] = score, m_indices[count] = index;
                    ++count;
                }
                if (count == m_k) return;
                taken.assign(m_indices, m_indices + count);
                taken.push_back(self);
                std::ranges::sort(taken);
                auto next = taken.begin();
                for (std::int64_t index = 0; count < m_k; ++index)
                {
                    while (next != taken.end() && *next < index) ++next;
                    if (next != taken.end() && *next == index) continue;
                    m_scores[count] = std::numeric_limits<T>::quiet_NaN(), m_indices[count] = index;
                    ++count;
                }
            }

        private:
            static bool is_worse(T score, std::int64_t index, T than, std::int64_t than_index)
            {
                return score < than || (score == than && index > than_index);
            }

            T* m_scores;
            std::int64_t* m_indices;
            std::int64_t m_k;
        };

        template <class T>
        class nearest_search
        {
        public:
            nearest_search(const vector_set<T>& x, const std::optional<vector_set<T>>& y, std::int64_t k, std::int64_t* indices, T* scores, const similarity_options& how)
                : m_x(x), m_y(y), m_k(k), m_indices(indices), m_scores(scores), m_how(how), m_locks(std::make_unique<std::mutex[]>(lock_count))
            {
            }

            void run()
            {
                for (std::int64_t i = 0; i < m_x.count; ++i) best(i).clear();
                const std::function<void(const similarity_tile<T>&)> visit = [this](const similarity_tile<T>& tile) { offer(tile); };
                for_each_similarity_tile<T>(m_x, m_y, visit, m_how);
                std::vector<std::pair<T, std::int64_t>> sorted;
                std::vector<std::int64_t> taken;
                for (std::int64_t i = 0; i < m_x.count; ++i) best(i).finish(!m_y && m_how.leave_out_self ? i : -1, sorted, taken);
            }

        private:
            best_of<T> best(std::int64_t i) const { return {m_scores + i * m_k, m_indices + i * m_k, m_k}; }

            /// Tiles of one block of vectors have one first row: their order, or that of others that share the lock, does not matter.
            std::mutex& lock_of(std::int64_t first) const { return m_locks[static_cast<std::size_t>(first) % lock_count]; }

            void offer(const similarity_tile<T>& tile) const
            {
                const bool on_diagonal = !m_y && tile.row == tile.column;
                if (on_diagonal && m_how.leave_out_self)
                    for (std::int64_t i = 0; i < tile.rows; ++i) tile[i][static_cast<std::size_t>(i)] = std::numeric_limits<T>::quiet_NaN();
                std::mutex &rows = lock_of(tile.row), &columns = lock_of(tile.column);
                if (m_y || &rows == &columns)
                {
                    const std::lock_guard lock(rows);
                    return offer_strips(tile, !m_y && !on_diagonal);
                }
                const std::scoped_lock lock(rows, columns);
                offer_strips(tile, !on_diagonal);
            }

            /// Some rows at a time, which stay in the cache while they are offered to both sides.
            void offer_strips(const similarity_tile<T>& tile, bool to_columns) const
            {
                constexpr std::int64_t strip = 32;
                std::vector<T> worst(to_columns ? static_cast<std::size_t>(tile.columns) : 0);
                for (std::size_t j = 0; j < worst.size(); ++j) worst[j] = best(tile.column + static_cast<std::int64_t>(j)).worst();
                for (std::int64_t first = 0; first < tile.rows; first += strip)
                {
                    const std::int64_t end = std::min(first + strip, tile.rows);
                    for (std::int64_t i = first; i < end; ++i) offer_row(tile, i);
                    for (std::int64_t i = first; to_columns && i < end; ++i) offer_to_columns(tile, i, worst.data());
                }
            }

            void offer_row(const similarity_tile<T>& tile, std::int64_t i) const
            {
                const best_of<T> own = best(tile.row + i);
                const T* const scores = tile.scores + i * tile.columns;
                T worst = own.worst();
                detail::for_each_reaching(scores, tile.columns, detail::one_limit<T>{worst}, [&](std::int64_t j) {
                    own.offer(scores[j], tile.column + j);
                    worst = own.worst();
                });
            }

            void offer_to_columns(const similarity_tile<T>& tile, std::int64_t i, T* worst) const
            {
                const T* const scores = tile.scores + i * tile.columns;
                detail::for_each_reaching(scores, tile.columns, detail::own_limits<T>{worst}, [&](std::int64_t j) {
                    const best_of<T> own = best(tile.column + j);
                    own.offer(scores[j], tile.row + i);
                    worst[j] = own.worst();
                });
            }

            static constexpr std::size_t lock_count = 1021;

            const vector_set<T>& m_x;
            const std::optional<vector_set<T>>& m_y;
            std::int64_t m_k;
            std::int64_t* m_indices;
            T* m_scores;
            const similarity_options& m_how;
            std::unique_ptr<std::mutex[]> m_locks;
        };

        template <class T>
        void search(const vector_set<T>& x, const std::optional<vector_set<T>>& y, std::int64_t k, std::int64_t* indices, T* scores, const similarity_options& how)
        {
            if (y && x.length != y->length) detail::throw_mismatched_columns("find_nearest", static_cast<std::size_t>(x.length), static_cast<std::size_t>(y->length));
            if (x.count > 0 || k < 0) detail::check_neighbours("find_nearest", y ? y->count : x.count, k, !y && how.leave_out_self);
            if (k == 0) return;
            nearest_search<T>(x, y, k, indices, scores, how).run();
        }
    }

    void detail::check_neighbours(std::string_view who, std::int64_t candidates, std::int64_t k, bool but_self)
    {
        const std::int64_t others = std::max<std::int64_t>(0, candidates - (but_self ? 1 : 0));
        if (k >= 0 && k <= others) return;
        const std::string what = but_self ? " other vector" : " vector";
        throw std::invalid_argument(std::string(who) + ": k is " + std::to_string(k) + (k < 0 ? "; it must not be negative, and there " : ", but there ") +
                                    (others == 1 ? "is 1" : "are " + std::to_string(others)) + what + (others == 1 ? "" : "s") + " to choose from");
    }

    // clang-format off
    template <> void find_nearest(const vector_set<float>& x, const std::optional<vector_set<float>>& y, std::int64_t k, std::int64_t* indices, float* scores, const similarity_options& how) { search(x, y, k, indices, scores, how); }
    template <> void find_nearest(const vector_set<double>& x, const std::optional<vector_set<double>>& y, std::int64_t k, std::int64_t* indices, double* scores, const similarity_options& how) { search(x, y, k, indices, scores, how); }
    // clang-format on
}
