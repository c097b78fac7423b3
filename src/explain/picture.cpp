// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include "picture.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "wording.hpp"

namespace xeinsum::detail
{
    namespace
    {
        using std::string;

        struct drawn_axis
        {
            string text;
            role is = role::none;
            std::int64_t extent = 1;
        };

        std::string_view style_of(role r)
        {
            switch (r)
            {
            case role::batch: return "batch";
            case role::left_free: return "left";
            case role::right_free: return "right";
            case role::contracted: return "contracted";
            default: return "summed";
            }
        }

        /// Pixels of an axis: they grow with the extent's logarithm.
        int length_of(std::int64_t extent)
        {
            int length = 22;
            for (std::int64_t n = extent; n >= 2 && length < 130; n /= 2) length += 9;
            return length;
        }

        constexpr int sheet_step = 7;

        /// A sheet, and behind it two more where there are `several`, up and to the right; (x, y) is the front one's corner.
        void sheets(figure& f, int x, int y, int width, int height, bool several)
        {
            for (int behind = several ? 2 : 0; behind >= 0; --behind) f.box(x + behind * sheet_step, y - behind * sheet_step, width, height, "sheet");
        }

        /// A tensor as it lies: the last two axes are the sides of a sheet, those before them go into the depth.
        figure tensor_picture(const std::vector<drawn_axis>& axes)
        {
            figure f;
            const std::size_t n = axes.size();
            if (n == 0)
            {
                f.box(1, 4, 16, 16, "sheet");
                f.text(24, 17, "a scalar", "faint");
                return f;
            }
            const drawn_axis& columns = axes.back();
            const bool flat = n == 1;
            const std::size_t outer = n > 2 ? n - 2 : 0;
            const int wide = length_of(columns.extent), high = flat ? 16 : length_of(axes[n - 2].extent);
            const int depth = outer > 0 ? 2 * sheet_step : 0;
            const int beside_it = flat ? 0 : figure::width_of(axes[n - 2].text) + 8;
            const int x = std::max(beside_it, (figure::width_of(columns.text) - wide) / 2 + 2), y = figure::text_height + 3 + depth;
            sheets(f, x, y, wide, high, outer > 0);
            for (std::size_t i = 0; i < outer; ++i)
            {
                // Further ones from further corners.
                const int corner_x = x + (i == 0 ? 0 : wide), corner_y = y + (i == 2 ? high : 0);
                if (i < 3) f.line(corner_x, corner_y, corner_x + depth, corner_y - depth, style_of(axes[i].is));
                f.text(x + wide + depth + 8, y - depth + 13 + static_cast<int>(i) * figure::text_height, axes[i].text, style_of(axes[i].is));
            }
            f.line(x, y, x + wide, y, style_of(columns.is));
            f.text(x + wide / 2, y - depth - 7, columns.text, style_of(columns.is), anchor::middle);
            if (!flat)
            {
                f.line(x, y, x, y + high, style_of(axes[n - 2].is));
                f.text(x - 8, y + high / 2 + 4, axes[n - 2].text, style_of(axes[n - 2].is), anchor::end);
            }
            return f;
        }

        class step_artist
        {
        public:
            step_artist(const plan& p, std::size_t number) : m_plan(p), m_words(p), m_number(number), m_step(p.steps()[number]) {}

            figure draw() const
            {
                const string title = "step " + std::to_string(m_number + 1) + ": " + string(to_string(m_step.op)) + "  " + m_words.equation(m_step);
                std::vector<figure> operands;
                for (std::size_t t = 0; t < m_step.inputs.size(); ++t) operands.push_back(tensor(t));
                std::vector<figure> row = {stacked(operands, 14)};
                if (m_step.call || m_step.tiles) row.insert(row.end(), {arrow("folded into"), product(), arrow("unfolded into")});
                else row.push_back(arrow(to_string(m_step.op)));
                row.push_back(tensor(result_tensor));
                return stacked({heading(title), beside(row, 18), legend(), facts()}, 14);
            }

        private:
            static constexpr std::size_t caption_length = 30, line_length = 110;  // characters

            static figure heading(const string& text) { return paragraph(text, line_length, "bold"); }

            static figure arrow(std::string_view what)
            {
                figure f;
                const int wide = figure::width_of(what) + 8;
                f.text(wide / 2, 13, what, "faint", anchor::middle);
                f.arrow(0, 24, wide);
                return f;
            }

            string axis_text(label_id id, std::int64_t extent) const { return m_plan.bound().name(id) + " " + std::to_string(extent); }

            static bool has_labels_of(const tensor_use& use, const label_ids& ids)
            {
                return std::ranges::all_of(use.labels, [&](label_id id) { return std::ranges::find(ids, id) != ids.end(); });
            }

