// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include <algorithm>
#include <array>
#include <atomic>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>

#include <xeinsum/error.hpp>
#include <xeinsum/execute.hpp>
#include <xeinsum/similarity_search.hpp>

#include "../execute/pieces.hpp"
#include "../plan/threads.hpp"

namespace xeinsum
{
    namespace
    {
        /// What a tile and a block of normalised vectors may take: they are to stay in the cache.
        constexpr std::int64_t tile_elements = 480 * 480;
        constexpr std::int64_t block_bytes = 4 << 20;
        constexpr std::int64_t least_vectors = 16, most_rows = 480, most_columns = 7680;

        /// A set in blocks of vectors, as few as may be, and as even as may be.
        template <class T>
        struct blocked_set
        {
            vector_set<T> all;
            std::string_view name;  ///< in errors, where there are two sets
            std::int64_t size;      ///< of a block; the last one may be smaller

            blocked_set(const vector_set<T>& x, std::string_view whose, std::int64_t most) : all(x), name(whose)
            {
                constexpr std::int64_t block_elements = block_bytes / static_cast<std::int64_t>(sizeof(T));
                size = std::clamp(std::min(most, block_elements / std::max<std::int64_t>(1, x.length)), least_vectors, std::max(least_vectors, x.count));
                if (x.count > 0) size = (x.count + blocks() - 1) / blocks();
            }

            std::int64_t blocks() const { return (all.count + size - 1) / size; }
            /// What a block takes, padded: a product with one vector would be another kernel's.
            std::int64_t padded_size() const { return std::max<std::int64_t>(2, size); }
            std::int64_t first(std::int64_t block) const { return block * size; }
            std::int64_t count(std::int64_t block) const { return std::min(size, all.count - first(block)); }

            vector_set<T> operator[](std::int64_t block) const
            {
                return {all.first + first(block) * all.vector_stride, count(block), all.length, all.vector_stride, all.element_stride};
            }
        };

        /// Hands out the tiles, row by row; within one set those on and right of the diagonal.
        class tile_queue
        {
        public:
            struct place
            {
                std::size_t number;
                std::int64_t row, column;
            };

            tile_queue(std::int64_t rows, std::int64_t columns, bool one_set) : m_rows(rows), m_columns(columns), m_one_set(one_set) {}

            std::size_t total() const { return static_cast<std::size_t>(m_one_set ? m_rows * (m_rows + 1) / 2 : m_rows * m_columns); }

            std::optional<place> next()
            {
                const std::lock_guard lock(m_mutex);
                if (m_row >= m_rows || m_columns == 0) return std::nullopt;
                const place tile{m_number++, m_row, m_column};
                if (++m_column == m_columns)
                {
                    ++m_row;
                    m_column = m_one_set ? m_row : 0;
                }
                return tile;
            }

        private:
            std::mutex m_mutex;
            std::size_t m_number = 0;
            std::int64_t m_rows, m_columns, m_row = 0, m_column = 0;
            bool m_one_set;
        };

        template <class T>
        class tile_search
        {
        public:
            using visitor = std::function<void(const similarity_tile<T>&)>;

            tile_search(const vector_set<T>& x, const std::optional<vector_set<T>>& y, const visitor& visit, const similarity_options& how)
                : m_one_set(!y), m_x(x, m_one_set ? "" : "the first set", most_rows), m_y(m_one_set ? m_x : blocked_set<T>(*y, "the second set", columns_for(m_x))), m_visit(visit), m_how(how),
                  m_queue(m_x.blocks(), m_y.blocks(), m_one_set)
            {
                if (m_queue.total() == 0) return;
                m_product = plan("bc,dc->bd", {{m_x.padded_size(), x.length}, {m_y.padded_size(), x.length}},
                                 {.type = dtype_of<T>(), .threads = 1, .lowering = lowering_strategy::tiles});
            }

            void run()
            {
                if (!m_product) return;
                const auto workers = static_cast<std::int64_t>(std::min(detail::thread_count(m_how.threads), m_queue.total()));
                detail::for_pieces(workers, [&](std::int64_t) {
                    try
                    {
                        work();
                    }
                    catch (...)
                    {
                        const std::lock_guard lock(m_report);
                        if (!m_error) m_error = std::current_exception();
                        m_failed = true;
                    }
                });
                if (m_error) std::rethrow_exception(m_error);
            }

