// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_TESTS_DRAWS_HPP
#define XEINSUM_TESTS_DRAWS_HPP

#include <boost/test/unit_test.hpp>

#include <iostream>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include <xeinsum/einsum.hpp>
#include <xeinsum/execute.hpp>

#include "support/oracle.hpp"
#include "support/random.hpp"
#include "support/strided.hpp"

namespace test
{
    /// A random contraction: labels in random operands, repeated ones, sums, broadcasts, extents 0 and 1 among others.
    struct contraction
    {
        std::string subscripts;
        std::vector<extents> shapes;
    };

    inline contraction draw_contraction(engine& random)
    {
        const auto operand_count = static_cast<std::size_t>(between(random, 1, 3));
        const std::int64_t label_count = between(random, 0, 5);
        std::map<char, std::int64_t> sizes;
        for (std::int64_t l = 0; l < label_count; ++l)
        {
            const std::int64_t kind = between(random, 0, 19);
            sizes[static_cast<char>('a' + l)] = kind == 0 ? 0 : kind <= 2 ? 1 : between(random, 2, 6);
        }
        contraction c;
        std::string used;
        for (std::size_t i = 0; i < operand_count; ++i)
        {
            if (i > 0) c.subscripts += ',';
            std::string term;
            for (const auto& [l, n] : sizes)
                if (between(random, 0, 2) > 0) term += l;
            if (!term.empty() && between(random, 0, 5) == 0) term += term[0];  // a diagonal
            std::shuffle(term.begin(), term.end(), random);
            extents shape;
            for (const char l : term)
            {
                const bool repeated = std::count(term.begin(), term.end(), l) > 1;
                shape.push_back(!repeated && between(random, 0, 9) == 0 ? 1 : sizes[l]);
                if (used.find(l) == std::string::npos) used += l;
            }
            c.subscripts += term;
            c.shapes.push_back(shape);
        }
        std::string output;
        for (const char l : used)
            if (between(random, 0, 1) == 0) output += l;
        std::shuffle(output.begin(), output.end(), random);
        c.subscripts += "->" + output;
        return c;
    }

    template <class T>
    T guard_value()
    {
        if constexpr (std::is_same_v<T, bool>) return true;
        else if constexpr (std::is_integral_v<T>) return static_cast<T>(101);
        else if constexpr (std::is_floating_point_v<T>) return std::numeric_limits<T>::quiet_NaN();
        else return T(std::numeric_limits<typename T::value_type>::quiet_NaN());
    }

    /// One draw through plan and execute: random layouts of operands and result, a destination full of NaN, memory
    /// around the result untouched, copies as the plan said.
    template <class T>
    void check_executed(engine& random, const contraction& c)
    {
        const oracle::problem p = oracle::make_problem(c.subscripts, c.shapes);
        std::vector<strided_tensor<T>> operands;
        std::vector<std::vector<T>> values;
        for (const extents& shape : c.shapes)
        {
            operands.emplace_back(shape, draw_arrangement(random, shape.size()), guard_value<T>());
            values.emplace_back();
            operands.back().for_each([&](T& element) {
                element = draw<T>(random);
                values.back().push_back(element);
            });
        }
        strided_tensor<T> result(p.result_shape(), draw_arrangement(random, p.output.size()), guard_value<T>());
        const auto guards = result.guards();

        xeinsum::options how;
        how.path = between(random, 0, 1) ? xeinsum::path_strategy::left : xeinsum::path_strategy::greedy;
        how.type = xeinsum::dtype_of<T>();
        for (const auto& o : operands) how.layouts.push_back(o.lies);
        how.result = result.lies;
        const xeinsum::plan plan(c.subscripts, c.shapes, how);
        std::vector<const T*> pointers;
        for (const auto& o : operands) pointers.push_back(o.data());
        xeinsum::recorder record;
        xeinsum::execute<T>(plan, pointers, result.data(), &record);

        const auto expected = oracle::evaluate<T>(p, c.shapes, values);
        std::size_t i = 0, wrong = 0;
        result.for_each([&](const T& element) {
            wrong += oracle::close<T>(element, expected.value[i], expected.magnitude[i], oracle::depth_of(p)) ? 0 : 1;
            ++i;
        });
        BOOST_TEST(wrong == 0u);
        const auto after = result.guards();
        BOOST_TEST(std::equal(guards.begin(), guards.end(), after.begin(), after.end(),
                              [](const T& x, const T& y) { return x == y || (x != x && y != y); }));
        BOOST_TEST(record.copies == plan.copies());
        BOOST_TEST(record.bytes_copied == plan.bytes_copied());
    }

