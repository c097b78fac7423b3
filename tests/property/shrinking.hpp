// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_TESTS_SHRINKING_HPP
#define XEINSUM_TESTS_SHRINKING_HPP

#include <algorithm>
#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include <xeinsum/layout.hpp>

namespace test
{
    using xeinsum::extents;

    /// A contraction from which a failure can be had again: letters, an explicit output, and the seed of its values and of all
    /// else that is drawn for it.
    struct sample
    {
        std::string subscripts;
        std::vector<extents> shapes;
        std::uint64_t seed = 0;

        friend bool operator==(const sample&, const sample&) = default;
    };

    /// As a row of a table of samples: `{"ij,jk->ik", {{2, 3}, {3, 4}}, 7},`.
    inline std::string to_row(const sample& s)
    {
        std::string text = "{\"" + s.subscripts + "\", {";
        for (std::size_t i = 0; i < s.shapes.size(); ++i)
        {
            text += i == 0 ? "{" : ", {";
            for (std::size_t d = 0; d < s.shapes[i].size(); ++d) text.append(d == 0 ? "" : ", ").append(std::to_string(s.shapes[i][d]));
            text += "}";
        }
        return text + "}, " + std::to_string(s.seed) + "},";
    }

    /// A sample in parts.
    struct terms_of
    {
        std::vector<std::string> terms;
        std::string output;

        explicit terms_of(const std::string& subscripts)
        {
            const std::size_t arrow = subscripts.find("->");
            output = subscripts.substr(arrow + 2);
            terms.emplace_back();
            for (const char c : subscripts.substr(0, arrow))
                if (c == ',') terms.emplace_back();
                else terms.back() += c;
        }

        std::string joined() const
        {
            std::string text;
            for (std::size_t i = 0; i < terms.size(); ++i) text.append(i == 0 ? "" : ",").append(terms[i]);
            return text + "->" + output;
        }

        bool has(char l) const
        {
            return std::ranges::any_of(terms, [l](const std::string& t) { return t.find(l) != std::string::npos; });
        }

        std::set<char> labels() const
        {
            std::set<char> all;
            for (const std::string& t : terms) all.insert(t.begin(), t.end());
            return all;
        }
    };

    /// All samples that are one step smaller: an operand less, a label less, an extent halved.
    inline std::vector<sample> smaller(const sample& s)
    {
        const terms_of parts(s.subscripts);
        std::vector<sample> all;
        for (std::size_t i = 0; i < parts.terms.size() && parts.terms.size() > 1; ++i)
        {
            terms_of fewer = parts;
            sample next = s;
            fewer.terms.erase(fewer.terms.begin() + static_cast<std::ptrdiff_t>(i));
            next.shapes.erase(next.shapes.begin() + static_cast<std::ptrdiff_t>(i));
            std::erase_if(fewer.output, [&](char l) { return !fewer.has(l); });
            next.subscripts = fewer.joined();
            all.push_back(next);
        }
        for (const char l : parts.labels())
        {
            terms_of fewer = parts;
            sample next = s, halved = s;
            for (std::size_t i = 0; i < parts.terms.size(); ++i)
            {
                extents kept;
                for (std::size_t d = 0; d < parts.terms[i].size(); ++d)
                    if (parts.terms[i][d] != l) kept.push_back(s.shapes[i][d]);
                    else if (s.shapes[i][d] > 1) halved.shapes[i][d] /= 2;
                next.shapes[i] = kept;
                std::erase(fewer.terms[i], l);
            }
            std::erase(fewer.output, l);
            next.subscripts = fewer.joined();
            all.push_back(next);
            if (halved != s) all.push_back(halved);
        }
        return all;
    }

    /// A sample that still fails and of which no smaller one does.
    inline sample shrink(sample s, const std::function<bool(const sample&)>& fails)
    {
        for (;;)
        {
            const std::vector<sample> candidates = smaller(s);
            const auto next = std::ranges::find_if(candidates, fails);
            if (next == candidates.end()) return s;
            s = *next;
        }
    }
}

#endif
