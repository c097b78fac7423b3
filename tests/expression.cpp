// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include <boost/test/unit_test.hpp>

#include <cmath>
#include <complex>
#include <cstddef>
#include <numeric>
#include <string>
#include <thread>
#include <vector>

#include <xeinsum/einsum.hpp>

#include "support/xtensor.hpp"

using xeinsum::einsum;

namespace
{
    const xt::xtensor<double, 2> a = {{1, 2, 3}, {4, 5, 6}};
    const xt::xtensor<double, 2> b = {{1, 0}, {2, 1}, {0, -1}};
    const xt::xtensor<double, 2> ab = {{5, -1}, {14, -1}};  // by hand

    /// A number that counts how often it is multiplied.
    struct counted
    {
        static inline std::size_t products = 0;
        int value = 0;
        friend counted operator+(counted x, counted y) { return {x.value + y.value}; }
        friend counted operator*(counted x, counted y)
        {
            ++products;
            return {x.value * y.value};
        }
    };
}

BOOST_AUTO_TEST_SUITE(expression)

BOOST_AUTO_TEST_CASE(assignment_to_containers)
{
    xt::xtensor<double, 2> c;
    c = einsum<"ij,jk->ik">(a, b);
    BOOST_TEST((c == ab));
    xt::xarray<double, xt::layout_type::column_major> column;
    xt::noalias(column) = einsum<"ij,jk->ik">(a, b);
    BOOST_TEST((column == ab));
    xt::xtensor_fixed<double, xt::xshape<2, 2>> fixed;
    xt::noalias(fixed) = einsum<"ij,jk->ik">(a, b);
    BOOST_TEST((fixed == ab));
    xt::xtensor<float, 2> other_type = einsum<"ij,jk->ik">(a, b);
    BOOST_TEST((other_type == xt::cast<float>(ab)));
    xt::xarray<double, xt::layout_type::dynamic> dynamic;
    dynamic.resize(std::vector<std::size_t>{2, 2}, xt::layout_type::column_major);
    xt::noalias(dynamic) = einsum<"ij,jk->ik">(a, b);
    BOOST_TEST((dynamic == ab));
}

BOOST_AUTO_TEST_CASE(assignment_to_what_was_moved_from)
{
    xt::xtensor<double, 2> c = xt::zeros<double>({2, 2});
    const xt::xtensor<double, 2> taken = std::move(c);
    xt::noalias(c) = einsum<"ij,jk->ik">(a, b);  // its shape is still 2 x 2, its memory gone
    BOOST_TEST((c == ab));
    BOOST_TEST((taken == xt::zeros<double>({2, 2})));
}

BOOST_AUTO_TEST_CASE(assignment_writes_where_the_container_is)
{
    xt::xtensor<double, 2> c = xt::zeros<double>({2, 2});
    const double* const before = c.data();
    xt::noalias(c) = einsum<"ij,jk->ik">(a, b);
    BOOST_TEST(c.data() == before);
    BOOST_TEST((c == ab));
}

