// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include "walk.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <xeinsum/xeinsum.hpp>

// Every allocation of what is done with xtensor's containers fails in turn.

using namespace test;
using xeinsum::einsum;

namespace
{
    using matrix = xt::xtensor<double, 2>;

    /// Whole numbers: every order of the sums is exact.
    matrix whole_numbers(std::size_t rows, std::size_t columns, int from)
    {
        matrix m = matrix::from_shape({rows, columns});
        int i = from;
        for (double& x : m) x = i++ % 7 - 3;
        return m;
    }

    struct matrices
    {
        static constexpr std::size_t n = 24;
        matrix a = whole_numbers(n, n + 1, 0), b = whole_numbers(n + 1, n, 3), c = whole_numbers(n, n, 5);
        matrix one = xt::eye<double>(n);
    matrix product = matrix::from_shape({n, n}), before = c;
        const double* memory = c.data();

        matrices()
        {
            for (std::size_t i = 0; i < n; ++i)
                for (std::size_t k = 0; k < n; ++k)
                {
                    product(i, k) = 0;
                    for (std::size_t j = 0; j < n + 1; ++j) product(i, k) += a(i, j) * b(j, k);
                }
        }

        void prepare() { c = before; }
        bool is_unchanged() const { return c == before; }

        /// Walks an assignment to c that makes it  alpha * product + beta * before.
        template <class Act>
        void walk(const std::string& name, double alpha, double beta, const Act& act)
        {
            const matrix expected = alpha * product + beta * before;
            walk_allocations({name, [this] { prepare(); }, act, [&] { return c == expected; }, [this] { return is_unchanged(); }});
        }
    };
}

BOOST_FIXTURE_TEST_SUITE(assignment_faults, matrices, *boost::unit_test::precondition(can_fail))

BOOST_AUTO_TEST_CASE(containers_have_the_strong_guarantee)
{
    walk("c = einsum(a, b)", 1, 0, [&] { c = einsum<"ij,jk->ik">(a, b); });
    walk("c = einsum of a string", 1, 0, [&] { c = einsum("ij,jk->ik", a, b); });
    walk("noalias(c) = einsum of three", 1, 0, [&] { xt::noalias(c) = einsum("ij,jk,kl->il", a, b, one); });
    walk("c += einsum(a, b)", 1, 1, [&] { c += einsum("ij,jk->ik", a, b); });
    walk("c -= 2 einsum(a, b)", -2, 1, [&] { c -= 2.0 * einsum("ij,jk->ik", a, b); });
    walk("c = 3 einsum(a, b) + 2 c", 3, 2, [&] { c = 3.0 * einsum("ij,jk->ik", a, b) + 2.0 * c; });
    walk("c += einsum of an expression", 2, 1, [&] { c += einsum("ij,jk->ik", a + a, b); });
    walk("view(c) += einsum(a, b)", 1, 1, [&] { xt::view(c, xt::all(), xt::all()) += einsum("ij,jk->ik", a, b); });
    walk("c += einsum, in loops", 1, 1, [&] { c += einsum("ji,kj->ik", xt::transpose(a), xt::transpose(b)); });
}

BOOST_AUTO_TEST_CASE(a_destination_of_another_shape)
{
    const matrix small = {{1, 2}};
    const auto kept = [&] { return c == small; };
    walk_allocations({"c = einsum, another shape", [&] { c = small; }, [&] { c = einsum("ij,jk->ik", a, b); }, [&] { return c == product; }, kept});
}

BOOST_AUTO_TEST_CASE(an_expression_is_computed_at_the_next_access)
{
    std::optional<decltype(einsum("ij,jk->ik", a, b))> again;
    double read = 0;
    walk_allocations({"einsum(a, b)(3, 4)", [&] { again.emplace(einsum("ij,jk->ik", a, b)), read = -1; }, [&] { read = (*again)(3, 4); },
                      [&] { return read == product(3, 4); }, [&] { return !again->is_evaluated(); }});
}

BOOST_AUTO_TEST_CASE(plans_are_called)
{
    const xeinsum::plan p("ij,jk->ik", {{n, n + 1}, {n + 1, n}});
    xt::xarray<double> result;
    const auto right = [&] { return result == product; };
    const auto clear = [&] { result = 1.0; };
    const auto kept = [&] { return result.dimension() == 0 && result() == 1.0; };
    walk_allocations({"plan(a, b)", clear, [&] { result = p(a, b); }, right, kept});
    walk_allocations({"plan.bind(1, b)(a)", clear, [&] { result = p.bind(1, b)(a); }, right, kept});
    walk_allocations({"plan.run_traced(a, b)", clear, [&] { result = p.run_traced(a, b).result; }, right, kept});
}

BOOST_AUTO_TEST_CASE(similarity)
{
    // Row i points to i % 40, and to no other: tiles enough for two threads.
    constexpr std::size_t rows = 500, length = 40;
    matrix x = xt::zeros<double>({rows, length});
    for (std::size_t i = 0; i < rows; ++i) x(i, i % length) = 1 + static_cast<double>(i);
    xeinsum::nearest_vectors<double> found = {xt::xtensor<std::int64_t, 2>::from_shape({rows, 3}), xt::xtensor<double, 2>::from_shape({rows, 3})};
    const auto right = [&] {
        bool all = true;
        for (std::size_t i = 0; i < rows; ++i)
            for (std::size_t k = 0; k < 3; ++k)  // equal scores, the lowest indices first
                all = all && found.indices(i, k) == static_cast<std::int64_t>(i % length + k * length) && found.scores(i, k) == 1;
        return all;
    };
    const auto clear = [&] { found.indices.fill(-1), found.scores.fill(-2); };
    const auto kept = [&] { return found.indices(7, 1) == -1 && found.scores(7, 1) == -2; };
    walk_allocations({"cosine_top_k", clear, [&] { found = xeinsum::cosine_top_k(x, 3, {.threads = 2}); }, right, kept});

    // 13 rows point to each of the first 20 directions, 12 to each of the others.
    constexpr std::size_t count = 20 * 13 * 12 / 2 + 20 * 12 * 11 / 2;
    std::size_t pairs = 0;
    walk_allocations({"cosine_threshold", [&] { pairs = 0; },
                      [&] {
                          const auto all = xeinsum::cosine_threshold(x, 0.97, {.threads = 2});
                          pairs = all.size();
                      },
                      [&] { return pairs == count; }, [&] { return pairs == 0; }});

    const matrix few = xt::view(x, xt::range(0, 30), xt::all());
    matrix s = {{1, 2}};
    const matrix matrix_before = s, similarities = xt::eye<double>(30);
    walk_allocations({"cosine_similarity_matrix", [&] { s = matrix_before; }, [&] { s = xeinsum::cosine_similarity_matrix(few); },
                      [&] { return s == similarities; }, [&] { return s == matrix_before; }});
    xt::xarray<double> by_row = 1.0;
    const xt::xarray<double> ones = xt::ones<double>({30});
    walk_allocations({"cosine_similarity", [&] { by_row = 1.0; }, [&] { by_row = xeinsum::cosine_similarity(few, few, 1); },
                      [&] { return by_row == ones; }, [&] { return by_row.dimension() == 0; }});
}

BOOST_AUTO_TEST_SUITE_END()
