// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include "blas_lowering.hpp"

#include <algorithm>
#include <optional>

#include "blas_shape.hpp"

namespace xeinsum::detail
{
    namespace
    {
        constexpr std::size_t tensors = 3;
        using strides3 = std::array<std::int64_t, tensors>;
        using flags3 = std::array<bool, tensors>;

        /// Labels that are one axis for the call: in every tensor that is read in place, each continues where
        /// the next one ends.
        struct fused_axis
        {
            label_ids labels;
            std::int64_t extent = 1;
            strides3 strides{};
        };

        std::int64_t magnitude(std::int64_t stride) { return stride < 0 ? -stride : stride; }

        /// Searches the ways to run one product on BLAS.
        class search
        {
        public:
            search(const step_problem& problem, kernel op, const labelled_layout& left, const labelled_layout& right, bool may_copy)
                : m_problem(problem), m_op(op), m_may_copy(may_copy), m_in{&left, &right, &m_out}
            {
                if (problem.destination) m_out = {problem.output, *problem.destination};
                else m_out.labels = problem.output;
                sort_labels();
            }

            std::optional<step> run()
            {
                for (unsigned mask = 0; mask < 8; ++mask)
                {
                    const flags3 copied = {(mask & 1u) != 0, (mask & 2u) != 0, (mask & 4u) != 0};
                    const bool free = !m_problem.destination;
                    if (free && !copied[result_tensor]) continue;
                    if (!m_may_copy && (copied[left_tensor] || copied[right_tensor] || (copied[result_tensor] && !free))) continue;
                    try_copies(copied);
                }
                return m_found ? std::optional(std::move(m_best)) : std::nullopt;
            }

        private:
            void sort_labels()
            {
                for (const label_id id : all_labels())
                {
                    const bool l = m_in[left_tensor]->has(id);
                    const bool r = m_in[right_tensor]->has(id);
                    switch (role_of(l, r, m_out.has(id)))
                    {
                    case role::left_free: m_groups[m_group].push_back(id); break;
                    case role::right_free: m_groups[n_group].push_back(id); break;
                    case role::contracted: m_groups[k_group].push_back(id); break;
                    default: m_batch.push_back(id); break;
                    }
                }
            }

            label_ids all_labels() const
            {
                label_ids all = m_out.labels;
                for (const std::size_t t : {left_tensor, right_tensor})
                    for (const label_id id : m_in[t]->labels)
                        if (std::ranges::find(all, id) == all.end()) all.push_back(id);
                return all;
            }

            strides3 strides_of(label_id id, const flags3& copied) const
            {
                strides3 s{};
                for (std::size_t t = 0; t < tensors; ++t)
                    if (!copied[t]) s[t] = m_in[t]->stride(id);
                return s;
            }

            bool holds(std::size_t tensor, label_id id) const { return m_in[tensor]->has(id); }

            /// The labels of a group by descending stride in the tensors read in place, fused where they can be.
            std::vector<fused_axis> fuse(label_ids ids, const flags3& copied) const
            {
                const auto before = [&](label_id x, label_id y) {
                    const strides3 a = strides_of(x, copied), b = strides_of(y, copied);
                    for (std::size_t t = 0; t < tensors; ++t)
                        if (magnitude(a[t]) != magnitude(b[t])) return magnitude(a[t]) > magnitude(b[t]);
                    return false;
                };
                erase_if(ids, [&](label_id id) { return m_problem.sizes[id] == 1; });
                if (ids.size() > 1) std::ranges::stable_sort(ids, before);  // it allocates, whatever the size
                std::vector<fused_axis> axes;
                axes.reserve(ids.size());
                for (const label_id id : ids)
                {
                    const fused_axis next{{id}, m_problem.sizes[id], strides_of(id, copied)};
                    if (axes.empty() || !continues(axes.back(), next)) axes.push_back(next);
                    else
                    {
                        axes.back().labels.push_back(id);
                        axes.back().extent *= next.extent;
                        axes.back().strides = next.strides;
                    }
                }
                return axes;
            }

            static bool continues(const fused_axis& outer, const fused_axis& inner)
            {
                for (std::size_t t = 0; t < tensors; ++t)
                    if (outer.strides[t] != inner.strides[t] * inner.extent) return false;
                return true;
            }

            /// All choices of the call's axis in each group, for one choice of what is copied.
            void try_copies(const flags3& copied)
            {
                std::array<std::vector<fused_axis>, group_count> axes;
                for (std::size_t g = 0; g < group_count; ++g) axes[g] = fuse(m_groups[g], copied);
                const auto choices = [&](std::size_t g) { return std::clamp<std::size_t>(axes[g].size(), 1, 4); };
                for (std::size_t m = 0; m < choices(m_group); ++m)
                    for (std::size_t n = 0; n < choices(n_group); ++n)
                        for (std::size_t k = 0; k < choices(k_group); ++k) try_call(copied, axes, {m, n, k});
            }

            /// One candidate: the chosen axis of each group (counted from the innermost) is the call's.
            void try_call(const flags3& copied, const std::array<std::vector<fused_axis>, group_count>& axes,
                          const std::array<std::size_t, group_count>& chosen)
            {
                std::array<fused_axis, group_count> inner;
                std::vector<fused_axis> outer, contracted_outer;
                for (const label_id id : m_batch) outer.push_back({{id}, m_problem.sizes[id], strides_of(id, copied)});
                for (std::size_t g = 0; g < group_count; ++g)
                    for (std::size_t i = 0; i < axes[g].size(); ++i)
                    {
                        if (i + 1 + chosen[g] == axes[g].size()) inner[g] = axes[g][i];
                        else (g == k_group ? contracted_outer : outer).push_back(axes[g][i]);
                    }
                outer.insert(outer.end(), contracted_outer.begin(), contracted_outer.end());
                consider(copied, inner, std::move(outer));
            }

