// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include <xeinsum/detail/kept_plans.hpp>

#include <algorithm>
#include <utility>
#include <vector>

#include "threads.hpp"

namespace xeinsum::detail
{
    namespace
    {
        /// The threads that a plan is made for.
        struct threads_at_hand
        {
            std::size_t count = thread_count(0);
            blas_threading blas = query_blas_threading();
            bool in_parallel = in_parallel_region();

            friend bool operator==(const threads_at_hand&, const threads_at_hand&) = default;
        };

        /// The tensor's labels, each once.
        tiny_ids unique(const tiny_ids& ids)
        {
            tiny_ids once;
            once.add(ids);
            return once;
        }

        plan make_plan(const plan_key& key)
        {
            const tiny_equation& e = key.equation;
            equation of;
            std::vector<layout> layouts;
            for (std::size_t i = 0; i <= e.operand_count; ++i)
            {
                layout lies;
                for (const std::uint8_t id : unique(e.terms[i]))
                {
                    of.push(id);
                    lies.shape.push_back(key.sizes[id]);
                    lies.strides.push_back(key.strides[i][id]);
                }
                if (i < e.operand_count) of.end_term();
                layouts.push_back(std::move(lies));
            }
            of.close(false, label_kind::integers);
            options how;
            how.type = key.type;
            how.element_bytes = key.element_bytes;
            how.scaled = key.scaled;
            how.result = std::move(layouts.back());
            layouts.pop_back();
            how.layouts = std::move(layouts);
            std::vector<extents> shapes;
            for (const layout& lies : how.layouts) shapes.push_back(lies.shape);
            how.same.assign(key.same.begin(), key.same.begin() + e.operand_count);
            if (key.conjugated != 0)
                for (std::size_t i = 0; i < e.operand_count; ++i) how.conjugated.push_back((key.conjugated >> i & 1u) != 0);
            return {std::move(of), std::move(shapes), std::move(how)};
        }

        struct entry
        {
            plan_key key;
            threads_at_hand threads;
            plan of;
        };
        using entries = std::array<std::shared_ptr<const entry>, most_kept_plans>;

        /// Destructors of static objects may ask for plans when the thread's are gone already.
        thread_local bool are_gone = false;
        struct thread_entries : entries
        {
            thread_entries() = default;
            thread_entries(const thread_entries&) = delete;
            thread_entries& operator=(const thread_entries&) = delete;
            ~thread_entries() { are_gone = true; }
        };
        thread_local thread_entries kept;
    }

    std::shared_ptr<const plan> kept_plan(const plan_key& key)
    {
        const auto plan_of = [](const std::shared_ptr<const entry>& e) { return std::shared_ptr<const plan>(e, &e->of); };
        const threads_at_hand threads;
        if (are_gone) return std::make_shared<const plan>(make_plan(key));
        const auto found = std::ranges::find_if(kept, [&](const auto& e) { return e && e->key == key && e->threads == threads; });
        if (found != kept.end())
        {
            std::rotate(kept.begin(), found, found + 1);
            return plan_of(kept.front());
        }
        auto made = std::make_shared<const entry>(entry{key, threads, make_plan(key)});
        std::rotate(kept.begin(), kept.end() - 1, kept.end());
        kept.front() = std::move(made);
        return plan_of(kept.front());
    }
}
