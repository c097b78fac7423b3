// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <array>
#include <complex>
#include <cstdint>
#include <limits>
#include <string>
#include <type_traits>
#include <vector>

#include <xeinsum/xeinsum.hpp>

#include "support/xtensor.hpp"

using xeinsum::einsum;

namespace
{
    const xt::xtensor<double, 2> a = {{1, 2, 3}, {4, 5, 6}};
    const xt::xtensor<double, 2> b = {{1, 0}, {2, 1}, {0, -1}};
    const xt::xtensor<double, 2> ab = {{5, -1}, {14, -1}};  // by hand

    /// A number with + and *: max-plus.
    struct tropical
    {
        double value = -1e300;
        friend tropical operator+(tropical x, tropical y) { return {std::max(x.value, y.value)}; }
        friend tropical operator*(tropical x, tropical y) { return {x.value + y.value}; }
    };

    template <class E>
    using value_of = typename std::decay_t<E>::value_type;
}

BOOST_AUTO_TEST_SUITE(einsum_suite)

BOOST_AUTO_TEST_CASE(four_ways_in)
{
    const xt::xtensor<double, 2> literal = einsum<"ij,jk->ik">(a, b);
    const xt::xarray<double> text = einsum("ij,jk->ik", a, b);
    const xt::xarray<double> list = einsum("ij,jk->ik", std::vector<xt::xarray<double>>{a, b});
    const xt::xarray<double> integers = einsum(xeinsum::equation({{0, 1}, {1, 2}}, {0, 2}), a, b);
    BOOST_TEST((literal == ab));
    BOOST_TEST((text == ab));
    BOOST_TEST((list == ab));
    BOOST_TEST((integers == ab));
}

BOOST_AUTO_TEST_CASE(static_rank_of_the_result)
{
    using two = std::array<std::size_t, 2>;
    static_assert(std::is_same_v<decltype(einsum<"ij,jk->ik">(a, b))::shape_type, two>);
    static_assert(std::is_same_v<decltype(einsum<"...j,jk->...k">(a, b))::shape_type, two>);
    const xt::xarray<double> dynamic = a;
    static_assert(std::is_same_v<decltype(einsum<"ij,jk->ik">(dynamic, b))::shape_type, two>);
    static_assert(std::is_same_v<decltype(einsum<"...j,jk->...k">(dynamic, b))::shape_type, xt::dynamic_shape<std::size_t>>);
    BOOST_TEST((einsum<"...j,jk->...k">(dynamic, b) == ab));
}

BOOST_AUTO_TEST_CASE(operands_of_every_kind)
{
    BOOST_TEST((einsum<"ij,jk->ik">(xt::xarray<double>(a), b) == ab));
    const xt::xtensor<double, 2, xt::layout_type::column_major> column = a;
    BOOST_TEST((einsum<"ij,jk->ik">(column, b) == ab));
    const xt::xtensor_fixed<double, xt::xshape<2, 3>> fixed = a;
    BOOST_TEST((einsum<"ij,jk->ik">(fixed, b) == ab));
    BOOST_TEST((einsum<"ji,jk->ik">(xt::transpose(a), b) == ab));
    std::vector<double> memory{1, 2, 3, 4, 5, 6};
    BOOST_TEST((einsum<"ij,jk->ik">(xt::adapt(memory, std::vector<std::size_t>{2, 3}), b) == ab));
    BOOST_TEST((einsum<"ij,jk->ik">(xt::adapt(memory.data(), 6, xt::no_ownership(), std::array<std::size_t, 2>{2, 3}), b) == ab));
    BOOST_TEST((einsum<"ij,jk->ik">(a + 0.0, 1.0 * b) == ab));                // unevaluated arithmetic
    BOOST_TEST((einsum<"ij,jk->ik">(xt::cast<int>(a), b) == ab));             // another value type
    BOOST_TEST((einsum<"ij,jk->ik">(xt::broadcast(xt::xtensor<double, 1>{1, 1, 1}, {2, 3}), b)(0, 0) == 3));
    BOOST_TEST((einsum<"ij,jk->ik">(einsum<"ij,jk->ik">(a, b), a)(0, 0)) == 5.0 * 1 - 4);  // an einsum of an einsum
}

