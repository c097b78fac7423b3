// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
//
// From an expression to what is called for it: the routes that docs/expressions.md promises, each as a recorder saw it.
//
//     gemm NT 2 1        one BLAS call, its flags (N, T, C: as it lies, transposed, conjugate-transposed), alpha and beta
//     4 x gemv ...       several calls
//     own gemm 2 1       the library's own tiles or loops
//     +1 temporary       a container that was made for an operand or for a result
//     +120 copied        elements that the steps copied
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <complex>
#include <cstddef>
#include <functional>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

#include <xeinsum/einsum.hpp>

#include "support/xtensor.hpp"

using xeinsum::einsum;
using xeinsum::recorder;

namespace
{
    using matrix = xt::xtensor<double, 2>;
    using vector = xt::xtensor<double, 1>;
    using complex = std::complex<double>;
    using complex_matrix = xt::xtensor<complex, 2>;

    std::string route(const recorder& r, std::size_t element_bytes = sizeof(double))
    {
        std::ostringstream out;
        const auto number = [](complex z) {
            std::ostringstream text;
            if (z.real() != 0 || z.imag() == 0) text << z.real();
            if (z.imag() != 0) text << (z.real() != 0 && z.imag() > 0 ? "+" : "") << z.imag() << "i";
            return text.str();
        };
        const char* between = "";
        for (const recorder::entry& e : r.steps)
        {
            out << between;
            if (e.calls > 1) out << e.calls << " x ";
            if (e.calls == 0) out << "own ";
            out << xeinsum::to_string(e.op) << " ";
            const bool is_gemm = xeinsum::is_gemm(e.op), is_gemv = e.op == xeinsum::kernel::gemv;
            const auto flag = [](bool t, bool c) { return c ? "C" : t ? "T" : "N"; };
            if (e.calls > 0 && (is_gemm || is_gemv)) out << flag(e.transpose_left, e.conjugate_left);
            if (e.calls > 0 && is_gemm) out << flag(e.transpose_right, e.conjugate_right);
            if (e.calls > 0 && (is_gemm || is_gemv)) out << " ";
            if (e.op == xeinsum::kernel::dot && (e.conjugate_left || e.conjugate_right)) out << "C ";
            out << number(e.alpha) << " " << number(e.beta);
            between = ", ";
        }
        if (r.temporaries > 0) out << " +" << r.temporaries << " temporary";
        if (r.bytes_copied > 0) out << " +" << r.bytes_copied / element_bytes << " copied";
        return out.str();
    }

    /// Whole numbers, so that every sum is exact and any way to it gives the same.
    template <class T>
    T numbers(std::vector<std::size_t> shape, int seed)
    {
        T result(typename T::shape_type{});
        result.resize(shape);
        int i = seed;
        for (auto& x : result) x = static_cast<typename T::value_type>((i = (i * 31 + 17) % 101) % 7 - 3);
        return result;
    }

    matrix transposed(const matrix& x)
    {
        matrix t = matrix::from_shape({x.shape(1), x.shape(0)});
        for (std::size_t i = 0; i < x.shape(0); ++i)
            for (std::size_t j = 0; j < x.shape(1); ++j) t(j, i) = x(i, j);
        return t;
    }

    /// The product by plain loops.
    template <class M>
    M times(const M& x, const M& y)
    {
        M z = M::from_shape({x.shape(0), y.shape(1)});
        for (std::size_t i = 0; i < x.shape(0); ++i)
            for (std::size_t k = 0; k < y.shape(1); ++k)
            {
                typename M::value_type sum{};
                for (std::size_t j = 0; j < x.shape(1); ++j) sum += x(i, j) * y(j, k);
                z(i, k) = sum;
            }
        return z;
    }

    // Large enough for BLAS, small enough for it to stay on one thread.
    const matrix a = numbers<matrix>({40, 60}, 1), b = numbers<matrix>({60, 30}, 2), c = numbers<matrix>({40, 30}, 3), d = numbers<matrix>({40, 30}, 4);
    const matrix at = transposed(a), bt = transposed(b);
    const matrix s = numbers<matrix>({50, 50}, 5), t = numbers<matrix>({50, 50}, 6);
    const vector v = numbers<vector>({60}, 7), w = numbers<vector>({40}, 8);
    const matrix ab = times(a, b), st = times(s, t);

