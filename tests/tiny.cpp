// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include <boost/mpl/list.hpp>
#include <boost/test/unit_test.hpp>

#include <array>
#include <complex>
#include <cstdint>
#include <cmath>
#include <limits>
#include <string>
#include <type_traits>
#include <vector>

#include <xeinsum/einsum.hpp>
#include <xeinsum/explain.hpp>

#include "property/draws.hpp"
#include "support/allocations.hpp"
#include "support/xtensor.hpp"

using xeinsum::einsum;

namespace
{
    using types = boost::mpl::list<float, double, std::complex<float>, std::complex<double>, long double, bool, std::int8_t,
                                   std::int64_t, std::uint16_t>;
    using some_types = boost::mpl::list<double, std::complex<float>, bool, std::int8_t>;

    /// Equal in every bit that counts: NaN to NaN, and zeros of one sign.
    template <class T>
    bool identical(const T& x, const T& y)
    {
        if constexpr (std::is_floating_point_v<T>) return (x != x && y != y) || (x == y && std::signbit(x) == std::signbit(y));
        else if constexpr (std::is_integral_v<T>) return x == y;
        else return identical(x.real(), y.real()) && identical(x.imag(), y.imag());
    }

    /// A random contraction of one to four operands whose labels take at most 200 values together.
    test::contraction draw_tiny(test::engine& random)
    {
        const std::int64_t label_count = test::between(random, 0, 5);
        std::string labels = "abcde";
        std::vector<std::int64_t> sizes;
        std::int64_t volume = 1;
        for (std::int64_t l = 0; l < label_count; ++l)
        {
            sizes.push_back(test::between(random, 1, std::min<std::int64_t>(5, 200 / volume)));
            volume *= sizes.back();
        }
        test::contraction c;
        std::string used, output;
        const std::int64_t operand_count = test::between(random, 1, 4);
        for (std::int64_t i = 0; i < operand_count; ++i)
        {
            std::string term;
            for (std::size_t l = 0; l < sizes.size(); ++l)
                if (test::between(random, 0, 2) > 0) term += labels[l];
            if (!term.empty() && test::between(random, 0, 4) == 0) term += term[0];
            std::shuffle(term.begin(), term.end(), random);
            xeinsum::extents shape;
            for (const char l : term)
            {
                shape.push_back(sizes[static_cast<std::size_t>(l - 'a')]);
                if (used.find(l) == std::string::npos) used += l;
            }
            c.subscripts += (i == 0 ? "" : ",") + term;
            c.shapes.push_back(shape);
        }
        for (const char l : used)
            if (test::between(random, 0, 1) == 0) output += l;
        std::shuffle(output.begin(), output.end(), random);
        c.subscripts += "->" + output;
        return c;
    }

    template <class T>
    void check_against_plan(test::engine& random, const test::contraction& c)
    {
        std::vector<test::any_array<T>> memory(c.shapes.size());
        std::vector<decltype(test::draw_view<T>(random, memory[0], c.shapes[0]))> views;
        std::vector<std::vector<T>> values;
        std::vector<const T*> pointers;
        for (std::size_t i = 0; i < c.shapes.size(); ++i)
        {
            views.push_back(test::draw_view<T>(random, memory[i], c.shapes[i]));
            values.emplace_back(views[i].template begin<xt::layout_type::row_major>(), views[i].template end<xt::layout_type::row_major>());
            pointers.push_back(views[i].data() + views[i].data_offset());
        }
        const auto expression = einsum(c.subscripts, views);
        const xeinsum::plan plan = expression.plan();
        if (c.shapes.size() <= xeinsum::detail::tiny_order_operands)
            BOOST_TEST(plan.path() == xeinsum::plan(c.subscripts, c.shapes, {.path = xeinsum::path_strategy::left}).path());
        for (const auto& s : plan.steps()) BOOST_TEST(!s.call.has_value());

        const xt::xarray<T> quick = expression;
        xt::xarray<T> planned(quick.shape());
        xeinsum::execute<T>(plan, pointers, planned.data());
        BOOST_TEST(std::equal(quick.data(), quick.data() + quick.size(), planned.data(), identical<T>));
        test::check_assigned<T>(quick, c, values);

        xt::xarray<T, xt::layout_type::column_major> column = einsum(c.subscripts, views);
        test::check_assigned<T>(column, c, values);
    }

