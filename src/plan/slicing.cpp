// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include "slicing.hpp"

#include <algorithm>
#include <cmath>

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
            label_ids all;                   ///< that it walks
            std::vector<label_ids> tensors;  ///< its operands', its result's last
            bool sums;
        };

        outline outline_of(const step& s)
        {
            outline o;
            for (std::size_t t = 0; t < s.inputs.size(); ++t) o.tensors.push_back(s.tensors[t].labels);
            for (const label_ids& operand : o.tensors) o.all.insert(o.all.end(), operand.begin(), operand.end());
            o.tensors.push_back(s.tensors[result_tensor].labels);
            std::ranges::sort(o.all);
            o.all.erase(std::unique(o.all.begin(), o.all.end()), o.all.end());
            o.sums = o.all.size() > o.tensors.back().size();
            return o;
        }

        double product_of(const label_ids& ids, const extents& sizes)
        {
            double product = 1;
            for (const label_id id : ids) product *= static_cast<double>(sizes[id]);
            return product;
        }

        bool is_summed(const bound_equation& e, label_id id) { return std::ranges::find(e.output, id) == e.output.end(); }

        struct burden
        {
            double flops = 0;
            double elements = 0;  ///< read and written
        };

        burden of_all_slices(const bound_equation& e, const std::vector<outline>& outlines, const extents& chunks)
        {
            double slices = 1;
            std::vector<bool> sliced(e.sizes.size());
            bool adds_up = false;
            for (label_id id = 0; id < e.sizes.size(); ++id)
            {
                if (chunks[id] > 0) slices *= static_cast<double>(e.sizes[id] / chunks[id]);
                sliced[id] = chunks[id] != e.sizes[id];
                adds_up = adds_up || (sliced[id] && is_summed(e, id));
            }
            burden total;
            for (const outline& o : outlines)
            {
                const bool repeated = std::ranges::any_of(o.all, [&](label_id id) { return sliced[id]; });
                double elements = 0;
                for (const label_ids& tensor : o.tensors) elements += product_of(tensor, chunks);
                // What is added to the result reads it, too.
                if (adds_up && &o == &outlines.back()) elements += product_of(o.tensors.back(), chunks);
                total.flops += product_of(o.all, chunks) * (o.sums ? 2 : 1) * (repeated ? slices : 1);
                total.elements += elements * (repeated ? slices : 1);
            }
            return total;
        }

        /// What it costs to slice a label further: first the flops count, then the elements, then whether slices add up.
        struct price
        {
            burden more;  ///< for each halving, as a part of all
            bool is_summed = true;
        };

        bool is_lower(const price& x, const price& y)
        {
            constexpr double rounding = 1e-9;
            if (std::abs(x.more.flops - y.more.flops) > rounding) return x.more.flops < y.more.flops;
            if (std::abs(x.more.elements - y.more.elements) > rounding) return x.more.elements < y.more.elements;
            return !x.is_summed && y.is_summed;
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
                if (chunks[id] == e.sizes[id] || is_summed(e, id) != summed) continue;
                slice_axis s{id, e.sizes[id], chunks[id], summed, {}, 0};
                for (std::size_t i = 0; i < e.operands.size(); ++i)
                {
                    std::int64_t stride = 0;
                    for (std::size_t axis = 0; axis < e.operands[i].size(); ++axis)
                        if (e.operands[i][axis] == id && how.layouts[i].shape[axis] == e.sizes[id]) stride += how.layouts[i].strides[axis];
                    s.operand_steps.push_back(stride * chunks[id]);
                }
                if (!summed) s.result_step = how.result->strides[static_cast<std::size_t>(std::ranges::find(e.output, id) - e.output.begin())] * chunks[id];
                slices.push_back(std::move(s));
            }
        return slices;
    }

    bool slice_label(label_id id, extents& chunks)
    {
        if (chunks[id] <= 1) return false;
        chunks[id] /= smallest_divisor(chunks[id]);
        return true;
    }

    bool slice_further(const bound_equation& e, const std::vector<step>& steps, std::size_t element_bytes, extents& chunks)
    {
        std::vector<outline> outlines;
        for (const step& s : steps) outlines.push_back(outline_of(s));
        const burden now = of_all_slices(e, outlines, chunks);
        price least;
        label_id best = e.sizes.size();
        const auto consider = [&](label_id id) {
            extents tried = chunks;
            if (!slice_label(id, tried)) return;
            // What a coarse divisor adds counts per halving: it frees more, too.
            const double halvings = std::log2(static_cast<double>(chunks[id]) / static_cast<double>(tried[id]));
            const burden then = of_all_slices(e, outlines, tried);
            const price asked = {{(then.flops / now.flops - 1) / halvings, (then.elements / now.elements - 1) / halvings}, is_summed(e, id)};
            if (best != e.sizes.size() && !is_lower(asked, least)) return;
            least = asked;
            best = id;
        };
        for (const label_id id : labels_at_peak(steps, e.operands.size(), element_bytes)) consider(id);
        if (best == e.sizes.size())
            for (label_id id = 0; id < e.sizes.size(); ++id) consider(id);
        return best != e.sizes.size() && slice_label(best, chunks);
    }
}
