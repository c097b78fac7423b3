// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include "division.hpp"

#include <algorithm>

#include "dots.hpp"
#include "sorting.hpp"

namespace xeinsum::detail
{
    namespace
    {
        /// Multiplications, and elements, below which a second thread costs more than it brings.
        constexpr double least_products = 1 << 21;
        constexpr double least_elements = 1 << 19;
        /// Work that is worth dividing; all of it where a way of lowering is forced, to be compared.
        bool is_worth(double work, double least, const step_problem& problem)
        {
            return problem.threads > 1 && (work >= least || problem.strategy != lowering_strategy::automatic);
        }

        /// Results larger than this are not kept once per thread.
        constexpr std::int64_t largest_private_result = 1 << 20;

        division pieces_of(division::group of, std::size_t axis, std::int64_t extent, std::int64_t threads, std::int64_t multiple)
        {
            const std::int64_t even = (extent + threads - 1) / threads;
            // The last piece is what is left: whole multiples, but not if it would have much less to do.
            constexpr std::int64_t worst = 16;  // 1 / worst more than even
            while (multiple > 1 && ((even + multiple - 1) / multiple * multiple - even) * worst > even) multiple /= 2;
            const std::int64_t length = (even + multiple - 1) / multiple * multiple;
            return {of, axis, length, (extent + length - 1) / length, false};
        }

        /// The axis that is divided best: the first of those long enough for even pieces, else the longest.
        template <class Axes>
        std::size_t best_axis(const Axes& axes, std::int64_t threads)
        {
            std::size_t longest = 0;
            for (std::size_t d = 0; d < axes.size(); ++d)
            {
                if (axes[d].extent >= 16 * threads || axes[d].extent % threads == 0) return d;
                if (axes[d].extent > axes[longest].extent) longest = d;
            }
            return longest;
        }

        /// True if the result's elements fill their stretch of memory without gaps: another one can lie likewise.
        bool dense(const layout& lies)
        {
            std::int64_t reach = 1;
            for (std::size_t d = 0; d < lies.rank(); ++d)
            {
                if (lies.shape[d] > 1 && lies.strides[d] < 0) return false;
                reach += (lies.shape[d] - 1) * lies.strides[d];
            }
            return reach == lies.size();
        }

        bool may_sum_apart(const layout& result) { return dense(result) && result.size() <= largest_private_result; }
    }

    std::vector<loop_axis> normalized(std::vector<loop_axis> loops, std::size_t leading)
    {
        std::erase_if(loops, [](const loop_axis& x) { return x.extent == 1; });
        if (loops.size() < 2) return loops;
        const auto reach = [](const loop_axis& x) {
            double sum = 0;
            for (const std::int64_t s : x.strides) sum += static_cast<double>(magnitude(s));
            return sum;
        };
        sort_stably(loops, [&](const loop_axis& x, const loop_axis& y) { return reach(x) > reach(y); });
        // Those that the leading tensor has change places among themselves, each with the ones before it.
        const auto step = [&](std::size_t d) { return magnitude(loops[d].strides[leading]); };
        for (std::size_t i = 1; i < loops.size(); ++i)
        {
            std::size_t at = i;
            for (std::size_t before = i; before-- > 0 && step(at) != 0;)
            {
                if (step(before) == 0) continue;
                if (step(before) >= step(at)) break;
                std::swap(loops[before], loops[at]);
                at = before;
            }
        }
        const auto fuses = [](const loop_axis& outer, const loop_axis& inner) {
            for (std::size_t t = 0; t < 3; ++t)
                if (outer.strides[t] != inner.strides[t] * inner.extent) return false;
            return true;
        };
        auto outer = loops.begin();
        for (auto x = loops.begin() + 1; x != loops.end(); ++x)
        {
            if (fuses(*outer, *x))
            {
                outer->labels.insert(outer->labels.end(), x->labels.begin(), x->labels.end());
                outer->extent *= x->extent;
                outer->strides = x->strides;
            }
            else if (++outer != x) *outer = std::move(*x);
        }
        loops.erase(outer + 1, loops.end());
        return loops;
    }

    bool is_worth_dividing(double products, double elements, std::size_t threads)
    {
        return threads > 1 && (products >= least_products || elements >= least_elements);
    }

