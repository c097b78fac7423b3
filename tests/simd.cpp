// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
//
// The compiled kernels by themselves, each against plain loops. Values are small whole numbers, so that every sum is exact
// in every type and any order of it the same.
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <memory>
#include <new>
#include <numeric>
#include <tuple>
#include <vector>

#include <xeinsum/plan.hpp>

#include "execute/simd/kernels.hpp"
#include "support/oracle.hpp"
#include "support/random.hpp"
#include "support/strided.hpp"

namespace
{
    using xeinsum::extents;
    using xeinsum::simd::nest_axis;

    // Elements of 1, 2, 4, 8 and 16 bytes; every arithmetic.
    using all_types = std::tuple<bool, std::int8_t, std::uint8_t, std::int16_t, std::uint16_t, std::int32_t, std::uint32_t, std::int64_t,
                                 std::uint64_t, float, double, std::complex<float>, std::complex<double>, long double>;

    using blas_reals = std::tuple<float, double>;

    constexpr std::size_t left = 0, right = 1, result = 2;

    /// Tensors over the axes of a nest, and the nest itself.
    template <class T>
    struct drawn_nest
    {
        extents sizes;
        std::array<std::vector<bool>, 3> has;  ///< per tensor and axis
        std::vector<test::strided_tensor<T>> tensors;
        std::vector<nest_axis> axes;

        /// `member(random, axis, tensor)` says whether a tensor has an axis.
        template <class Member>
        drawn_nest(test::engine& random, std::size_t most_axes, std::int64_t volume, Member member)
        {
            const auto rank = static_cast<std::size_t>(test::between(random, 0, static_cast<std::int64_t>(most_axes)));
            std::int64_t size = 1;
            for (std::size_t d = 0; d < rank; ++d)
            {
                const std::int64_t most = std::min<std::int64_t>(volume / size, test::between(random, 0, 5) == 0 ? 700 : test::between(random, 0, 1) ? 70 : 9);
                if (most < 2) break;
                sizes.push_back(test::between(random, 2, most));
                size *= sizes.back();
            }
            for (std::size_t t = 0; t < 3; ++t) has[t].resize(sizes.size());
            for (std::size_t d = 0; d < sizes.size(); ++d) member(random, d, has);
            for (std::size_t t = 0; t < 3; ++t) tensors.push_back(draw_tensor(random, t));
            for (std::size_t d = 0; d < sizes.size(); ++d) axes.push_back({sizes[d], {stride(0, d), stride(1, d), stride(2, d)}});
            if (test::between(random, 0, 1)) std::shuffle(axes.begin(), axes.end(), random);
            else
                std::ranges::stable_sort(axes, std::greater<>{}, [](const nest_axis& x) { return std::abs(x.strides[result]); });
        }

        std::int64_t stride(std::size_t t, std::size_t axis) const
        {
            if (!has[t][axis]) return 0;
            return tensors[t].lies.strides[static_cast<std::size_t>(std::count(has[t].begin(), has[t].begin() + static_cast<std::ptrdiff_t>(axis), true))];
        }

        /// What body(a, b, c) makes of every index, one after the other, over a copy of the result's values; row-major.
        template <class Body>
        std::vector<oracle::wide_t<T>> expected(Body body)
        {
            using W = oracle::wide_t<T>;
            std::array<std::vector<W>, 3> values;
            for (std::size_t t = 0; t < 3; ++t) tensors[t].for_each([&](const T& x) { values[t].push_back(oracle::convert<W>(x)); });
            std::array<extents, 3> dense;
            for (std::size_t t = 0; t < 3; ++t)
            {
                dense[t].assign(sizes.size(), 0);
                std::int64_t step = 1;
                for (std::size_t d = sizes.size(); d-- > 0;)
                    if (has[t][d]) dense[t][d] = step, step *= sizes[d];
            }
            extents index(sizes.size(), 0);
            for (;;)
            {
                std::array<std::size_t, 3> at{};
                for (std::size_t t = 0; t < 3; ++t)
                    for (std::size_t d = 0; d < sizes.size(); ++d) at[t] += static_cast<std::size_t>(index[d] * dense[t][d]);
                W c = values[result][at[result]];
                body(W(values[left][at[left]]), W(values[right][at[right]]), c);
                values[result][at[result]] = c;
                std::size_t d = sizes.size();
                for (; d > 0; --d)
                {
                    if (++index[d - 1] < sizes[d - 1]) break;
                    index[d - 1] = 0;
                }
                if (d == 0) return {values[result].begin(), values[result].end()};
            }
        }

