// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include "builder.hpp"

#include <algorithm>
#include <functional>
#include <iterator>
#include <limits>
#include <map>
#include <optional>
#include <utility>

#include "../path/network.hpp"
#include "lowering.hpp"
#include "sorting.hpp"
#include "threads.hpp"

namespace xeinsum::detail
{
    namespace
    {
        /// An operand with unique labels: axes of extent 1 that broadcast are dropped, the strides of a repeated
        /// label added up, so that
        ///
        ///     a[..., i, ..., i, ...]  lies at  i * (stride + stride)
        labelled_layout unique_labels(const bound_equation& e, std::size_t operand, const layout& lies)
        {
            labelled_layout result;
            for (std::size_t axis = 0; axis < lies.rank(); ++axis)
            {
                const label_id id = e.operands[operand][axis];
                if (lies.shape[axis] != e.sizes[id]) continue;
                const auto at = std::ranges::find(result.labels, id);
                if (at != result.labels.end())
                {
                    result.lies.strides[static_cast<std::size_t>(at - result.labels.begin())] += lies.strides[axis];
                    continue;
                }
                result.labels.push_back(id);
                result.lies.shape.push_back(lies.shape[axis]);
                result.lies.strides.push_back(lies.strides[axis]);
            }
            return result;
        }

        /// Turns the pairs of a path into steps.
        class builder
        {
        public:
            builder(const bound_equation& e, const options& how, const std::vector<slice_axis>& slices)
                : m_equation(e), m_options(how), m_slices(slices), m_sizes(e.sizes), m_threads(thread_count(how.threads)), m_uses(e.sizes.size(), 0)
            {
                m_terms.reserve(2 * e.operands.size());
                m_steps.reserve(e.operands.size() - 1);
                for (std::size_t i = 0; i < e.operands.size(); ++i)
                {
                    m_terms.push_back({first_of(i), unique_labels(e, i, how.layouts[i]), !how.conjugated.empty() && how.conjugated[i]});
                    cut(m_terms.back().tensor);
                }
                m_result = {e.output, *how.result};
                cut(m_result);
                for (const slice_axis& s : slices) m_sizes[s.label] = s.chunk;
                for (const label_id id : e.output) ++m_uses[id];
                for (const term& t : m_terms)
                    for (const label_id id : t.tensor.labels) ++m_uses[id];
            }

            std::vector<step> run(const contraction_path& path)
            {
                if (m_terms.size() == 1)
                {
                    m_terms[0] = materialised(m_terms[0]);
                    emit(lower_single(problem(m_equation.output, m_result.lies), m_terms[0].tensor), {m_terms[0].slot});
                    return std::move(m_steps);
                }
                sum_one_sided();
                if (m_terms.size() == 2)
                {
                    const tree_pair pair = to_simple_tree(2, path).front();
                    contract(pair.left, pair.right, true);
                    return std::move(m_steps);
                }
                const contraction_tree pairs = is_pairwise(path) ? to_simple_tree(m_terms.size(), path) : to_tree(network_of(m_equation, m_options.layouts), path);
                note_last_uses(pairs);
                for (const tree_pair& pair : pairs) contract(pair.left, pair.right, &pair == &pairs.back());
                return std::move(m_steps);
            }

        private:
            struct term
            {
                std::size_t slot;
                labelled_layout tensor;
                bool conjugated = false;  ///< it is still to be, when it is read
            };

            /// The first of the operands that begin where this one does, in every slice.
            std::size_t first_of(std::size_t operand) const
            {
                if (m_options.same.empty()) return operand;
                const auto first = static_cast<std::size_t>(std::ranges::find(m_options.same, m_options.same[operand]) - m_options.same.begin());
                const auto parts = [&](const slice_axis& s) { return s.operand_steps[operand] != s.operand_steps[first]; };
                return std::ranges::any_of(m_slices, parts) ? operand : first;
            }

            /// What is left of a tensor in one slice.
            void cut(labelled_layout& t) const
            {
                for (const slice_axis& s : m_slices)
                    for (std::size_t d = 0; d < t.labels.size(); ++d)
                        if (t.labels[d] == s.label && t.lies.shape[d] == s.extent) t.lies.shape[d] = s.chunk;
            }

