// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include "oracle.hpp"

#include <algorithm>

namespace oracle
{
    namespace
    {
        /// Splits a term into letters (UTF-8) and "...".
        labels tokens(const std::string& term)
        {
            labels result;
            for (std::size_t i = 0; i < term.size();)
            {
                std::size_t n = 1;
                if (term[i] == '.') n = 3;
                else
                    while (i + n < term.size() && (static_cast<unsigned char>(term[i + n]) & 0xC0u) == 0x80u) ++n;
                result.push_back(term.substr(i, n));
                i += n;
            }
            return result;
        }

        std::vector<std::string> split(const std::string& text)
        {
            std::vector<std::string> parts(1);
            for (const char c : text)
            {
                if (c == ',') parts.emplace_back();
                else parts.back() += c;
            }
            return parts;
        }

        /// Replaces "..." by the last `rank` of the hidden labels, the leftmost first.
        labels spell_out(const labels& term, std::size_t rank)
        {
            labels result;
            for (const auto& t : term)
            {
                if (t != "...") result.push_back(t);
                else
                    for (std::size_t k = rank; k-- > 0;) result.push_back(std::to_string(k));
            }
            return result;
        }

        labels implied(const std::vector<labels>& terms, std::size_t hidden)
        {
            std::map<std::u32string, std::pair<std::string, int>> seen;
            for (const auto& term : terms)
                for (const auto& l : term)
                {
                    if (l == "..." || (l[0] >= '0' && l[0] <= '9')) continue;
                    std::u32string key;
                    for (const char c : l) key += static_cast<char32_t>(static_cast<unsigned char>(c));
                    auto& entry = seen[key];
                    entry.first = l;
                    ++entry.second;
                }
            labels result;
            for (std::size_t k = hidden; k-- > 0;) result.push_back(std::to_string(k));
            for (const auto& [key, entry] : seen)
                if (entry.second == 1) result.push_back(entry.first);
            return result;
        }

        /// The product of some tensors summed over every label that is not in `output`: one loop over all labels.
        template <class W>
        tensor<W> odometer(const std::vector<const tensor<W>*>& factors, const labels& output, const std::map<std::string, std::int64_t>& extents)
        {
            labels all = output;
            for (const auto* f : factors)
                for (const auto& l : f->axes)
                    if (std::find(all.begin(), all.end(), l) == all.end()) all.push_back(l);
            std::vector<std::size_t> sizes;
            for (const auto& l : all) sizes.push_back(static_cast<std::size_t>(extents.at(l)));
            const auto strides_of = [&](const labels& axes) {
                std::vector<std::size_t> strides(all.size(), 0);
                std::size_t stride = 1;
                for (std::size_t i = axes.size(); i-- > 0;)
                {
                    for (std::size_t d = 0; d < all.size(); ++d)
                        if (all[d] == axes[i]) strides[d] += stride;
                    stride *= static_cast<std::size_t>(extents.at(axes[i]));
                }
                return strides;
            };
            // Of the factors, and of the result behind them.
            std::vector<std::vector<std::size_t>> strides;
            for (const auto* f : factors) strides.push_back(strides_of(f->axes));
            strides.push_back(strides_of(output));
            std::size_t out_size = 1;
            for (const auto& l : output) out_size *= static_cast<std::size_t>(extents.at(l));
            tensor<W> result{output, std::vector<W>(out_size, W{}), std::vector<long double>(out_size, 0)};
            if (std::find(sizes.begin(), sizes.end(), std::size_t{0}) != sizes.end()) return result;
            std::vector<std::size_t> index(all.size(), 0);
            std::vector<std::size_t> places(strides.size(), 0);  // of the index: the sum of index[d] * strides[t][d]
            for (;;)
            {
                W product = std::is_same_v<W, bool> ? W(true) : W(1);
                long double magnitude = 1;
                for (std::size_t f = 0; f < factors.size(); ++f)
                {
                    product = times<W>(product, factors[f]->value[places[f]]);
                    magnitude *= factors[f]->magnitude[places[f]];
                }
                result.value[places.back()] = plus<W>(result.value[places.back()], product);
                result.magnitude[places.back()] += magnitude;
                std::size_t d = all.size();
                for (; d > 0; --d)
                {
                    if (++index[d - 1] < sizes[d - 1])
                    {
                        for (std::size_t t = 0; t < places.size(); ++t) places[t] += strides[t][d - 1];
                        break;
                    }
                    index[d - 1] = 0;
                    for (std::size_t t = 0; t < places.size(); ++t) places[t] -= (sizes[d - 1] - 1) * strides[t][d - 1];
                }
                if (d == 0) return result;
            }
        }
    }