    template <class T>
    using any_array = xt::xarray<T, xt::layout_type::dynamic>;

    /// A random operand as a strided view of a container of dynamic layout.
    template <class T>
    auto draw_view(engine& random, any_array<T>& memory, const extents& shape)
    {
        std::vector<std::size_t> padded, order(shape.size());
        xt::xstrided_slice_vector slices;
        for (const std::int64_t n : shape)
        {
            const std::int64_t step = between(random, 1, 2), start = between(random, 0, 2);
            const std::int64_t last = start + (n - 1) * step;
            padded.push_back(static_cast<std::size_t>(start + std::max<std::int64_t>(0, n) * step + 1));
            if (n > 0 && between(random, 0, 3) == 0)
            {
                // Reversed; an end before the first element is written as "none".
                if (start == 0) slices.push_back(xt::range(last, xt::placeholders::_, -step));
                else slices.push_back(xt::range(last, start - 1, -step));
            }
            else slices.push_back(xt::range(start, start + n * step, step));
        }
        std::iota(order.begin(), order.end(), std::size_t{0});
        std::shuffle(order.begin(), order.end(), random);
        std::vector<std::ptrdiff_t> strides(shape.size());
        std::ptrdiff_t stride = 1;
        for (std::size_t d : order)
        {
            strides[d] = stride;
            stride *= static_cast<std::ptrdiff_t>(padded[d]);
        }
        memory.resize(padded, strides);
        for (T& v : memory.storage()) v = draw<T>(random);
        return xt::strided_view(memory, slices);
    }

    template <class T, class Result>
    void check_assigned(const Result& result, const contraction& c, const std::vector<std::vector<T>>& values)
    {
        const oracle::problem p = oracle::make_problem(c.subscripts, c.shapes);
        const auto expected = oracle::evaluate<T>(p, c.shapes, values);
        const oracle::shape shape(result.shape().begin(), result.shape().end());
        BOOST_TEST(shape == p.result_shape(), boost::test_tools::per_element());
        // xtensor steps its iterators off the null pointer of an empty container.
        BOOST_TEST(result.size() == expected.value.size());
        if (result.size() == 0) return;
        std::size_t i = 0, wrong = 0;
        for (auto at = result.template cbegin<xt::layout_type::row_major>(); at != result.template cend<xt::layout_type::row_major>(); ++at)
        {
            wrong += oracle::close<T>(*at, expected.value[i], expected.magnitude[i], oracle::depth_of(p)) ? 0 : 1;
            ++i;
        }
        BOOST_TEST(wrong == 0u);
        BOOST_TEST(i == expected.value.size());
    }

    /// One draw through the front door: strided views as operands; row-major, column-major and view destinations.
    template <class T>
    void check_expression(engine& random, const contraction& c)
    {
        std::vector<any_array<T>> memory(c.shapes.size());
        std::vector<decltype(draw_view<T>(random, memory[0], c.shapes[0]))> views;
        std::vector<std::vector<T>> values;
        for (std::size_t i = 0; i < c.shapes.size(); ++i)
        {
            views.push_back(draw_view<T>(random, memory[i], c.shapes[i]));
            values.emplace_back();
            if (views[i].size() == 0) continue;
            values[i].assign(views[i].template begin<xt::layout_type::row_major>(), views[i].template end<xt::layout_type::row_major>());
        }
        const auto expression = xeinsum::einsum(c.subscripts, views);
        xt::xarray<T> row = expression;
        check_assigned<T>(row, c, values);
        xt::xarray<T, xt::layout_type::column_major> column;
        xt::noalias(column) = xeinsum::einsum(c.subscripts, views);
        check_assigned<T>(column, c, values);
        check_assigned<T>(expression, c, values);  // element by element
    }

    template <class T>
    void run_draws(const std::string& type, int executed, int assigned)
    {
        engine random(seed());
        std::cout << "property: " << type << ", seed " << seed() << " (XEINSUM_TEST_SEED), " << executed + assigned << " contractions\n";
        for (int i = 0; i < executed + assigned; ++i)
        {
            const contraction c = draw_contraction(random);
            std::string shapes;
            for (const auto& s : c.shapes) shapes += " " + xeinsum::to_string(s);
            BOOST_TEST_CONTEXT("draw " << i << ": " << c.subscripts << shapes)
            {
                if (i < executed) check_executed<T>(random, c);
                else check_expression<T>(random, c);
            }
        }
    }
}

#endif