    std::size_t rows = 0;

    /// One row: `assign(destination, recorder)` from a destination that is `before`; its route, and what must be in the
    /// destination then.
    template <class D, class E, class Assign>
    void row(const std::string& name, const D& before, Assign assign, const std::string& expected_route, const E& expected,
             std::size_t element_bytes = sizeof(double))
    {
        D destination = before;
        recorder r;
        assign(destination, r);
        BOOST_TEST_CONTEXT(name)
        {
            BOOST_TEST(route(r, element_bytes) == expected_route);
            BOOST_TEST((destination == expected));
        }
        ++rows;
    }

    /// Rows of a matrix product that `make(left, right)` writes down, as a literal or at run time.
    template <class Make>
    void product_rows(const std::string& how, Make make)
    {
        const auto product = [&](const std::string& name, auto assign, const std::string& expected_route, const auto& expected) {
            row(how + ": " + name, c, [&](matrix& x, recorder& r) { assign(x, [&] { return make(a, b).recorded_by(r); }); }, expected_route, expected);
        };
        product("noalias(c) = e", [](auto& x, auto e) { xt::noalias(x) = e(); }, "gemm NN 1 0", ab);
        product("c = e", [](auto& x, auto e) { x = e(); }, "gemm NN 1 0", ab);
        product("noalias(c) = 2 e", [](auto& x, auto e) { xt::noalias(x) = 2.0 * e(); }, "gemm NN 2 0", 2 * ab);
        product("noalias(c) = e 2", [](auto& x, auto e) { xt::noalias(x) = e() * 2; }, "gemm NN 2 0", 2 * ab);
        product("noalias(c) = e / 4", [](auto& x, auto e) { xt::noalias(x) = e() / 4; }, "gemm NN 0.25 0", ab / 4);
        product("noalias(c) = -e", [](auto& x, auto e) { xt::noalias(x) = -e(); }, "gemm NN -1 0", -ab);
        product("noalias(c) = +e", [](auto& x, auto e) { xt::noalias(x) = +e(); }, "gemm NN 1 0", ab);
        product("noalias(c) = -(3 (e 2)) / 4", [](auto& x, auto e) { xt::noalias(x) = -(3.0 * (e() * 2.0)) / 4.0; }, "gemm NN -1.5 0", -1.5 * ab);
        product("c += e", [](auto& x, auto e) { x += e(); }, "gemm NN 1 1", c + ab);
        product("c -= e", [](auto& x, auto e) { x -= e(); }, "gemm NN -1 1", c - ab);
        product("c += 2 e", [](auto& x, auto e) { x += 2.0 * e(); }, "gemm NN 2 1", c + 2 * ab);
        product("c -= e / 2", [](auto& x, auto e) { x -= e() / 2; }, "gemm NN -0.5 1", c - ab / 2);
        product("noalias(c) += e", [](auto& x, auto e) { xt::noalias(x) += e(); }, "gemm NN 1 1", c + ab);
        product("noalias(c) -= 3 e", [](auto& x, auto e) { xt::noalias(x) -= 3.0 * e(); }, "gemm NN -3 1", c - 3 * ab);
        product("noalias(c) = 2 e + 3 c", [](auto& x, auto e) { xt::noalias(x) = 2.0 * e() + 3.0 * x; }, "gemm NN 2 3", 2 * ab + 3 * c);
        product("noalias(c) = c - e", [](auto& x, auto e) { xt::noalias(x) = x - e(); }, "gemm NN -1 1", c - ab);
        product("noalias(c) = -c / 2 + e", [](auto& x, auto e) { xt::noalias(x) = -x / 2.0 + e(); }, "gemm NN 1 -0.5", ab - c / 2);
        product("noalias(c) = 4 (c + e)", [](auto& x, auto e) { xt::noalias(x) = 4.0 * (x + e()); }, "gemm NN 4 4", 4 * c + 4 * ab);
        product("c = 2 e + 3 c", [](auto& x, auto e) { x = 2.0 * e() + 3.0 * x; }, "gemm NN 2 1", 2 * ab + 3 * c);
        product("noalias(c) = e + e", [](auto& x, auto e) { xt::noalias(x) = e() + e(); }, "gemm NN 1 0, gemm NN 1 1", 2 * ab);
        product("noalias(c) = e - 2 e + e / 2", [](auto& x, auto e) { xt::noalias(x) = e() - 2.0 * e() + e() / 2.0; },
                "gemm NN 1 0, gemm NN -2 1, gemm NN 0.5 1", -ab / 2);
        product("c += e + e", [](auto& x, auto e) { x += e() + e(); }, "gemm NN 1 1, gemm NN 1 1", c + 2 * ab);
        product("c -= 2 (e - 3 e)", [](auto& x, auto e) { x -= 2.0 * (e() - 3.0 * e()); }, "gemm NN -2 1, gemm NN 6 1", c + 4 * ab);
        product("noalias(c) = e + d", [](auto& x, auto e) { xt::noalias(x) = e() + d; }, "gemm NN 1 1", ab + d);
        product("noalias(c) = d - 2 e", [](auto& x, auto e) { xt::noalias(x) = d - 2.0 * e(); }, "gemm NN -2 1", d - 2 * ab);
        product("noalias(c) = e + a row of d", [](auto& x, auto e) { xt::noalias(x) = e() + xt::view(d, 0); }, "gemm NN 1 1", ab + xt::view(d, 0));
        product("noalias(c) = 2 (e + d) - c", [](auto& x, auto e) { xt::noalias(x) = 2.0 * (e() + d) - x; }, "gemm NN 2 1", 2 * ab + 2 * d - c);
        product("noalias(c) = 0 e", [](auto& x, auto e) { xt::noalias(x) = 0.0 * e(); }, "gemm NN 1 0 +1 temporary", 0 * ab);
        product("noalias(c) = e e", [](auto& x, auto e) { xt::noalias(x) = e() * e(); }, "gemm NN 1 0, gemm NN 1 0 +2 temporary", ab * ab);
        product("noalias(c) = |e|", [](auto& x, auto e) { xt::noalias(x) = xt::abs(e()); }, "gemm NN 1 0 +1 temporary", xt::abs(ab));
        product("an expression that has been read", [](auto& x, auto e) {
            const auto known = e();
            BOOST_TEST(known(0, 0) == ab(0, 0));
            x += 2.0 * known;
        }, "gemm NN 1 0 +1 temporary", c + 2 * ab);

        const auto operands = [&](const std::string& name, auto left, auto right, const std::string& expected_route, const auto& expected) {
            row(how + ": " + name, c, [&](matrix& x, recorder& r) { xt::noalias(x) = make(left, right).recorded_by(r); }, expected_route, expected);
        };
        operands("a^T of a column-major view", xt::transpose(at), b, "gemm TN 1 0", ab);
        operands("both transposed", xt::transpose(at), xt::transpose(bt), "gemm TT 1 0", ab);
        operands("-a", -a, b, "gemm NN -1 0", -ab);
        operands("2 a, b / 4", 2.0 * a, b / 4.0, "gemm NN 0.5 0", ab / 2);
        operands("-(a^T 2)", -(xt::transpose(at) * 2.0), b, "gemm TN -2 0", -2 * ab);
        operands("|a|", xt::abs(a), b, "gemm NN 1 0 +1 temporary", times(matrix(xt::abs(a)), b));
        operands("floats", xt::cast<float>(a), b, "gemm NN 1 0 +1 temporary", ab);
        operands("a broadcast vector", a, xt::broadcast(xt::view(v, xt::all(), xt::newaxis()), {60, 30}), "own gemm 1 0",
                 times(a, matrix(xt::broadcast(xt::view(v, xt::all(), xt::newaxis()), {60, 30}))));

        const auto overlapping = [&](const std::string& name, auto assign, const std::string& expected_route, const auto& expected) {
            row(how + ": " + name, s, [&](matrix& x, recorder& r) { assign(x, [&](auto&&... e) { return make(e...).recorded_by(r); }); }, expected_route, expected);
        };
        overlapping("noalias(s) = e(s, t)", [](auto& x, auto e) { xt::noalias(x) = e(x, t); }, "gemm NN 1 0 +1 temporary", st);
        // Before 0.26 xtensor assigns to a container of its own, which the destination then becomes.
        constexpr bool assigns_in_place = XTENSOR_VERSION_MAJOR > 0 || XTENSOR_VERSION_MINOR >= 26;
        overlapping("s = e(s, t)", [](auto& x, auto e) { x = e(x, t); }, assigns_in_place ? "gemm NN 1 0 +1 temporary" : "gemm NN 1 0", st);
        overlapping("s += e(s, t)", [](auto& x, auto e) { x += e(x, t); }, "gemm NN 1 0 +1 temporary", s + st);
        overlapping("noalias(s) = e(t, s^T) + s", [](auto& x, auto e) { xt::noalias(x) = e(t, xt::transpose(x)) + x; }, "gemm NT 1 0 +1 temporary",
                    s + times(t, transposed(s)));
        overlapping("upper rows += e(some, lower rows)", [](auto& x, auto e) {
            xt::view(x, xt::range(0, 10), xt::all()) += e(xt::view(t, xt::range(0, 10), xt::range(0, 40)), xt::view(x, xt::range(10, 50), xt::all()));
        }, "gemm NN 1 1", [] {
            matrix x = s;
            const matrix more = times(matrix(xt::view(t, xt::range(0, 10), xt::range(0, 40))), matrix(xt::view(s, xt::range(10, 50), xt::all())));
            for (std::size_t i = 0; i < 10; ++i)
                for (std::size_t j = 0; j < 50; ++j) x(i, j) += more(i, j);
            return x;
        }());
    }