BOOST_AUTO_TEST_CASE(views)
{
    const xt::xtensor<double, 2> big = {{0, 1, 0, 2, 0, 3}, {9, 9, 9, 9, 9, 9}, {0, 4, 0, 5, 0, 6}};
    BOOST_TEST((einsum<"ij,jk->ik">(xt::view(big, xt::range(0, 3, 2), xt::range(1, 6, 2)), b) == ab));
    BOOST_TEST((einsum<"ij,jk->ik">(xt::strided_view(big, {xt::range(0, 3, 2), xt::range(1, 6, 2)}), b) == ab));
    BOOST_TEST((einsum<"ij,jk->ik">(xt::view(big, xt::keep(0, 2), xt::keep(1, 3, 5)), b) == ab));   // no strides
    const xt::xtensor<double, 2> mirrored = xt::flip(a, 1);
    BOOST_TEST((einsum<"ij,jk->ik">(xt::flip(mirrored, 1), b) == ab));                              // negative stride
    BOOST_TEST((einsum<"j,jk->k">(xt::view(a, 1, xt::all()), b) == xt::view(ab, 1, xt::all())));
    BOOST_TEST((einsum<"aij,jk->aik">(xt::view(a, xt::newaxis(), xt::all(), xt::all()), b).shape(0)) == 1u);
    xt::xtensor<double, 2> writable = big;
    auto block = xt::view(writable, xt::range(0, 2), xt::range(0, 3));
    BOOST_TEST((einsum<"ij,jk->ik">(block, b)(1, 0) == 9 + 18));
}

BOOST_AUTO_TEST_CASE(scalars)
{
    BOOST_TEST((einsum<",->">(2.0, 3.0)()) == 6.0);
    BOOST_TEST((einsum<",ij->ij">(2.0, a) == 2.0 * a));
    BOOST_TEST((einsum("ij,->ij", a, 2.0) == 2.0 * a));
    BOOST_TEST((einsum<"ij,ij->">(a, a)()) == 91.0);
    BOOST_TEST((einsum<"i,->i">(xt::xtensor<float, 1>{1, 2}, 0.5)(1)) == 1.0f);
    static_assert(std::is_same_v<value_of<decltype(einsum<"i,->i">(xt::xtensor<float, 1>{1, 2}, 0.5))>, float>);
    BOOST_TEST((einsum("", xt::xarray<double>(3.0))()) == 3.0);
}

BOOST_AUTO_TEST_CASE(mixed_value_types)
{
    const xt::xtensor<std::int32_t, 2> ints = {{1, 2, 3}, {4, 5, 6}};
    const xt::xtensor<float, 2> floats = b;
    static_assert(std::is_same_v<value_of<decltype(einsum<"ij,jk->ik">(ints, floats))>, double>);
    BOOST_TEST((einsum<"ij,jk->ik">(ints, floats) == ab));
    using complex = std::complex<double>;
    const xt::xtensor<complex, 2> i_times_b = xt::cast<complex>(b) * complex(0, 1);
    BOOST_TEST((einsum<"ij,jk->ik">(a, i_times_b)(1, 0) == complex(0, 14)));
    static_assert(std::is_same_v<value_of<decltype(einsum<"i,i->">(xt::xtensor<std::int8_t, 1>{}, xt::xtensor<std::uint8_t, 1>{}))>, std::int16_t>);
}

BOOST_AUTO_TEST_CASE(complex_is_not_conjugated)
{
    using complex = std::complex<float>;
    const xt::xtensor<complex, 1> i = {complex(0, 1)};
    BOOST_TEST((einsum<"i,i->">(i, i)() == complex(-1, 0)));
    BOOST_TEST((einsum<"i,i->">(i, xt::conj(i))() == complex(1, 0)));
}