            step_problem problem(label_ids output, std::optional<layout> destination, bool one_operand = false) const
            {
                const std::size_t bytes = m_options.type == dtype::other ? m_options.element_bytes : size_of(m_options.type);
                const bool accumulates = std::ranges::any_of(m_slices, &slice_axis::summed);
                const bool scaled = (m_options.scaled || accumulates) && destination;
                return {m_sizes, std::move(output), std::move(destination), m_options.type, bytes, m_threads, m_options.lowering, scaled, !m_options.memory_limit, one_operand};
            }

            /// The labels that others than `own` of their uses still need.
            label_ids still_needed(const label_ids& labels, std::size_t own) const
            {
                label_ids kept;
                std::ranges::copy_if(labels, std::back_inserter(kept), [&](label_id id) { return m_uses[id] > own; });
                return kept;
            }

            /// Sums every label that stands in one operand only.
            void sum_one_sided()
            {
                for (term& t : m_terms)
                {
                    const label_ids kept = still_needed(t.tensor.labels, 1);
                    if (kept.size() == t.tensor.labels.size()) continue;
                    t = materialised(t);
                    t = once({t}, kept, [&] { return emit(lower_single(problem(kept, std::nullopt), t.tensor), {t.slot}); });
                }
            }

            term emit(step s, std::vector<std::size_t> inputs)
            {
                if (!s.inputs.empty()) inputs = {inputs[s.inputs[0]], inputs[s.inputs[1]]};
                s.inputs = std::move(inputs);
                const auto is_sliced = [&](label_id id) { return std::ranges::find(m_slices, id, &slice_axis::label) != m_slices.end(); };
                for (const std::size_t slot : s.inputs)
                    s.sliced = s.sliced || (slot >= m_equation.operands.size() && m_steps[slot - m_equation.operands.size()].sliced);
                for (const tensor_use& use : s.tensors) s.sliced = s.sliced || std::ranges::any_of(use.labels, is_sliced);
                term result{m_equation.operands.size() + m_steps.size(), result_of(s)};
                m_steps.push_back(std::move(s));
                return result;
            }

            /// A term that nothing is left to be done to: the conjugate of one is copied.
            term materialised(const term& t)
            {
                if (!t.conjugated) return t;
                return once({t}, t.tensor.labels, [&] {
                    step s = lower_single(problem(t.tensor.labels, std::nullopt), t.tensor);
                    s.conjugated = true;
                    return emit(std::move(s), {t.slot});
                });
            }

            /// What follows counts the products of a step in 64 bits. No machine makes so many.
            void check_products(const labelled_layout& left, const labelled_layout& right) const
            {
                const auto empty = [&](label_id id) { return m_sizes[id] == 0; };
                if (std::ranges::any_of(left.labels, empty) || std::ranges::any_of(right.labels, empty)) return;
                std::int64_t products = 1;
                for (const labelled_layout* t : {&left, &right})
                    for (const label_id id : t->labels)
                    {
                        if (t == &right && left.has(id)) continue;
                        if (__builtin_mul_overflow(products, m_sizes[id], &products))
                            throw shape_error(shape_errc::size_overflow, "plan: a step of the path multiplies tensors of shapes " + to_string(left.lies.shape) + " and " +
                                                                             to_string(right.lies.shape) + ", with more products than 64 bits count");
                    }
            }

            void contract(std::size_t first, std::size_t second, bool last)
            {
                term left = std::move(m_terms[first]), right = std::move(m_terms[second]);
                check_products(left.tensor, right.tensor);
                const label_ids output = last ? m_equation.output : product_labels(left.tensor, right.tensor);
                for (const term* t : {&left, &right})
                    for (const label_id id : t->tensor.labels) --m_uses[id];
                const auto make = [&] {
                    const auto lower = [&] {
                        return lower_pair(problem(output, last ? std::optional(m_result.lies) : std::nullopt, left.slot == right.slot), left.tensor, right.tensor);
                    };
                    step s = lower();
                    if ((left.conjugated || right.conjugated) && !conjugate(s, left.conjugated, right.conjugated))
                    {
                        left = materialised(left), right = materialised(right);
                        s = lower();
                    }
                    return emit(std::move(s), {left.slot, right.slot});
                };
                m_terms.push_back(last ? make() : once({left, right}, output, make));
                for (const label_id id : m_terms.back().tensor.labels) ++m_uses[id];
            }

