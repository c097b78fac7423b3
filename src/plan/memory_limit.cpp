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
#include "memory.hpp"
#include "slicing.hpp"
#include "threads.hpp"

namespace xeinsum
{
    namespace
    {
        /// A path in slices, and what it takes.
        struct sliced_path
        {
            contraction_path path;
            std::size_t threads = 1;
            extents chunks;
            std::vector<slice_axis> slices;
            std::vector<step> steps;
            std::size_t peak = 0;  ///< bytes
            double flops = 0;
        };

        /// Searches paths and slices for those of fewest flops within the limit.
        class limit_search
        {
        public:
            limit_search(const bound_equation& e, const options& how, std::size_t element_bytes)
                : m_equation(e), m_options(how), m_element_bytes(element_bytes), m_limit(*how.memory_limit), m_finest(e.sizes)
            {
                std::ranges::replace_if(m_finest, [](std::int64_t extent) { return extent > 1; }, 1);
            }

            /// Slices the path until it fits, label by label. Not `thoroughly`: a path is left alone of which the finest slices do not fit.
            void try_path(const contraction_path& path, std::size_t threads, bool thoroughly)
            {
                sliced_path p{path, threads, m_equation.sizes, {}, {}};
                if (!lower(p) && !thoroughly && !can_fit(p)) return;
                m_least_flops = std::min(m_least_flops, p.flops);
                if (!slice_until_it_fits(p)) return;
                coarsen(p);
                take(std::move(p));
            }

            /// Slices that cost least one by one may be dear together: others start with each label, in each number of chunks, and go on with each
            /// other label, or with the ones that cost least.
            void try_other_slices(const contraction_path& path, std::size_t threads)
            {
                const std::size_t most_work = m_work + most_work_of_others;
                for (label_id first = 0; first < m_equation.sizes.size(); ++first)
                    for (extents chunks = m_equation.sizes; detail::slice_label(first, chunks);)
                    {
                        sliced_path p{path, threads, chunks, {}, {}};
                        lower(p);
                        if (!is_ahead(p)) break;  // finer slices are no less work
                        if (p.peak > m_limit)
                            for (label_id second = 0; second < m_equation.sizes.size(); ++second)
                            {
                                if (m_work > most_work || !could_be_better()) return;
                                sliced_path both{path, threads, chunks, {}, {}};
                                if (second == first || !take_coarsest(both, second, 2, m_equation.sizes[second] + 1)) continue;
                                coarsen(both);
                                take(std::move(both));
                            }
                        if (!slice_until_it_fits(p)) continue;
                        coarsen(p);
                        take(std::move(p));
                    }
            }

            std::optional<sliced_path>& best() { return m_best; }
            /// Whether slices may save operations yet: the paths without slices have fewer.
            bool could_be_better() const { return !m_best || m_best->flops > m_least_flops; }
            /// The least bytes of all that was tried.
            std::size_t least_peak() const { return m_least_peak; }

        private:
            /// Makes the steps of these chunks. True if they stay within the limit.
            bool lower(sliced_path& p)
            {
                m_work += m_equation.operands.size();
                options how = m_options;
                how.threads = p.threads;
                p.slices = detail::slices_of(m_equation, how, p.chunks);
                p.steps = detail::build_steps(m_equation, how, p.path, p.slices);
                const detail::memory_needs needs = detail::place_in_workspace(p.steps, m_equation.operands.size(), p.slices.size(), how.type, m_element_bytes);
                p.peak = needs.workspace + needs.bookkeeping;
                double slices = 1;
                for (const slice_axis& s : p.slices) slices *= static_cast<double>(s.count());
                p.flops = 0;
                for (const step& s : p.steps) p.flops += s.price.flops * (s.sliced ? slices : 1);
                m_least_peak = std::min(m_least_peak, p.peak);
                return p.peak <= m_limit;
            }

            /// Where the finest slices do not fit, nothing does, but for the list of slices itself, which is shorter for fewer labels.
            bool can_fit(sliced_path p)
            {
                p.chunks = m_finest;
                return lower(p) || p.peak - p.slices.size() * sizeof(std::int64_t) <= m_limit;
            }

            bool slice_until_it_fits(sliced_path& p)
            {
                while (p.peak > m_limit)
                {
                    if (!detail::slice_further(m_equation, p.steps, m_element_bytes, p.chunks)) return false;
                    lower(p);
                }
                return true;
            }

