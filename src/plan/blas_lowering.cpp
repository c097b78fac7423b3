// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include "blas_lowering.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "blas_shape.hpp"
#include "sorting.hpp"

namespace xeinsum::detail
{
    namespace
    {
        constexpr std::size_t tensors = 3;
        using strides3 = std::array<std::int64_t, tensors>;
        using flags3 = std::array<bool, tensors>;

        /// A label as an axis of its own, with its strides through the three tensors.
        struct label_axis
        {
            label_id id;
            std::int64_t extent;
            strides3 strides;
        };

        /// Labels that are one axis for the call: in every tensor that is read in place, each continues where
        /// the next one ends. They are neighbours in the list of their group.
        struct fused_axis
        {
            std::size_t first, labels;
            std::int64_t extent = 1;
            strides3 strides{};
        };

        /// A group's labels, outermost first, and the axes that they make.
        struct group_axes
        {
            small_vector<label_axis, 6> labels;
            small_vector<fused_axis, 4> axes;
        };
        using all_axes = std::array<group_axes, group_count>;

        std::int64_t magnitude(std::int64_t stride) { return stride < 0 ? -stride : stride; }

        /// Searches the ways to run one product on BLAS. Each is looked at in numbers; a step is made of the best one alone.
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
                return m_best ? std::optional(step_of(*m_best)) : std::nullopt;
            }

        private:
            /// Which tensors go through a buffer, and which axis of each group, counted from the innermost, is the call's.
            struct candidate
            {
                flags3 copied;
                std::array<std::size_t, group_count> chosen;
                blas_call call;
            };

            void sort_labels()
            {
                take(m_out.labels, {});
                take(m_in[left_tensor]->labels, {&m_out});
                take(m_in[right_tensor]->labels, {&m_out, m_in[left_tensor]});
            }

            /// Gives the labels their groups, but for those that were seen in other tensors.
            void take(const label_ids& ids, std::initializer_list<const labelled_layout*> seen)
            {
                for (const label_id id : ids)
                {
                    if (std::ranges::any_of(seen, [&](const labelled_layout* t) { return t->has(id); })) continue;
                    const label_axis axis{id, m_problem.sizes[id], {m_in[left_tensor]->stride(id), m_in[right_tensor]->stride(id), m_problem.destination ? m_out.stride(id) : 0}};
                    m_products *= static_cast<double>(axis.extent);
                    switch (role_of(m_in[left_tensor]->has(id), m_in[right_tensor]->has(id), m_out.has(id)))
                    {
                    case role::left_free: m_groups[m_group].push_back(axis); break;
                    case role::right_free: m_groups[n_group].push_back(axis); break;
                    case role::contracted: m_groups[k_group].push_back(axis); break;
                    default: m_batch.push_back(axis); break;
                    }
                }
            }

            /// The labels of a group by descending stride in the tensors read in place, fused where they can be.
            group_axes fuse(const small_vector<label_axis, 6>& labels, const flags3& copied) const
            {
                group_axes group;
                for (label_axis x : labels)
                {
                    if (x.extent == 1) continue;
                    for (std::size_t t = 0; t < tensors; ++t)
                        if (copied[t]) x.strides[t] = 0;
                    group.labels.push_back(x);
                }
                sort_stably(group.labels, [](const label_axis& x, const label_axis& y) {
                    for (std::size_t t = 0; t < tensors; ++t)
                        if (magnitude(x.strides[t]) != magnitude(y.strides[t])) return magnitude(x.strides[t]) > magnitude(y.strides[t]);
                    return false;
                });
                for (std::size_t i = 0; i < group.labels.size(); ++i)
                {
                    const label_axis& next = group.labels[i];
                    if (group.axes.empty() || !continues(group.axes.back(), next)) group.axes.push_back({i, 1, next.extent, next.strides});
                    else
                    {
                        fused_axis& axis = group.axes.back();
                        ++axis.labels;
                        axis.extent *= next.extent;
                        axis.strides = next.strides;
                    }
                }
                return group;
            }

            all_axes fuse_all(const flags3& copied) const
            {
                return {fuse(m_groups[m_group], copied), fuse(m_groups[n_group], copied), fuse(m_groups[k_group], copied)};
            }

            static bool continues(const fused_axis& outer, const label_axis& inner)
            {
                for (std::size_t t = 0; t < tensors; ++t)
                    if (outer.strides[t] != inner.strides[t] * inner.extent) return false;
                return true;
            }

            /// All choices of the call's axis in each group, for one choice of what is copied.
            void try_copies(const flags3& copied)
            {
                const double price = price_of_copies(copied);
                if (m_best && price >= m_price) return;
                const all_axes groups = fuse_all(copied);
                const auto choices = [&](std::size_t g) { return std::clamp<std::size_t>(groups[g].axes.size(), 1, 4); };
                for (std::size_t m = 0; m < choices(m_group); ++m)
                    for (std::size_t n = 0; n < choices(n_group); ++n)
                        for (std::size_t k = 0; k < choices(k_group); ++k) try_call(copied, groups, {m, n, k}, price);
            }

            static std::array<call_axis, group_count> axes_of_call(const all_axes& groups, const std::array<std::size_t, group_count>& chosen)
            {
                std::array<call_axis, group_count> axes;
                for (std::size_t g = 0; g < group_count; ++g)
                {
                    if (groups[g].axes.empty()) continue;
                    const fused_axis& x = groups[g].axes[groups[g].axes.size() - 1 - chosen[g]];
                    axes[g] = {x.extent, x.strides};
                }
                return axes;
            }

