// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <system_error>
#include <utility>
#include <vector>

#include <xeinsum/similarity_search.hpp>

#include "atomic_file.hpp"
#include "commands.hpp"
#include "convert.hpp"
#include "errors.hpp"
#include "heatmap.hpp"
#include "labels.hpp"
#include "mapped_files.hpp"
#include "npy.hpp"
#include "npy_header.hpp"
#include "progress_bar.hpp"
#include "standard_output.hpp"

namespace xeinsum::cli
{
    namespace
    {
        /// A real matrix.
        array read_matrix(const std::string& path)
        {
            const array x = read_npy(path);
            if (x.type == dtype::complex64 || x.type == dtype::complex128)
                throw usage_error("cosine: " + path + " is " + std::string(to_string(x.type)) + "; cosine similarity is for real numbers");
            if (x.lies.rank() != 2)
                throw usage_error("cosine: " + path + " has shape " + to_string(x.lies.shape) + " (rank " + std::to_string(x.lies.rank()) + "); a matrix is needed, one vector a row");
            return x;
        }

        undefined_similarity parse_undefined(const std::string& text)
        {
            return text == "nan" ? undefined_similarity::nan : text == "error" ? undefined_similarity::error : undefined_similarity::zero;
        }

        /// Text that is printed, or goes to a file that appears when all is done.
        class text_sink
        {
        public:
            explicit text_sink(const std::string& path)
            {
                if (!path.empty()) m_file.emplace(path);
            }

            void write(const std::string& text)
            {
                if (m_file) m_file->write(std::as_bytes(std::span(text)));
                else print(text);
            }

            void commit()
            {
                if (m_file) m_file->commit();
            }

        private:
            std::optional<output_file> m_file;
        };

        /// A .npy file of which the elements are stored where they belong.
        template <class T>
        class mapped_npy
        {
        public:
            mapped_npy(const std::string& path, const extents& shape) : m_file(path)
            {
                const std::string header = make_npy_header(dtype_of<T>(), shape);
                const auto count = static_cast<std::size_t>(element_count(shape));
                constexpr auto most = static_cast<std::size_t>(std::numeric_limits<std::ptrdiff_t>::max());
                if (count > (most - header.size()) / sizeof(T))
                    throw usage_error("cosine: a result of shape " + to_string(shape) + " has more bytes than 64 bits hold");
                const auto bytes = m_file.map(header.size() + count * sizeof(T));
                std::memcpy(bytes.data(), header.data(), header.size());
                m_elements = reinterpret_cast<T*>(bytes.data() + header.size());
            }

            T* elements() const { return m_elements; }
            void commit() { m_file.commit(); }

        private:
            output_file m_file;
            T* m_elements;
        };

        template <class T>
        class similarities
        {
        public:
            similarities(const std::vector<array>& x, const cosine_request& asked) : m_asked(asked), m_x(rows_of(x.front()))
            {
                if (x.size() == 2) m_y = rows_of(x.back());
                const T eps = static_cast<T>(asked.eps);
                if (!(eps > 0) || !std::isfinite(eps))
                    throw usage_error("cosine: --eps must be a positive number that " + std::string(to_string(dtype_of<T>())) + " holds");
                m_how.eps = asked.eps;
                m_how.undefined = parse_undefined(asked.undefined);
                m_how.clamp = asked.clamp;
                m_how.leave_out_self = asked.leave_out_self;
                m_how.threads = asked.threads;
                if (!asked.quiet && m_bar.is_shown())
                    m_how.progress = [this](std::size_t done, std::size_t total) { m_bar.show(pairs() * static_cast<double>(done) / static_cast<double>(total), pairs()); };
                if (!asked.labels.empty()) m_labels = read_labels(asked.labels, candidates().count, asked.inputs.back());
                if (!asked.query_labels.empty()) m_query_labels = read_labels(asked.query_labels, m_x.count, asked.inputs.front());
                else if (!m_y) m_query_labels = m_labels;
            }

            void run()
            {
                if (m_asked.top_k) nearest();
                else if (m_asked.threshold) similar_pairs();
                else matrix();
            }

        private:
            static vector_set<T> rows_of(const array& x)
            {
                return {x.as<T>(), x.lies.shape[0], x.lies.shape[1], x.lies.strides[0], x.lies.strides[1]};
            }

            const vector_set<T>& candidates() const { return m_y ? *m_y : m_x; }

            /// How many pairs are compared.
            double pairs() const
            {
                const auto rows = static_cast<double>(m_x.count);
                return m_y ? rows * static_cast<double>(m_y->count) : rows * (rows + 1) / 2;
            }

