// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include "product.hpp"

#include <algorithm>
#include <utility>

#include "sorting.hpp"

namespace xeinsum::detail
{
    namespace
    {
        /// Where a tensor has a label; its rank, if it does not.
        std::size_t position(const labelled_layout& t, label_id id)
        {
            std::size_t d = 0;
            while (d < t.labels.size() && t.labels[d] != id) ++d;
            return d;
        }
    }

    void sort_by_stride(product_axes& axes, std::size_t tensor)
    {
        sort_stably(axes, [&](const product_axis& x, const product_axis& y) { return magnitude(x.strides[tensor]) > magnitude(y.strides[tensor]); });
    }

    product::product(const step_problem& what, const labelled_layout& left, const labelled_layout& right)
        : problem(what), operands{&left, &right}, result{what.output, {}}
    {
        if (problem.destination) result.lies = *problem.destination;
        const auto moves = [](const labelled_layout& t, std::size_t d) { return d < t.labels.size() ? t.lies.strides[d] : 0; };
        for (std::size_t d = 0; d < result.labels.size(); ++d)
        {
            const label_id id = result.labels[d];
            if (problem.sizes[id] == 1) continue;
            const std::size_t l = position(left, id), r = position(right, id);
            const product_axis axis{id, problem.sizes[id], {moves(left, l), moves(right, r), problem.destination ? result.lies.strides[d] : 0}};
            (l == left.labels.size() ? columns : r == right.labels.size() ? rows : batch).push_back(axis);
        }
        for (std::size_t l = 0; l < left.labels.size(); ++l)
        {
            const label_id id = left.labels[l];
            if (problem.sizes[id] == 1 || result.has(id)) continue;
            contracted.push_back({id, problem.sizes[id], {left.lies.strides[l], moves(right, position(right, id)), 0}});
        }
    }

    product product::exchanged() const
    {
        product p = *this;
        std::swap(p.operands[left_tensor], p.operands[right_tensor]);
        std::swap(p.rows, p.columns);
        for (product_axes* axes : {&p.batch, &p.rows, &p.columns, &p.contracted})
            for (product_axis& x : *axes) std::swap(x.strides[left_tensor], x.strides[right_tensor]);
        return p;
    }

    product_size product::size() const
    {
        product_size size;
        // What does not move with a label that it has counts as if it had not.
        const auto add = [&](const product_axes& axes, double& shared) {  // rows and columns have none
            for (const product_axis& x : axes)
            {
                const bool a = x.strides[left_tensor] != 0, b = x.strides[right_tensor] != 0;
                (a && b ? shared : a ? size.rows : size.columns) *= static_cast<double>(x.extent);
            }
        };
        add(batch, size.batch);
        add(contracted, size.depth);
        add(rows, size.batch);
        add(columns, size.batch);
        const double b = values_of(batch), m = values_of(rows), n = values_of(columns), k = values_of(contracted);
        size.elements = b * (m * k + k * n + m * n);
        return size;
    }

    double product::moved_elements(std::size_t tensor) const
    {
        double n = 1;
        for (const product_axes* axes : {&batch, &rows, &columns, &contracted})
            for (const product_axis& x : *axes)
                if (x.strides[tensor] != 0) n *= static_cast<double>(x.extent);
        return n;
    }

    kernel product::op() const
    {
        return kernel_for({batch.size(), contracted.size(), rows.size(), columns.size()});
    }

    bool product::is_empty() const
    {
        const auto has_none = [](const product_axes& axes) { return std::ranges::find(axes, 0, &product_axis::extent) != axes.end(); };
        return has_none(batch) || has_none(rows) || has_none(columns) || has_none(contracted);
    }

    void product::place_result()
    {
        if (problem.destination) return;
        sort_by_stride(batch, left_tensor);
        sort_by_stride(rows, left_tensor);
        sort_by_stride(columns, right_tensor);
        result.labels.clear();
        for (const label_id id : problem.output)
            if (problem.sizes[id] == 1) result.labels.push_back(id);
        const std::size_t first = result.labels.size();
        extents shape(first, 1);
        for (const product_axes* axes : {&batch, &rows, &columns})
            for (const product_axis& x : *axes)
            {
                result.labels.push_back(x.id);
                shape.push_back(x.extent);
            }
        result.lies = row_major(std::move(shape));
        std::size_t d = first;
        for (product_axes* axes : {&batch, &rows, &columns})
            for (product_axis& x : *axes) x.strides[result_tensor] = result.lies.strides[d++];
    }
}