    /// Rows of destinations of every kind.
    template <class Make>
    void destination_rows(const std::string& how, Make make)
    {
        const auto into = [&](const std::string& name, const auto& before, const std::string& expected_route) {
            row(how + ": " + name, before, [&](auto& x, recorder& r) { xt::noalias(x) = make(a, b).recorded_by(r); }, expected_route, ab);
        };
        into("xarray", xt::xarray<double>(c), "gemm NN 1 0");
        into("xarray of another shape", xt::xarray<double>(s), "gemm NN 1 0");
        into("column-major", xt::xarray<double, xt::layout_type::column_major>(c), "gemm TT 1 0");
        into("dynamic layout", xt::xarray<double, xt::layout_type::dynamic>(c), "gemm NN 1 0");
        into("fixed shape", xt::xtensor_fixed<double, xt::xshape<40, 30>>(c), "gemm NN 1 0");
        into("floats", xt::xtensor<float, 2>(c), "gemm NN 1 0 +1 temporary");

        const auto within = [&](const std::string& name, auto part, const std::string& expected_route) {
            matrix big = numbers<matrix>({90, 80}, 9);
            const matrix before = big;
            recorder r;
            auto view = part(big);
            const matrix old = view;
            xt::noalias(view) = 2.0 * make(a, b).recorded_by(r) + view;
            BOOST_TEST_CONTEXT(how << ": " << name)
            {
                BOOST_TEST(route(r) == expected_route);
                BOOST_TEST((view == old + 2 * ab));
                view = old;
                BOOST_TEST((big == before));  // and nothing around it
            }
            ++rows;
        };
        within("a block", [](matrix& x) { return xt::view(x, xt::range(5, 45), xt::range(7, 37)); }, "gemm NN 2 1");
        within("every second row", [](matrix& x) { return xt::view(x, xt::range(0, 80, 2), xt::range(7, 37)); }, "gemm NN 2 1");
        within("every second column", [](matrix& x) { return xt::view(x, xt::range(5, 45), xt::range(0, 60, 2)); }, "own gemm 2 1");
        within("from the last row on", [](matrix& x) {
            return xt::strided_view(x, std::vector<std::size_t>{40, 30}, std::vector<std::ptrdiff_t>{-80, 1}, 80 * 60, xt::layout_type::dynamic);
        }, "own gemm 2 1");
        within("a transposed block", [](matrix& x) {
            return xt::strided_view(x, std::vector<std::size_t>{40, 30}, std::vector<std::ptrdiff_t>{1, 80}, 80 * 3 + 2, xt::layout_type::dynamic);
        }, "gemm TT 2 1");
    }