            void matrix()
            {
                if (!m_asked.heatmap.empty() && std::max(m_x.count, candidates().count) > largest_heatmap)
                    throw usage_error("cosine: a picture of " + std::to_string(m_x.count) + " x " + std::to_string(candidates().count) + " similarities; --heatmap takes up to " +
                                      std::to_string(largest_heatmap) + " rows");
                const extents shape = {m_x.count, candidates().count};
                std::optional<mapped_npy<T>> file;
                std::unique_ptr<T[]> memory;
                if (!m_asked.output.empty()) file.emplace(m_asked.output, shape);
                else memory = std::make_unique_for_overwrite<T[]>(static_cast<std::size_t>(element_count(shape)));
                T* const s = file ? file->elements() : memory.get();
                fill(s);
                require_unchanged_files();
                if (!m_asked.heatmap.empty())
                    write_file(m_asked.heatmap, to_svg({shape[0], shape[1], [&](std::int64_t i, std::int64_t j) { return static_cast<double>(s[i * shape[1] + j]); }, m_query_labels, m_labels}));
                if (file) file->commit();
            }

            /// Tile by tile, each where it belongs and, within one set, where its mirror belongs.
            void fill(T* s)
            {
                const std::int64_t columns = candidates().count;
                for_each_similarity_tile<T>(m_x, m_y, [&](const similarity_tile<T>& tile) {
                    for (std::int64_t i = 0; i < tile.rows; ++i) std::ranges::copy(tile[i], s + (tile.row + i) * columns + tile.column);
                    if (m_y || tile.row == tile.column) return;
                    constexpr std::int64_t side = 32;  // of blocks that stay in the cache
                    for (std::int64_t j0 = 0; j0 < tile.columns; j0 += side)
                        for (std::int64_t i0 = 0; i0 < tile.rows; i0 += side)
                            for (std::int64_t j = j0; j < std::min(j0 + side, tile.columns); ++j)
                                for (std::int64_t i = i0; i < std::min(i0 + side, tile.rows); ++i)
                                    s[(tile.column + j) * columns + tile.row + i] = tile.scores[i * tile.columns + j];
                }, m_how);
            }

            void nearest()
            {
                const std::int64_t k = *m_asked.top_k;
                detail::check_neighbours("cosine --top-k", candidates().count, k, m_how.leave_out_self);
                const extents shape = {m_x.count, k};
                std::optional<mapped_npy<T>> scores_file;
                std::optional<mapped_npy<std::int64_t>> indices_file;
                std::unique_ptr<T[]> scores_here;
                std::unique_ptr<std::int64_t[]> indices_here;
                T* scores = nullptr;
                std::int64_t* indices = nullptr;
                const auto place = [&]<class U>(auto& file, std::unique_ptr<U[]>& here, U*& at, const std::string& path) {
                    if (!path.empty()) at = file.emplace(path, shape).elements();
                    else here = std::make_unique_for_overwrite<U[]>(static_cast<std::size_t>(element_count(shape))), at = here.get();
                };
                place(scores_file, scores_here, scores, m_asked.output);
                place(indices_file, indices_here, indices, m_asked.indices);
                find_nearest<T>(m_x, m_y, k, indices, scores, m_how);
                require_unchanged_files();
                if (m_asked.output.empty() && m_asked.indices.empty()) print_nearest(k, indices, scores);
                if (scores_file) scores_file->commit();
                if (indices_file) indices_file->commit();
            }

            void print_nearest(std::int64_t k, const std::int64_t* indices, const T* scores) const
            {
                std::string text;
                for (std::int64_t i = 0; i < m_x.count; ++i)
                {
                    text += name_of(m_query_labels, i) + ":";
                    for (std::int64_t r = i * k; r < (i + 1) * k; ++r) text.append("\t").append(name_of(m_labels, indices[r])).append(" ").append(number(scores[r]));
                    text += "\n";
                    if (text.size() > std::size_t{1} << 16 || i + 1 == m_x.count) print(text), text.clear();
                }
            }

            void similar_pairs()
            {
                text_sink sink(m_asked.output);
                find_similar<T>(m_x, m_y, *m_asked.threshold, [&](std::span<const similar_pair<T>> found) {
                    std::string text;
                    for (const auto& [row, column, score] : found) text.append(name_of(m_query_labels, row)).append("\t").append(name_of(m_labels, column)).append("\t").append(number(score)).append("\n");
                    sink.write(text);
                }, m_how);
                require_unchanged_files();
                sink.commit();
            }

