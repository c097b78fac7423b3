// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
//
// What a plan does that is above its memory limit: other paths, fewer threads, slices.
#include <xeinsum/plan.hpp>

#include <algorithm>
#include <limits>
#include <utility>

#include <xeinsum/error.hpp>

#include "../path/network.hpp"
#include "../path/optimal.hpp"
#include "../subscripts/rendering.hpp"
#include "builder.hpp"
#include "slicing.hpp"
#include "threads.hpp"

namespace xeinsum
{
    void plan::fit_in_memory()
    {
        const std::size_t limit = *m_options.memory_limit, threads = detail::thread_count(m_options.threads);
        std::vector<contraction_path> paths = {m_path};
        const bool is_given = std::holds_alternative<contraction_path>(m_options.path);
        const bool is_small = m_shapes.size() <= detail::most_terms_of_all_subsets;
        const auto add_smallest = [&](path_strategy by) {
            path_search search = detail::search_of(m_options);
            search.strategy = by;
            search.minimize = path_objective::size;
            contraction_path path = detail::find_path(m_bound, m_options.layouts, search);
            if (std::ranges::find(paths, path) == paths.end()) paths.push_back(std::move(path));
        };
        if (!is_given)
        {
            add_smallest(detail::search_of(m_options).strategy);
            if (is_small) add_smallest(path_strategy::optimal);
            add_smallest(path_strategy::left);  // neither objective knows what a step's buffers take
        }
        options how = m_options;
        std::optional<plan> best;
        std::size_t least = std::numeric_limits<std::size_t>::max();
        const auto take = [&](plan& p, const extents& chunks) {
            std::vector<slice_axis> slices = detail::slices_of(m_bound, how, chunks);
            std::vector<step> steps = detail::build_steps(m_bound, how, p.m_path, slices);
            p.take_steps(std::move(steps), std::move(slices));
            least = std::min(least, p.peak_memory());
            return p.peak_memory() <= limit;
        };
        // Labels that were sliced early need not be, once others are: each is tried whole, as long as that saves operations.
        const auto keep_whole = [&](plan& tried, extents& chunks) {
            for (bool found = true; found;)
            {
                found = false;
                const std::vector<slice_axis> slices = tried.m_slices;
                plan ahead = tried;
                label_id whole = 0;
                for (const slice_axis& s : slices)
                {
                    extents coarser = chunks;
                    coarser[s.label] = s.extent;
                    if (!take(tried, coarser) || tried.flops() > ahead.flops() || (found && tried.flops() == ahead.flops())) continue;
                    ahead = tried;
                    whole = s.label;
                    found = true;
                }
                tried = std::move(ahead);
                if (found) chunks[whole] = m_bound.sizes[whole];
            }
        };
        // Slices of one label alone may be fewer operations than those of the labels that seemed cheapest one by one.
        const auto slice_one_label = [&](plan& tried) {
            for (label_id id = 0; id < m_bound.sizes.size(); ++id)
            {
                plan by_one = tried;
                extents chunks = m_bound.sizes;
                bool fits = false;
                while (!fits && detail::slice_label(id, chunks)) fits = take(by_one, chunks);
                if (fits && by_one.flops() < tried.flops()) tried = std::move(by_one);
            }
        };
        const auto slice = [&](const contraction_path& path, bool thoroughly) {
            plan tried = *this;
            tried.m_path = path;
            extents chunks = m_bound.sizes, finest = chunks;
            std::ranges::replace_if(finest, [](std::int64_t extent) { return extent > 1; }, 1);
            bool fits = take(tried, chunks);
            // Where the finest slices do not fit, nothing does, but for the list of slices itself, which is shorter for fewer labels.
            const auto can_fit = [&](plan last) { return take(last, finest) || last.peak_memory() - last.m_slices.size() * sizeof(std::int64_t) <= limit; };
            if (!fits && !thoroughly && !can_fit(tried)) return;
            while (!fits && detail::slice_further(m_bound, tried.m_steps, element_bytes(), chunks)) fits = take(tried, chunks);
            if (!fits) return;
            keep_whole(tried, chunks);
            constexpr std::size_t most_labels = 64;
            if (tried.slicing_overhead() > 1 && m_bound.sizes.size() <= most_labels) slice_one_label(tried);
            if (!best || tried.flops() < best->flops()) best = std::move(tried);
        };
        const auto slice_all = [&](bool thoroughly) {
            for (const contraction_path& path : paths)
                for (const std::size_t count : {threads, std::size_t{1}})
                {
                    how.threads = count;
                    // One thread, whose buffers are fewer, is a last resort.
                    if (best && count != threads) continue;
                    try
                    {
                        slice(path, thoroughly);
                    }
                    catch (const shape_error& e)
                    {
                        if (e.code() != shape_errc::size_overflow) throw;  // another order may have less to count
                    }
                }
        };
        slice_all(false);
        if (!best && is_small) slice_all(true);  // the error is to say what would do
        if (!best)
            throw shape_error(shape_errc::memory_limit, "plan: no order of \"" + to_string(m_equation) + "\" that was tried stays within " + detail::counted(limit, "byte") +
                                                            ", not even in slices; the least that was found is " + std::to_string(least));
        *this = std::move(*best);
    }
}
