// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include <boost/test/unit_test.hpp>

#include <complex>
#include <cstdint>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include <xeinsum/bound_plan.hpp>
#include <xeinsum/einsum.hpp>
#include <xeinsum/explain.hpp>

#include "networks/band.hpp"
#include "support/random.hpp"

using xeinsum::contraction_path;
using xeinsum::extents;
using xeinsum::plan;

namespace
{
    template <class T>
    xt::xarray<T> draw_array(test::engine& random, const extents& shape)
    {
        xt::xarray<T> a(xeinsum::detail::to_shape<xt::dynamic_shape<std::size_t>>(shape));
        for (T& x : a) x = test::draw<T>(random);
        return a;
    }

    template <class T>
    bool is_close(const xt::xarray<T>& x, const xt::xarray<T>& y)
    {
        return x.shape() == y.shape() && xt::amax(xt::abs(x - y))() <= 1e-12 * (1 + xt::amax(xt::abs(y))());
    }
}

BOOST_AUTO_TEST_SUITE(bound_plan)

BOOST_AUTO_TEST_CASE(constants_are_contracted_once)
{
    test::engine random(test::seed());
    const auto x = draw_array<double>(random, {8, 20}), w = draw_array<double>(random, {20, 30}), v = draw_array<double>(random, {30, 5});
    const plan p("bi,ij,jk->bk", {{8, 20}, {20, 30}, {30, 5}}, {.path = contraction_path{{1, 2}, {0, 1}}});
    const xt::xarray<double> right = p(x, w, v);

    const auto one = p.bind(1, w);
    BOOST_TEST(one.rest().steps().size() == 2u);
    BOOST_TEST(one.free_operands() == (std::vector<std::size_t>{0, 2}), boost::test_tools::per_element());
    BOOST_TEST(is_close(one(x, v), right));

    const auto both = one.bind(2, v);
    BOOST_TEST(both.rest().steps().size() == 1u);  // w v is a matrix now
    BOOST_TEST(both.rest().flops() == 2.0 * 8 * 20 * 5);
    BOOST_TEST(is_close(both(x), right));
    BOOST_TEST(is_close(p.bind(2, v).bind(1, w)(x), right));
    BOOST_TEST(is_close(both.bind(0, x)(), right));

    // The values are copied: what happens to w afterwards does not matter.
    auto changed = w;
    const auto kept = p.bind(1, changed);
    changed.fill(0);
    BOOST_TEST(is_close(kept(x, v), right));
}

BOOST_AUTO_TEST_CASE(wrong_uses)
{
    const plan p("bi,ij->bj", {{2, 3}, {3, 4}});
    const xt::xarray<double> w = xt::ones<double>({3, 4}), other = xt::ones<double>({4, 3});
    const auto says = [](const std::string& text) { return [text](const std::invalid_argument& e) { return e.what() == text; }; };
    BOOST_CHECK_EXCEPTION(p.bind(2, w), std::invalid_argument, says("plan::bind: operand 2 does not exist; the plan has 2 operands, numbered from 0"));
    BOOST_CHECK_EXCEPTION(p.bind(1, other), xeinsum::shape_error, says("plan::bind: operand 1 is planned as 3x4, but the values are 4x3; they must have the shape that was planned"));
    BOOST_CHECK_EXCEPTION(p.bind(1, w).bind(1, w), std::invalid_argument, says("plan::bind: operand 1 is bound already; operand 0 is left"));
    BOOST_CHECK_THROW(p.bind(1, w)(w), xeinsum::shape_error);
    const xt::xarray<double> x = xt::ones<double>({2, 3});
    BOOST_CHECK_EXCEPTION(p.bind(1, w)(x, x), xeinsum::subscript_error,
                          says("bound_plan: called with 2 operands, but operand 0 is left; give one value for each that is left"));
    BOOST_CHECK_EXCEPTION(p.bind(1, w).bind(0, x)(x), xeinsum::subscript_error,
                          says("bound_plan: called with 1 operand, but no operand is left; give one value for each that is left"));
}

