// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
//
// The words nearest to some others by cosine similarity, on 10,000 GloVe vectors; and king - man + woman.
// Usage: 03_nearest_words FOLDER, which holds words.npy and words.txt.
#include <algorithm>
#include <cstddef>
#include <fstream>
#include <iomanip>
#include <iostream>
#include <stdexcept>
#include <string>
#include <vector>

#include <xeinsum/xeinsum.hpp>
#include <xtensor/xnpy.hpp>
#include <xtensor/xview.hpp>

namespace
{
    struct table
    {
        std::vector<std::string> words;
        xt::xtensor<float, 2> vectors;

        xt::xtensor<float, 1> operator[](const std::string& word) const
        {
            const auto at = std::find(words.begin(), words.end(), word);
            if (at == words.end()) throw std::runtime_error("no word '" + word + "' in the table");
            return xt::row(vectors, at - words.begin());
        }
    };

    table load(const std::string& folder)
    {
        table t;
        std::ifstream text(folder + "/words.txt");
        for (std::string word; std::getline(text, word);) t.words.push_back(word);
        t.vectors = xt::load_npy<float>(folder + "/words.npy");
        if (t.words.empty() || t.words.size() != t.vectors.shape(0))
            throw std::runtime_error(folder + ": words.txt and words.npy do not belong together");
        return t;
    }

    /// The k words most similar to a vector, leaving some out.
    void print_nearest(const table& t, const std::string& title, const xt::xtensor<float, 1>& query,
                       const std::vector<std::string>& but, std::size_t k)
    {
        const auto [indices, scores] = xeinsum::cosine_top_k(xt::view(query, xt::newaxis(), xt::all()), t.vectors, k + but.size());
        std::cout << title << ":";
        for (std::size_t i = 0; k > 0; ++i)
        {
            const std::string& word = t.words[static_cast<std::size_t>(indices(0, i))];
            if (std::find(but.begin(), but.end(), word) != but.end()) continue;
            std::cout << "  " << word << ' ' << std::fixed << std::setprecision(3) << scores(0, i);
            --k;
        }
        std::cout << "\n";
    }
}

int main(int argc, char** argv)
try
{
    const table t = load(argc > 1 ? argv[1] : "examples/data");
    for (const std::string word : {"king", "paris", "apple", "monday"}) print_nearest(t, word, t[word], {word}, 10);
    print_nearest(t, "king - man + woman", t["king"] - t["man"] + t["woman"], {"king", "man", "woman"}, 10);
    print_nearest(t, "paris - france + italy", t["paris"] - t["france"] + t["italy"], {"paris", "france", "italy"}, 10);
    return 0;
}
catch (const std::exception& error)
{
    std::cerr << error.what() << "\n";
    return 1;
}