            /// An operand's axes in its own order, an intermediate's as they lie in memory, the result's as it is asked for.
            std::vector<drawn_axis> axes_of(std::size_t t) const
            {
                std::vector<drawn_axis> axes;
                const std::size_t operands = m_plan.shapes().size();
                const bool last = m_number + 1 == m_plan.steps().size();
                // An operand that serves twice has its own labels only once.
                const bool given = t != result_tensor && m_step.inputs[t] < operands && has_labels_of(m_step.tensors[t], m_plan.bound().operands[m_step.inputs[t]]);
                if (given || (t == result_tensor && last))
                {
                    const label_ids& ids = given ? m_plan.bound().operands[m_step.inputs[t]] : m_plan.bound().output;
                    for (std::size_t i = 0; i < ids.size(); ++i)
                    {
                        const bool repeats_one = given && m_plan.shapes()[m_step.inputs[t]][i] == 1;
                        axes.push_back(axis(ids[i], repeats_one ? 1 : m_words.size(ids[i])));
                    }
                    return axes;
                }
                const tensor_use& use = m_step.tensors[t];
                std::vector<std::size_t> order(use.labels.size());
                std::iota(order.begin(), order.end(), std::size_t{0});
                std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) { return use.lies.strides[a] > use.lies.strides[b]; });
                for (const std::size_t i : order) axes.push_back(axis(use.labels[i], m_words.size(use.labels[i])));
                return axes;
            }

            drawn_axis axis(label_id id, std::int64_t extent) const { return {axis_text(id, extent), wording::role_in(m_step, id), extent}; }

            figure tensor(std::size_t t) const
            {
                const bool result = t == result_tensor, last = m_number + 1 == m_plan.steps().size();
                string name = !result ? m_words.slot(m_step.inputs[t]) : last ? "result" : m_words.slot(m_plan.shapes().size() + m_number);
                if (m_step.call || m_step.tiles) name.append(" = ").append(1, "ABC"[t]);
                return stacked({heading(name), tensor_picture(axes_of(t)), paragraph(m_words.use(m_step, t), caption_length, "faint")}, 6);
            }

            /// A side of the product's matrices: `M = 600 (ac)`, and `by 96` if it is done in pieces.
            struct side
            {
                string text;
                std::int64_t extent = 1;
            };

            side side_of(const char* name, role r, std::int64_t of_call, const std::vector<tiled_axis>* tiled) const
            {
                side s{"", of_call};
                label_ids ids;
                if (tiled)
                {
                    s.extent = 1;
                    for (const tiled_axis& x : *tiled)
                    {
                        s.extent *= x.extent;
                        for (const label_id id : x.labels) ids.push_back(id);
                    }
                }
                else
                {
                    for (const label_id id : wording::labels(m_step))
                        if (wording::role_in(m_step, id) == r && !wording::is_looped(m_step, id)) ids.push_back(id);
                }
                s.text = string(name) + " = " + std::to_string(s.extent) + (ids.empty() ? "" : " (" + m_words.names(ids) + ")");
                return s;
            }

            /// A to the left, B above, C where they meet: rows of A and columns of B are C's.
            figure product() const
            {
                const bool tiles = m_step.tiles.has_value();
                const blas_call call = m_step.call.value_or(blas_call{});
                const side m = side_of("M", role::left_free, call.m, tiles ? &m_step.tiles->rows : nullptr);
                const side n = side_of("N", role::right_free, call.n, tiles ? &m_step.tiles->columns : nullptr);
                const side k = side_of("K", role::contracted, call.k, tiles ? &m_step.tiles->contracted : nullptr);
                const label_ids looped = wording::looped(m_step);
                const bool several = !looped.empty();
                // A tensor that a loop does not move on is the same one in all of its turns.
                const auto is_several = [&](std::size_t t) {
                    return std::ranges::any_of(looped, [&](label_id id) { return std::ranges::find(m_step.tensors[t].labels, id) != m_step.tensors[t].labels.end(); });
                };
                const int behind = several ? 2 * sheet_step : 0;
                const int rows = length_of(m.extent), columns = length_of(n.extent), depth = length_of(k.extent);
                const int of_k = figure::width_of(k.text), of_n = figure::width_of(n.text);
                const int x_a = std::max(figure::width_of(m.text) + 8, (of_k - depth) / 2 + 2);
                // C stands clear of A and its title, B of its own.
                const int x_c = std::max({x_a + depth + behind + 20, x_a + depth / 2 + of_k / 2 + 12, of_k + 12, x_a + (of_n - columns) / 2});
                const int y_b = figure::text_height + 5 + behind, y_c = y_b + depth + figure::text_height + 9 + behind;
                figure f;
                // Its sides in their colours, each with its text if it has one.
                const auto matrix = [&](std::size_t t, int x, int y, int width, int height, std::string_view top, const string& top_text, std::string_view left, const string& left_text) {
                    sheets(f, x, y, width, height, is_several(t));
                    f.line(x, y, x + width, y, top);
                    f.line(x, y, x, y + height, left);
                    if (!top_text.empty()) f.text(x + width / 2, y - behind - 7, top_text, top, anchor::middle);
                    if (!left_text.empty()) f.text(x - 8, y + height / 2 + 4, left_text, left, anchor::end);
                };
                matrix(left_tensor, x_a, y_c, depth, rows, "contracted", k.text, "left", m.text);
                f.text(x_a + depth / 2, y_c + rows / 2 + 5, "A", "bold", anchor::middle);
                matrix(right_tensor, x_c, y_b, columns, depth, "right", n.text, "contracted", k.text);
                f.text(x_c + columns / 2, y_b + depth / 2 + 5, "B", "bold", anchor::middle);
                matrix(result_tensor, x_c, y_c, columns, rows, "right", "", "left", "");
                if (is_rank_k(m_step.op))  // what is right of the diagonal is a mirror
                {
                    f.line(x_c, y_c, x_c + columns, y_c + rows, "");
                    f.text(x_c + columns / 3, y_c + 2 * rows / 3 + 5, "C", "bold", anchor::middle);
                }
                else f.text(x_c + columns / 2, y_c + rows / 2 + 5, "C", "bold", anchor::middle);
                if (!several) return f;
                figure loops;
                int y = 13;
                for (const label_id id : looped)
                {
                    loops.text(0, y, "for each " + m_plan.bound().name(id) + " of " + std::to_string(m_words.size(id)), style_of(wording::role_in(m_step, id)));
                    y += figure::text_height;
                }
                return stacked({f, loops}, 8);
            }

