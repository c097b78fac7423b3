// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
//
// Cosine similarity, timed on demand: reads lines {"what": "matrix", "rows": 4000, "columns": 700, "k": 10} and answers each
// with the seconds of one call. similarity.py asks, in turns with NumPy, torch and scikit-learn.
#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <iostream>
#include <map>
#include <random>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <sys/resource.h>

#include <cblas.h>
#include <nlohmann/json.hpp>
#ifdef XEINSUM_BENCHMARK_FAISS
#include <faiss/IndexFlat.h>
#include <faiss/utils/distances.h>
#endif

#include <xeinsum/detail/huge_pages.hpp>
#include <xeinsum/similarity.hpp>

namespace
{
    using matrix = xt::xtensor<float, 2>;
    using json = nlohmann::json;

    const matrix& vectors(std::size_t rows, std::size_t columns)
    {
        static std::map<std::pair<std::size_t, std::size_t>, matrix> made;
        matrix& x = made[{rows, columns}];
        if (x.size() == 0)
        {
            x = matrix::from_shape({rows, columns});
            std::mt19937 engine(1);
            std::normal_distribution<float> normal;
            std::generate(x.begin(), x.end(), [&] { return normal(engine); });
        }
        return x;
    }

    /// What half of the work costs without any norm: one triangle by BLAS, the other one copied in blocks, in memory as the library's results.
    float syrk_and_mirror(const matrix& x)
    {
        const auto n = static_cast<std::int64_t>(x.shape(0)), m = static_cast<std::int64_t>(x.shape(1));
        auto s = matrix::from_shape({x.shape(0), x.shape(0)});
        xeinsum::detail::prefer_huge_pages(s);
        cblas_ssyrk(CblasRowMajor, CblasLower, CblasNoTrans, static_cast<int>(n), static_cast<int>(m), 1, x.data(), static_cast<int>(m), 0, s.data(), static_cast<int>(n));
        constexpr std::int64_t side = 32;
        float* const c = s.data();
        for (std::int64_t i0 = 0; i0 < n; i0 += side)
            for (std::int64_t j0 = 0; j0 <= i0; j0 += side)
                for (std::int64_t j = j0; j < std::min(j0 + side, n); ++j)
                    for (std::int64_t i = std::max(i0, j + 1); i < std::min(i0 + side, n); ++i) c[j * n + i] = c[i * n + j];
        return c[n * n - 1];
    }

#ifdef XEINSUM_BENCHMARK_FAISS
    float flat_index(const matrix& x, std::size_t k)
    {
        matrix normalized = x;
        const auto n = static_cast<faiss::Index::idx_t>(x.shape(0));
        faiss::fvec_renorm_L2(x.shape(1), x.shape(0), normalized.data());
        faiss::IndexFlatIP index(static_cast<faiss::Index::idx_t>(x.shape(1)));
        index.add(n, normalized.data());
        std::vector<float> scores(x.shape(0) * k);
        std::vector<faiss::Index::idx_t> indices(x.shape(0) * k);
        index.search(n, normalized.data(), static_cast<faiss::Index::idx_t>(k), scores.data(), indices.data());
        return scores.back();
    }
#endif

    /// The last value keeps the work from being dropped.
    std::function<float()> task(const json& asked)
    {
        const std::string what = asked.at("what");
        const matrix& x = vectors(asked.at("rows"), asked.at("columns"));
        const auto k = asked.value<std::size_t>("k", 10);
        if (what == "matrix") return [&x] { return xeinsum::cosine_similarity_matrix(x).data()[x.shape(0) * x.shape(0) - 1]; };
        if (what == "syrk") return [&x] { return syrk_and_mirror(x); };
        if (what == "top_k") return [&x, k] { return xeinsum::cosine_top_k(x, k).scores.data()[0]; };
#ifdef XEINSUM_BENCHMARK_FAISS
        if (what == "faiss") return [&x, k] { return flat_index(x, k); };
#endif
        throw std::runtime_error("no task '" + what + "'");
    }
}

int main()
{
    float sum = 0;
    for (std::string line; std::getline(std::cin, line);)
    {
        json answer;
        try
        {
            const json asked = json::parse(line);
            const auto run = task(asked);
            const auto start = std::chrono::steady_clock::now();
            sum += run();
            answer["seconds"] = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
            rusage used{};
            getrusage(RUSAGE_SELF, &used);
            answer["peak_bytes"] = used.ru_maxrss * 1024L;
        }
        catch (const std::exception& e)
        {
            answer["error"] = e.what();
        }
        std::cout << answer << std::endl;
    }
    return sum == -1e30f;
}
