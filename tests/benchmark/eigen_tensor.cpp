// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
//
// A rival for compare.py: contractions of float32 by Eigen's tensor module, for the ranks that are compiled in. Speaks the
// protocol of serve.hpp; the result is always fresh. Anything else is answered by an error.
#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <exception>
#include <functional>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#define EIGEN_USE_THREADS
#include <unsupported/Eigen/CXX11/Tensor>

#include <nlohmann/json.hpp>

namespace
{
    using json = nlohmann::json;
    using Eigen::Index;

    template <int Rank>
    using tensor = Eigen::Tensor<float, Rank, Eigen::RowMajor>;
    template <std::size_t Rank>
    using axes = std::array<Index, Rank>;

    /// What is asked: at most two terms, no label twice in one.
    struct problem
    {
        std::vector<std::string> terms;
        std::string output;
        std::vector<std::vector<Index>> shapes;
        int threads = 1;
    };

    problem read_problem(const json& asked)
    {
        problem p;
        const std::string subscripts = asked.at("subscripts");
        const std::size_t arrow = subscripts.find("->"), comma = subscripts.find(',');
        p.terms.push_back(subscripts.substr(0, std::min(arrow, comma)));
        if (comma != std::string::npos) p.terms.push_back(subscripts.substr(comma + 1, arrow - comma - 1));
        p.output = subscripts.substr(arrow + 2);
        p.shapes = asked.at("shapes");
        p.threads = asked.value("threads", 1);
        if (asked.value("dtype", "f32") != "f32" || p.shapes.size() != p.terms.size())
            throw std::runtime_error("not one or two terms of f32");
        for (const std::string& term : p.terms)
            for (const char l : term)
                if (std::ranges::count(term, l) > 1) throw std::runtime_error("a diagonal");
        return p;
    }

    /// Threads and operands; run() leaves a fresh result behind.
    class contender
    {
    public:
        explicit contender(int threads) : m_pool(threads), m_device(&m_pool, threads) {}
        virtual ~contender() = default;
        /// Computes, and returns what releases the result.
        virtual std::shared_ptr<void> run() = 0;

    protected:
        template <int Rank>
        static tensor<Rank> random(const std::vector<Index>& shape)
        {
            axes<Rank> dimensions;
            std::copy_n(shape.begin(), Rank, dimensions.begin());
            tensor<Rank> t(dimensions);
            t.setRandom();
            return t;
        }

        template <int Rank, class Expression>
        std::shared_ptr<void> evaluate(const Expression& e, const axes<Rank>& dimensions)
        {
            auto result = std::make_shared<tensor<Rank>>(dimensions);
            result->device(m_device) = e;
            return result;
        }

    private:
        Eigen::ThreadPool m_pool;
        Eigen::ThreadPoolDevice m_device;
    };

    /// Where each output label stands in `from`.
    template <std::size_t Rank>
    axes<Rank> positions(const std::string& from, const std::string& output)
    {
        axes<Rank> result{};
        for (std::size_t i = 0; i < Rank; ++i) result[i] = static_cast<Index>(from.find(output[i]));
        return result;
    }

    /// A product summed over K labels, then transposed if need be.
    template <int Left, int Right, int K>
    class product final : public contender
    {
        static constexpr int rank = Left + Right - 2 * K;

    public:
        explicit product(const problem& p)
            : contender(p.threads), m_left(random<Left>(p.shapes[0])), m_right(random<Right>(p.shapes[1]))
        {
            std::string joined;
            std::vector<Index> extents;
            std::size_t pairs = 0;
            for (std::size_t i = 0; i < Left; ++i)
            {
                const std::size_t other = p.terms[1].find(p.terms[0][i]);
                if (other != std::string::npos) m_pairs[pairs++] = {static_cast<Index>(i), static_cast<Index>(other)};
                else joined += p.terms[0][i], extents.push_back(p.shapes[0][i]);
            }
            for (std::size_t i = 0; i < Right; ++i)
                if (p.terms[0].find(p.terms[1][i]) == std::string::npos) joined += p.terms[1][i], extents.push_back(p.shapes[1][i]);
            m_order = positions<rank>(joined, p.output);
            m_transposed = joined != p.output;
            for (std::size_t i = 0; i < rank; ++i) m_shape[i] = extents[static_cast<std::size_t>(m_order[i])];
        }

        std::shared_ptr<void> run() override
        {
            if (m_transposed) return evaluate<rank>(m_left.contract(m_right, m_pairs).shuffle(m_order), m_shape);
            return evaluate<rank>(m_left.contract(m_right, m_pairs), m_shape);
        }