    division divide_tiles(const step& s, const step_problem& problem)
    {
        const auto threads = static_cast<std::int64_t>(problem.threads);
        const tiled_product& t = *s.tiles;
        const double batch = values_of(s.loops), rows = values_of(t.rows), columns = values_of(t.columns), depth = values_of(t.contracted);
        if (!is_worth(dividable_products(s.op, batch * rows * columns * depth), least_products, problem)) return {};
        if (!s.loops.empty())
        {
            const std::size_t axis = best_axis(s.loops, threads);
            const std::int64_t extent = s.loops[axis].extent;
            if (extent >= 8 * threads || extent % threads == 0) return pieces_of(division::group::loops, axis, extent, threads, 1);
        }
        const auto wide = static_cast<double>(32 * threads);
        if (rows < wide && columns < wide && depth >= 4096 && !t.contracted.empty() && may_sum_apart(s.tensors[result_tensor].lies))
        {
            const std::size_t axis = best_axis(t.contracted, threads);
            division d = pieces_of(division::group::contracted, axis, t.contracted[axis].extent, threads, 8);
            d.sums = d.pieces > 1;
            return d;
        }
        if (t.mirrored)
        {
            constexpr std::int64_t least_rows = 32;  // of a piece's share: no piece is empty then
            const std::int64_t extent = t.rows[0].extent;
            division d{division::group::rows, 0, 0, std::min(threads, extent / least_rows), false, true};
            if (d.pieces < 2) return {};
            d.length = range_of(d, 0, extent).length;
            return d;
        }
        const bool by_rows = rows >= columns;
        const auto& axes = by_rows ? t.rows : t.columns;
        if (axes.empty()) return {};
        const std::size_t axis = best_axis(axes, threads);
        return pieces_of(by_rows ? division::group::rows : division::group::columns, axis, axes[axis].extent, threads, by_rows ? 8 : 48);
    }

    division divide_calls(const step& s, const step_problem& problem)
    {
        const auto threads = static_cast<std::int64_t>(problem.threads);
        const blas_call& c = *s.call;
        const double products = values_of(s.loops) * static_cast<double>(c.m * c.n * c.k);
        if (!is_worth(products, least_products, problem)) return {};
        for (std::size_t d = 0; d < s.loops.size(); ++d)
            if (s.loops[d].strides[result_tensor] != 0 && s.loops[d].extent >= threads)
                return pieces_of(division::group::loops, d, s.loops[d].extent, threads, 1);
        return {};
    }

    division divide_loops(const step& s, const step_problem& problem, double elements)
    {
        const auto threads = static_cast<std::int64_t>(problem.threads);
        const bool nothing = std::ranges::any_of(s.loops, [](const loop_axis& x) { return x.extent == 0; });
        const bool enough = elements >= least_elements || (is_gemm(s.op) && values_of(s.loops) >= least_products);
        if (threads < 2 || s.loops.empty() || nothing || !enough) return {};
        // Each thread reads all of the shorter side.
        if (is_matrix_of_dots(s.loops))
        {
            const auto along = [](const loop_axis& x) { return x.strides[result_tensor] == 0 ? 0 : x.extent; };
            const auto longest = static_cast<std::size_t>(std::ranges::max_element(s.loops, {}, along) - s.loops.begin());
            return pieces_of(division::group::loops, longest, s.loops[longest].extent, threads, 16);
        }
        // An axis of the result's, not the innermost one if another will do, nor one of which a piece is short stretches of a tensor.
        const auto is_even = [&](const loop_axis& x) { return x.extent >= 4 * threads || x.extent % threads == 0; };
        const auto is_cut_short = [&](const loop_axis& x) {
            constexpr std::int64_t short_stretch = 64;
            return std::ranges::any_of(x.strides, [&](std::int64_t stride) { return stride != 0 && x.extent / threads * magnitude(stride) < short_stretch; });
        };
        std::size_t best = s.loops.size();
        for (std::size_t d = 0; d < s.loops.size(); ++d)
        {
            const loop_axis& x = s.loops[d];
            if (x.strides[result_tensor] == 0 || x.extent < threads) continue;
            const auto is_better = [&](const loop_axis& than) {
                if (is_cut_short(than) != is_cut_short(x)) return is_cut_short(than) && is_even(x);
                return than.extent < 4 * threads && x.extent > than.extent;
            };
            if (best == s.loops.size() || is_better(s.loops[best])) best = d;
        }
        if (best < s.loops.size()) return pieces_of(division::group::loops, best, s.loops[best].extent, threads, 16);
        if (!may_sum_apart(s.tensors[result_tensor].lies)) return {};
        const std::size_t axis = best_axis(s.loops, threads);
        division d = pieces_of(division::group::loops, axis, s.loops[axis].extent, threads, 16);
        d.sums = d.pieces > 1 && s.loops[axis].strides[result_tensor] == 0;
        return d;
    }
}