BOOST_AUTO_TEST_CASE(assignment_to_views_and_adaptors)
{
    xt::xtensor<double, 2> big = xt::zeros<double>({4, 4});
    xt::view(big, xt::range(1, 3), xt::range(0, 4, 2)) = einsum<"ij,jk->ik">(a, b);
    BOOST_TEST((big == xt::xtensor<double, 2>{{0, 0, 0, 0}, {5, 0, -1, 0}, {14, 0, -1, 0}, {0, 0, 0, 0}}));
    xt::noalias(xt::view(big, 0, xt::range(0, 2))) = einsum<"ij->i">(a);
    BOOST_TEST(big(0, 1) == 15.0);
    std::vector<double> memory(4, -1.0);
    auto adapted = xt::adapt(memory, std::vector<std::size_t>{2, 2});
    xt::noalias(adapted) = einsum<"ij,jk->ik">(a, b);
    BOOST_TEST(memory == (std::vector<double>{5, -1, 14, -1}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(destinations_that_do_not_fit)
{
    xt::xtensor_fixed<double, xt::xshape<3, 3>> fixed = xt::ones<double>({3, 3});
    BOOST_CHECK_THROW((xt::noalias(fixed) = einsum<"ij,jk->ik">(a, b)), xeinsum::shape_error);
    BOOST_TEST(fixed(0, 0) == 1.0);  // nothing was written
    xt::xtensor<double, 2> matrix = ab;
    BOOST_CHECK_EXCEPTION(xt::noalias(matrix) = einsum("ij->i", a), xeinsum::shape_error, [](const xeinsum::shape_error& e) {
        return e.code() == xeinsum::shape_errc::result_mismatch;
    });
    BOOST_TEST((matrix == ab));
}

BOOST_AUTO_TEST_CASE(views_that_do_not_fit)
{
    // xtensor takes the extent of 1 for one that broadcasts, and writes beyond the view.
    std::vector<double> memory(40, 7.0);
    auto row = xt::adapt(memory.data(), 6, xt::no_ownership(), std::vector<std::size_t>{1, 6});
    const xt::xtensor<double, 2> x = xt::ones<double>({5, 4}), y = xt::ones<double>({4, 6});
    auto v = xt::view(row, xt::all(), xt::all());
    const auto is_refused = [](const xeinsum::shape_error& e) {
        return std::string(e.what()) == "einsum: the value has shape 5x6, which does not broadcast to the destination's, 1x6";
    };
    BOOST_CHECK_EXCEPTION((v = einsum<"ij,jk->ik">(x, y)), xeinsum::shape_error, is_refused);
    BOOST_CHECK_EXCEPTION(v = einsum("ij,jk->ik", x, y), xeinsum::shape_error, is_refused);
    BOOST_CHECK_EXCEPTION((v = 2.0 * einsum<"ij,jk->ik">(x, y)), xeinsum::shape_error, is_refused);
    BOOST_CHECK_EXCEPTION((v += einsum<"ij,jk->ik">(x, y)), xeinsum::shape_error, is_refused);
    BOOST_CHECK_EXCEPTION((v -= einsum<"ij,jk->ik">(x, y)), xeinsum::shape_error, is_refused);
    const auto e = einsum<"ij,jk->ik">(x, y);
    BOOST_CHECK_EXCEPTION(v = xt::sin(e), xeinsum::shape_error, is_refused);
    BOOST_CHECK_EXCEPTION(v = e * e, xeinsum::shape_error, is_refused);
    BOOST_CHECK_EXCEPTION(v += xt::sin(e), xeinsum::shape_error, is_refused);
    BOOST_CHECK_EXCEPTION(v -= e * e, xeinsum::shape_error, is_refused);
    BOOST_TEST(memory == std::vector<double>(40, 7.0), boost::test_tools::per_element());
    // What broadcasts does.
    v += einsum<"ij->j">(y);
    BOOST_TEST(row(0, 5) == 11.0);
    xt::xtensor<double, 2> c = xt::zeros<double>({3, 6});
    xt::view(c, xt::range(1, 3), xt::all()) = einsum("ij->j", y);
    BOOST_TEST(c(0, 5) == 0.0);
    BOOST_TEST(c(2, 5) == 4.0);
}

// What a container holds is gone when it takes another shape: what is read of it is read before.
BOOST_AUTO_TEST_CASE(destinations_that_are_read_and_take_another_shape)
{
    const xt::xtensor<double, 2> b = {{1, 0, 1}, {0, 1, 1}}, start = xt::arange<double>(1, 17).reshape({4, 4});
    const xt::xtensor<double, 2> product = {{11, 12, 23}, {15, 16, 31}};
    const auto corner = [](auto& c) { return xt::view(c, xt::range(2, 4), xt::range(2, 4)); };
    const auto check = [&](auto type, const auto& assign, const xt::xtensor<double, 2>& expected) {
        decltype(type) c = start;
        assign(c);
        BOOST_TEST((c == expected));
    };
    const auto check_all = [&](auto type) {
        check(type, [&](auto& c) { xt::noalias(c) = einsum<"ij,jk->ik">(corner(c), b); }, product);
        check(type, [&](auto& c) { xt::noalias(c) = 1.0 * einsum<"ij,jk->ik">(corner(c), b); }, product);
        check(type, [&](auto& c) { xt::noalias(c) = -einsum("ij,jk->ik", corner(c), b); }, -product);
        check(type, [&](auto& c) { xt::noalias(c) = einsum<"ij,jk->ik">(corner(c), b) / 2.0 + einsum("ij,jk->ik", corner(c), b); }, 1.5 * product);
        check(type, [&](auto& c) { xt::noalias(c) = einsum<"ij,jk->ik">(corner(c), b) - xt::ones<double>({2, 3}); }, product - 1.0);
        check(type, [&](auto& c) { xt::noalias(c) = xt::ones<double>({2, 3}) * einsum<"ij,jk->ik">(corner(c), b); }, product);
        check(type, [&](auto& c) { c = 2.0 * einsum<"ij,jk->ik">(corner(c), b); }, 2.0 * product);
    };
    check_all(xt::xtensor<double, 2>());
    check_all(xt::xarray<double>());
    check_all(xt::xtensor<double, 2, xt::layout_type::column_major>());

    // Operands that are no memory are evaluated before.
    xt::xtensor<double, 2> sum = start;
    xt::noalias(sum) = einsum<"ij,jk->ik">(corner(sum) + 0.0, b);
    BOOST_TEST((sum == product));

    xt::xtensor<double, 2> t = {{1, 2, 3}, {4, 5, 6}};
    xt::noalias(t) = 2.0 * einsum<"ij->ji">(t);
    BOOST_TEST((t == xt::xtensor<double, 2>{{2, 8}, {4, 10}, {6, 12}}));

    xt::xtensor<double, 2> row = {{1, 2}};
    xt::noalias(row) = 2.0 * einsum<"ij,ik->jk">(row, row) + row;  // and an addend that broadcasts
    BOOST_TEST((row == xt::xtensor<double, 2>{{3, 6}, {5, 10}}));
}

BOOST_AUTO_TEST_CASE(numbers_are_added_where_the_destination_lies)
{
    const xt::xtensor<double, 2> x = {{1, 2}, {3, 4}}, one = {{1, 0}, {0, 1}};
    std::vector<double> memory(12, 9.0);
    auto strided = xt::adapt(memory.data(), 4, xt::no_ownership(), std::vector<std::size_t>{2, 2}, std::vector<std::size_t>{4, 1});
    xt::noalias(strided) = einsum<"ij,jk->ik">(x, one) + 0.5;
    BOOST_TEST(memory == (std::vector<double>{1.5, 2.5, 9, 9, 3.5, 4.5, 9, 9, 9, 9, 9, 9}), boost::test_tools::per_element());
    xt::noalias(strided) = 1.5 - einsum("ij,jk->ik", x, one);
    BOOST_TEST(memory == (std::vector<double>{0.5, -0.5, 9, 9, -1.5, -2.5, 9, 9, 9, 9, 9, 9}), boost::test_tools::per_element());
    xt::xtensor<double, 2, xt::layout_type::column_major> column({2, 2});
    xt::noalias(column) = einsum<"ij,jk->ik">(x, one) + 0.5;
    BOOST_TEST((column == x + 0.5));
    xt::xtensor<double, 2> c = xt::zeros<double>({3, 4});
    auto v = xt::view(c, xt::range(1, 3), xt::range(0, 4, 2));
    xt::noalias(v) = einsum<"ij,jk->ik">(x, one) + 2;
    BOOST_TEST((c == xt::xtensor<double, 2>{{0, 0, 0, 0}, {3, 0, 4, 0}, {5, 0, 6, 0}}));
}

BOOST_AUTO_TEST_CASE(products_of_elements_that_do_not_fit)
{
    const xt::xtensor<double, 2> x = {{1, 2, 3}, {4, 5, 6}}, y = {{1, 0}, {0, 1}, {1, 1}}, d = {{1, 1}, {2, 2}};
    xt::xtensor_fixed<double, xt::xshape<2, 3>> fixed;
    fixed.fill(7);
    BOOST_CHECK_THROW((xt::noalias(fixed) = d * einsum<"ij,jk->ik">(x, y)), xeinsum::shape_error);
    BOOST_TEST((fixed == 7.0 * xt::ones<double>({2, 3})));
}

BOOST_AUTO_TEST_CASE(composition)
{
    xt::xtensor<double, 2> c = ab;
    c += einsum<"ij,jk->ik">(a, b);
    BOOST_TEST((c == 2.0 * ab));
    c -= 0.5 * einsum<"ij,jk->ik">(a, b);
    BOOST_TEST((c == 1.5 * ab));
    c = 2.0 * einsum<"ij,jk->ik">(a, b) + c;
    BOOST_TEST((c == 3.5 * ab));
    const xt::xarray<double> sums = xt::sum(einsum<"ij,jk->ik">(a, b) + ab, {0});
    BOOST_TEST((sums == xt::xarray<double>{38, -4}));
    BOOST_TEST((-einsum<"ij,jk->ik">(a, b) == -ab));
    BOOST_TEST((xt::transpose(einsum<"ij,jk->ik">(a, b))(0, 1)) == 14.0);
}

BOOST_AUTO_TEST_CASE(an_operand_is_the_destination)
{
    xt::xtensor<double, 2> c = {{1, 2}, {3, 4}};
    c = einsum<"ij,jk->ik">(c, c);
    BOOST_TEST((c == xt::xtensor<double, 2>{{7, 10}, {15, 22}}));
    c += einsum<"ij->ji">(c);
    BOOST_TEST((c == xt::xtensor<double, 2>{{14, 25}, {25, 44}}));
}

BOOST_AUTO_TEST_CASE(reading)
{
    const auto e = einsum<"ij,jk->ik">(a, b);
    BOOST_TEST(e.dimension() == 2u);
    BOOST_TEST(e.shape(0) == 2u);
    BOOST_TEST(e.size() == 4u);
    BOOST_TEST(e(1, 0) == 14.0);
    BOOST_TEST(e.at(0, 1) == -1.0);
    BOOST_TEST((e[{1, 1}]) == -1.0);
    BOOST_TEST(*e.begin() == 5.0);
    BOOST_TEST(std::accumulate(e.begin(), e.end(), 0.0) == 17.0);
    const auto trace = einsum<"ii->">(ab);
    BOOST_TEST(trace.dimension() == 0u);
    BOOST_TEST(trace() == 4.0);
    xt::xarray<double> nought = trace;
    BOOST_TEST(nought() == 4.0);
    xt::xtensor<double, 0> static_nought = trace;
    BOOST_TEST(static_nought() == 4.0);
}

BOOST_AUTO_TEST_CASE(temporaries_are_owned)
{
    const auto make = [] { return einsum<"ij,jk->ik">(xt::xtensor<double, 2>(a), xt::eval(b + 0.0)); };
    const auto e = make();
    BOOST_TEST((e == ab));
}

BOOST_AUTO_TEST_CASE(lvalues_are_referred_to)
{
    xt::xtensor<double, 2> x = a;
    const auto e = einsum<"ij->ji">(x);
    x(0, 1) = 42;  // before the first access
    BOOST_TEST(e(1, 0) == 42.0);
}

BOOST_AUTO_TEST_CASE(a_resized_operand_of_a_sum_is_refused_before_anything_is_written)
{
    for (const std::size_t n : {std::size_t{3}, std::size_t{20}})
    {
        const xt::xarray<double> y = xt::ones<double>({n, n}), d = y;
        xt::xarray<double> x = y;
        const auto e = einsum<"ij,jk->ik">(x, y);
        const auto first = einsum("ij,jk->ik", y, y);
        x.resize({n + 1, n});
        xt::xarray<double> c = y;
        BOOST_CHECK_THROW(c += first + e, xeinsum::shape_error);
        BOOST_CHECK_THROW(xt::noalias(c) = first + e, xeinsum::shape_error);
        BOOST_CHECK_THROW(xt::noalias(c) = 3.0 * c + first + e, xeinsum::shape_error);
        BOOST_CHECK_THROW(xt::noalias(c) = e + 2.0 * d, xeinsum::shape_error);
        BOOST_TEST((c == y));
        xt::xarray<double> other = xt::ones<double>({n + 3, n});
        BOOST_CHECK_THROW(xt::noalias(other) = first + e, xeinsum::shape_error);
        BOOST_CHECK_THROW(xt::noalias(other) = e, xeinsum::shape_error);
        BOOST_TEST((other == xt::ones<double>({n + 3, n})));
    }
    // Labels that no short form takes.
    const xt::xarray<double> y = xt::ones<double>({2, 2}), z = xt::ones<double>({1, 2});
    xt::xarray<double> x = y;
    const auto e = einsum("...j,jk->...k", x, y), first = einsum("...j,jk->...k", y, y), broadcasts = einsum("ij,ij->ij", y, z);
    x.resize({3, 2});
    xt::xarray<double> c = y;
    BOOST_CHECK_THROW(c += first + e, xeinsum::shape_error);
    BOOST_TEST((c == y));
    c += first + broadcasts;
    BOOST_TEST((c == xt::xarray<double>{{4, 4}, {4, 4}}));
}

BOOST_AUTO_TEST_CASE(a_resized_operand_within_a_function_is_refused_before_anything_is_written)
{
    for (const std::size_t n : {std::size_t{3}, std::size_t{20}})
    {
        const xt::xarray<double> y = xt::ones<double>({n, n}), d = y, row = xt::ones<double>({n}), before = 5.0 * y;
        xt::xarray<double> x = y;
        const auto e = einsum<"ij,jk->ik">(x, y);
        const auto f = einsum("ij,jk->ik", y, y);
        const auto h = einsum("ij->j", x);
        x.resize({n + 1, n});
        const auto refuses = [&](auto&& what) {
            xt::xarray<double> c = before, other = xt::ones<double>({n + 3, n});
            BOOST_CHECK_THROW(xt::noalias(c) = what, xeinsum::shape_error);
            BOOST_CHECK_THROW(c += what, xeinsum::shape_error);
            BOOST_CHECK_THROW(xt::noalias(other) = what, xeinsum::shape_error);
            BOOST_CHECK_THROW(xt::noalias(other) = f + what, xeinsum::shape_error);
            BOOST_TEST((c == before));
            BOOST_TEST((other == xt::ones<double>({n + 3, n})));
        };
        const auto refuses_everywhere = [&](auto&& what) {
            refuses(what);
            xt::xarray<double> c = before, view_of = before;
            auto view = xt::view(view_of, xt::all(), xt::all());
            BOOST_CHECK_THROW(c = what, xeinsum::shape_error);
            BOOST_CHECK_THROW(xt::noalias(c) += what, xeinsum::shape_error);
            BOOST_CHECK_THROW(xt::noalias(c) = 3.0 * c + what, xeinsum::shape_error);
            BOOST_CHECK_THROW(view = what, xeinsum::shape_error);
            BOOST_CHECK_THROW(xt::noalias(view) -= what, xeinsum::shape_error);
            BOOST_CHECK_THROW((xt::xtensor<double, 2>(what)), xeinsum::shape_error);
            BOOST_TEST((c == before));
            BOOST_TEST((view_of == before));
        };
        refuses_everywhere(d * e);
        refuses_everywhere(d * xt::broadcast(h, {n, n}));
        refuses_everywhere(f + einsum("ij->ji", xt::sin(e) * d));
        refuses(e / d);
        refuses(xt::sin(e));
        refuses(xt::maximum(f, e) * 2.0);
        refuses(xt::where(d > 0.0, e, f));
        refuses(einsum<"ij,ij->ij">(e, d));
        xt::xarray<double> c = before;
        BOOST_CHECK_THROW(xt::noalias(c) = f + row * xt::exp(h), xeinsum::shape_error);  // a row, which broadcasts
        BOOST_CHECK_THROW(xt::noalias(c) = xt::broadcast(xt::sin(h), {n, n}), xeinsum::shape_error);
        BOOST_TEST((c == before));
    }
}

BOOST_AUTO_TEST_CASE(what_has_its_result_needs_its_operands_no_more)
{
    xt::xtensor<double, 2> x = a;
    const auto e = einsum<"ij,jk->ik">(x, b);
    BOOST_TEST(e(0, 0) == 5.0);
    x.resize({1, 1});
    xt::xarray<double> c, s = xt::ones<double>({2, 2});
    xt::noalias(c) = e;
    BOOST_TEST((c == ab));
    xt::noalias(s) = 2.0 * e + s;
    BOOST_TEST((s == 2.0 * ab + 1.0));
    xt::noalias(s) = xt::abs(e) * s;
    BOOST_TEST((s == xt::abs(ab) * (2.0 * ab + 1.0)));
    xt::noalias(c) = einsum<"ij->ji">(e);
    BOOST_TEST((c == xt::transpose(ab)));
}

BOOST_AUTO_TEST_CASE(numbers_of_fixed_shape)
{
    const xt::xtensor_fixed<double, xt::xshape<3>> v = {1, 2, 3};
    xt::xtensor<double, 0> q;
    q = 2.0 * einsum<"i,i->">(v, v);
    BOOST_TEST(q() == 28.0);
    xt::noalias(q) = xt::sqrt(einsum<"i->">(v) + 3.0);
    BOOST_TEST(q() == 3.0);
    xt::xtensor_fixed<double, xt::xshape<>> fixed;
    fixed = 2.0 * einsum<"i,i->">(v, v) + q;
    BOOST_TEST(fixed() == 31.0);
    fixed += einsum<"i->">(v) * q;
    BOOST_TEST(fixed() == 49.0);
    const xt::xtensor_fixed<double, xt::xshape<1>> one = {2};
    BOOST_CHECK_THROW(xt::noalias(q) = 2.0 * einsum<"i,i->i">(one, one), xeinsum::shape_error);  // one value, but an axis
    BOOST_TEST(q() == 3.0);
    xt::xtensor_fixed<double, xt::xshape<3, 3>> square;
    square = xt::abs(einsum<"i,j->ij">(v, -v)) * 2.0;
    BOOST_TEST(square(1, 2) == 12.0);
}

BOOST_AUTO_TEST_CASE(parts_of_complex_einsums)
{
    using complex = std::complex<double>;
    const xt::xtensor<complex, 2> x = {{{1, 2}, {0, 1}}}, y = {{{2, 0}}, {{0, 3}}};
    const auto e = einsum<"ij,jk->ik">(x, y);  // (1 + 2i) * 2 + i * 3i = -1 + 4i
    const xt::xtensor<double, 2> re = xt::real(e), im = xt::imag(e);
    BOOST_TEST(re(0, 0) == -1.0);
    BOOST_TEST(im(0, 0) == 4.0);
    const xt::xarray<double> twice = 2.0 * xt::imag(e) + xt::real(e);
    BOOST_TEST(twice(0, 0) == 7.0);
    const xt::xarray<complex> conjugate = xt::conj(e);
    BOOST_TEST(conjugate(0, 0) == complex(-1, -4));
    BOOST_TEST(einsum<"ij,jk->ik">(a, b).flat(2) == 14.0);
}

BOOST_AUTO_TEST_CASE(functions_read_what_they_give_another_shape)
{
    for (const std::size_t n : {std::size_t{3}, std::size_t{20}})
    {
        const xt::xarray<double> ones = xt::ones<double>({n, n}), pair = xt::ones<double>({n, n + 1});
        const double size = static_cast<double>(n);
        xt::xarray<double> c = 2.0 * ones;
        xt::noalias(c) = xt::sqrt(einsum<"ij,jk->ik">(c, pair));
        BOOST_TEST(xt::allclose(c, std::sqrt(2.0 * size) * pair));
        xt::xarray<double> s = 2.0 * ones;
        xt::noalias(s) = xt::abs(einsum<"ij->">(s)) - s(0, 1);
        BOOST_TEST(s.dimension() == 0u);
        BOOST_TEST(s() == 2.0 * size * size - 2.0);
        xt::xarray<double> r = xt::ones<double>({n});
        const auto e = einsum<"ij,jk->ik">(ones, ones);
        xt::noalias(r) = r * e;  // r broadcasts, and is read
        BOOST_TEST((r == size * ones));
    }
}

BOOST_AUTO_TEST_CASE(functions_that_do_not_fit_are_refused)
{
    const auto e = einsum<"ij,jk->ik">(a, b);
    xt::xtensor_fixed<double, xt::xshape<2, 3>> fixed = a;
    BOOST_CHECK_THROW(xt::noalias(fixed) = xt::sin(e), xeinsum::shape_error);
    BOOST_CHECK_THROW(xt::noalias(fixed) = e * ab, xeinsum::shape_error);
    BOOST_TEST((fixed == a));
    const auto any = einsum("ij,jk->ik", a, b);
    xt::xtensor<double, 1> vector = {1, 2};
    BOOST_CHECK_THROW(xt::noalias(vector) = xt::sin(any), xeinsum::shape_error);
    BOOST_CHECK_THROW(vector = any * any, xeinsum::shape_error);
    BOOST_TEST((vector == xt::xtensor<double, 1>{1, 2}));
}

BOOST_AUTO_TEST_CASE(a_vector_of_operands_that_grew_is_refused)
{
    for (const std::size_t n : {std::size_t{2}, std::size_t{30}})
    {
        std::vector<xt::xarray<double>> operands(2, xt::ones<double>({n, n}));
        const auto e = einsum("ij,jk->ik", operands);
        const auto sum = 2.0 * e;
        xt::xarray<double> c = xt::zeros<double>({n, n});
        for (const std::size_t count : {std::size_t{1}, std::size_t{3}, std::size_t{9}})
        {
            operands.resize(count, operands[0]);
            BOOST_CHECK_THROW(xt::noalias(c) = e, xeinsum::subscript_error);
            BOOST_CHECK_THROW(xt::noalias(c) = sum, xeinsum::subscript_error);
            BOOST_CHECK_THROW(c += e + sum, xeinsum::subscript_error);
        }
        BOOST_TEST((c == 0.0 * c));
        operands.resize(2);
        xt::noalias(c) = e;
        BOOST_TEST(c(0, 1) == static_cast<double>(n));
    }
}

BOOST_AUTO_TEST_CASE(a_resized_operand_is_refused)
{
    xt::xtensor<double, 2> x = a;
    const auto e = einsum<"ij->ji">(x);
    x.resize({1, 1});
    BOOST_CHECK_EXCEPTION((xt::xarray<double>(e)), xeinsum::shape_error, [](const xeinsum::shape_error& error) {
        return std::string(error.what()) == "einsum \"ij->ji\": operand 0 has shape 1x1, but the plan or expression was made for 2x3";
    });
}

BOOST_AUTO_TEST_CASE(computed_once)
{
    const xt::xtensor<counted, 1> x = {counted{2}, counted{3}};
    counted::products = 0;
    const auto e = einsum<"i,i->">(x, x);
    BOOST_TEST(counted::products == 0u);  // nothing before it is needed
    const auto copy = e;
    BOOST_TEST(e().value == 13);
    BOOST_TEST(e().value == 13);
    BOOST_TEST(copy().value == 13);       // copies share the result
    const xt::xtensor<counted, 0> assigned = e;
    BOOST_TEST(assigned().value == 13);
    BOOST_TEST(counted::products == 2u);
}

BOOST_AUTO_TEST_CASE(unevaluated_operands_are_evaluated_once)
{
    std::size_t evaluations = 0;
    const auto slow = xt::make_lambda_xfunction(
        [&evaluations](double x) {
            ++evaluations;
            return x;
        },
        a);
    const xt::xtensor<double, 2> c = einsum<"ij,jk->ik">(slow, b);
    BOOST_TEST((c == ab));
    BOOST_TEST(evaluations == a.size());
}

BOOST_AUTO_TEST_CASE(numbers_as_operands)
{
    const xt::xtensor<bool, 1> p = {true, false};
    BOOST_TEST((einsum<",i->i">(true, p) == p));
    BOOST_TEST((einsum(",i->i", false, p) == xt::xtensor<bool, 1>{false, false}));
    const xt::xtensor<long double, 1> q = {1, 2};
    BOOST_TEST((einsum<"i,->i">(q, 3.0L) == 3.0L * q));
    using number = std::complex<long double>;
    xt::xtensor<number, 1> z = {number(1, 2), number(3, 4)};
    const xt::xtensor<number, 1> before = z, magnitudes = {number(5), number(25)};
    z += 2.0L * einsum<"i,i->i">(z, z);
    BOOST_TEST((z == xt::xtensor<number, 1>{number(-5, 10), number(-11, 52)}));
    z = before;
    xt::noalias(z) = einsum<"i,i->i">(xt::conj(z), z);
    BOOST_TEST((z == magnitudes));
}

BOOST_AUTO_TEST_CASE(threads_may_read_one_expression)
{
    const auto e = einsum<"ij,jk->ik">(a, b);
    std::vector<int> right(4, 0);
    std::vector<std::thread> threads;
    for (int& r : right) threads.emplace_back([&e, &r] { r = e(1, 0) == 14.0 && e(0, 0) == 5.0; });
    for (auto& t : threads) t.join();
    BOOST_TEST(right == std::vector<int>(4, 1), boost::test_tools::per_element());
}

/// Fixed shapes go straight into containers; what lies apart is written from an array.
BOOST_AUTO_TEST_CASE(fixed_shapes_into_views)
{
    const xt::xtensor_fixed<double, xt::xshape<2, 3>> x = {{1, 2, 3}, {4, 5, 6}};
    const xt::xtensor_fixed<double, xt::xshape<3, 2>> y = {{-2, -1}, {0, 1}, {2, 3}};
    xt::xtensor<double, 2> within = xt::ones<double>({4, 6});
    auto view = xt::view(within, xt::range(0, 4, 2), xt::range(0, 6, 3));
    xt::noalias(view) = einsum<"ij,jk->ik">(x, y);
    const xt::xtensor<double, 2> expected = {{4, 1, 1, 10, 1, 1}, {1, 1, 1, 1, 1, 1}, {4, 1, 1, 19, 1, 1}, {1, 1, 1, 1, 1, 1}};
    BOOST_TEST((within == expected));
    const xt::xtensor_fixed<double, xt::xshape<0, 3>> none;
    xt::xtensor<double, 2> empty = xt::ones<double>({0, 2});
    xt::noalias(empty) = 2 * einsum<"ij,jk->ik">(none, y);
    BOOST_TEST(empty.size() == 0u);
}

BOOST_AUTO_TEST_CASE(the_plan_that_runs)
{
    const xt::xtensor<double, 2> left = xt::ones<double>({20, 60}), right = xt::ones<double>({60, 40});
    const auto in_place = einsum<"ij,kj->ik">(left, xt::transpose(right)).plan();
    BOOST_TEST(in_place.copies() == 0u);
    BOOST_TEST(in_place.steps()[0].call.has_value());
    const xt::xtensor<double, 2> wide = xt::ones<double>({60, 80}), tall = xt::ones<double>({200, 80}), stepped_over = xt::ones<double>({80, 340});
    BOOST_TEST((einsum<"ij,jk->ik">(left, xt::view(wide, xt::all(), xt::range(2, 42))).plan().copies()) == 0u);
    const auto stepped = einsum<"ij,jk->ik">(tall, xt::view(stepped_over, xt::all(), xt::range(0, 340, 2))).plan();
    BOOST_TEST(stepped.copies() == 0u);  // read by tiles
    BOOST_TEST(stepped.steps()[0].tiles.has_value());
    const auto tiny = einsum<"ij,jk->ik">(a, b).plan();
    BOOST_TEST(tiny.copies() == 0u);
    BOOST_TEST(!tiny.steps()[0].call.has_value());
}

BOOST_AUTO_TEST_SUITE_END()