    /// Operands of fixed shapes through the literal and, as plain arrays, through the string.
    template <xeinsum::fixed_string S, class... E>
    bool like_the_general_path(const E&... operands)
    {
        using value = std::common_type_t<typename E::value_type...>;
        const auto fixed = einsum<S>(operands...);
        static_assert(xeinsum::detail::is_fixed_shape<typename decltype(fixed)::shape_type>::value);
        const typename decltype(fixed)::container_type result = fixed;
        const std::vector<std::vector<value>> values = {std::vector<value>(operands.begin(), operands.end())...};
        test::contraction c{std::string(S.view()), {xeinsum::detail::to_extents(operands.shape())...}};
        test::check_assigned<value>(result, c, values);
        test::check_assigned<value>(fixed, c, values);
        return true;
    }

    template <class T, std::size_t... N>
    auto draw_fixed(test::engine& random)
    {
        xt::xtensor_fixed<T, xt::xshape<N...>> result;
        for (T& x : result) x = test::draw<T>(random);
        return result;
    }
}

BOOST_AUTO_TEST_SUITE(tiny)

BOOST_AUTO_TEST_CASE(the_rule)
{
    using xeinsum::detail::is_tiny;
    using xeinsum::detail::tiny_iterations;
    const std::vector<std::int64_t> sizes = {tiny_iterations, 2, 1, 0, std::numeric_limits<std::int64_t>::max()};
    const std::vector<std::size_t> first = {0}, second = {0, 2}, both = {0, 1}, empty = {0, 3}, large = {1, 4};
    BOOST_TEST(is_tiny(sizes, first, second));   // a label of both counts once
    BOOST_TEST(!is_tiny(sizes, first, both));
    BOOST_TEST(!is_tiny(sizes, first, empty));
    BOOST_TEST(!is_tiny(sizes, first, large));   // no overflow
    BOOST_TEST(is_tiny(std::span(sizes).first(1)));
    BOOST_TEST(!is_tiny(sizes));
    BOOST_TEST(is_tiny(std::span<const std::int64_t>{}));
}

BOOST_AUTO_TEST_CASE(the_path_goes_from_the_left)
{
    // Greedy would multiply the last two first.
    const std::vector<xeinsum::extents> small{{2, 3}, {3, 4}, {4, 1}}, large{{200, 300}, {300, 400}, {400, 1}};
    BOOST_TEST(xeinsum::to_string(xeinsum::plan("ij,jk,kl->il", small).path()) == "(0,1),(0,1)");
    BOOST_TEST(xeinsum::to_string(xeinsum::plan("ij,jk,kl->il", small, {.path = xeinsum::path_strategy::greedy}).path()) == "(1,2),(0,1)");
    BOOST_TEST(xeinsum::to_string(xeinsum::plan("ij,jk,kl->il", large).path()) == "(1,2),(0,1)");
}

