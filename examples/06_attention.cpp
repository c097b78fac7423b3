// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
//
// Scaled dot-product attention, softmax(q k^T / sqrt(d)) v, for a batch of sentences and several heads: two lines of einsum around
// a softmax of xtensor's, against plain loops. Exits with 1 if they differ by more than rounding explains.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <iostream>
#include <random>

#include <xeinsum/xeinsum.hpp>
#include <xtensor/xadapt.hpp>
#include <xtensor/xio.hpp>
#include <xtensor/xmath.hpp>
#include <xtensor/xview.hpp>

using xeinsum::einsum;

namespace
{
    // Axes: sentence, word, head, feature; as labels b, q (a word that asks) or k (one that answers), h, d.
    using tensor = xt::xtensor<double, 4>;

    tensor random_tensor(std::size_t words, std::uint64_t seed)
    {
        std::mt19937_64 engine(seed);
        tensor x({2, words, 3, 8});
        for (double& value : x) value = static_cast<double>(engine() % 2001) / 1000 - 1;  // -1 to 1, on any machine
        return x;
    }

    tensor softmax_of_last_axis(const tensor& x)
    {
        // Reduced at once: xtensor 0.24 reads a lazy reduction that keeps its axis wrongly where it is broadcast.
        const auto how = xt::keep_dims | xt::evaluation_strategy::immediate;
        const tensor e = xt::exp(x - xt::amax(x, {3}, how));  // less the largest score, so that nothing overflows
        return e / xt::sum(e, {3}, how);
    }

    tensor attention(const tensor& q, const tensor& k, const tensor& v)
    {
        const tensor scores = einsum<"bqhd,bkhd->bhqk">(q, k) / std::sqrt(static_cast<double>(q.shape(3)));
        const tensor weights = softmax_of_last_axis(scores);
        return einsum<"bhqk,bkhd->bqhd">(weights, v);
    }

    tensor attention_by_loops(const tensor& q, const tensor& k, const tensor& v)
    {
        tensor out = xt::zeros<double>(q.shape());
        for (std::size_t b = 0; b < q.shape(0); ++b)
            for (std::size_t h = 0; h < q.shape(2); ++h)
                for (std::size_t i = 0; i < q.shape(1); ++i)
                {
                    double total = 0;
                    for (std::size_t j = 0; j < k.shape(1); ++j)
                    {
                        double score = 0;
                        for (std::size_t d = 0; d < q.shape(3); ++d) score += q(b, i, h, d) * k(b, j, h, d);
                        const double weight = std::exp(score / std::sqrt(static_cast<double>(q.shape(3))));
                        for (std::size_t d = 0; d < v.shape(3); ++d) out(b, i, h, d) += weight * v(b, j, h, d);
                        total += weight;
                    }
                    for (std::size_t d = 0; d < v.shape(3); ++d) out(b, i, h, d) /= total;
                }
        return out;
    }
}

int main()
{
    const tensor q = random_tensor(5, 1), k = random_tensor(7, 2), v = random_tensor(7, 3);
    const tensor out = attention(q, k, v);
    const bool agrees = xt::all(xt::abs(out - attention_by_loops(q, k, v)) < 1e-12);

    std::cout << "q " << xt::adapt(q.shape()) << ", k and v " << xt::adapt(k.shape()) << ": sentences, words, heads, features\n";
    std::cout << "result " << xt::adapt(out.shape()) << "\n";
    std::cout << "agrees with the loops to 1e-12: " << (agrees ? "yes" : "no") << "\n";
    return agrees ? 0 : 1;
}