    problem make_problem(const std::string& subscripts, const std::vector<shape>& shapes)
    {
        std::string text;
        for (const char c : subscripts)
            if (c != ' ' && c != '\t' && c != '\n') text += c;
        const auto arrow = text.find("->");
        problem p;
        std::size_t hidden = 0;
        std::size_t i = 0;
        for (const auto& term : split(text.substr(0, arrow)))
        {
            const labels parts = tokens(term);
            const bool has_ellipsis = std::find(parts.begin(), parts.end(), "...") != parts.end();
            const std::size_t own = has_ellipsis ? shapes[i].size() - (parts.size() - 1) : 0;
            hidden = std::max(hidden, own);
            p.terms.push_back(spell_out(parts, own));
            ++i;
        }
        for (std::size_t o = 0; o < p.terms.size(); ++o)
            for (std::size_t d = 0; d < p.terms[o].size(); ++d)
            {
                const auto at = p.extents.try_emplace(p.terms[o][d], 1).first;
                if (shapes[o][d] != 1) at->second = shapes[o][d];
            }
        if (arrow == std::string::npos) p.output = implied(p.terms, hidden);
        else p.output = spell_out(tokens(text.substr(arrow + 2)), hidden);
        return p;
    }

    shape problem::result_shape() const
    {
        shape result;
        for (const auto& l : output) result.push_back(extents.at(l));
        return result;
    }

    double problem::volume() const
    {
        double product = 1;
        for (const auto& [l, n] : extents) product *= static_cast<double>(n);
        return product;
    }

    double depth_of(const problem& p)
    {
        return std::min(p.volume(), 1e6) + static_cast<double>(p.terms.size());
    }

    template <class W>
    tensor<W> contract(const problem& p, std::vector<tensor<W>> pool)
    {
        const auto has = [](const tensor<W>& t, const std::string& l) { return std::find(t.axes.begin(), t.axes.end(), l) != t.axes.end(); };
        const auto in_output = [&](const std::string& l) { return std::find(p.output.begin(), p.output.end(), l) != p.output.end(); };
        if (p.volume() > 2e5)
            for (;;)
            {
                std::string best;
                double least = std::numeric_limits<double>::infinity();
                for (const auto& [l, extent] : p.extents)
                {
                    if (in_output(l)) continue;
                    std::map<std::string, double> joined;
                    for (const auto& t : pool)
                        if (has(t, l))
                            for (const auto& a : t.axes) joined[a] = static_cast<double>(p.extents.at(a));
                    if (joined.empty()) continue;
                    double size = 1;
                    for (const auto& [name, n] : joined) size *= n;
                    if (size < least) least = size, best = l;
                }
                if (best.empty()) break;
                std::vector<const tensor<W>*> factors;
                labels kept;
                for (const auto& t : pool)
                    if (has(t, best))
                    {
                        factors.push_back(&t);
                        for (const auto& a : t.axes)
                            if (a != best && std::find(kept.begin(), kept.end(), a) == kept.end()) kept.push_back(a);
                    }
                tensor<W> joined = odometer<W>(factors, kept, p.extents);
                std::erase_if(pool, [&](const tensor<W>& t) { return has(t, best); });
                pool.push_back(std::move(joined));
            }
        std::vector<const tensor<W>*> factors;
        for (const auto& t : pool) factors.push_back(&t);
        return odometer<W>(factors, p.output, p.extents);
    }
    template tensor<bool> contract(const problem&, std::vector<tensor<bool>>);
    template tensor<std::uint64_t> contract(const problem&, std::vector<tensor<std::uint64_t>>);
    template tensor<long double> contract(const problem&, std::vector<tensor<long double>>);
    template tensor<std::complex<long double>> contract(const problem&, std::vector<tensor<std::complex<long double>>>);
}
