// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_TESTS_ASSIGNMENTS_HPP
#define XEINSUM_TESTS_ASSIGNMENTS_HPP

#include "property/draws.hpp"
#include "support/place_view.hpp"
#include "support/xtensor.hpp"

#include <complex>
#include <cstddef>
#include <map>
#include <string>
#include <vector>

/// \file
/// Assignments of expressions with einsums to tensors that may lie anywhere, on their operands, too: what is computed must be
/// what an evaluation of everything before the first write gives.

namespace test
{
    /// Where a tensor of that arrangement begins at `base`; `end` is moved behind it.
    inline place lay_down(const extents& shape, const arrangement& a, std::int64_t base, std::int64_t& end)
    {
        const strided_tensor<char> like(shape, a, 'x');
        end = std::max(end, base + static_cast<std::int64_t>(like.size));
        return {like.lies, base + like.origin};
    }

    /// What an assignment adds up, by its number: d = first * e + second * f + old * d + other * o.
    struct coefficients
    {
        int first, second, old, other;
        bool over = false;  ///< `first` is a divisor
    };

    constexpr int assignment_count = 18;

    inline coefficients coefficients_of(int number)
    {
        switch (number)
        {
        case 0:
        case 1: return {1, 0, 0, 0};
        case 2: return {3, 0, 0, 0};
        case 3: return {-1, 0, 0, 0};
        case 4: return {1, 0, 1, 0};
        case 5: return {-2, 0, 1, 0};
        case 6: return {4, 0, 1, 0, true};
        case 7: return {2, 0, 3, 0};
        case 8: return {-1, 0, 3, 0};
        case 9: return {1, 1, 0, 0};
        case 10: return {2, -1, 1, 0};
        case 11: return {1, 0, 0, 1};
        case 12: return {2, -2, 0, 1};
        case 13: return {-6, 0, 0, 0};
        case 14: return {-6, 0, 1, 0};
        case 15: return {1, 0, 1, 0};
        case 16: return {-1, 0, -1, 0};
        default: return {-1, 3, 1, 1};
        }
    }

    /// Makes the assignment. `scaled` is -6 times the first einsum, by way of its operands where these are one or two.
    template <class T, class D, class E, class S, class O>
    void assign(int number, D& d, E&& e, E&& f, const S& scaled, const O& other)
    {
        const factor_of<T> two = 2, three = 3, four = 4;
        switch (number)
        {
        case 0: xt::noalias(d) = e; break;
        case 1: d = e; break;
        case 2: xt::noalias(d) = three * e; break;
        case 3: d = -e; break;
        case 4: d += e; break;
        case 5: d -= e * two; break;
        case 6: d += e / four; break;
        case 7: xt::noalias(d) = two * e + three * d; break;
        case 8: d = three * d - e; break;
        case 9: xt::noalias(d) = e + f; break;
        case 10: d += two * e - f; break;
        case 11: xt::noalias(d) = e + other; break;
        case 12: d = two * (e - f) + other; break;
        case 13: xt::noalias(d) = scaled; break;
        case 14: d += scaled; break;
        case 15: xt::noalias(d) += e; break;
        case 16: xt::noalias(d) = -(d + e); break;
        default: d -= e - three * f - other; break;
        }
    }

    template <class T>
    struct assignment_draw
    {
        using W = oracle::wide_t<T>;

        engine& random;
        contraction c;
        extents result_shape;
        xt::xtensor<T, 1> memory;
        std::vector<place> operands[2];
        place destination;
        std::size_t overlaps = 0;

        explicit assignment_draw(engine& r) : random(r)
        {
            c = between(random, 0, 9) == 0 ? draw_large_contraction(random, 600, 40000, between(random, 0, 3) == 0) : draw_contraction(random);
            const oracle::problem p = oracle::make_problem(c.subscripts, c.shapes);
            result_shape = p.result_shape();
            std::int64_t end = 1;
            for (auto& set : operands)
                for (const extents& shape : c.shapes)
                    set.push_back(lay_down(shape, draw_operand_arrangement(random, shape.size()), between(random, 0, 1) ? 0 : between(random, 0, end), end));
            place_destination(end);
            memory = xt::xtensor<T, 1>::from_shape({static_cast<std::size_t>(end)});
            for (T& x : memory) x = draw<T>(random);
            const auto written = destination.elements();
            for (const auto& set : operands)
                for (const place& o : set)
                    for (const std::size_t at : o.elements()) overlaps += std::find(written.begin(), written.end(), at) == written.end() ? 0 : 1;
        }

        void place_destination(std::int64_t& end)
        {
            const std::int64_t kind = between(random, 0, 3);
            if (kind == 1)  // an operand, or one read from its other end
                for (const place& o : operands[0])
                    if (o.lies.shape == result_shape && std::ranges::find(o.lies.strides, 0) == o.lies.strides.end())
                    {
                        destination = o;
                        if (result_shape.empty() || o.lies.size() == 0 || between(random, 0, 1)) return;
                        const auto d = static_cast<std::size_t>(between(random, 0, static_cast<std::int64_t>(result_shape.size()) - 1));
                        destination.first += destination.lies.strides[d] * (destination.lies.shape[d] - 1);
                        destination.lies.strides[d] *= -1;
                        return;
                    }
            const std::int64_t base = kind == 0 ? end : between(random, 0, end);
            destination = lay_down(result_shape, draw_arrangement(random, result_shape.size()), base, end);
        }