            void try_call(const flags3& copied, const all_axes& groups, const std::array<std::size_t, group_count>& chosen, double price)
            {
                std::array<call_axis, group_count> axes = axes_of_call(groups, chosen);
                price += price_of_calls(axes);
                if (m_best && price >= m_price) return;
                for (std::size_t t = 0; t < tensors; ++t)
                    if (copied[t]) set_buffer_strides(t, axes);
                const std::optional<blas_call> call = make_blas_call(m_op, axes);
                if (!call) return;
                m_best = {copied, chosen, *call};
                m_price = price;
            }

            // Nanoseconds, roughly: an element copied costs 1 (2 for the result: written and read again), a call
            // 100, and each call streams its operands at 4 elements a nanosecond.
            double price_of_copies(const flags3& copied) const
            {
                double price = 0;
                if (copied[left_tensor]) price += elements(left_tensor);
                if (copied[right_tensor]) price += elements(right_tensor);
                if (copied[result_tensor] && m_problem.destination) price += 2 * elements(result_tensor);
                return price;
            }

            double price_of_calls(const std::array<call_axis, group_count>& axes) const
            {
                const auto extent = [&](std::size_t g) { return static_cast<double>(axes[g].extent); };
                const double m = extent(m_group), n = extent(n_group), k = extent(k_group);
                return m_products / (m * n * k) * (100 + (m * k + k * n + 2 * m * n) / 4);
            }

            double elements(std::size_t tensor) const
            {
                double product = 1;
                for (const label_id id : m_in[tensor]->labels) product *= static_cast<double>(m_problem.sizes[id]);
                return product;
            }

            /// Matrices are packed as op(A) (m x k), op(B) (k x n), C (m x n).
            static std::array<std::size_t, 2> group_order(std::size_t t)
            {
                if (t == left_tensor) return {m_group, k_group};
                if (t == right_tensor) return {k_group, n_group};
                return {m_group, n_group};
            }

            /// A copied tensor's contiguous buffer ends with the call's axes.
            static void set_buffer_strides(std::size_t t, std::array<call_axis, group_count>& axes)
            {
                const auto [outer, inner] = group_order(t);
                axes[inner].strides[t] = 1;
                axes[outer].strides[t] = axes[inner].extent;
            }

            step step_of(const candidate& best) const
            {
                const all_axes groups = fuse_all(best.copied);
                step s;
                s.op = m_op;
                s.call = best.call;
                for (const label_axis& x : m_batch)
                    if (x.extent != 1) s.loops.push_back({{x.id}, x.extent, x.strides});
                for (const std::size_t g : {m_group, n_group, k_group})
                    for (std::size_t i = 0; i < groups[g].axes.size(); ++i)
                        if (i + 1 + best.chosen[g] != groups[g].axes.size()) s.loops.push_back(loop_of(groups[g], groups[g].axes[i]));
                for (std::size_t t = 0; t < tensors; ++t) lay_out(s, t, best, groups);
                return s;
            }

            static loop_axis loop_of(const group_axes& group, const fused_axis& x)
            {
                loop_axis loop{{}, x.extent, x.strides};
                for (std::size_t i = 0; i < x.labels; ++i) loop.labels.push_back(group.labels[x.first + i].id);
                return loop;
            }

            /// The tensor's labels in the order in which the kernel walks them, which is that of its buffer if it is copied.
            void lay_out(step& s, std::size_t t, const candidate& best, const all_axes& groups) const
            {
                tensor_use& use = s.tensors[t];
                for (const label_id id : m_in[t]->labels)
                    if (m_problem.sizes[id] == 1) use.labels.push_back(id);
                for (const loop_axis& x : s.loops)
                    if (m_in[t]->has(x.labels.front())) use.labels.insert(use.labels.end(), x.labels.begin(), x.labels.end());
                for (const std::size_t g : group_order(t))
                {
                    const group_axes& group = groups[g];
                    if (group.axes.empty()) continue;
                    const fused_axis& x = group.axes[group.axes.size() - 1 - best.chosen[g]];
                    for (std::size_t i = 0; i < x.labels; ++i) use.labels.push_back(group.labels[x.first + i].id);
                }
                for (const label_id id : use.labels) use.lies.shape.push_back(m_problem.sizes[id]);
                const bool free = t == result_tensor && !m_problem.destination;
                use.copied = best.copied[t] && !free;
                if (best.copied[t])
                {
                    layout buffer = row_major(use.lies.shape);
                    for (loop_axis& x : s.loops)
                    {
                        const auto at = std::ranges::find(use.labels, x.labels.back());
                        x.strides[t] = at == use.labels.end() ? 0 : buffer.strides[static_cast<std::size_t>(at - use.labels.begin())];
                    }
                    if (free) use.lies = std::move(buffer);
                }
                if (!free)
                    for (const label_id id : use.labels) use.lies.strides.push_back(m_in[t]->stride(id));
            }

            const step_problem& m_problem;
            kernel m_op;
            bool m_may_copy;
            labelled_layout m_out;
            std::array<const labelled_layout*, tensors> m_in;
            std::array<small_vector<label_axis, 6>, group_count> m_groups;
            small_vector<label_axis, 6> m_batch;
            double m_products = 1;  ///< of all labels' extents
            std::optional<candidate> m_best;
            double m_price = 0;
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
