// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
//
// The seed program: the cosine similarity matrix of x = randn(100, 700) by one einsum, against the double loop over
// pairs. Exits with 1 if they differ by more than rounding explains.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <iostream>
#include <random>

#include <xeinsum/xeinsum.hpp>

namespace
{
    xt::xtensor<float, 2> randn(std::size_t rows, std::size_t columns)
    {
        std::mt19937_64 engine(0);
        std::normal_distribution<float> normal;
        xt::xtensor<float, 2> x({rows, columns});
        std::generate(x.begin(), x.end(), [&] { return normal(engine); });
        return x;
    }

    float pairwise(const xt::xtensor<float, 2>& x, std::size_t i, std::size_t j)
    {
        float dot = 0, ii = 0, jj = 0;
        for (std::size_t c = 0; c < x.shape(1); ++c)
        {
            dot += x(i, c) * x(j, c);
            ii += x(i, c) * x(i, c);
            jj += x(j, c) * x(j, c);
        }
        return dot / (std::max(std::sqrt(ii), 1e-8f) * std::max(std::sqrt(jj), 1e-8f));
    }
}

int main()
{
    const xt::xtensor<float, 2> x = randn(100, 700);
    const auto similarity = xeinsum::cosine_similarity_matrix(x);
    float largest = 0;
    for (std::size_t i = 0; i < x.shape(0); ++i)
        for (std::size_t j = 0; j < x.shape(0); ++j)
            largest = std::max(largest, std::abs(similarity(i, j) - pairwise(x, i, j)));
    std::cout << "similarity matrix of randn(100, 700), float32: largest difference from the pairwise loop " << largest << "\n";
    return largest < 1e-5f ? 0 : 1;
}