            /// Every label, its colour and dashes, and what it is.
            figure legend() const
            {
                figure f;
                int y = 13;
                for (const label_id id : wording::labels(m_step))
                {
                    const std::string_view style = style_of(wording::role_in(m_step, id));
                    f.line(2, y - 4, 40, y - 4, style);
                    f.text(50, y, m_plan.bound().name(id) + " = " + std::to_string(m_words.size(id)) + "  " + m_words.role_text(m_step, id), style);
                    y += figure::text_height;
                }
                return f;
            }

            figure facts() const
            {
                std::vector<figure> lines;
                for (const auto& [what, text] : m_words.how_it_runs(m_step)) lines.push_back(paragraph(what + ": " + text, line_length));
                lines.push_back(paragraph(wording::price(m_step), line_length, "faint"));
                if (const string balance = m_words.balance(m_step); !balance.empty()) lines.push_back(paragraph(balance, line_length, "faint"));
                return stacked(lines, 2);
            }

            const plan& m_plan;
            wording m_words;
            std::size_t m_number;
            const step& m_step;
        };

        class tree_artist
        {
        public:
            explicit tree_artist(const plan& p) : m_plan(p), m_words(p) {}

            figure draw()
            {
                for (const step& s : m_plan.steps()) m_all += s.price.flops;
                place(m_plan.shapes().size() + m_plan.steps().size() - 1, 0);
                return std::move(m_figure);
            }

        private:
            static constexpr int row = 84, gap = 14, padding = 8;

            /// Draws a slot and what it is made of, `depth` rows down, right of all that is there; returns its middle. As deep as the tree is: at
            /// most most_leaves_drawn and their own steps.
            int place(std::size_t slot, int depth)
            {
                const std::size_t operands = m_plan.shapes().size();
                const int top = depth * row;
                if (slot < operands)
                {
                    const string name = m_words.slot(slot), labels = m_words.names(m_plan.bound().operands[slot]) + "  " + to_string(m_plan.shapes()[slot]);
                    const int wide = std::max(figure::width_of(name), figure::width_of(labels)) + 2 * padding, left = m_right;
                    node(left, top, wide, name, labels, -1);
                    m_right = left + wide + gap;
                    return left + wide / 2;
                }
                const step& s = m_plan.steps()[slot - operands];
                const string name = "step " + std::to_string(slot - operands + 1) + "  " + m_words.names(s.tensors[result_tensor].labels);
                const int percent = m_all > 0 ? static_cast<int>(std::lround(100 * s.price.flops / m_all)) : 0;
                const string price = string(to_string(s.op)) + ", " + counted(s.price.flops) + " flops, " + std::to_string(percent) + "%";
                const int wide = std::max(figure::width_of(name), figure::width_of(price)) + 2 * padding, first = m_right;
                std::vector<int> below;
                for (const std::size_t input : s.inputs) below.push_back(place(input, depth + 1));
                const int middle = std::max((below.front() + below.back()) / 2, first + wide / 2), left = middle - wide / 2;
                for (const int x : below) m_figure.line(middle, top + box_height, x, top + row, "");
                node(left, top, wide, name, price, percent);
                m_right = std::max(m_right, left + wide + gap);
                return middle;
            }

            static constexpr int box_height = 2 * figure::text_height + 10;

            void node(int left, int top, int wide, const string& name, const string& text, int percent)
            {
                m_figure.box(left, top, wide, box_height, "sheet");
                m_figure.text(left + padding, top + 16, name, "bold");
                m_figure.text(left + padding, top + 16 + figure::text_height, text, "faint");
                if (percent > 0) m_figure.box(left, top + box_height - 4, std::max(1, wide * percent / 100), 4, "bar");
            }

            const plan& m_plan;
            wording m_words;
            figure m_figure;
            int m_right = 0;
            double m_all = 0;
        };
    }

    figure step_picture(const plan& p, std::size_t number) { return step_artist(p, number).draw(); }

    figure tree_picture(const plan& p) { return tree_artist(p).draw(); }
}