        private:
            static std::int64_t columns_for(const blocked_set<T>& x)
            {
                const std::int64_t rows = std::max<std::int64_t>(1, std::min(x.size, x.all.count));
                return std::clamp(tile_elements / rows, most_rows, most_columns);
            }

            /// A block's vectors, normalised, and zeros up to the size of a whole block: all tiles are the same product by the same kernel, and
            /// equal vectors have equal scores in whichever tile they meet.
            void load(const blocked_set<T>& from, std::int64_t block, T* to) const
            {
                normalize(from[block], to, m_how, from.first(block), from.name);
                std::fill(to + from.count(block) * from.all.length, to + from.padded_size() * from.all.length, T(0));
            }

            /// Moves the rows of the last tiles together.
            static void cut(T* scores, std::int64_t rows, std::int64_t columns, std::int64_t step)
            {
                if (columns == step) return;
                for (std::int64_t i = 1; i < rows; ++i) std::copy_n(scores + i * step, columns, scores + i * columns);
            }

            static std::unique_ptr<T[]> room(std::int64_t elements) { return std::make_unique_for_overwrite<T[]>(static_cast<std::size_t>(elements)); }

            /// What one thread does: tile after tile, the rows' block kept as long as it serves.
            void work()
            {
                const auto rows = room(m_x.padded_size() * m_x.all.length), columns = room(m_y.padded_size() * m_y.all.length), scores = room(m_x.padded_size() * m_y.padded_size());
                workspace memory;
                std::int64_t in_rows = -1;
                while (!m_failed)
                {
                    if (m_how.stop.stop_requested()) throw cancelled();
                    const auto next = m_queue.next();
                    if (!next) return;
                    const auto [number, row, column] = *next;
                    if (row != in_rows) load(m_x, row, rows.get());
                    in_rows = row;
                    const bool on_diagonal = m_one_set && row == column;
                    if (!on_diagonal) load(m_y, column, columns.get());
                    const std::array<const T*, 2> operands = {rows.get(), on_diagonal ? rows.get() : columns.get()};
                    execution<T> how;
                    how.memory = &memory;
                    execute<T>(*m_product, operands, scores.get(), how);
                    cut(scores.get(), m_x.count(row), m_y.count(column), m_y.padded_size());
                    const similarity_tile<T> tile = {number, m_x.first(row), m_y.first(column), m_x.count(row), m_y.count(column), scores.get()};
                    if (m_how.clamp) clamp(tile);
                    m_visit(tile);
                    report();
                }
            }

            static void clamp(const similarity_tile<T>& tile)
            {
                // NaN is neither less nor greater, and stays.
                for (std::int64_t i = 0; i < tile.rows * tile.columns; ++i) tile.scores[i] = tile.scores[i] < -1 ? T(-1) : tile.scores[i] > 1 ? T(1) : tile.scores[i];
            }

            void report()
            {
                if (!m_how.progress) return;
                const std::lock_guard lock(m_report);
                m_how.progress(++m_done, m_queue.total());
            }

            bool m_one_set;
            blocked_set<T> m_x, m_y;
            const visitor& m_visit;
            const similarity_options& m_how;
            tile_queue m_queue;
            std::optional<plan> m_product;  ///< of whole blocks; none where there are no tiles
            std::mutex m_report;
            std::size_t m_done = 0;
            std::exception_ptr m_error;
            std::atomic<bool> m_failed = false;
        };

        template <class T>
        void search_tiles(const vector_set<T>& x, const std::optional<vector_set<T>>& y, const std::function<void(const similarity_tile<T>&)>& visit,
                          const similarity_options& how)
        {
            if (y && x.length != y->length) detail::throw_mismatched_columns("for_each_similarity_tile", static_cast<std::size_t>(x.length), static_cast<std::size_t>(y->length));
            normalize<T>({x.first, 0, x.length, 0, 1}, nullptr, how);  // refuses eps before anything is done
            tile_search<T>(x, y, visit, how).run();
        }
    }

    // clang-format off
    template <> void for_each_similarity_tile(const vector_set<float>& x, const std::optional<vector_set<float>>& y, const std::function<void(const similarity_tile<float>&)>& visit, const similarity_options& how) { search_tiles(x, y, visit, how); }
    template <> void for_each_similarity_tile(const vector_set<double>& x, const std::optional<vector_set<double>>& y, const std::function<void(const similarity_tile<double>&)>& visit, const similarity_options& how) { search_tiles(x, y, visit, how); }
    // clang-format on
}