BOOST_AUTO_TEST_CASE(integers_wrap_and_bool_is_or_of_ands)
{
    const xt::xtensor<std::int8_t, 1> big = {100, 100};
    BOOST_TEST(static_cast<int>(einsum<"i,i->">(big, big)()) == static_cast<int>(static_cast<std::int8_t>(20000)));
    const xt::xtensor<std::uint16_t, 1> u = {65535};
    BOOST_TEST((einsum<"i,i->i">(u, u)(0)) == static_cast<std::uint16_t>(65535u * 65535u));
    const xt::xtensor<std::int64_t, 1> wide = {std::int64_t{1} << 62, std::int64_t{1} << 62};
    BOOST_TEST((einsum<"i->">(wide)()) == std::numeric_limits<std::int64_t>::min());
    const xt::xtensor<bool, 2> adjacency = {{false, true}, {false, false}};
    const xt::xtensor<bool, 2> reach = einsum<"ij,kj->ik">(adjacency, adjacency);
    BOOST_TEST((reach == xt::xtensor<bool, 2>{{true, false}, {false, false}}));
    BOOST_TEST((einsum<"ij->">(adjacency)()) == true);
}

BOOST_AUTO_TEST_CASE(types_of_the_users_own)
{
    xt::xtensor<tropical, 2> d = {{{0}, {2}}, {{5}, {0}}};
    const xt::xtensor<tropical, 2> two = einsum<"ij,jk->ik">(d, d);
    BOOST_TEST(two(0, 0).value == 7);   // max(0 + 0, 2 + 5)
    BOOST_TEST(two(0, 1).value == 2);
    const xt::xtensor<long double, 1> l = {1.0L, 2.0L};
    BOOST_TEST((einsum<"i,i->">(l, l)()) == 5.0L);
}

BOOST_AUTO_TEST_CASE(errors_come_at_the_call)
{
    BOOST_CHECK_THROW((einsum<"ij,jk->ik">(a, a)), xeinsum::shape_error);
    BOOST_CHECK_THROW(einsum("ij,jk->il", a, b), xeinsum::subscript_error);
    BOOST_CHECK_THROW(einsum("ij,jk->ik", a), xeinsum::subscript_error);
    BOOST_CHECK_THROW(einsum("ijk->ik", a), xeinsum::shape_error);
    BOOST_CHECK_THROW(einsum("", std::vector<xt::xarray<double>>{}), xeinsum::subscript_error);
    // The subscripts are quoted as they were written.
    const auto quotes = [](const xeinsum::subscript_error& e) {
        return std::string(e.what()).starts_with("einsum \"ij , jk -> ik\": the subscripts have 2 terms but there is 1 operand");
    };
    BOOST_CHECK_EXCEPTION(einsum("ij , jk -> ik", a), xeinsum::subscript_error, quotes);
    BOOST_CHECK_EXCEPTION(einsum("ij , jk -> ik", std::vector<xt::xarray<double>>{a}), xeinsum::subscript_error, quotes);
    BOOST_CHECK_EXCEPTION(xeinsum::plan("ij , jk -> ik", {{2, 3}}), xeinsum::subscript_error, quotes);
    const xt::xarray<double> dynamic = xt::ones<double>({2, 3, 4});
    BOOST_CHECK_THROW((einsum<"ij->i">(dynamic)), xeinsum::shape_error);
}

BOOST_AUTO_TEST_CASE(plans_are_callable)
{
    const xeinsum::plan p("ij,jk,kl->il", {{2, 3}, {3, 2}, {2, 3}}, {.path = xeinsum::path_strategy::left});
    const xt::xarray<double> abc = p(a, b, a);
    BOOST_TEST((abc == einsum<"ij,jk->ik">(ab, a)));
    const xt::xtensor<double, 2, xt::layout_type::column_major> column = a;  // not as planned: lowered anew
    BOOST_TEST((p(column, b, column) == abc));
    const xt::xtensor<float, 2> single = a;                                  // another type: promoted
    BOOST_TEST((p(single, b, a) == abc));
    BOOST_CHECK_EXCEPTION(p(a, a, a), xeinsum::shape_error, [](const xeinsum::shape_error& e) {
        return std::string(e.what()) == "einsum \"ij,jk,kl->il\": operand 1 has shape 2x3, but the plan or expression was made for 3x2";
    });
    BOOST_CHECK_THROW(p(a, b), xeinsum::subscript_error);
}

BOOST_AUTO_TEST_SUITE_END()