            /// Does what `make` does, unless the same was done before to the same tensors under whatever labels: then that result is
            /// taken, with the labels that it has here.
            template <class Make>
            term once(const std::vector<term>& inputs, const label_ids& output, const Make& make)
            {
                if (m_options.same.empty()) return make();
                label_ids numbers;
                const auto number = [&](label_id id) {
                    // A sliced label is no other's like.
                    for (const slice_axis& s : m_slices)
                        if (s.label == id) return m_sizes.size() + id;
                    const auto at = std::ranges::find(numbers, id);
                    if (at == numbers.end()) numbers.push_back(id);
                    return static_cast<std::size_t>(std::ranges::find(numbers, id) - numbers.begin());
                };
                constexpr std::size_t end = std::numeric_limits<std::size_t>::max();
                std::vector<std::size_t> signature;
                for (const term& t : inputs)
                {
                    signature.insert(signature.end(), {t.slot, t.conjugated ? 1u : 0u});
                    for (const label_id id : t.tensor.labels) signature.push_back(number(id));
                    signature.push_back(end);
                    for (const extents* lies : {&t.tensor.lies.shape, &t.tensor.lies.strides})
                        for (const std::int64_t x : *lies) signature.push_back(static_cast<std::size_t>(x));
                }
                std::vector<std::size_t> kept;
                for (const label_id id : output) kept.push_back(number(id));
                std::ranges::sort(kept);
                signature.insert(signature.end(), kept.begin(), kept.end());
                const auto known = m_known.find(signature);
                if (known == m_known.end())
                {
                    const term made = make();
                    term as_numbers = made;
                    for (label_id& id : as_numbers.tensor.labels) id = number(id);
                    m_known.emplace(std::move(signature), std::move(as_numbers));
                    return made;
                }
                term taken = known->second;
                for (label_id& id : taken.tensor.labels) id = id >= m_sizes.size() ? id - m_sizes.size() : numbers[id];
                return taken;
            }

            /// When each label is summed: the number of the pair; those of the output never.
            void note_last_uses(const contraction_tree& pairs)
            {
                m_summed_at.assign(m_sizes.size(), std::numeric_limits<std::size_t>::max());
                auto uses = m_uses;
                std::vector<label_ids> nodes;
                nodes.reserve(m_terms.size() + pairs.size());
                for (const term& t : m_terms) nodes.push_back(t.tensor.labels);
                for (std::size_t k = 0; k < pairs.size(); ++k)
                {
                    const label_ids &left = nodes[pairs[k].left], &right = nodes[pairs[k].right];
                    for (const label_ids* ids : {&left, &right})
                        for (const label_id id : *ids) --uses[id];
                    label_ids kept;
                    for (const label_ids* ids : {&left, &right})
                        for (const label_id id : *ids)
                        {
                            if (uses[id] == 0) m_summed_at[id] = k;
                            else if (ids == &left || std::ranges::find(left, id) == left.end()) kept.push_back(id);
                        }
                    for (const label_id id : kept) ++uses[id];
                    nodes.push_back(std::move(kept));
                }
            }

            /// The labels that the rest of the path needs of a product, in the order that it wants: what is summed next lies
            /// innermost, together; what the result has lies outermost, in the result's order.
            label_ids product_labels(const labelled_layout& left, const labelled_layout& right) const
            {
                label_ids kept;
                const auto keep = [&](label_id id) {
                    const std::size_t own = (left.has(id) ? 1u : 0u) + (right.has(id) ? 1u : 0u);
                    if (own > 0 && m_uses[id] > own && std::ranges::find(kept, id) == kept.end()) kept.push_back(id);
                };
                for (const label_ids* ids : {&m_equation.output, &left.labels, &right.labels})
                    for (const label_id id : *ids) keep(id);
                sort_stably(kept, [&](label_id x, label_id y) { return m_summed_at[x] > m_summed_at[y]; });
                return kept;
            }

            const bound_equation& m_equation;
            const options& m_options;
            const std::vector<slice_axis>& m_slices;
            extents m_sizes;  ///< of one slice
            std::size_t m_threads;
            labelled_layout m_result;
            small_vector<std::size_t, 32> m_uses, m_summed_at;
            std::vector<term> m_terms;  ///< operands, then products
            std::vector<step> m_steps;
            std::map<std::vector<std::size_t>, term> m_known;  ///< what was made, with labels as numbers
        };
    }

    std::vector<step> build_steps(const bound_equation& e, const options& how, const contraction_path& path, const std::vector<slice_axis>& slices)
    {
        return builder(e, how, slices).run(path);
    }
}