    /// Rows of other kernels, each added to what is there: `make(operands...)` with these subscripts.
    template <class Result, class Make>
    void kernel_row(const std::string& name, const Result& before, Make make, const std::string& expected_route, const Result& value)
    {
        row(name, before, [&](Result& x, recorder& r) { x += 2.0 * make().recorded_by(r); }, expected_route, Result(before + 2.0 * value));
    }
}

BOOST_AUTO_TEST_SUITE(routes)

BOOST_AUTO_TEST_CASE(products)
{
    product_rows("literal", [](auto&&... x) { return einsum<"ij,jk->ik">(std::forward<decltype(x)>(x)...); });
    product_rows("run time", [](auto&&... x) { return einsum("ij,jk->ik", std::forward<decltype(x)>(x)...); });
}

BOOST_AUTO_TEST_CASE(destinations)
{
    destination_rows("literal", [](auto&&... x) { return einsum<"ij,jk->ik">(std::forward<decltype(x)>(x)...); });
    destination_rows("run time", [](auto&&... x) { return einsum("ij,jk->ik", std::forward<decltype(x)>(x)...); });
    std::vector<double> memory(1200, 5.0);
    recorder r;
    auto adapted = xt::adapt(memory, std::vector<std::size_t>{40, 30});
    adapted += einsum<"ij,jk->ik">(a, b).recorded_by(r);
    BOOST_TEST(route(r) == "gemm NN 1 1");
    BOOST_TEST(memory[1199] == 5.0 + ab(39, 29));
}

