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
}
