// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include "blas_lowering.hpp"

#include <algorithm>
#include <utility>

#include "sorting.hpp"

namespace xeinsum::detail
{
    namespace
    {
        constexpr std::size_t tensors = 3;

        bool continues(const blas_way::fused_axis& outer, const product_axis& inner)
        {
            for (std::size_t t = 0; t < tensors; ++t)
                if (outer.strides[t] != inner.strides[t] * inner.extent) return false;
            return true;
        }

        /// The labels of a group by descending stride in the tensors read in place, fused where they can be.
        blas_way::group_axes fuse(product_axes labels, const blas_way::flags3& copied)
        {
            blas_way::group_axes group;
            group.labels = std::move(labels);
            for (product_axis& x : group.labels)
                for (std::size_t t = 0; t < tensors; ++t)
                    if (copied[t]) x.strides[t] = 0;
            sort_stably(group.labels, [](const product_axis& x, const product_axis& y) {
                for (std::size_t t = 0; t < tensors; ++t)
                    if (magnitude(x.strides[t]) != magnitude(y.strides[t])) return magnitude(x.strides[t]) > magnitude(y.strides[t]);
                return false;
            });
            for (std::size_t i = 0; i < group.labels.size(); ++i)
            {
                const product_axis& next = group.labels[i];
                if (group.axes.empty() || !continues(group.axes.back(), next)) group.axes.push_back({i, 1, next.extent, next.strides});
                else
                {
                    blas_way::fused_axis& axis = group.axes.back();
                    ++axis.labels;
                    axis.extent *= next.extent;
                    axis.strides = next.strides;
                }
            }
            return group;
        }

        std::array<call_axis, group_count> axes_of_call(const blas_way::all_axes& groups, const blas_way::choice& chosen)
        {
            std::array<call_axis, group_count> axes;
            for (std::size_t g = 0; g < group_count; ++g)
            {
                if (groups[g].axes.empty()) continue;
                const blas_way::fused_axis& x = groups[g].axes[groups[g].axes.size() - 1 - chosen[g]];
                axes[g] = {x.extent, x.strides};
            }
            return axes;
        }

        /// Matrices are packed as op(A) (m x k), op(B) (k x n), C (m x n).
        std::array<std::size_t, 2> group_order(std::size_t t)
        {
            if (t == left_tensor) return {m_group, k_group};
            if (t == right_tensor) return {k_group, n_group};
            return {m_group, n_group};
        }

        /// A copied tensor's contiguous buffer ends with the call's axes.
        void set_buffer_strides(std::size_t t, std::array<call_axis, group_count>& axes)
        {
            const auto [outer, inner] = group_order(t);
            axes[inner].strides[t] = 1;
            axes[outer].strides[t] = axes[inner].extent;
        }

        loop_axis loop_of(const blas_way::group_axes& group, const blas_way::fused_axis& x)
        {
            loop_axis loop{{}, x.extent, x.strides};
            for (std::size_t i = 0; i < x.labels; ++i) loop.labels.push_back(group.labels[x.first + i].id);
            return loop;
        }
    }

    blas_way::blas_way(const product& p, kernel op, bool may_copy) : m_op(op)
    {
        const bool vector_first = (op == kernel::gemv || op == kernel::batched_gemv) && p.rows.empty();
        m_product = vector_first ? &m_exchanged.emplace(p.exchanged()) : &p;
        m_products = values_of(p.batch) * values_of(p.rows) * values_of(p.columns) * values_of(p.contracted);
        const bool free = !p.problem.destination;
        for (unsigned mask = 0; mask < 8; ++mask)
        {
            const flags3 copied = {(mask & 1u) != 0, (mask & 2u) != 0, (mask & 4u) != 0};
            if (free && !copied[result_tensor]) continue;
            if (!may_copy && (copied[left_tensor] || copied[right_tensor] || (copied[result_tensor] && !free))) continue;
            try_copies(copied);
        }
    }

    void blas_way::try_copies(const flags3& copied)
    {
        const double price = price_of_copies(copied);
        if (found() && price >= m_price) return;
        all_axes groups = {fuse(m_product->rows, copied), fuse(m_product->columns, copied), fuse(m_product->contracted, copied)};
        bool is_better = false;
        const auto choices = [&](std::size_t g) { return std::clamp<std::size_t>(groups[g].axes.size(), 1, 4); };
        for (std::size_t m = 0; m < choices(m_group); ++m)
            for (std::size_t n = 0; n < choices(n_group); ++n)
                for (std::size_t k = 0; k < choices(k_group); ++k) is_better = try_call(copied, groups, {m, n, k}, price) || is_better;
        if (is_better) m_groups = std::move(groups);
    }