            static std::string number(T x)
            {
                std::array<char, 32> text{};
                std::snprintf(text.data(), text.size(), "%.6f", static_cast<double>(x));
                return text.data();
            }

            const cosine_request& m_asked;
            vector_set<T> m_x;
            std::optional<vector_set<T>> m_y;
            std::vector<std::string> m_labels, m_query_labels;
            progress_bar m_bar{"pairs"};
            similarity_options m_how;
        };

        /// The input that is the same file as this output, under whatever name; empty if there is none.
        std::string input_at(const cosine_request& asked, const std::string& output)
        {
            std::vector<std::string> inputs = asked.inputs;
            inputs.insert(inputs.end(), {asked.labels, asked.query_labels});
            std::error_code ignored;  // a file that is not there is no other one
            const auto same = std::ranges::find_if(inputs, [&](const std::string& input) { return !input.empty() && std::filesystem::equivalent(output, input, ignored); });
            return same == inputs.end() ? "" : *same;
        }

        void check(const cosine_request& asked)
        {
            const auto refuse = [](const std::string& what) { throw usage_error("cosine: " + what); };
            if (asked.inputs.empty() || asked.inputs.size() > 2) refuse(std::to_string(asked.inputs.size()) + " files; one or two are right");
            if (asked.top_k && asked.threshold) refuse("--top-k and --threshold are two different searches; one of them is right");
            for (const std::string_view other : {".png", ".jpg", ".jpeg", ".gif", ".webp", ".pdf", ".html"})
                if (asked.heatmap.ends_with(other)) refuse("--heatmap draws SVG; name the file OUT.svg, not " + asked.heatmap);
            if ((asked.top_k || asked.threshold) && !asked.heatmap.empty()) refuse("--heatmap is a picture of the matrix; it goes with neither --top-k nor --threshold");
            if (!asked.top_k && !asked.indices.empty()) refuse("--indices goes with --top-k");
            if (!asked.top_k && asked.leave_out_self) refuse("--leave-out-self goes with --top-k");
            if (asked.inputs.size() == 2 && asked.leave_out_self) refuse("--leave-out-self is for the neighbours within one file");
            if (asked.inputs.size() == 1 && !asked.query_labels.empty()) refuse("--query-labels names the rows of X.npy where there is a Y.npy; --labels does for one file");
            const bool prints = asked.heatmap.empty() ? asked.threshold || (asked.top_k && asked.output.empty() && asked.indices.empty()) : true;
            if (!prints && !(asked.labels.empty() && asked.query_labels.empty())) refuse("--labels name rows in what is printed, in pairs and in pictures; .npy files have no room for them");
            if (asked.top_k && *asked.top_k < 1) refuse("--top-k " + std::to_string(*asked.top_k) + "; one neighbour is the least");
            if (asked.threshold && std::isnan(*asked.threshold)) refuse("--threshold nan, which nothing reaches; a number from -1 to 1 is right");
            if (!asked.output.empty() && asked.output == asked.indices) refuse("-o and --indices name one file");
            for (const auto& [option, output] : {std::pair("-o", asked.output), std::pair("--indices", asked.indices), std::pair("--heatmap", asked.heatmap)})
                if (const std::string input = input_at(asked, output); !input.empty()) refuse(std::string(option) + " " + output + " would overwrite the input " + input + "; name another file");
        }

        /// Told last: what is wrong with the rest would come next.
        void check_destination(const cosine_request& asked)
        {
            if (asked.top_k || asked.threshold || !asked.output.empty() || !asked.heatmap.empty()) return;
            throw usage_error("cosine: where is the matrix to go? -o S.npy, --heatmap OUT.svg; or --top-k, --threshold, which can print");
        }
    }

    void cosine(const cosine_request& asked)
    {
        check(asked);
        std::vector<array> x;
        for (const std::string& path : asked.inputs) x.push_back(read_matrix(path));
        if (x.front().lies.shape[1] != x.back().lies.shape[1])
            throw usage_error("cosine: rows of " + asked.inputs.front() + " have length " + std::to_string(x.front().lies.shape[1]) +
                              ", rows of " + asked.inputs.back() + " have length " + std::to_string(x.back().lies.shape[1]));
        check_destination(asked);
        try
        {
            if (x.front().type == dtype::float32 && x.back().type == dtype::float32) return similarities<float>(x, asked).run();
            for (array& matrix : x) matrix = convert(matrix, dtype::float64);
            similarities<double>(x, asked).run();
        }
        catch (const std::invalid_argument& e)
        {
            throw usage_error(e.what());
        }
    }
}