        std::vector<T> values(const place& p) const
        {
            std::vector<T> all;
            for (const std::size_t at : p.elements()) all.push_back(memory(at));
            return all;
        }

        oracle::tensor<W> evaluate(int set) const
        {
            std::vector<std::vector<T>> all;
            for (const place& p : operands[set]) all.push_back(values(p));
            return oracle::evaluate<T>(oracle::make_problem(c.subscripts, c.shapes), c.shapes, all);
        }

        void run(int number)
        {
            const coefficients by = coefficients_of(number);
            if (std::is_integral_v<T> && by.over) return;
            const oracle::tensor<W> e = evaluate(0), f = by.second != 0 ? evaluate(1) : e;
            const std::vector<std::size_t> shape(result_shape.begin(), result_shape.end());
            xt::xarray<T> other = xt::xarray<T>::from_shape(shape);
            for (T& x : other) x = draw<T>(random);
            const bool lone = c.shapes.size() == 1;
            const auto make = [&](int set) {
                std::vector<decltype(view_of(memory, operands[0][0]))> views;
                for (const place& p : operands[set]) views.push_back(view_of(memory, p));
                return xeinsum::einsum(c.subscripts, std::move(views));
            };
            const std::vector<T> old = values(destination);
            if (by.old == 0 && overlaps == 0)
                if constexpr (std::numeric_limits<T>::has_quiet_NaN)
                    for (const std::size_t at : destination.elements()) memory(at) = std::numeric_limits<T>::quiet_NaN();
            const xt::xtensor<T, 1> before = memory;
            auto d = view_of(memory, destination);
            const factor_of<T> minus_two = -2, three = 3, minus_six = -6;
            if ((number == 13 || number == 14) && c.shapes.size() <= 2)
            {
                const auto x = view_of(memory, operands[0][0]);
                if (lone) assign<T>(number, d, make(0), make(1), xeinsum::einsum(c.subscripts, minus_six * x), other);
                else assign<T>(number, d, make(0), make(1), xeinsum::einsum(c.subscripts, minus_two * x, view_of(memory, operands[0][1]) * three), other);
            }
            else assign<T>(number, d, make(0), make(1), minus_six * make(0), other);

            const double depth = oracle::depth_of(oracle::make_problem(c.subscripts, c.shapes)) + 8;
            std::size_t wrong = 0, i = 0;
            const W first = by.over ? W(1) / number_of(by.first) : number_of(by.first);
            for (const std::size_t at : destination.elements())
            {
                const W was = oracle::convert<W>(old[i]), o = oracle::convert<W>(other.data()[i]);
                W value = first * e.value[i];
                long double magnitude = size(first) * e.magnitude[i];
                const auto add = [&](int factor, const W& x, long double m) {
                    if (factor == 0) return;
                    value += number_of(factor) * x;
                    magnitude += static_cast<long double>(std::abs(factor)) * m;
                };
                add(by.second, f.value[i], f.magnitude[i]);
                add(by.old, was, size(was));
                add(by.other, o, size(o));
                wrong += oracle::close<T>(memory(at), value, magnitude, depth) ? 0 : 1;
                ++i;
            }
            BOOST_TEST(wrong == 0u);
            std::vector<bool> own(memory.size(), false);
            for (const std::size_t at : destination.elements()) own[at] = true;
            std::size_t touched = 0;
            for (std::size_t at = 0; at < memory.size(); ++at)
                if (!own[at] && memory(at) != before(at)) ++touched;
            BOOST_TEST(touched == 0u);
        }

        static W number_of(int x)
        {
            if constexpr (std::is_integral_v<T>) return static_cast<W>(static_cast<std::int64_t>(x));
            else return W(static_cast<long double>(x));
        }
        static long double size(const W& x) { return oracle::size_of<W>(x); }
    };

    template <class T>
    void run_assignments(const std::string& name, int all)
    {
        const int draws = test::draws(all);
        engine random(seed() + sizeof(T));
        std::size_t overlapping = 0;
        for (int i = 0; i < draws; ++i)
        {
            assignment_draw<T> draw(random);
            overlapping += draw.overlaps > 0 ? 1 : 0;
            const int number = i % assignment_count;
            BOOST_TEST_CONTEXT(name << " draw " << i << ", seed " << seed() << ", \"" << draw.c.subscripts << "\", assignment " << number)
            {
                draw.run(number);
            }
        }
        std::cout << name << ": " << draws << " assignments, " << overlapping << " to memory that an operand shares\n";
        BOOST_TEST(overlapping > static_cast<std::size_t>(draws / 10));
    }
}

#endif