    bool blas_way::try_call(const flags3& copied, const all_axes& groups, const choice& chosen, double price)
    {
        std::array<call_axis, group_count> axes = axes_of_call(groups, chosen);
        price += price_of_calls(axes);
        if (found() && price >= m_price) return false;
        for (std::size_t t = 0; t < tensors; ++t)
            if (copied[t]) set_buffer_strides(t, axes);
        const std::optional<blas_call> call = make_blas_call(m_op, axes);
        if (!call) return false;
        m_copied = copied;
        m_chosen = chosen;
        m_call = call;
        m_price = price;
        return true;
    }

    // Nanoseconds, roughly: an element copied costs 1 (2 for the result: written and read again), a call
    // 100, and each call streams its operands at 4 elements a nanosecond.
    double blas_way::price_of_copies(const flags3& copied) const
    {
        double price = 0;
        if (copied[left_tensor]) price += elements_of(m_product->operands[left_tensor]->lies);
        if (copied[right_tensor]) price += elements_of(m_product->operands[right_tensor]->lies);
        if (copied[result_tensor] && m_product->problem.destination) price += 2 * elements_of(m_product->result.lies);
        return price;
    }

    double blas_way::price_of_calls(const std::array<call_axis, group_count>& axes) const
    {
        const auto extent = [&](std::size_t g) { return static_cast<double>(axes[g].extent); };
        const double m = extent(m_group), n = extent(n_group), k = extent(k_group);
        return m_products / (m * n * k) * (100 + (m * k + k * n + 2 * m * n) / 4);
    }

    std::int64_t blas_way::calls() const
    {
        std::int64_t n = 1;
        for (const product_axis& x : m_product->batch) n *= x.extent;
        for (std::size_t g = 0; g < group_count; ++g)
            for (std::size_t i = 0; i < m_groups[g].axes.size(); ++i)
                if (is_loop(g, i)) n *= m_groups[g].axes[i].extent;
        return n;
    }

    bool blas_way::shares_nothing() const
    {
        return std::ranges::all_of(m_groups, [](const group_axes& group) { return group.axes.size() <= 1; });
    }

    step blas_way::make() const
    {
        step s;
        s.op = m_op;
        s.call = m_call;
        if (m_exchanged) s.inputs = {1, 0};  // the caller's order, exchanged
        for (const product_axis& x : m_product->batch) s.loops.push_back({{x.id}, x.extent, x.strides});
        for (std::size_t g = 0; g < group_count; ++g)
            for (std::size_t i = 0; i < m_groups[g].axes.size(); ++i)
                if (is_loop(g, i)) s.loops.push_back(loop_of(m_groups[g], m_groups[g].axes[i]));
        for (std::size_t t = 0; t < tensors; ++t) lay_out(s, t);
        return s;
    }

    // The tensor's labels in the order in which the kernel walks them, which is that of its buffer if it is copied.
    void blas_way::lay_out(step& s, std::size_t t) const
    {
        tensor_use& use = s.tensors[t];
        const labelled_layout& tensor = m_product->tensor(t);
        const bool free = t == result_tensor && !m_product->problem.destination;
        const auto own_stride = [&](label_id id) { return free ? 0 : tensor.stride(id); };
        const auto add = [&](label_id id, std::int64_t extent, std::int64_t stride) {
            use.labels.push_back(id);
            use.lies.shape.push_back(extent);
            if (!free) use.lies.strides.push_back(stride);
        };
        const auto add_axis = [&](std::size_t g, std::size_t axis) {
            const fused_axis& fused = m_groups[g].axes[axis];
            for (std::size_t i = 0; i < fused.labels; ++i)
            {
                const product_axis& x = m_groups[g].labels[fused.first + i];
                add(x.id, x.extent, m_copied[t] ? own_stride(x.id) : x.strides[t]);
            }
        };
        for (const label_id id : tensor.labels)
            if (m_product->problem.sizes[id] == 1) add(id, 1, own_stride(id));
        for (const product_axis& x : m_product->batch) add(x.id, x.extent, x.strides[t]);
        const auto [outer, inner] = group_order(t);
        for (const std::size_t g : {std::min(outer, inner), std::max(outer, inner)})
            for (std::size_t i = 0; i < m_groups[g].axes.size(); ++i)
                if (is_loop(g, i)) add_axis(g, i);
        for (const std::size_t g : {outer, inner})
            for (std::size_t i = 0; i < m_groups[g].axes.size(); ++i)
                if (!is_loop(g, i)) add_axis(g, i);
        use.copied = m_copied[t] && !free;
        if (!m_copied[t]) return;
        layout buffer = row_major(use.lies.shape);
        for (loop_axis& x : s.loops)
        {
            const auto at = std::ranges::find(use.labels, x.labels.back());
            x.strides[t] = at == use.labels.end() ? 0 : buffer.strides[static_cast<std::size_t>(at - use.labels.begin())];
        }
        if (free) use.lies = std::move(buffer);
    }
}
