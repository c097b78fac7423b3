// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include "slicing.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace xeinsum::detail
{
    namespace
    {
        std::int64_t smallest_divisor(std::int64_t n)
        {
            for (std::int64_t d = 2; d * d <= n && d < (1 << 20); ++d)
                if (n % d == 0) return d;
            return n;
        }

        /// What the labels of a step's tensors say about it.
        struct outline
        {
            label_ids all;      ///< that it walks
            label_ids product;  ///< that its result has
            bool sums;
        };

        outline outline_of(const step& s)
        {
            outline o;
            o.product = s.tensors[result_tensor].labels;
            for (const std::size_t t : {left_tensor, right_tensor}) o.all.insert(o.all.end(), s.tensors[t].labels.begin(), s.tensors[t].labels.end());
            std::ranges::sort(o.all);
            o.all.erase(std::unique(o.all.begin(), o.all.end()), o.all.end());
            o.sums = o.all.size() > o.product.size();
            return o;
        }

        double product_of(const label_ids& ids, const extents& sizes)
        {
            double product = 1;
            for (const label_id id : ids) product *= static_cast<double>(sizes[id]);
            return product;
        }

        double flops_of_all_slices(const std::vector<outline>& outlines, const extents& sizes, const extents& chunks)
        {
            double slices = 1, total = 0;
            for (label_id id = 0; id < sizes.size(); ++id)
                if (chunks[id] > 0) slices *= static_cast<double>(sizes[id] / chunks[id]);
            std::vector<bool> sliced(sizes.size());
            for (label_id id = 0; id < sizes.size(); ++id) sliced[id] = chunks[id] != sizes[id];
            for (const outline& o : outlines)
            {
                const bool repeated = std::ranges::any_of(o.all, [&](label_id id) { return sliced[id]; });
                total += product_of(o.all, chunks) * (o.sums ? 2 : 1) * (repeated ? slices : 1);
            }
            return total;
        }

        /// The labels of all that is in memory when most of it is.
        label_ids labels_at_peak(const std::vector<step>& steps, std::size_t operand_count, std::size_t element_bytes)
        {
            std::vector<std::size_t> last_read(steps.size(), 0);
            for (std::size_t i = 0; i < steps.size(); ++i)
                for (const std::size_t slot : steps[i].inputs)
                    if (slot >= operand_count) last_read[slot - operand_count] = i;
            double most = -1;
            label_ids labels;
            for (std::size_t i = 0; i < steps.size(); ++i)
            {
                double bytes = static_cast<double>(steps[i].buffer_bytes);
                label_ids here;
                const auto add = [&](const step& s) {
                    const tensor_use& made = s.tensors[result_tensor];
                    bytes += static_cast<double>(made.lies.size()) * static_cast<double>(element_bytes);
                    here.insert(here.end(), made.labels.begin(), made.labels.end());
                };
                for (std::size_t j = 0; j < i; ++j)
                    if (last_read[j] >= i || (!steps[j].sliced && steps[i].sliced)) add(steps[j]);
                if (i + 1 < steps.size()) add(steps[i]);
                if (steps[i].buffer_bytes > 0)
                    for (const tensor_use& use : steps[i].tensors) here.insert(here.end(), use.labels.begin(), use.labels.end());
                if (bytes <= most) continue;
                most = bytes;
                labels = std::move(here);
            }
            std::ranges::sort(labels);
            labels.erase(std::unique(labels.begin(), labels.end()), labels.end());
            return labels;
        }
    }

    std::vector<slice_axis> slices_of(const bound_equation& e, const options& how, const extents& chunks)
    {
        std::vector<slice_axis> slices;
        for (const bool summed : {false, true})
            for (label_id id = 0; id < e.sizes.size(); ++id)
            {
                const auto in_output = std::ranges::find(e.output, id);
                if (chunks[id] == e.sizes[id] || (in_output == e.output.end()) != summed) continue;
                slice_axis s{id, e.sizes[id], chunks[id], summed, {}, 0};
                for (std::size_t i = 0; i < e.operands.size(); ++i)
                {
                    std::int64_t stride = 0;
                    for (std::size_t axis = 0; axis < e.operands[i].size(); ++axis)
                        if (e.operands[i][axis] == id && how.layouts[i].shape[axis] == e.sizes[id]) stride += how.layouts[i].strides[axis];
                    s.operand_steps.push_back(stride * chunks[id]);
                }
                if (!summed) s.result_step = how.result->strides[static_cast<std::size_t>(in_output - e.output.begin())] * chunks[id];
                slices.push_back(std::move(s));
            }
        return slices;
    }

    bool slice_further(const bound_equation& e, const std::vector<step>& steps, std::size_t element_bytes, extents& chunks)
    {
        std::vector<outline> outlines;
        for (const step& s : steps) outlines.push_back(outline_of(s));
        const auto smaller = [&](label_id id) { return chunks[id] / smallest_divisor(chunks[id]); };
        double least = std::numeric_limits<double>::infinity();
        label_id best = e.sizes.size();
        const auto consider = [&](label_id id) {
            if (chunks[id] <= 1) return;
            extents tried = chunks;
            tried[id] = smaller(id);
            // What a coarse divisor adds counts per halving: it frees more, too.
            const double now = flops_of_all_slices(outlines, e.sizes, chunks), then = flops_of_all_slices(outlines, e.sizes, tried);
            const double price = (then / now - 1) / std::log2(static_cast<double>(chunks[id]) / static_cast<double>(tried[id]));
            if (price >= least) return;
            least = price;
            best = id;
        };
        for (const label_id id : labels_at_peak(steps, e.operands.size(), element_bytes)) consider(id);
        if (best == e.sizes.size())
            for (label_id id = 0; id < e.sizes.size(); ++id) consider(id);
        if (best == e.sizes.size()) return false;
        chunks[best] = smaller(best);
        return true;
    }
}