        /// How many elements of the result differ, and whether anything around it was written.
        void check(const std::vector<oracle::wide_t<T>>& value, const std::vector<T>& guards)
        {
            std::size_t i = 0, wrong = 0;
            tensors[result].for_each([&](const T& x) { wrong += x == oracle::convert<T>(value[i++]) ? 0 : 1; });
            BOOST_TEST(wrong == 0u);
            BOOST_TEST((tensors[result].guards() == guards));
        }

    private:
        test::strided_tensor<T> draw_tensor(test::engine& random, std::size_t t) const
        {
            extents shape;
            for (std::size_t d = 0; d < sizes.size(); ++d)
                if (has[t][d]) shape.push_back(sizes[d]);
            test::arrangement a = test::draw_arrangement(random, shape.size());
            if (test::between(random, 0, 1))
            {
                // Without gaps: axes that continue each other.
                a.step.assign(shape.size(), 1);
                a.slack.assign(shape.size(), 0);
            }
            test::strided_tensor<T> tensor(shape, a, T(1));
            tensor.for_each([&](T& x) { x = draw_whole(random); });
            return tensor;
        }

        static T draw_whole(test::engine& random)
        {
            if constexpr (std::is_same_v<T, bool>) return test::between(random, 0, 7) == 0;
            else if constexpr (std::is_unsigned_v<T>) return static_cast<T>(test::between(random, 0, 5));
            else if constexpr (std::is_arithmetic_v<T>) return static_cast<T>(test::between(random, -3, 3));
            else
            {
                using part = typename T::value_type;
                const auto re = static_cast<part>(test::between(random, -3, 3));
                return T(re, static_cast<part>(test::between(random, -3, 3)));
            }
        }
    };

    using membership = std::array<std::vector<bool>, 3>;

    template <class T, class Member, class Kernel, class Body>
    void check_kernel(int draws, Member member, Kernel kernel, Body body)
    {
        test::engine random(test::seed());
        for (int i = 0; i < draws; ++i)
        {
            drawn_nest<T> nest(random, 6, i % 8 == 0 ? 60000 : 6000, member);
            const auto guards = nest.tensors[result].guards();
            const auto expected = nest.expected(body);
            kernel(nest);
            BOOST_TEST_CONTEXT("draw " << i << ", seed " << test::seed()) nest.check(expected, guards);
        }
    }

    /// Memory between two stretches that must stay as they are.
    class guarded_workspace
    {
    public:
        explicit guarded_workspace(std::size_t bytes) : m_bytes(bytes), m_start(static_cast<unsigned char*>(::operator new(bytes + 2 * guard, align)))
        {
            std::memset(m_start, 0xa5, bytes + 2 * guard);
        }
        guarded_workspace(const guarded_workspace&) = delete;
        guarded_workspace& operator=(const guarded_workspace&) = delete;
        ~guarded_workspace() { ::operator delete(m_start, align); }

        void* data() const { return m_start + guard; }
        bool intact() const
        {
            const auto untouched = [](unsigned char c) { return c == 0xa5; };
            return std::all_of(m_start, m_start + guard, untouched) && std::all_of(m_start + guard + m_bytes, m_start + 2 * guard + m_bytes, untouched);
        }

    private:
        static constexpr std::align_val_t align{64};
        static constexpr std::size_t guard = 4096;
        std::size_t m_bytes;
        unsigned char* m_start;
    };
}

BOOST_AUTO_TEST_SUITE(simd)

BOOST_AUTO_TEST_CASE_TEMPLATE(copy, T, all_types)
{
    check_kernel<T>(
        150, [](test::engine&, std::size_t d, membership& has) { has[left][d] = has[result][d] = true; },
        [](drawn_nest<T>& n) {
            xeinsum::simd::kernels_for_cpu<T>().copy(n.tensors[left].data(), n.tensors[result].data(), n.axes.data(), static_cast<int>(n.axes.size()));
        },
        [](auto a, auto, auto& c) { c = a; });
}