            void consider(const flags3& copied, std::array<fused_axis, group_count> inner, std::vector<fused_axis> outer)
            {
                const double price = cost_of(copied, inner, outer);
                if (m_found && price >= m_price) return;
                step s;
                s.op = m_op;
                for (std::size_t t = 0; t < tensors; ++t) lay_out(s, t, copied[t], inner, outer);
                std::array<call_axis, group_count> axes;
                for (std::size_t g = 0; g < group_count; ++g) axes[g] = {inner[g].extent, inner[g].strides};
                s.call = make_blas_call(m_op, axes);
                if (!s.call) return;
                for (const fused_axis& x : outer)
                    if (x.extent != 1) s.loops.push_back({x.labels, x.extent, x.strides});
                m_best = std::move(s);
                m_price = price;
                m_found = true;
            }

            /// Nanoseconds, roughly: an element copied costs 1 (2 for the result: written and read again), a call
            /// 100, and each call streams its operands at 4 elements a nanosecond.
            double cost_of(const flags3& copied, const std::array<fused_axis, group_count>& inner,
                           const std::vector<fused_axis>& outer) const
            {
                double calls = 1;
                for (const fused_axis& x : outer) calls *= static_cast<double>(x.extent);
                const auto extent = [&](std::size_t g) { return static_cast<double>(inner[g].extent); };
                const double m = extent(m_group), n = extent(n_group), k = extent(k_group);
                double price = calls * (100 + (m * k + k * n + 2 * m * n) / 4);
                if (copied[left_tensor]) price += elements(left_tensor);
                if (copied[right_tensor]) price += elements(right_tensor);
                if (copied[result_tensor] && m_problem.destination) price += 2 * elements(result_tensor);
                return price;
            }

            double elements(std::size_t tensor) const
            {
                double product = 1;
                for (const label_id id : m_in[tensor]->labels) product *= static_cast<double>(m_problem.sizes[id]);
                return product;
            }

            /// The tensor's labels in the order in which the kernel walks them; a copied tensor gets the strides of
            /// its contiguous buffer.
            void lay_out(step& s, std::size_t t, bool copied, std::array<fused_axis, group_count>& inner,
                         std::vector<fused_axis>& outer) const
            {
                tensor_use& use = s.tensors[t];
                const auto take = [&](const fused_axis& x) {
                    if (x.labels.empty() || !holds(t, x.labels.front())) return;
                    use.labels.insert(use.labels.end(), x.labels.begin(), x.labels.end());
                };
                for (const label_id id : m_in[t]->labels)
                    if (m_problem.sizes[id] == 1) use.labels.push_back(id);
                for (const fused_axis& x : outer)
                    if (x.extent != 1) take(x);
                for (const std::size_t g : group_order(t)) take(inner[g]);
                for (const label_id id : use.labels) use.lies.shape.push_back(m_problem.sizes[id]);
                if (copied) set_buffer_strides(t, use, inner, outer);
                const bool free = t == result_tensor && !m_problem.destination;
                use.copied = copied && !free;
                if (free) use.lies = row_major(use.lies.shape);
                else
                    for (const label_id id : use.labels) use.lies.strides.push_back(m_in[t]->stride(id));
            }

            /// Matrices are packed as op(A) (m x k), op(B) (k x n), C (m x n).
            static std::array<std::size_t, 2> group_order(std::size_t t)
            {
                if (t == left_tensor) return {m_group, k_group};
                if (t == right_tensor) return {k_group, n_group};
                return {m_group, n_group};
            }

            void set_buffer_strides(std::size_t t, const tensor_use& use, std::array<fused_axis, group_count>& inner,
                                    std::vector<fused_axis>& outer) const
            {
                const layout buffer = row_major(use.lies.shape);
                const auto set = [&](fused_axis& x) {
                    if (x.labels.empty() || !holds(t, x.labels.back())) return;
                    const auto at = std::ranges::find(use.labels, x.labels.back());
                    if (at != use.labels.end()) x.strides[t] = buffer.strides[static_cast<std::size_t>(at - use.labels.begin())];
                };
                for (fused_axis& x : inner) set(x);
                for (fused_axis& x : outer)
                    if (x.extent != 1) set(x);
            }

            const step_problem& m_problem;
            kernel m_op;
            bool m_may_copy;
            labelled_layout m_out;
            std::array<const labelled_layout*, tensors> m_in;
            std::array<label_ids, group_count> m_groups;
            label_ids m_batch;
            step m_best;
            double m_price = 0;
            bool m_found = false;
        };
    }

    std::optional<step> lower_to_blas(const step_problem& problem, kernel op, const labelled_layout& left,
                                      const labelled_layout& right, bool may_copy)
    {
        const auto free_in_left = [&](label_id id) { return problem.sizes[id] > 1 && left.has(id) && !right.has(id); };
        const bool vector_first = (op == kernel::gemv || op == kernel::batched_gemv) &&
                                  std::ranges::none_of(problem.output, free_in_left);
        if (!vector_first) return search(problem, op, left, right, may_copy).run();
        std::optional<step> s = search(problem, op, right, left, may_copy).run();
        if (s) s->inputs = {1, 0};  // the caller's order, exchanged
        return s;
    }
}