    private:
        tensor<Left> m_left;
        tensor<Right> m_right;
        std::array<Eigen::IndexPair<Index>, K> m_pairs;
        axes<rank> m_order, m_shape;
        bool m_transposed = false;
    };

    template <int Rank>
    class permutation final : public contender
    {
    public:
        explicit permutation(const problem& p)
            : contender(p.threads), m_operand(random<Rank>(p.shapes[0])), m_order(positions<Rank>(p.terms[0], p.output))
        {
            for (std::size_t i = 0; i < Rank; ++i) m_shape[i] = p.shapes[0][static_cast<std::size_t>(m_order[i])];
        }

        std::shared_ptr<void> run() override { return evaluate<Rank>(m_operand.shuffle(m_order), m_shape); }

    private:
        tensor<Rank> m_operand;
        axes<Rank> m_order, m_shape;
    };

    /// One label summed, the others in order.
    template <int Rank>
    class sum final : public contender
    {
    public:
        explicit sum(const problem& p) : contender(p.threads), m_operand(random<Rank>(p.shapes[0]))
        {
            std::string kept;
            for (std::size_t i = 0; i < Rank; ++i)
                if (p.output.find(p.terms[0][i]) == std::string::npos) m_summed[0] = static_cast<Index>(i);
                else m_shape[kept.size()] = p.shapes[0][i], kept += p.terms[0][i];
            if (kept != p.output) throw std::runtime_error("a sum and a transposition");
        }

        std::shared_ptr<void> run() override { return evaluate<Rank - 1>(m_operand.sum(m_summed), m_shape); }

    private:
        tensor<Rank> m_operand;
        axes<1> m_summed;
        axes<Rank - 1> m_shape;
    };

    struct kind
    {
        std::size_t left, right, output, contracted;
        friend bool operator==(const kind&, const kind&) = default;
    };

    template <class C>
    std::unique_ptr<contender> make(const problem& p)
    {
        return std::make_unique<C>(p);
    }

    std::unique_ptr<contender> make_contender(const problem& p)
    {
        using maker = std::unique_ptr<contender> (*)(const problem&);
        static const std::vector<std::pair<kind, maker>> known = {
            {{2, 2, 2, 1}, make<product<2, 2, 1>>},  // ij,jk->ik
            {{2, 1, 1, 1}, make<product<2, 1, 1>>},  // ij,j->i
            {{3, 2, 3, 1}, make<product<3, 2, 1>>},  // adb,cd->cba
            {{4, 2, 4, 1}, make<product<4, 2, 1>>},  // aebd,ce->dcba
            {{4, 4, 4, 2}, make<product<4, 4, 2>>},  // fbea,ecfd->dcba
            {{4, 4, 6, 1}, make<product<4, 4, 1>>},  // aged,cbfg->fedcba
            {{2, 0, 2, 0}, make<permutation<2>>},    // ij->ji
            {{4, 0, 4, 0}, make<permutation<4>>},    // ijkl->lkji
            {{3, 0, 2, 0}, make<sum<3>>},            // ijk->ik
        };
        kind asked{p.terms[0].size(), p.terms.size() > 1 ? p.terms[1].size() : 0, p.output.size(), 0};
        if (p.terms.size() > 1)
            for (const char l : p.terms[0])
                if (p.terms[1].find(l) != std::string::npos) ++asked.contracted;
        const bool batch = asked.right > 0 && asked.left + asked.right - 2 * asked.contracted != asked.output;
        const auto found = std::ranges::find(known, asked, &std::pair<kind, maker>::first);
        if (batch || found == known.end()) throw std::runtime_error("not compiled in");
        return found->second(p);
    }

    double seconds_of(contender& c, int group)
    {
        using clock = std::chrono::steady_clock;
        clock::duration spent{};
        for (int i = 0; i < group; ++i)
        {
            const auto start = clock::now();
            const auto result = c.run();
            spent += clock::now() - start;
        }
        return std::chrono::duration<double>(spent).count() / group;
    }
}

int main()
{
    std::string key;
    std::unique_ptr<contender> current;
    for (std::string line; std::getline(std::cin, line);)
    {
        json answer;
        try
        {
            const json asked = json::parse(line);
            const std::string wanted = asked.at("subscripts").dump() + asked.at("shapes").dump() + asked.value("dtype", "f32");
            if (key != wanted)
            {
                current.reset();
                key.clear();
                current = make_contender(read_problem(asked));
                current->run();
                key = wanted;
            }
            std::vector<double> seconds;
            for (int i = 0; i < asked.value("repeat", 1); ++i) seconds.push_back(seconds_of(*current, asked.value("group", 1)));
            answer["seconds"] = seconds;
        }
        catch (const std::exception& e)
        {
            answer["error"] = e.what();
        }
        std::cout << answer << std::endl;
    }
}