BOOST_AUTO_TEST_CASE_TEMPLATE(update, T, all_types)
{
    // Of alpha and beta, what BLAS treats apart, and what it does not.
    for (const auto& [alpha, beta] : {std::pair{1, 0}, std::pair{1, 1}, std::pair{2, 0}, std::pair{1, 3}, std::pair{3, 2}})
    {
        const std::array<T, 2> factors = {static_cast<T>(static_cast<float>(alpha)), static_cast<T>(static_cast<float>(beta))};
        using W = oracle::wide_t<T>;
        const W a_factor = oracle::convert<W>(factors[0]), c_factor = oracle::convert<W>(factors[1]);
        check_kernel<T>(
            40, [](test::engine&, std::size_t d, membership& has) { has[left][d] = has[result][d] = true; },
            [&](drawn_nest<T>& n) {
                xeinsum::simd::kernels_for_cpu<T>().update(n.tensors[left].data(), n.tensors[result].data(), factors.data(), n.axes.data(),
                                                           static_cast<int>(n.axes.size()));
            },
            [&](auto a, auto, auto& c) { c = oracle::plus<W>(oracle::times<W>(a_factor, a), oracle::times<W>(c_factor, c)); });
    }
}

/// Both sides of a transposition may be made of several axes, which may continue each other in either tensor.
BOOST_AUTO_TEST_CASE_TEMPLATE(copy_of_neighbouring_axes, T, all_types)
{
    test::engine random(test::seed());
    for (int i = 0; i < 120; ++i)
    {
        extents sizes;
        const std::int64_t rank = test::between(random, 2, 6);
        for (std::int64_t d = 0; d < rank; ++d) sizes.push_back(test::between(random, 2, d < 3 ? 21 : 5));
        std::vector<std::size_t> order(sizes.size());
        std::iota(order.begin(), order.end(), std::size_t{0});
        std::shuffle(order.begin(), order.end(), random);
        test::arrangement across = test::plain(sizes.size());
        across.order = order;
        test::strided_tensor<T> from(sizes, test::plain(sizes.size()), T(0)), to(sizes, across, T(0));
        std::int64_t n = 0;
        from.for_each([&](T& x) { x = static_cast<T>(static_cast<float>(n++ % 101)); });
        // What lies behind the result is the guard.
        const std::size_t size = from.size;
        std::vector<unsigned char> memory((size + 1024) * sizeof(T), 0);
        T* const c = reinterpret_cast<T*>(memory.data());
        std::vector<nest_axis> axes;
        for (const std::size_t d : order) axes.push_back({sizes[d], {from.lies.strides[d], 0, to.lies.strides[d]}});
        xeinsum::simd::kernels_for_cpu<T>().copy(from.data(), c, axes.data(), static_cast<int>(axes.size()));
        std::copy_n(c, size, to.memory.get());
        std::vector<T> a, b;
        from.for_each([&](const T& x) { a.push_back(x); });
        to.for_each([&](const T& x) { b.push_back(x); });
        BOOST_TEST((a == b));
        BOOST_TEST(std::all_of(memory.begin() + static_cast<std::ptrdiff_t>(size * sizeof(T)), memory.end(), [](unsigned char x) { return x == 0; }));
    }
}

/// Where a side is no multiple of a tile, tiles reach back, or are smaller, or are written over one another; columns may be so far apart that they share sets of
/// a cache. Neither tensor is touched beyond its end.
BOOST_AUTO_TEST_CASE_TEMPLATE(transposed_tiles, T, all_types)
{
    const std::vector<std::int64_t> extents_tried = {1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 15, 16, 17, 24, 31, 33, 63, 65, 100};
    const auto far = static_cast<std::int64_t>(4096 / sizeof(T));
    for (const std::int64_t rows : extents_tried)
        for (const std::int64_t columns : extents_tried)
            for (const std::int64_t gap : {0, 1})
                for (const std::int64_t apart : {rows, rows + 3, far})
                {
                    const std::int64_t line = columns + gap, behind = 64;
                    std::vector<unsigned char> from(static_cast<std::size_t>(rows * line - gap) * sizeof(T));
                    std::vector<unsigned char> to(static_cast<std::size_t>(columns * apart + behind) * sizeof(T), 0xEE);
                    T* const a = reinterpret_cast<T*>(from.data());
                    T* const c = reinterpret_cast<T*>(to.data());
                    for (std::int64_t i = 0; i < rows * line - gap; ++i) a[i] = static_cast<T>(static_cast<float>(i % 113));
                    const std::vector<unsigned char> before = to;
                    const std::array<nest_axis, 2> axes = {nest_axis{columns, {1, 0, apart}}, nest_axis{rows, {line, 0, 1}}};
                    xeinsum::simd::kernels_for_cpu<T>().copy(a, c, axes.data(), 2);
                    std::int64_t wrong = 0, beside = 0;
                    for (std::int64_t at = 0; at < columns * apart + behind; ++at)
                    {
                        const std::int64_t i = at % apart, j = at / apart;
                        if (i < rows && j < columns) wrong += c[at] == a[i * line + j] ? 0 : 1;
                        else beside += std::memcmp(c + at, before.data(), sizeof(T)) == 0 ? 0 : 1;
                    }
                    BOOST_TEST(wrong == 0);
                    BOOST_TEST(beside == 0);
                }
}