            /// Labels that were sliced early need not be, or not as fine, once others are: of each the coarsest chunks are tried that fit, as long
            /// as that saves operations.
            void coarsen(sliced_path& p)
            {
                for (bool found = true; found;)
                {
                    found = false;
                    sliced_path ahead = p;
                    for (const slice_axis& s : p.slices)
                    {
                        sliced_path coarser{p.path, p.threads, p.chunks, {}, {}};
                        if (!take_coarsest(coarser, s.label, 1, s.count()) || coarser.flops > ahead.flops || (found && coarser.flops == ahead.flops)) continue;
                        ahead = std::move(coarser);
                        found = true;
                    }
                    p = std::move(ahead);
                }
            }

            /// The fewest slices of a label that fit, from `least` to below `end`; false where there are none ahead of the best.
            bool take_coarsest(sliced_path& p, label_id id, std::int64_t least, std::int64_t end)
            {
                constexpr std::int64_t most = 4096;
                for (std::int64_t count = least; count < std::min(most, end); ++count)
                {
                    if (m_equation.sizes[id] % count != 0) continue;
                    p.chunks[id] = m_equation.sizes[id] / count;
                    if (lower(p)) return true;
                    if (!is_ahead(p)) return false;
                }
                return false;
            }

            bool is_ahead(const sliced_path& p) const { return !m_best || p.flops < m_best->flops; }

            void take(sliced_path p)
            {
                if (is_ahead(p)) m_best = std::move(p);
            }

            /// Steps that are made for other slices of one path: some ten milliseconds.
            static constexpr std::size_t most_work_of_others = 20000;

            const bound_equation& m_equation;
            const options& m_options;
            std::size_t m_element_bytes, m_limit;
            extents m_finest;
            std::optional<sliced_path> m_best;
            std::size_t m_least_peak = std::numeric_limits<std::size_t>::max();
            double m_least_flops = std::numeric_limits<double>::infinity();  ///< of the paths without slices
            std::size_t m_work = 0;
        };

        /// Calls `attempt`; an order that needs more than 64 bits count is passed over, as another one may not.
        template <class Attempt>
        void unless_too_large(const Attempt& attempt)
        {
            try
            {
                attempt();
            }
            catch (const shape_error& e)
            {
                if (e.code() != shape_errc::size_overflow) throw;
            }
        }
    }

    std::vector<contraction_path> plan::paths_within_limit() const
    {
        std::vector<contraction_path> paths = {m_path};
        if (m_options.path.given()) return paths;
        const path_search asked = detail::search_of(m_options);
        const auto add = [&](path_strategy strategy, path_objective by) {
            path_search search = asked;
            search.strategy = strategy;
            search.minimize = by;
            contraction_path path = detail::find_path(m_bound, m_options.layouts, search);
            if (std::ranges::find(paths, path) == paths.end()) paths.push_back(std::move(path));
        };
        add(asked.strategy, path_objective::size);
        constexpr std::size_t most_drawn = 100;
        if (m_shapes.size() <= detail::most_terms_of_all_subsets)
        {
            add(path_strategy::optimal, path_objective::size);
            add(path_strategy::optimal, path_objective::flops);
        }
        else if (m_shapes.size() <= most_drawn)
        {
            add(path_strategy::random_greedy, path_objective::size);
            add(path_strategy::random_greedy, path_objective::flops);
        }
        add(path_strategy::left, path_objective::size);  // neither objective knows what a step's buffers take
        return paths;
    }

    void plan::fit_in_memory()
    {
        const std::vector<contraction_path> paths = paths_within_limit();
        const std::size_t threads = detail::thread_count(m_options.threads);
        limit_search search(m_bound, m_options, element_bytes());
        const auto try_all = [&](bool thoroughly) {
            for (const contraction_path& path : paths)
                for (const std::size_t count : {threads, std::size_t{1}})
                    // One thread, whose buffers are fewer, is a last resort.
                    if (count == threads || !search.best()) unless_too_large([&] { search.try_path(path, count, thoroughly); });
        };
        const auto try_others = [&](std::size_t count) {
            for (const contraction_path& path : paths)
                if (search.could_be_better()) unless_too_large([&] { search.try_other_slices(path, count); });
        };
        try_all(false);
        const bool is_small = m_shapes.size() <= detail::most_terms_of_all_subsets;
        if (!search.best() && is_small) try_all(true);  // the error is to say what would do
        if (search.best() || is_small) try_others(search.best() ? search.best()->threads : 1);
        if (!search.best())
            throw shape_error(shape_errc::memory_limit, "plan: no order of \"" + to_string(m_equation) + "\" that was tried stays within " +
                                                            detail::counted(*m_options.memory_limit, "byte") + ", not even in slices; the least that was found is " +
                                                            std::to_string(search.least_peak()) + (is_small ? "" : ", where not all slices were tried"));
        m_path = std::move(search.best()->path);
        take_steps(std::move(search.best()->steps), std::move(search.best()->slices));
    }
}