BOOST_AUTO_TEST_CASE(kernels)
{
    const matrix column = xt::view(v, xt::all(), xt::newaxis());
    const auto flat = [](const matrix& x) { return vector(xt::flatten(x)); };
    const vector av = flat(times(a, column)), wa = flat(times(at, matrix(xt::view(w, xt::all(), xt::newaxis()))));
    kernel_row("matrix times vector", w, [] { return einsum<"ij,j->i">(a, v); }, "gemv N 2 1", av);
    kernel_row("matrix times vector, run time", w, [] { return einsum("ij,j->i", a, v); }, "gemv N 2 1", av);
    kernel_row("vector times matrix", v, [] { return einsum<"i,ij->j">(w, a); }, "gemv T 2 1", wa);
    kernel_row("matrix times -vector", w, [] { return einsum<"ij,j->i">(a, -v); }, "gemv N -2 1", vector(-av));
    const auto squares = xt::sum(v * v);
    const xt::xtensor<double, 0> ten = 10.0, vv = squares();
    const vector long_v = numbers<vector>({700}, 3);
    kernel_row("dot", ten, [&] { return einsum<"i,i->">(long_v, long_v); }, "dot 2 1", xt::xtensor<double, 0>(xt::sum(long_v * long_v)()));
    kernel_row("dot of few", ten, [] { return einsum<"i,i->">(v, v); }, "own dot 2 1", vv);
    kernel_row("sums of rows", w, [] { return einsum<"ij->i">(a); }, "own reduce 2 1 +40 copied", vector(xt::sum(a, {1})));
    kernel_row("sum of all", ten, [] { return einsum<"ij->">(a); }, "own reduce 2 1 +1 copied", xt::xtensor<double, 0>(xt::sum(a)()));
    kernel_row("transposition", at, [] { return einsum<"ij->ji">(a); }, "own permute 2 1", at);
    kernel_row("diagonal", numbers<vector>({50}, 2), [] { return einsum<"ii->i">(s); }, "own permute 2 1", vector(xt::diagonal(s)));
    kernel_row("element-wise", c, [] { return einsum<"ij,ij->ij">(c, d); }, "own multiply 2 1 +1200 copied", matrix(c * d));
    kernel_row("outer product", numbers<matrix>({40, 60}, 2), [] { return einsum<"i,j->ij">(w, v); }, "own ger 2 1 +2400 copied",
               matrix(xt::view(w, xt::all(), xt::newaxis()) * v));
    kernel_row("scaled by a number", a, [] { return einsum<",ij->ij">(3.0, a); }, "own scale 2 1 +2400 copied", matrix(3 * a));
    kernel_row("three operands", c, [] { return einsum<"ij,jk,k->ik">(a, b, xt::view(d, 0)); }, "gemm NN 1 0, own multiply 2 1 +1200 copied",
               matrix(ab * xt::view(d, 0)));
    kernel_row("nothing to sum", c, [] { return einsum<"ij,jk->ik">(xt::view(a, xt::all(), xt::range(0, 0)), xt::view(b, xt::range(0, 0), xt::all())); },
               "own gemm 2 1", matrix(0 * c));
}