/// Neighbours that stay neighbours may be moved as one wider element, wherever that lies and if everything else is as far apart as whole ones.
BOOST_AUTO_TEST_CASE_TEMPLATE(neighbours_that_stay, T, all_types)
{
    for (const std::int64_t run : {2, 3, 4, 6, 8, 16})
        for (const std::int64_t rows : {1, 3, 16, 35})
            for (const std::int64_t columns : {2, 5, 19, 40})
                for (const std::int64_t gap : {std::int64_t{0}, std::int64_t{1}, run})
                    for (const std::int64_t shift : {0, 1})
                    {
                        const std::int64_t line = columns * run + gap, column = rows * run + gap, behind = 64;
                        std::vector<T> from(static_cast<std::size_t>(shift + rows * line));
                        const std::unique_ptr<T[]> to(new T[static_cast<std::size_t>(shift + columns * column + behind)]());
                        for (std::size_t i = 0; i < from.size(); ++i) from[i] = static_cast<T>(static_cast<float>(1 + i % 113));
                        const std::unique_ptr<T[]> values(new T[from.size()]);
                        std::copy(from.begin(), from.end(), values.get());
                        const std::array<nest_axis, 3> axes = {nest_axis{columns, {run, 0, column}}, nest_axis{rows, {line, 0, run}}, nest_axis{run, {1, 0, 1}}};
                        xeinsum::simd::kernels_for_cpu<T>().copy(values.get() + shift, to.get() + shift, axes.data(), 3);
                        std::int64_t wrong = 0;
                        for (std::int64_t at = -shift; at < columns * column + behind; ++at)
                        {
                            const std::int64_t j = at / column, in_column = at % column;
                            const bool written = at >= 0 && j < columns && in_column < rows * run;
                            const std::int64_t source = written ? in_column / run * line + j * run + in_column % run : 0;
                            wrong += to[static_cast<std::size_t>(shift + at)] == (written ? values[static_cast<std::size_t>(shift + source)] : T(0)) ? 0 : 1;
                        }
                        BOOST_TEST(wrong == 0, "run " << run << ", " << rows << " x " << columns << ", gap " << gap << ", shift " << shift << ": " << wrong << " wrong");
                    }
}