BOOST_AUTO_TEST_CASE(compares_and_prints)
{
    const plan p("bi,ij,jk->bk", {{2, 3}, {3, 4}, {4, 5}}, {.path = contraction_path{{1, 2}, {0, 1}}});
    const xt::xarray<double> w = xt::ones<double>({3, 4}), v = xt::ones<double>({4, 5}), x = xt::ones<double>({2, 3});
    const auto both = p.bind(1, w).bind(2, v);
    BOOST_TEST((both == both));
    BOOST_TEST((both == p.bind(1, xt::xarray<double>(w)).bind(2, v)));   // by value
    BOOST_TEST(!(both == p.bind(1, 2.0 * w).bind(2, v)));                // other values
    BOOST_TEST(!(both == p.bind(1, w)));                                 // more operands are left
    BOOST_TEST(!(p.bind(1, w) == p.bind(2, v)));

    const auto shown = [](const auto& bound) {
        std::ostringstream text;
        text << bound;
        return text.str();
    };
    BOOST_TEST(shown(both).starts_with("operand 0 is left to be given"));
    BOOST_TEST(shown(p.bind(1, w)).starts_with("operands 0, 2 are left to be given"));
    BOOST_TEST(shown(both.bind(0, x)).starts_with("no operand is left to be given"));
    BOOST_TEST(shown(both).ends_with(to_text(both.rest())));
    BOOST_TEST(shown(explain(both)) == to_text(both.rest()));
}

BOOST_AUTO_TEST_CASE(views_broadcasts_and_diagonals)
{
    test::engine random(test::seed() + 1);
    const auto a = draw_array<double>(random, {4, 4}), b = draw_array<double>(random, {1, 6}), c = draw_array<double>(random, {6, 4}), d = draw_array<double>(random, {3});
    // A trace's diagonal, an axis that broadcasts, a label of one operand only, an ellipsis.
    const plan p("ii,ij,ji,k...->j...", {{4, 4}, {1, 6}, {6, 4}, {3}});
    const xt::xarray<double> right = p(a, b, c, d);
    const std::vector<xt::xarray<double>> all = {a, b, c, d};
    for (std::size_t i = 0; i < 4; ++i)
        for (std::size_t j = i + 1; j < 4; ++j)
        {
            const auto bound = p.bind(i, all[i]).bind(j, all[j]);
            const auto& free = bound.free_operands();
            BOOST_TEST_CONTEXT(i << " and " << j) BOOST_TEST(is_close(bound(all[free[0]], all[free[1]]), right));
        }
    const xt::xarray<double> t = xt::transpose(c);
    BOOST_TEST(is_close(p.bind(2, xt::transpose(t))(a, b, d), right));
}

BOOST_AUTO_TEST_CASE(other_types)
{
    test::engine random(test::seed() + 2);
    using complex = std::complex<double>;
    const auto x = draw_array<complex>(random, {3, 4}), w = draw_array<complex>(random, {4, 5}), v = draw_array<complex>(random, {5, 2});
    xeinsum::options how;
    how.type = xeinsum::dtype::complex128;
    const plan p("bi,ij,jk->bk", {{3, 4}, {4, 5}, {5, 2}}, how);
    BOOST_TEST(is_close(p.bind(1, w).bind(2, v)(x), xt::xarray<complex>(xeinsum::einsum("bi,ij,jk->bk", x, w, v))));
    how.type = xeinsum::dtype::int32;
    const auto m = draw_array<std::int32_t>(random, {4, 4});
    const plan q("ab,bc,cd->ad", {{4, 4}, {4, 4}, {4, 4}}, how);
    const xt::xarray<std::int32_t> found = q.bind(0, m).bind(1, m)(m), right = xeinsum::einsum("ab,bc,cd->ad", m, m, m);
    BOOST_TEST((found == right));
}

BOOST_AUTO_TEST_CASE(any_constants_of_any_network)
{
    test::engine random(test::seed() + 3);
    std::size_t shorter = 0;
    for (int draw = 0; draw < 100; ++draw)
    {
        const test::band_network n = test::draw_band(random, static_cast<std::size_t>(test::between(random, 1, 8)));
        std::vector<xt::xarray<double>> values;
        for (const extents& shape : n.shapes) values.push_back(draw_array<double>(random, shape));
        const plan p(n.equation(), n.shapes);
        const xt::xarray<double> right = p(values);
        xeinsum::bound_plan<double> bound(p);
        for (std::size_t i = 0; i < values.size(); ++i)
            if (test::between(random, 0, 3) > 0) bound = bound.bind(i, values[i]);
        while (bound.free_operands().size() > 3) bound = bound.bind(bound.free_operands().back(), values[bound.free_operands().back()]);
        shorter += bound.rest().steps().size() < p.steps().size() ? 1 : 0;
        const auto& free = bound.free_operands();
        xt::xarray<double> found;
        switch (free.size())
        {
        case 0: found = bound(); break;
        case 1: found = bound(values[free[0]]); break;
        case 2: found = bound(values[free[0]], values[free[1]]); break;
        default: found = bound(values[free[0]], values[free[1]], values[free[2]]);
        }
        BOOST_TEST_CONTEXT("draw " << draw << ", seed " << test::seed() << '\n' << to_string(p.equation())) BOOST_TEST(is_close(found, right));
    }
    BOOST_TEST(shorter > 30u);
}

BOOST_AUTO_TEST_SUITE_END()