BOOST_AUTO_TEST_CASE(value_types)
{
    using integers = xt::xtensor<int, 2>;
    const integers x = numbers<integers>({40, 60}, 1), y = numbers<integers>({60, 30}, 2), z = numbers<integers>({40, 30}, 3);
    const integers xy = times(x, y);
    row("integers: z += 2 e", z, [&](integers& q, recorder& r) { q += 2 * einsum<"ij,jk->ik">(x, y).recorded_by(r); }, "own gemm 2 1", integers(z + 2 * xy), 4);
    row("integers: z = e / 2", z, [&](integers& q, recorder& r) { q = einsum<"ij,jk->ik">(x, y).recorded_by(r) / 2; }, "own gemm 1 0 +1 temporary",
        integers(xy / 2), 4);
    row("integers: z = 0.5 e", z, [&](integers& q, recorder& r) { q = 0.5 * einsum<"ij,jk->ik">(x, y).recorded_by(r); }, "own gemm 1 0 +1 temporary",
        integers(xt::cast<int>(0.5 * xy)), 4);
    row("integers: z -= e(-x, y)", z, [&](integers& q, recorder& r) { q -= einsum<"ij,jk->ik">(-x, y).recorded_by(r); }, "own gemm 1 1", integers(z + xy), 4);
    using floats = xt::xtensor<float, 2>;
    const floats fa = a, fb = b, fc = c;
    row("floats: c -= 0.5 e", fc, [&](floats& q, recorder& r) { q -= 0.5 * einsum<"ij,jk->ik">(fa, fb).recorded_by(r); }, "gemm NN -0.5 1", floats(c - ab / 2), 4);
    using wide = xt::xtensor<long double, 2>;
    const wide la = a, lb = b, lc = c;
    row("long doubles: c += 2 e", lc, [&](wide& q, recorder& r) { q += 2.0L * einsum<"ij,jk->ik">(la, lb).recorded_by(r); }, "own gemm 2 1", wide(c + 2 * ab), 16);
    using truths = xt::xtensor<bool, 2>;
    const truths p = a > 0, q = b > 0;
    truths some = p;
    some.resize({40, 30});
    some.fill(true);
    row("bools: b += e", some, [&](truths& x2, recorder& r) { x2 += einsum<"ij,jk->ik">(p, q).recorded_by(r); }, "own gemm 1 0 +1 temporary", some, 1);
}

BOOST_AUTO_TEST_CASE(complex_numbers)
{
    const complex i(0, 1);
    // Larger ones OpenBLAS would divide among threads of its own.
    const auto part = [](const auto& m) { return xt::xtensor<double, 2>(xt::view(m, xt::range(0, std::min<std::size_t>(m.shape(0), 32)), xt::range(0, std::min<std::size_t>(m.shape(1), 32)))); };
    const xt::xtensor<double, 2> re_x = part(a), re_y = part(b), re_z = part(c);
    const complex_matrix x = re_x + i * xt::abs(re_x), y = re_y - 2.0 * i * re_y, z = re_z + i * re_z;
    const complex_matrix xc = xt::conj(x), yc = xt::conj(y);
    const complex_matrix xy = times(x, y);
    const auto added = [&](const std::string& name, auto make, const std::string& expected_route, const complex_matrix& expected) {
        row("complex: " + name, z, [&](complex_matrix& q, recorder& r) { xt::noalias(q) = make().recorded_by(r); }, expected_route, expected, 16);
    };
    row("complex: z += 2i e", z, [&](complex_matrix& q, recorder& r) { q += complex(0, 2) * einsum<"ij,jk->ik">(x, y).recorded_by(r); }, "gemm NN 2i 1",
        complex_matrix(z + complex(0, 2) * xy), 16);
    row("complex: z = e - i z", z, [&](complex_matrix& q, recorder& r) { xt::noalias(q) = einsum<"ij,jk->ik">(x, y).recorded_by(r) - i * q; },
        "gemm NN 1 -1i", complex_matrix(xy - i * z), 16);
    const complex_matrix xt_ = xt::transpose(x), yt = xt::transpose(y);
    added("conj(A)^T B by flag", [&] { return einsum<"ji,jk->ik">(xt::conj(xt_), y); }, "gemm CN 1 0", times(xc, y));
    added("A B^H", [&] { return einsum<"ij,kj->ik">(x, xt::conj(yt)); }, "gemm NC 1 0", times(x, yc));
    added("A^H B^H", [&] { return einsum<"ji,kj->ik">(xt::conj(xt_), xt::conj(yt)); }, "gemm CC 1 0", times(xc, yc));
    added("conj(A) B", [&] { return einsum<"ij,jk->ik">(xt::conj(x), y); }, "own permute 1 0, gemm NN 1 0", times(xc, y));
    added("conj(i A)^T B", [&] { return einsum<"ji,jk->ik">(xt::conj(i * xt_), y); }, "gemm CN -1i 0", complex_matrix(-i * times(xc, y)));
    const xt::xtensor<complex, 1> u = xt::flatten(x);
    const xt::xtensor<complex, 0> nothing = complex(0);
    const auto dots = [&](const std::string& name, auto make, const std::string& expected_route, complex expected) {
        row("complex: " + name, nothing, [&](auto& q, recorder& r) { xt::noalias(q) = make().recorded_by(r); }, expected_route,
            xt::xtensor<complex, 0>(expected), 16);
    };
    dots("dot", [&] { return einsum<"i,i->">(u, u); }, "dot 1 0", xt::sum(u * u)());
    dots("conjugated dot", [&] { return einsum<"i,i->">(xt::conj(u), u); }, "dot C 1 0", xt::sum(xt::conj(u) * u)());
    dots("conjugated dot, the other way", [&] { return einsum<"i,i->">(u, xt::conj(u)); }, "dot C 1 0", xt::sum(xt::conj(u) * u)());
}

