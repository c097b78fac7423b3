// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include "band.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <utility>

namespace test
{
    using xeinsum::extents;
    using xeinsum::label;

    band_network draw_band(engine& random, std::size_t operands)
    {
        band_network n;
        n.inputs.resize(operands);
        std::vector<std::int64_t> sizes;
        const auto chance = [&](std::int64_t one_in) { return between(random, 1, one_in) == 1; };
        const auto give = [&](std::size_t from, std::size_t to) {
            const auto id = static_cast<label>(sizes.size());
            sizes.push_back(between(random, 1, 3));
            for (std::size_t t = from; t < std::min(operands, to); ++t) n.inputs[t].push_back(id);
            if (n.output.size() < 5 && chance(static_cast<std::int64_t>(operands))) n.output.push_back(id);
        };
        for (std::size_t t = 0; t < operands; ++t)
        {
            if (chance(15)) continue;  // nothing beyond this one: another part begins
            give(t, t + 2);
            if (chance(3)) give(t, t + 2);
            if (chance(8)) give(t, t + 3);
            if (chance(10)) give(t, t + 1);
        }
        for (std::size_t t = 0; t < operands; ++t)
        {
            std::vector<label>& ids = n.inputs[t];
            if (ids.size() > 4) ids.resize(4);
            if (!ids.empty() && chance(10)) ids.push_back(ids.front());
            if (chance(25)) ids.clear();
            std::shuffle(ids.begin(), ids.end(), random);
        }
        std::set<label> left;
        for (const auto& ids : n.inputs) left.insert(ids.begin(), ids.end());
        std::erase_if(n.output, [&](label id) { return !left.contains(id); });
        for (const auto& ids : n.inputs)
        {
            extents shape;
            for (const label id : ids) shape.push_back(sizes[static_cast<std::size_t>(id)]);
            const bool repeats = std::set<label>(ids.begin(), ids.end()).size() < ids.size();
            if (!shape.empty() && !repeats && chance(12)) shape[0] = 1;
            n.shapes.push_back(std::move(shape));
        }
        // An extent of 1 for all that have the label is one for the output, too; nothing else to do.
        return n;
    }

    namespace
    {
        struct tensor
        {
            std::vector<label> labels;
            extents shape;
            std::vector<long double> value, magnitude;
        };

        using sizes_of_labels = std::map<label, std::int64_t>;

        std::size_t offset(const tensor& t, const std::map<label, std::int64_t>& at)
        {
            std::int64_t position = 0;
            for (std::size_t d = 0; d < t.labels.size(); ++d)
                position = position * t.shape[d] + (t.shape[d] == 1 ? 0 : at.at(t.labels[d]));
            return static_cast<std::size_t>(position);
        }

        tensor contract(const tensor& a, const tensor& b, const std::vector<label>& output, const sizes_of_labels& sizes)
        {
            tensor result{output, {}, {}, {}};
            std::size_t count = 1;
            for (const label id : output)
            {
                result.shape.push_back(sizes.at(id));
                count *= static_cast<std::size_t>(sizes.at(id));
            }
            result.value.assign(count, 0);
            result.magnitude.assign(count, 0);
            std::map<label, std::int64_t> at;
            for (const tensor* t : {&a, &b, static_cast<const tensor*>(&result)})
                for (const label id : t->labels) at[id] = 0;
            for (;;)
            {
                const std::size_t i = offset(a, at), j = offset(b, at), k = offset(result, at);
                result.value[k] += a.value[i] * b.value[j];
                result.magnitude[k] += a.magnitude[i] * b.magnitude[j];
                auto digit = at.begin();
                for (; digit != at.end(); ++digit)
                {
                    if (++digit->second < sizes.at(digit->first)) break;
                    digit->second = 0;
                }
                if (digit == at.end()) return result;
            }
        }
    }

    left_to_right_result contract_left_to_right(const band_network& n, const std::vector<std::vector<double>>& values)
    {
        sizes_of_labels sizes;
        for (std::size_t t = 0; t < n.inputs.size(); ++t)
            for (std::size_t d = 0; d < n.inputs[t].size(); ++d)
            {
                std::int64_t& size = sizes.try_emplace(n.inputs[t][d], 1).first->second;
                size = std::max(size, n.shapes[t][d]);
            }
        tensor product{{}, {}, {1}, {1}};
        for (std::size_t t = 0; t < n.inputs.size(); ++t)
        {
            tensor next{n.inputs[t], n.shapes[t], {}, {}};
            for (const double x : values[t])
            {
                next.value.push_back(x);
                next.magnitude.push_back(std::abs(x));
            }
            std::set<label> needed(n.output.begin(), n.output.end()), kept;
            for (std::size_t later = t + 1; later < n.inputs.size(); ++later) needed.insert(n.inputs[later].begin(), n.inputs[later].end());
            for (const std::vector<label>* ids : {static_cast<const std::vector<label>*>(&product.labels), &n.inputs[t]})
                for (const label id : *ids)
                    if (needed.contains(id)) kept.insert(id);
            const bool last = t + 1 == n.inputs.size();
            product = contract(product, next, last ? n.output : std::vector<label>(kept.begin(), kept.end()), sizes);
        }
        return {product.value, product.magnitude};
    }
}
