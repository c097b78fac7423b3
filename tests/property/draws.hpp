// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_TESTS_DRAWS_HPP
#define XEINSUM_TESTS_DRAWS_HPP

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cstdlib>
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

    /// A larger one of one or two operands: every role a label can have, extents that leave edges in every direction, sums
    /// that take several blocks. All labels together take `least` to `most` values; `long_sums`: little is kept, much summed.
    inline contraction draw_large_contraction(engine& random, double least_volume, double most_volume, bool long_sums)
    {
        for (;;)
        {
            const bool pair = between(random, 0, 4) > 0;
            std::string left, right, output;
            std::map<char, std::int64_t> sizes;
            double product = 1;
            const std::int64_t least = between(random, 0, 2) > 0 ? 1 : 0;  // mostly a matrix product
            const auto add = [&](std::int64_t fewest, std::int64_t most, bool in_left, bool in_right, bool in_output) {
                for (std::int64_t n = between(random, fewest, most); n > 0; --n)
                {
                    const char l = static_cast<char>('a' + sizes.size());
                    const bool summed = !in_output;
                    const std::int64_t kind = between(random, 0, 11);
                    sizes[l] = kind == 0 ? 1 : kind <= 4 ? between(random, 2, 9) : kind <= 9 || !summed ? between(random, 10, 70) : between(random, 385, 900);
                    product *= static_cast<double>(sizes[l]);
                    if (in_left) left += l;
                    if (in_right) right += l;
                    if (in_output) output += l;
                }
            };
            if (long_sums)
            {
                const auto one = [&](char l, std::int64_t low, std::int64_t high, bool in_left, bool in_right, bool in_output) {
                    sizes[l] = between(random, low, high);
                    product *= static_cast<double>(sizes[l]);
                    if (in_left) left += l;
                    if (in_right && pair) right += l;
                    if (in_output) output += l;
                };
                one('a', 1, 5, true, false, true);
                if (pair) one('b', 1, 5, false, true, true);
                one('k', 60, 900, true, true, false);
                one('l', 60, 900, true, true, false);
            }
            else if (pair)
            {
                add(least, 2, true, false, true);
                add(least, 2, false, true, true);
                add(least, 2, true, true, false);
                if (between(random, 0, 2) == 0) add(0, 2, true, true, true);
            }
            else
            {
                add(0, 5, true, false, true);
                add(0, 2, true, false, false);
            }
            if (product < least_volume || product > most_volume) continue;
            for (std::string* term : {&left, &right, &output})
                if (between(random, 0, 1) == 0) std::shuffle(term->begin(), term->end(), random);
            contraction c;
            c.subscripts = left + (pair ? "," + right : "") + "->" + output;
            const auto shape_of = [&](const std::string& term) {
                extents shape;
                for (const char l : term) shape.push_back(sizes[l]);
                return shape;
            };
            c.shapes.push_back(shape_of(left));
            if (pair) c.shapes.push_back(shape_of(right));
            return c;
        }
    }

    template <class T>
    T guard_value()
    {
        if constexpr (std::is_same_v<T, bool>) return true;
        else if constexpr (std::is_integral_v<T>) return static_cast<T>(101);
        else if constexpr (std::is_floating_point_v<T>) return std::numeric_limits<T>::quiet_NaN();
        else return T(std::numeric_limits<typename T::value_type>::quiet_NaN());
    }

    /// How often each way to run a step was taken.
    struct ways
    {
        int blas = 0, blas_loops = 0, tiles = 0, staged = 0, block_sums = 0, loops = 0, copied_loops = 0, divided = 0, private_results = 0;

        void count(const xeinsum::plan& p)
        {
            for (const xeinsum::step& s : p.steps())
            {
                blas += s.call.has_value();
                blas_loops += call_count(s) > 1;
                loops += !s.call && !s.tiles;
                copied_loops += !s.call && std::ranges::any_of(s.tensors, &xeinsum::tensor_use::copied);
                divided += s.threads.pieces > 1;
                private_results += s.threads.sums;
                if (!s.tiles) continue;
                ++tiles;
                staged += s.tiles->staged;
                block_sums += std::ranges::any_of(s.tiles->contracted, [](const xeinsum::tiled_axis& x) { return x.tile < x.extent; });
            }
        }
    };

    /// The operands of a contraction somewhere in memory, and what it is to be.
    template <class T>
    class drawn_problem
    {
    public:
        drawn_problem(engine& random, const contraction& c) : m_contraction(c), m_problem(oracle::make_problem(c.subscripts, c.shapes))
        {
            std::vector<std::vector<T>> values;
            for (const extents& shape : c.shapes)
            {
                m_operands.emplace_back(shape, draw_operand_arrangement(random, shape.size()), guard_value<T>());
                m_operands.back().for_each([&](T& element) { element = draw_element(random); });
                values.emplace_back();
                m_operands.back().for_each([&](const T& element) { values.back().push_back(element); });
            }
            m_expected = oracle::evaluate<T>(m_problem, c.shapes, values);
        }

        /// Through plan and execute, into a destination full of NaN that lies at random; memory around the result
        /// untouched, copies and packed blocks as the plan said.
        void check(engine& random, xeinsum::options how, ways& taken) const
        {
            const arrangement lies = between(random, 0, 1) ? plain(m_problem.output.size()) : draw_arrangement(random, m_problem.output.size());
            strided_tensor<T> result(m_problem.result_shape(), lies, guard_value<T>());
            const auto guards = result.guards();
            how.type = xeinsum::dtype_of<T>();
            if (how.type == xeinsum::dtype::other) how.element_bytes = sizeof(T);
            std::vector<const T*> pointers;
            for (const auto& o : m_operands)
            {
                how.layouts.push_back(o.lies);
                pointers.push_back(o.data());
            }
            how.result = result.lies;
            const xeinsum::plan plan(m_contraction.subscripts, m_contraction.shapes, how);
            taken.count(plan);
            xeinsum::recorder record;
            xeinsum::execute<T>(plan, pointers, result.data(), &record);

            std::size_t i = 0, wrong = 0;
            result.for_each([&](const T& element) {
                wrong += oracle::close<T>(element, m_expected.value[i], m_expected.magnitude[i], oracle::depth_of(m_problem)) ? 0 : 1;
                ++i;
            });
            BOOST_TEST(wrong == 0u);
            const auto after = result.guards();
            BOOST_TEST(std::equal(guards.begin(), guards.end(), after.begin(), after.end(),
                                  [](const T& x, const T& y) { return x == y || (x != x && y != y); }));
            BOOST_TEST(record.copies == plan.copies());
            BOOST_TEST(record.bytes_copied == plan.bytes_copied());
            BOOST_TEST(record.bytes_packed == plan.bytes_packed());
            std::vector<std::int64_t> planned, made;
            for (const xeinsum::step& s : plan.steps()) planned.push_back(s.tensors[xeinsum::result_tensor].lies.size() == 0 ? 0 : call_count(s));
            for (const auto& s : record.steps) made.push_back(s.calls);
            BOOST_TEST(made == planned, boost::test_tools::per_element());
        }

    private:
        static T draw_element(engine& random)
        {
            // Sums of bools are to be false now and then.
            if constexpr (std::is_same_v<T, bool>) return between(random, 0, 7) == 0;
            else return draw<T>(random);
        }

        contraction m_contraction;
        oracle::problem m_problem;
        std::vector<strided_tensor<T>> m_operands;
        oracle::tensor<oracle::wide_t<T>> m_expected;
    };

    inline xeinsum::options draw_options(engine& random)
    {
        xeinsum::options how;
        how.path = static_cast<xeinsum::path_strategy>(between(random, 0, 4));
        how.threads = static_cast<std::size_t>(between(random, 1, 3));
        return how;
    }

    /// One small draw: any strategy.
    template <class T>
    void check_executed(engine& random, const contraction& c, ways& taken)
    {
        xeinsum::options how = draw_options(random);
        how.lowering = static_cast<xeinsum::lowering_strategy>(between(random, 0, 4));
        drawn_problem<T>(random, c).check(random, how, taken);
    }

    /// One large draw: all strategies in turn.
    template <class T>
    void check_strategies(engine& random, const contraction& c, ways& taken)
    {
        const drawn_problem<T> problem(random, c);
        using enum xeinsum::lowering_strategy;
        for (const auto lowering : {automatic, blas, tiles, blocks, loops})
        {
            xeinsum::options how = draw_options(random);
            how.lowering = lowering;
            BOOST_TEST_CONTEXT(to_string(lowering) << ", " << how.threads << " threads") problem.check(random, how, taken);
        }
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

    inline std::string shapes_text(const contraction& c)
    {
        std::string text;
        for (const auto& s : c.shapes) text += " " + xeinsum::to_string(s);
        return text;
    }

    template <class T>
    void run_draws(const std::string& type, int executed, int assigned, int large)
    {
        executed = draws(executed), assigned = draws(assigned), large = draws(large);
        // Other contractions for each type.
        engine random(seed() + static_cast<std::uint64_t>(xeinsum::dtype_of<T>()));
        std::cout << "property: " << type << ", seed " << seed() << " (XEINSUM_TEST_SEED), " << executed + assigned + large
                  << " contractions\n";
        ways taken;
        for (int i = 0; i < executed + assigned; ++i)
        {
            const contraction c = draw_contraction(random);
            BOOST_TEST_CONTEXT("draw " << i << ": " << c.subscripts << shapes_text(c))
            {
                if (i < executed) check_executed<T>(random, c, taken);
                else check_expression<T>(random, c);
            }
        }
        for (int i = 0; i < large; ++i)
        {
            // From 2^21 products, or 2^19 elements, on the work is divided among threads.
            const contraction c = i % 16 == 0 ? draw_large_contraction(random, 2.1e6, 3e6, i % 32 == 0)
                                              : draw_large_contraction(random, 513, 3e5, i % 8 == 1);
            BOOST_TEST_CONTEXT("large draw " << i << ": " << c.subscripts << shapes_text(c)) check_strategies<T>(random, c, taken);
        }
        // The draws are worth what they reach.
        std::cout << "  BLAS " << taken.blas << " (in loops " << taken.blas_loops << "), tiles " << taken.tiles << " (staged "
                  << taken.staged << ", sums in blocks " << taken.block_sums << "), loops " << taken.loops << " (copies "
                  << taken.copied_loops << "), divided " << taken.divided << " (private results " << taken.private_results << ")\n";
        if (std::getenv("XEINSUM_TEST_SEED") || std::getenv("XEINSUM_TEST_DRAWS")) return;  // other seeds, or fewer draws, may be less lucky
        constexpr bool has_blas = xeinsum::is_blas_type(xeinsum::dtype_of<T>());
        constexpr bool has_kernels = xeinsum::dtype_of<T>() != xeinsum::dtype::other && xeinsum::dtype_of<T>() != xeinsum::dtype::clongdouble;
        BOOST_TEST((taken.blas > 0) == has_blas);
        BOOST_TEST((taken.blas_loops > 0) == has_blas);
        for (const int n : {taken.tiles, taken.staged, taken.block_sums, taken.copied_loops}) BOOST_TEST((n > 0) == has_kernels);
        for (const int n : {taken.loops, taken.divided}) BOOST_TEST(n > 0);
    }
}

#endif