BOOST_AUTO_TEST_CASE(what_does_not_fit_is_refused_before_it_is_written)
{
    xt::xtensor_fixed<double, xt::xshape<3, 3>> fixed = xt::ones<double>({3, 3});
    BOOST_CHECK_THROW((xt::noalias(fixed) = 2.0 * einsum<"ij,jk->ik">(a, b)), xeinsum::shape_error);
    BOOST_CHECK_THROW((xt::noalias(fixed) = einsum("ij,jk->ik", a, b) + einsum("ij,jk->ik", a, b)), xeinsum::shape_error);
    BOOST_TEST((fixed == xt::ones<double>({3, 3})));
    matrix flat = c;
    BOOST_CHECK_THROW((xt::noalias(flat) = -einsum("ij->i", a)), xeinsum::shape_error);
    BOOST_TEST((flat == c));
}

BOOST_AUTO_TEST_CASE(results_that_broadcast)
{
    matrix x = c;
    x += einsum<"ij->j">(b);  // 30 sums to every row
    BOOST_TEST((x == c + xt::sum(b, {0})));
    xt::xarray<double> grows = xt::xarray<double>(xt::sum(b, {0}));
    grows += einsum<"ij,jk->ik">(a, b);
    BOOST_TEST((grows == ab + xt::sum(b, {0})));
}

BOOST_AUTO_TEST_CASE(old_values_do_not_leak)
{
    const double nan = std::numeric_limits<double>::quiet_NaN();
    matrix x = c;
    x.fill(nan);
    xt::noalias(x) = 2.0 * einsum<"ij,jk->ik">(a, b);
    BOOST_TEST((x == 2 * ab));
    // NumPy's: 0 times NaN is NaN, in the destination and in the operands.
    x.fill(nan);
    xt::noalias(x) = einsum<"ij,jk->ik">(a, b) + 0.0 * x;
    BOOST_TEST(xt::all(xt::isnan(x)));
    matrix with_nan = a;
    with_nan(0, 0) = nan;
    xt::noalias(x) = 0.0 * einsum<"ij,jk->ik">(with_nan, b);
    BOOST_TEST(std::isnan(x(0, 0)));
    BOOST_TEST(x(1, 0) == 0.0);
    xt::noalias(x) = einsum<"ij,jk->ik">(a, b) / 1e308 * 1e300;
    BOOST_TEST((xt::allclose(x, 1e-8 * ab)));
}

BOOST_AUTO_TEST_CASE(that_is_all)
{
    std::cout << rows << " routes\n";
    BOOST_TEST(rows >= 80u);
}

BOOST_AUTO_TEST_SUITE_END()