BOOST_AUTO_TEST_CASE_TEMPLATE(is_what_the_plan_does, T, types)
{
    test::engine random(test::seed());
    for (int i = 0; i < 400; ++i)
    {
        const test::contraction c = draw_tiny(random);
        BOOST_TEST_CONTEXT("draw " << i << ": " << c.subscripts) { check_against_plan<T>(random, c); }
    }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(fixed_shapes, T, some_types)
{
    test::engine random(test::seed());
    const auto a = draw_fixed<T, 2, 3>(random);
    const auto b = draw_fixed<T, 3, 4>(random);
    const auto c = draw_fixed<T, 4, 2>(random);
    const auto s = draw_fixed<T, 3, 3>(random);
    const auto t = draw_fixed<T, 2, 3, 4>(random);
    const auto v = draw_fixed<T, 3>(random);
    BOOST_TEST((like_the_general_path<"ij,jk->ik">(a, b)));
    BOOST_TEST((like_the_general_path<"ij,jk->ki">(a, b)));
    BOOST_TEST((like_the_general_path<"ij,jk,kl->il">(a, b, c)));
    BOOST_TEST((like_the_general_path<"ij,jk,kl,lm->mi">(a, b, c, a)));
    BOOST_TEST((like_the_general_path<"ii->i">(s)));
    BOOST_TEST((like_the_general_path<"ii->">(s)));
    BOOST_TEST((like_the_general_path<"ij->ji">(a)));
    BOOST_TEST((like_the_general_path<"ijk->j">(t)));
    BOOST_TEST((like_the_general_path<"i,j->ij">(v, v)));
    BOOST_TEST((like_the_general_path<"i,i->">(v, v)));
    BOOST_TEST((like_the_general_path<"ij,j->ij">(a, v)));
    BOOST_TEST((like_the_general_path<"ijk,jl->il">(t, b)));
    BOOST_TEST((like_the_general_path<"ij,jk->ik">(a, draw_fixed<T, 1, 4>(random))));             // broadcasts
    BOOST_TEST((like_the_general_path<"ij,jk->ik">(draw_fixed<T, 9, 9>(random), draw_fixed<T, 9, 9>(random))));
}

BOOST_AUTO_TEST_CASE(fixed_destinations)
{
    const xt::xtensor_fixed<double, xt::xshape<2, 3>> a = {{1, 2, 3}, {4, 5, 6}};
    const xt::xtensor_fixed<double, xt::xshape<3, 2>, xt::layout_type::column_major> b = {{1, 0}, {2, 1}, {0, -1}};
    const xt::xtensor<double, 2> ab = {{5, -1}, {14, -1}};  // by hand
    static_assert(std::is_same_v<decltype(einsum<"ij,jk->ik">(a, b))::shape_type, xt::fixed_shape<2, 2>>);
    static_assert(std::is_same_v<decltype(einsum<"ij,->ji">(a, 2.0))::shape_type, xt::fixed_shape<3, 2>>);
    xt::xtensor_fixed<double, xt::xshape<2, 2>> row = einsum<"ij,jk->ik">(a, b);
    BOOST_TEST((row == ab));
    xt::xtensor_fixed<double, xt::xshape<2, 2>, xt::layout_type::column_major> column;
    xt::noalias(column) = einsum<"ij,jk->ik">(a, b);
    BOOST_TEST((column == ab));
    const xt::xtensor<double, 2> tensor = einsum<"ij,jk->ik">(a, b);
    BOOST_TEST((tensor == ab));
    const xt::xarray<float> floats = einsum<"ij,jk->ik">(a, b);
    BOOST_TEST((floats == xt::cast<float>(ab)));
    row += 2.0 * einsum<"ij,jk->ik">(a, b);
    BOOST_TEST((row == 3.0 * ab));
    BOOST_TEST((einsum<"ij,jk->ik">(a, b)(1, 0)) == 14.0);
    const xt::xtensor_fixed<double, xt::xshape<3, 2>> scaled = einsum<"ij,->ji">(a, 2.0);
    BOOST_TEST(scaled(2, 1) == 12.0);
    const auto e = einsum<"ij,jk->ik">(xt::xtensor_fixed<double, xt::xshape<2, 3>>(a), b);
    const auto copy = e;
    BOOST_TEST((xt::sum(e)() == 17.0 && copy(0, 0) == 5.0));
    xt::xtensor_fixed<double, xt::xshape<3, 3>> other = xt::ones<double>({3, 3});
    BOOST_CHECK_THROW((xt::noalias(other) = einsum<"ij,jk->ik">(a, b)), xeinsum::shape_error);
    BOOST_TEST(other(0, 0) == 1.0);
}

BOOST_AUTO_TEST_CASE(allocates_nothing_but_the_result)
{
    if (!test::counts_allocations()) return;
    xt::xtensor<double, 2> a = {{1, 2}, {3, 4}}, b = a, c = a;
    xt::xarray<double> d = a;
    xt::xtensor_fixed<double, xt::xshape<2, 2>> f = a, g = a, h = a;
    const xt::xtensor<double, 8> deep = xt::ones<double>({1, 2, 1, 2, 1, 2, 1, 2});
    xt::xtensor<double, 8> result = deep;
    const auto counted = [](auto&& run) {
        const std::size_t before = test::allocations();
        run();
        return test::allocations() - before;
    };
    BOOST_TEST(counted([&] { xt::noalias(c) = einsum("ij,jk->ik", a, b); }) == 0u);
    BOOST_TEST(counted([&] { xt::noalias(d) = einsum("ij,jk->ik", a, b); }) == 0u);
    BOOST_TEST(counted([&] { xt::noalias(c) = einsum("ij,jk,kl->il", a, b, d); }) == 0u);
    BOOST_TEST(counted([&] { xt::noalias(c) = einsum<"ij,jk->ik">(a, xt::transpose(b)); }) == 0u);
    const auto part = xt::view(deep, 0, xt::all(), 0, xt::all(), 0, xt::all(), 0, xt::all());
    BOOST_TEST(counted([&] { xt::noalias(result) = einsum<"abcdefgh,bdfh->hgfedcba">(deep, part); }) == 0u);
    // xtensor keeps the extents of a shape of dynamic rank in place up to rank 4.
    xt::xarray<double> dynamic = part;
    BOOST_TEST(counted([&] { xt::noalias(dynamic) = einsum("abcdefgh,bdfh->hfdb", deep, part); }) == 0u);
    BOOST_TEST(counted([&] { xt::noalias(h) = einsum<"ij,jk->ik">(f, g); }) == 0u);
    // Scaled, summed up, in blocks of other tensors.
    BOOST_TEST(counted([&] { c += 2.0 * einsum<"ij,jk->ik">(a, b); }) == 0u);
    BOOST_TEST(counted([&] { c -= einsum("ij,jk->ik", a, b) / 4.0; }) == 0u);
    BOOST_TEST(counted([&] { xt::noalias(c) = einsum<"ij,jk->ik">(-a, 2.0 * b) + 3.0 * c; }) == 0u);
    BOOST_TEST(counted([&] { h += einsum<"ij,jk->ik">(f, g); }) == 0u);
    xt::xtensor<double, 2> wide = xt::ones<double>({4, 4});
    BOOST_TEST(counted([&] { xt::noalias(xt::view(wide, xt::range(0, 4, 2), xt::range(1, 3))) = einsum<"ij,jk->ik">(a, b); }) == 0u);
    BOOST_TEST(counted([&] { xt::xtensor<double, 2> made = einsum("ij,jk->ik", a, b); }) == 1u);
    const xeinsum::plan p("ij,jk->ik", {{2, 2}, {2, 2}});
    BOOST_TEST(counted([&] { xt::xarray<double> made = p(a, b); }) == 1u);
    BOOST_TEST(counted([&] { xt::noalias(c) = einsum("ij,jk->ik", xt::xtensor<double, 2>(xt::ones<double>({20, 20})), xt::xtensor<double, 2>(xt::ones<double>({20, 20}))); }) > 2u);
}

BOOST_AUTO_TEST_CASE(a_plan_follows_its_own_path)
{
    xt::xtensor<double, 2> a = {{1, 2}, {3, 4}}, b = {{0, 1}, {1, 1}};
    const std::vector<xeinsum::extents> shapes(3, {2, 2});
    const xt::xarray<double> expected = einsum("ij,jk,kl->il", a, b, a);
    for (const auto strategy : {xeinsum::path_strategy::automatic, xeinsum::path_strategy::left, xeinsum::path_strategy::greedy})
        BOOST_TEST((xeinsum::plan("ij,jk,kl->il", shapes, {.path = strategy})(a, b, a) == expected));
    const xeinsum::plan given("ij,jk,kl->il", shapes, {.path = xeinsum::contraction_path{{1, 2}, {0, 1}}});
    BOOST_TEST((given(a, b, a) == expected));
    BOOST_CHECK_THROW(given(a, b, xt::xtensor<double, 2>(xt::ones<double>({2, 3}))), xeinsum::shape_error);
    BOOST_CHECK_THROW(xeinsum::plan("ij,jk,kl->il", shapes)(a, b), xeinsum::subscript_error);
}

BOOST_AUTO_TEST_CASE(beyond_what_is_kept_in_place)
{
    // Nine labels, five operands, long strings: the general path, with the same result.
    const xt::xtensor<double, 9> nine = xt::ones<double>({1, 2, 1, 2, 1, 2, 1, 1, 1});
    BOOST_TEST((einsum("abcdefghi->b", nine) == xt::xtensor<double, 1>{4, 4}));
    const xt::xtensor<double, 1> v = {1, 2};
    BOOST_TEST((einsum("i,i,i,i,i->", v, v, v, v, v)()) == 33.0);
    const std::string spaces(40, ' ');
    BOOST_TEST((einsum("i," + spaces + "i" + spaces + "->", v, v)()) == 5.0);
    BOOST_TEST((einsum("abcdefghijklmnopqrstuvwxyz->z", xt::xarray<double>(xt::ones<double>(std::vector<std::size_t>(26, 1))))(0)) == 1.0);
}

BOOST_AUTO_TEST_SUITE_END()