/// Results larger than the caches, which may be written past them: from cache lines on or not.
BOOST_AUTO_TEST_CASE_TEMPLATE(large_copies, T, all_types)
{
    constexpr auto bytes = static_cast<std::int64_t>(sizeof(T));
    const std::int64_t side = bytes == 1 ? 2304 : bytes == 2 ? 1664 : bytes == 4 ? 1152 : bytes == 8 ? 832 : 576;
    const std::vector<std::pair<extents, std::vector<std::size_t>>> cases = {
        {{side, side}, {1, 0}}, {{side + 1, side - 3}, {1, 0}}, {{16, side / 16, side}, {2, 0, 1}}, {{side, side / 64, 64}, {1, 2, 0}}};
    for (const auto& drawn : cases)
        for (const std::int64_t shift : {0, 1})
        {
            const extents& sizes = drawn.first;
            const std::vector<std::size_t>& order = drawn.second;
            const std::int64_t n = std::accumulate(sizes.begin(), sizes.end(), std::int64_t{1}, std::multiplies<>{});
            const guarded_workspace a_memory(static_cast<std::size_t>(n * bytes)), c_memory(static_cast<std::size_t>((n + shift) * bytes));
            T* const a = static_cast<T*>(a_memory.data());
            T* const c = static_cast<T*>(c_memory.data()) + shift;
            for (std::int64_t i = 0; i < n; ++i) a[i] = static_cast<T>(static_cast<float>(i % 109));
            std::vector<nest_axis> axes(sizes.size());
            std::int64_t stride = 1;
            for (std::size_t d = sizes.size(); d-- > 0;) axes[d] = {sizes[d], {stride, 0, 0}}, stride *= sizes[d];
            stride = 1;
            for (std::size_t d = sizes.size(); d-- > 0;) axes[order[d]].strides[2] = stride, stride *= sizes[order[d]];
            std::vector<nest_axis> ordered;
            for (const std::size_t d : order) ordered.push_back(axes[d]);
            xeinsum::simd::kernels_for_cpu<T>().copy(a, c, ordered.data(), static_cast<int>(ordered.size()));
            std::int64_t wrong = 0, at = 0;
            const auto walk = [&](auto&& self, std::size_t d, std::int64_t from) -> void {
                if (d == order.size()) wrong += c[at++] == a[from] ? 0 : 1;
                else
                    for (std::int64_t i = 0; i < sizes[order[d]]; ++i) self(self, d + 1, from + i * axes[order[d]].strides[0]);
            };
            walk(walk, 0, 0);
            BOOST_TEST(wrong == 0);
            BOOST_TEST(c_memory.intact());
        }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(reduce, T, all_types)
{
    check_kernel<T>(
        150,
        [](test::engine& random, std::size_t d, membership& has) {
            has[left][d] = true;
            has[result][d] = test::between(random, 0, 1) == 1;
        },
        [](drawn_nest<T>& n) {
            xeinsum::simd::kernels_for_cpu<T>().reduce(n.tensors[left].data(), n.tensors[result].data(), n.axes.data(), static_cast<int>(n.axes.size()));
        },
        [](auto a, auto, auto& c) { c = oracle::plus<oracle::wide_t<T>>(c, a); });
}

BOOST_AUTO_TEST_CASE_TEMPLATE(multiply, T, all_types)
{
    check_kernel<T>(
        150,
        [](test::engine& random, std::size_t d, membership& has) {
            const std::int64_t kind = test::between(random, 0, 6);
            has[left][d] = kind == 0 || kind >= 3;
            has[right][d] = kind == 1 || kind >= 3;
            has[result][d] = true;
        },
        [](drawn_nest<T>& n) {
            xeinsum::simd::kernels_for_cpu<T>().multiply(n.tensors[left].data(), n.tensors[right].data(), n.tensors[result].data(), n.axes.data(),
                                                         static_cast<int>(n.axes.size()), n.axes.size() % 2 == 0);
        },
        [](auto a, auto b, auto& c) { c = oracle::times<oracle::wide_t<T>>(a, b); });
}

// Runs on which an operand is contiguous or one number: of a vector and more, of less, and of so little that they are gathered.
BOOST_AUTO_TEST_CASE_TEMPLATE(products_of_runs, T, all_types)
{
    constexpr std::int64_t rows = 3, runs = 11, margin = 70;
    const auto number = [](std::int64_t i) { return static_cast<T>(static_cast<signed char>(i % 3)); };
    for (const std::int64_t run : {2, 3, 4, 5, 8, 13, 16, 17, 31, 32, 33, 63})
        for (const auto [a_moves, b_moves] : {std::array{std::array{0, 0, 1}, std::array{1, 1, 0}}, std::array{std::array{1, 1, 0}, std::array{0, 0, 1}},
                                              std::array{std::array{1, 0, 1}, std::array{0, 1, 0}}, std::array{std::array{1, 1, 1}, std::array{1, 0, 1}},
                                              std::array{std::array{1, 1, 0}, std::array{0, 1, 0}}})
            for (const bool past_caches : {false, true})
                for (const std::int64_t begin : {0, 1, 7})
                {
                    const std::array<std::int64_t, 3> extent = {rows, runs, run};
                    std::array<std::int64_t, 3> a_stride{}, b_stride{};
                    const auto place = [&](const std::array<int, 3>& moves, std::array<std::int64_t, 3>& stride) {
                        std::int64_t size = 1;
                        for (std::size_t d = 3; d-- > 0;)
                            if (moves[d] != 0) stride[d] = size, size *= extent[d];
                        return size;
                    };
                    std::vector<T> a, b, c(static_cast<std::size_t>(rows * runs * run + 2 * margin), number(1));
                    std::vector<T> expected = c;
                    for (std::int64_t i = place(a_moves, a_stride); i > 0; --i) a.push_back(number(i));
                    for (std::int64_t i = place(b_moves, b_stride); i > 0; --i) b.push_back(number(i + 1));
                    std::size_t at = static_cast<std::size_t>(margin + begin);
                    for (std::int64_t x = 0; x < rows; ++x)
                        for (std::int64_t g = 0; g < runs; ++g)
                            for (std::int64_t m = 0; m < run; ++m, ++at)
                            {
                                const T left_factor = a[static_cast<std::size_t>(x * a_stride[0] + g * a_stride[1] + m * a_stride[2])];
                                const T right_factor = b[static_cast<std::size_t>(x * b_stride[0] + g * b_stride[1] + m * b_stride[2])];
                                expected[at] = static_cast<T>(left_factor * right_factor);
                            }
                    const std::array<nest_axis, 3> axes = {nest_axis{rows, {a_stride[0], b_stride[0], runs * run}}, nest_axis{runs, {a_stride[1], b_stride[1], run}},
                                                           nest_axis{run, {a_stride[2], b_stride[2], 1}}};
                    const std::unique_ptr<T[]> target(new T[c.size()]);
                    std::ranges::copy(c, target.get());
                    const std::unique_ptr<T[]> left_values(new T[a.size()]), right_values(new T[b.size()]);
                    std::ranges::copy(a, left_values.get());
                    std::ranges::copy(b, right_values.get());
                    xeinsum::simd::kernels_for_cpu<T>().multiply(left_values.get(), right_values.get(), target.get() + margin + begin, axes.data(), 3, past_caches);
                    BOOST_TEST((std::equal(expected.begin(), expected.end(), target.get())),
                               "runs of " << run << ", " << past_caches << ", from " << begin << ", operands move " << a_moves[0] << a_moves[1] << a_moves[2] << " and "
                                          << b_moves[0] << b_moves[1] << b_moves[2]);
                }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(contract, T, all_types)
{
    check_kernel<T>(
        250,
        [](test::engine& random, std::size_t d, membership& has) {
            const std::int64_t kind = test::between(random, 1, 7);
            for (std::size_t t = 0; t < 3; ++t) has[t][d] = (kind >> t & 1) != 0;
            if (kind == 4) has[left][d] = true;
        },
        [](drawn_nest<T>& n) {
            xeinsum::simd::kernels_for_cpu<T>().contract(n.tensors[left].data(), n.tensors[right].data(), n.tensors[result].data(), n.axes.data(),
                                                         static_cast<int>(n.axes.size()));
        },
        [](auto a, auto b, auto& c) { c = oracle::plus<oracle::wide_t<T>>(c, oracle::times<oracle::wide_t<T>>(a, b)); });
}

namespace
{
    /// A contraction over five axes, the last of which is innermost and contiguous in all tensors that have it; the others lie and follow each
    /// other in any order.
    template <class T>
    void check_contraction(test::engine& random, const extents& sizes, const std::array<std::array<bool, 5>, 3>& has)
    {
        using W = oracle::wide_t<T>;
        std::array<std::array<std::int64_t, 5>, 3> strides{};
        std::array<std::vector<T>, 3> memory;
        for (std::size_t t = 0; t < 3; ++t)
        {
            std::array<std::size_t, 4> order = {0, 1, 2, 3};
            std::shuffle(order.begin(), order.end(), random);
            std::int64_t stride = (has[t][4] ? sizes[4] : 1) + test::between(random, 0, 2);
            strides[t][4] = has[t][4] ? 1 : 0;
            for (const std::size_t d : order)
                if (has[t][d]) strides[t][d] = stride, stride *= sizes[d];
            for (std::int64_t n = 0; n < stride; ++n) memory[t].push_back(static_cast<T>(static_cast<float>(test::between(random, 0, 7) / 7 * 3)));
        }
        std::vector<W> expected;
        for (const T& x : memory[result]) expected.push_back(oracle::convert<W>(x));
        extents at(5, 0);
        for (std::int64_t n = std::accumulate(sizes.begin(), sizes.end(), std::int64_t{1}, std::multiplies<>{}); n > 0; --n)
        {
            std::array<std::size_t, 3> place{};
            for (std::size_t t = 0; t < 3; ++t)
                for (std::size_t d = 0; d < 5; ++d) place[t] += static_cast<std::size_t>(at[d] * strides[t][d]);
            const W product = oracle::times<W>(oracle::convert<W>(T(memory[left][place[left]])), oracle::convert<W>(T(memory[right][place[right]])));
            expected[place[result]] = oracle::plus<W>(W(expected[place[result]]), product);
            for (std::size_t d = 5; d-- > 0;)
            {
                if (++at[d] < sizes[d]) break;
                at[d] = 0;
            }
        }
        std::vector<nest_axis> axes;
        for (std::size_t d = 0; d < 5; ++d) axes.push_back({sizes[d], {strides[0][d], strides[1][d], strides[2][d]}});
        std::shuffle(axes.begin(), axes.end() - 1, random);
        std::array<std::unique_ptr<T[]>, 3> plain;  // vectors of bool are bits
        for (std::size_t t = 0; t < 3; ++t)
        {
            plain[t] = std::make_unique<T[]>(memory[t].size());
            std::copy(memory[t].begin(), memory[t].end(), plain[t].get());
        }
        xeinsum::simd::kernels_for_cpu<T>().contract(plain[left].get(), plain[right].get(), plain[result].get(), axes.data(), 5);
        std::size_t wrong = 0;
        for (std::size_t i = 0; i < expected.size(); ++i) wrong += plain[result][i] == oracle::convert<T>(W(expected[i])) ? 0 : 1;
        BOOST_TEST(wrong == 0u);
    }
}

/// Batches whose innermost axis is contiguous in all three tensors.
BOOST_AUTO_TEST_CASE_TEMPLATE(contract_batches, T, all_types)
{
    test::engine random(test::seed());
    for (int turn = 0; turn < 60; ++turn)
    {
        // i, j, k, one more of any role, and the batch.
        const std::int64_t kind = test::between(random, 0, 3);
        const extents sizes = {test::between(random, 2, 20), test::between(random, 2, 27), test::between(random, 2, 36), test::between(random, 2, 3),
                               test::between(random, 2, turn % 4 == 0 ? 150 : 30)};
        check_contraction<T>(random, sizes, {{{true, false, true, kind != 1, true}, {false, true, true, kind != 0, true}, {true, true, false, kind != 2, true}}});
    }
}

/// Matrices of dots: the innermost axis is summed, and contiguous in both operands. Some sums are longer than what is summed in one go.
BOOST_AUTO_TEST_CASE_TEMPLATE(contract_dots, T, all_types)
{
    test::engine random(test::seed());
    for (int turn = 0; turn < 60; ++turn)
    {
        // i, j, two more of any role, and what is summed.
        const std::int64_t kind = test::between(random, 0, 3), other = test::between(random, 0, 3);
        const extents sizes = {test::between(random, 1, 9), test::between(random, 1, turn % 3 == 0 ? 40 : 9), test::between(random, 1, 3), test::between(random, 1, 2),
                               turn % 10 == 0 ? test::between(random, 500, 2200) : test::between(random, 2, 100)};
        check_contraction<T>(random, sizes, {{{true, false, kind != 1, other != 1, true}, {false, true, kind != 0, other != 0, true}, {true, true, kind != 2, other != 2, false}}});
    }
}

/// Tiles of any size, not only those that the planner picks, within the workspace that it reckons with.
BOOST_AUTO_TEST_CASE_TEMPLATE(tiles, T, all_types)
{
    test::engine random(test::seed());
    for (int i = 0; i < 120; ++i)
    {
        // An axis of each role: rows are in left and result, columns in right and result, and so on.
        drawn_nest<T> nest(random, 7, i % 8 == 0 ? 300000 : 20000, [](test::engine& r, std::size_t d, membership& has) {
            const std::int64_t kind = test::between(r, 0, 6);
            has[left][d] = kind != 1 && kind != 2;
            has[right][d] = kind != 3 && kind != 4;
            has[result][d] = kind < 5;
        });
        const auto guards = nest.tensors[result].guards();
        nest.tensors[result].for_each([](T& x) { x = T(0); });
        using W = oracle::wide_t<T>;
        auto expected = nest.expected([](auto a, auto b, auto& c) { c = oracle::plus<W>(c, oracle::times<W>(a, b)); });
        nest.tensors[result].for_each([](T& x) { x = T(1); });  // to be overwritten, or taken beta times
        const auto number = [](std::int64_t x) { return static_cast<T>(static_cast<float>(x)); };
        const bool scaled = test::between(random, 0, 1) == 1;
        const std::array<T, 2> factors = {number(scaled ? test::between(random, 1, 3) : 1), number(scaled ? test::between(random, 0, 3) : 0)};
        for (auto&& x : expected)
            x = oracle::plus<W>(oracle::times<W>(oracle::convert<W>(factors[0]), W(x)), oracle::times<W>(oracle::convert<W>(factors[1]), W(T(1))));

        const bool staged = test::between(random, 0, 2) == 0;
        std::vector<nest_axis> loops;
        std::array<std::vector<xeinsum::simd::tile_axis>, 3> groups;  // rows, columns, contracted
        xeinsum::step s;
        xeinsum::tiled_product& t = s.tiles.emplace();
        t.staged = staged;
        const std::array<std::vector<xeinsum::tiled_axis>*, 3> planned = {&t.rows, &t.columns, &t.contracted};
        for (const nest_axis& x : nest.axes)
        {
            const bool in_left = x.strides[left] != 0, in_right = x.strides[right] != 0, in_result = x.strides[result] != 0;
            if (in_left && in_right && in_result)
            {
                loops.push_back(x);
                s.loops.push_back({{}, x.extent, {x.strides[0], x.strides[1], x.strides[2]}});
                continue;
            }
            const std::size_t g = in_result ? (in_left ? 0 : 1) : 2;
            const std::int64_t first = x.strides[g == 1 ? right : left], second = x.strides[g == 2 ? right : result];
            const std::int64_t tile = test::between(random, 0, 2) ? x.extent : test::between(random, 1, x.extent);
            groups[g].push_back({x.extent, {first, second}, tile});
            planned[g]->push_back({{}, x.extent, {first, second}, tile});
        }
        const auto axes = [&](std::size_t g) { return xeinsum::simd::tile_axes{groups[g].data(), static_cast<int>(groups[g].size())}; };
        const guarded_workspace workspace(xeinsum::tile_workspace(s, sizeof(T)));
        const xeinsum::simd::tile_task<T> task{nest.tensors[left].data(), nest.tensors[right].data(), nest.tensors[result].data(), loops.data(),
                                               static_cast<int>(loops.size()), axes(0), axes(1), axes(2), staged, factors.data(), workspace.data(),
                                               false, 0, test::between(random, 0, 1) == 1};
        const std::int64_t packed = xeinsum::simd::kernels_for_cpu<T>().tiles(task);
        BOOST_TEST_CONTEXT("draw " << i << ", seed " << test::seed())
        {
            nest.check(expected, guards);
            BOOST_TEST(packed == xeinsum::packed_elements(s));
            BOOST_TEST(workspace.intact());
        }
    }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(small_product, T, blas_reals)
{
    test::engine random(test::seed());
    const auto index = [](std::int64_t i) { return static_cast<std::size_t>(i); };
    for (std::int64_t rows = 1; rows <= 9; ++rows)
        for (std::int64_t columns = 1; columns <= 17; ++columns)
            for (const std::int64_t step : {1, 2})
            {
                // The elements of A lie anywhere, those of B and C `step` apart in a row.
                const std::int64_t depth = test::between(random, 1, 5);
                const auto a = test::draw_many<T>(random, rows * depth), b = test::draw_many<T>(random, depth * columns * step);
                std::vector<T> c(index(rows * columns * step), T(7)), expected = c;
                std::vector<double> magnitude(c.size());
                for (std::int64_t i = 0; i < rows; ++i)
                    for (std::int64_t j = 0; j < columns; ++j)
                    {
                        long double sum = 0, size = 0;
                        for (std::int64_t k = 0; k < depth; ++k)
                        {
                            const long double product = static_cast<long double>(a[index(k * rows + i)]) * static_cast<long double>(b[index((k * columns + j) * step)]);
                            sum += product;
                            size += std::abs(product);
                        }
                        expected[index((i * columns + j) * step)] = static_cast<T>(sum);
                        magnitude[index((i * columns + j) * step)] = static_cast<double>(size);
                    }
                const nest_axis axes[3] = {{rows, {1, 0, columns * step}}, {columns, {0, step, step}}, {depth, {rows, columns * step, 0}}};
                xeinsum::simd::kernels_for_cpu<T>().product(a.data(), b.data(), c.data(), axes);
                std::size_t wrong = 0;
                for (std::size_t i = 0; i < c.size(); ++i)
                    wrong += std::abs(static_cast<double>(c[i]) - static_cast<double>(expected[i])) <= 8 * std::numeric_limits<T>::epsilon() * magnitude[i] ? 0 : 1;
                BOOST_TEST(wrong == 0u, rows << " x " << columns << ", " << step << " apart, seed " << test::seed());
            }
}

BOOST_AUTO_TEST_CASE(says_which)
{
    const std::string name = xeinsum::simd::kernels_for_cpu<double>().name;
    BOOST_TEST((name == "baseline" || name == "avx2" || name == "avx512"));
    const char* const asked = std::getenv("XEINSUM_SIMD");
    if (asked && asked == std::string("baseline")) BOOST_TEST(name == "baseline");
    if (asked && asked == std::string("avx2")) BOOST_TEST(name != "avx512");
}

BOOST_AUTO_TEST_SUITE_END()
