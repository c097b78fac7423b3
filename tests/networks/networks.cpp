// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
//
// Networks of many operands as they are run: every path, slices, what is contracted once, memory, progress.
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cmath>
#include <complex>
#include <cstdint>
#include <memory>
#include <span>
#include <stop_token>
#include <string>
#include <tuple>
#include <type_traits>
#include <vector>

#include <xeinsum/error.hpp>
#include <xeinsum/execute.hpp>
#include <xeinsum/explain.hpp>
#include <xeinsum/subscripts.hpp>

#include "band.hpp"
#include "support/allocations.hpp"

using xeinsum::contraction_path;
using xeinsum::extents;
using xeinsum::options;
using xeinsum::path_strategy;
using xeinsum::plan;

namespace
{
    /// Unlike a vector, it has an address for every bool.
    template <class T>
    struct array
    {
        explicit array(std::int64_t count) : size(static_cast<std::size_t>(count)), values(std::make_unique<T[]>(size)) {}

        std::span<T> all() const { return {values.get(), size}; }
        T operator[](std::size_t i) const { return values[i]; }

        std::size_t size;
        std::unique_ptr<T[]> values;
    };

    template <class T>
    struct inputs
    {
        std::vector<array<T>> values;

        std::vector<const T*> pointers() const
        {
            std::vector<const T*> result;
            for (const auto& v : values) result.push_back(v.values.get());
            return result;
        }
        std::vector<std::vector<T>> lists() const
        {
            std::vector<std::vector<T>> result;
            for (const auto& v : values) result.emplace_back(v.all().begin(), v.all().end());
            return result;
        }
    };

    template <class T>
    inputs<T> draw_inputs(test::engine& random, const std::vector<extents>& shapes)
    {
        inputs<T> in;
        for (const extents& shape : shapes)
        {
            in.values.emplace_back(xeinsum::element_count(shape));
            for (T& x : in.values.back().all()) x = test::draw<T>(random);
        }
        return in;
    }

    template <class T>
    array<T> run(const plan& p, const inputs<T>& in, const xeinsum::execution<T>& how = {})
    {
        array<T> result(p.result_layout().size());
        std::ranges::fill(result.all(), T(77));
        xeinsum::execute<T>(p, in.pointers(), result.values.get(), how);
        return result;
    }

    std::size_t count_wrong(const array<double>& found, const test::left_to_right_result& right)
    {
        BOOST_TEST_REQUIRE(found.size == right.value.size());
        std::size_t wrong = 0;
        for (std::size_t i = 0; i < found.size; ++i)
            wrong += std::abs(found[i] - right.value[i]) <= 1e-13L * right.magnitude[i] ? 0 : 1;
        return wrong;
    }

    /// A path that no strategy would take: steps of one, two and three positions anywhere.
    contraction_path draw_path(test::engine& random, std::size_t operands)
    {
        contraction_path path;
        for (std::size_t left = operands; left > 1 || path.empty();)
        {
            std::vector<std::size_t> all(left);
            for (std::size_t i = 0; i < left; ++i) all[i] = i;
            std::shuffle(all.begin(), all.end(), random);
            const auto size = static_cast<std::size_t>(test::between(random, 1, std::min<std::int64_t>(3, static_cast<std::int64_t>(left))));
            path.emplace_back(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(size));
            left -= size - 1;
        }
        return path;
    }
}

BOOST_AUTO_TEST_SUITE(networks)

BOOST_AUTO_TEST_CASE(every_strategy_and_slices_agree_with_left_to_right)
{
    test::engine random(test::seed());
    std::size_t sliced = 0, large = 0;
    for (int draw = 0; draw < 120; ++draw)
    {
        const auto operands = static_cast<std::size_t>(draw % 3 == 0 ? test::between(random, 40, 100) : test::between(random, 1, 14));
        const test::band_network n = test::draw_band(random, operands);
        const auto in = draw_inputs<double>(random, n.shapes);
        const test::left_to_right_result right = test::contract_left_to_right(n, in.lists());
        large += operands >= 40 ? 1 : 0;
        using enum path_strategy;
        for (const auto s : {automatic, left, greedy, random_greedy, optimal})
        {
            if (s == optimal && operands > 14) continue;
            xeinsum::path_search search;
            search.strategy = s;
            search.trials = 8;
            const plan p(n.equation(), n.shapes, {.path = search});
            BOOST_TEST_CONTEXT("draw " << draw << ", seed " << test::seed() << ", " << to_string(s) << '\n' << to_text(p))
            {
                BOOST_TEST(count_wrong(run(p, in), right) == 0u);
                for (const std::size_t limit : {p.peak_memory() / 2, p.peak_memory() / 5})
                    try
                    {
                        // Another path is allowed now and then; slices are all that can be done about a given one.
                        options how{.path = p.path(), .memory_limit = limit};
                        if (draw % 4 == 0) how.path = search;
                        const plan limited(n.equation(), n.shapes, how);
                        BOOST_TEST_CONTEXT("limit " << limit << '\n' << to_text(limited))
                        {
                            BOOST_TEST(limited.peak_memory() <= limit);
                            BOOST_TEST(count_wrong(run(limited, in), right) == 0u);
                        }
                        sliced += limited.slices().empty() ? 0 : 1;
                    }
                    catch (const xeinsum::shape_error& e)
                    {
                        BOOST_TEST((e.code() == xeinsum::shape_errc::memory_limit));
                    }
            }
        }
        if (operands <= 14)
        {
            const plan given(n.equation(), n.shapes, {.path = draw_path(random, operands)});
            BOOST_TEST_CONTEXT("draw " << draw << ", seed " << test::seed() << '\n' << to_text(given))
            BOOST_TEST(count_wrong(run(given, in), right) == 0u);
        }
    }
    BOOST_TEST(large >= 30u);
    BOOST_TEST(sliced >= 1u);
}

namespace
{
    /// "ab,bc,cd,da" and its like with chords: something to slice, of any dtype.
    test::band_network draw_ring(test::engine& random, std::size_t operands)
    {
        test::band_network n;
        n.inputs.resize(operands);
        std::vector<std::int64_t> sizes;
        const auto tie = [&](std::size_t a, std::size_t b) {
            const auto id = static_cast<xeinsum::label>(sizes.size());
            sizes.push_back(test::between(random, 2, 8));
            n.inputs[a].push_back(id);
            n.inputs[b].push_back(id);
        };
        for (std::size_t t = 0; t < operands; ++t) tie(t, (t + 1) % operands);
        tie(0, operands / 2);
        tie(1, operands - 1);
        n.output = {0, static_cast<xeinsum::label>(operands / 2)};
        for (const auto& ids : n.inputs)
        {
            n.shapes.emplace_back();
            for (const auto id : ids) n.shapes.back().push_back(sizes[static_cast<std::size_t>(id)]);
        }
        return n;
    }
}

using sliced_types = std::tuple<float, double, std::complex<float>, std::complex<double>, long double, bool, std::int32_t, std::uint8_t>;

BOOST_AUTO_TEST_CASE_TEMPLATE(slices_of_any_type, T, sliced_types)
{
    test::engine random(test::seed() + sizeof(T));
    std::size_t sliced = 0;
    for (int draw = 0; draw < 40; ++draw)
    {
        const test::band_network n = draw_ring(random, static_cast<std::size_t>(test::between(random, 4, 9)));
        const auto in = draw_inputs<T>(random, n.shapes);
        options how;
        how.type = xeinsum::dtype_of<T>();
        how.threads = static_cast<std::size_t>(test::between(random, 1, 2));
        const plan whole(n.equation(), n.shapes, how);
        how.memory_limit = whole.peak_memory() / static_cast<std::size_t>(test::between(random, 2, 6));
        const array<T> right = run(whole, in);
        try
        {
            const plan limited(n.equation(), n.shapes, how);
            sliced += limited.slices().empty() ? 0 : 1;
            const array<T> found = run(limited, in);
            double difference = 0;
            for (std::size_t i = 0; i < right.size; ++i)
            {
                if constexpr (std::is_integral_v<T>) difference += found[i] == right[i] ? 0 : 1;
                else difference = std::max(difference, static_cast<double>(std::abs(found[i] - right[i]) / (1 + std::abs(right[i]))));
            }
            const bool is_single = std::is_same_v<T, float> || std::is_same_v<T, std::complex<float>>;
            BOOST_TEST_CONTEXT("draw " << draw << '\n' << to_text(limited)) BOOST_TEST(difference <= (is_single ? 1e-3 : 1e-11));
        }
        catch (const xeinsum::shape_error& e)
        {
            BOOST_TEST((e.code() == xeinsum::shape_errc::memory_limit));
        }
    }
    BOOST_TEST(sliced >= 10u);
}

BOOST_AUTO_TEST_CASE(memory_is_what_the_plan_says)
{
    if (!test::counts_allocations()) return;
    test::engine random(test::seed() + 2);
    std::size_t limited = 0;
    for (int draw = 0; draw < 150; ++draw)
    {
        const auto operands = static_cast<std::size_t>(test::between(random, 2, draw % 5 == 0 ? 60 : 12));
        const test::band_network n = draw % 2 == 0 ? test::draw_band(random, operands) : draw_ring(random, 4 + operands % 6);
        const auto in = draw_inputs<double>(random, n.shapes);
        options how;
        how.threads = static_cast<std::size_t>(test::between(random, 1, 3));
        const auto check = [&](const plan& p) {
            const auto pointers = in.pointers();
            array<double> result(p.result_layout().size());
            const std::size_t before = test::allocated_bytes();
            test::reset_peak();
            {
                xeinsum::workspace memory;
                xeinsum::execution<double> run;
                run.memory = &memory;
                xeinsum::execute<double>(p, std::span<const double* const>(pointers), result.values.get(), run);
            }
            const std::size_t taken = test::peak_bytes() - before, after = test::allocated_bytes();
            BOOST_TEST_CONTEXT("draw " << draw << ", seed " << test::seed() << '\n' << to_text(p))
            {
                BOOST_TEST(taken <= p.peak_memory());
                BOOST_TEST(p.workspace_bytes() <= taken);
                BOOST_TEST(after == before);
                if (p.how().memory_limit) BOOST_TEST(p.peak_memory() <= *p.how().memory_limit);
            }
        };
        const plan p(n.equation(), n.shapes, how);
        check(p);
        how.path = p.path();
        for (const std::size_t divisor : {2u, 3u, 8u})
            try
            {
                how.memory_limit = p.peak_memory() / divisor;
                check(plan(n.equation(), n.shapes, how));
                ++limited;
            }
            catch (const xeinsum::shape_error& e)
            {
                BOOST_TEST((e.code() == xeinsum::shape_errc::memory_limit));
            }
    }
    BOOST_TEST(limited >= 50u);
}

BOOST_AUTO_TEST_CASE(a_limit_takes_another_path_before_it_slices)
{
    // From the left, 1000 x 1000 numbers come between; from the right, 1000.
    const std::vector<extents> shapes = {{1000, 2}, {2, 1000}, {1000, 3}};
    const plan left("ij,jk,kl->il", shapes, {.path = path_strategy::left});
    BOOST_TEST(left.peak_memory() >= 8u * 1000 * 1000);
    const plan limited("ij,jk,kl->il", shapes, {.memory_limit = 100000});
    BOOST_TEST(xeinsum::to_string(limited.path()) == "(1,2),(0,1)");
    BOOST_TEST(limited.slices().empty());
    BOOST_TEST(limited.slicing_overhead() == 1.0);

    // The path is given: i and k are what the intermediate has. A slice of i costs nothing more, one of k neither.
    const plan sliced("ij,jk,kl->il", shapes, {.path = contraction_path{{0, 1}, {0, 1}}, .memory_limit = 1000000});
    BOOST_TEST_REQUIRE(!sliced.slices().empty());
    BOOST_TEST(sliced.peak_memory() <= 1000000u);
    BOOST_TEST(sliced.slice_count() >= 8);
    BOOST_TEST(sliced.slicing_overhead() == 1.0);
    BOOST_TEST(sliced.flops() == left.flops());

    BOOST_CHECK_EXCEPTION(plan("ij,jk,kl->il", shapes, {.memory_limit = 63}), xeinsum::shape_error, [](const xeinsum::shape_error& e) {
        const std::string what = e.what();
        return e.code() == xeinsum::shape_errc::memory_limit && what.find("63 bytes") != std::string::npos && what.find("the least that was found is 64") != std::string::npos;
    });
    BOOST_CHECK_NO_THROW(plan("ij,jk,kl->il", shapes, {.memory_limit = 64}));
    BOOST_CHECK_NO_THROW(plan("ij,jk->ik", {{20, 30}, {30, 40}}, {.memory_limit = 0}));  // one call, in place
}

BOOST_AUTO_TEST_CASE(of_slices_with_as_many_flops_those_that_move_less)
{
    const auto sliced = [](std::vector<extents> shapes, std::size_t limit) {
        const plan p("ab,bc,cd->ad", std::move(shapes), {.path = contraction_path{{1, 2}, {0, 1}}, .memory_limit = limit, .threads = 1, .lowering = xeinsum::lowering_strategy::blas});
        BOOST_TEST(p.slicing_overhead() == 1.0);
        std::string labels;
        for (const auto& s : p.slices()) labels += p.bound().name(s.label);
        return labels;
    };
    // b and d are what the intermediate has. Slices of b would write and read the large result again, those of d read little operands again.
    BOOST_TEST(sliced({{1000, 40}, {40, 30}, {30, 1000}}, 200'000) == "d");
    // Slices of d would read the large operand again, those of b add up in a small result.
    BOOST_TEST(sliced({{2000, 400}, {400, 30}, {30, 20}}, 40'000) == "b");
}

BOOST_AUTO_TEST_CASE(a_limit_takes_the_best_order_before_it_slices)
{
    // A tree of 13 operands with two cycles, every extent 4: the optimum by size needs less than the greedy and the written order.
    const std::vector<std::vector<xeinsum::label>> inputs = {{0, 1, 2, 8, 13}, {0, 3, 6}, {1}, {2, 7}, {3, 4, 5, 9, 10}, {4}, {5}, {6, 11}, {7}, {8}, {9, 12}, {10, 13}, {11, 12}};
    const xeinsum::equation e(inputs, std::vector<xeinsum::label>{});
    std::vector<extents> shapes;
    for (const auto& term : inputs) shapes.emplace_back(term.size(), 4);
    const auto by_size = [&](path_strategy s) {
        xeinsum::path_search search;
        search.strategy = s;
        search.minimize = xeinsum::path_objective::size;
        return plan(e, shapes, {.path = search, .threads = 1}).peak_memory();
    };
    const std::size_t least = by_size(path_strategy::optimal);
    BOOST_TEST_REQUIRE(least < std::min(by_size(path_strategy::automatic), by_size(path_strategy::left)));
    const plan p(e, shapes, {.memory_limit = least, .threads = 1});
    BOOST_TEST(p.slices().empty());
    BOOST_TEST(p.peak_memory() <= least);
}

BOOST_AUTO_TEST_CASE(slices_of_one_label_that_cost_nothing_are_found)
{
    // From left to right every product has rows a: a quarter of them at a time is the same work, in a quarter of the memory.
    const std::vector<extents> shapes(5, {300, 300});
    for (const std::size_t limit : {361'000u, 720'000u, 1'300'000u})
    {
        const plan p("ab,bc,cd,de,ef->af", shapes, {.memory_limit = limit, .threads = 1});
        BOOST_TEST(p.slice_count() > 1);
        BOOST_TEST(p.slicing_overhead() == 1);
        BOOST_TEST(p.peak_memory() <= limit);
    }
}

BOOST_AUTO_TEST_CASE(an_ample_limit_changes_nothing)
{
    const std::vector<extents> shapes = {{6, 6, 6}, {6, 6, 6}, {6, 6, 6}, {6, 6, 6}, {6, 6}};
    for (const auto type : {xeinsum::dtype::float32, xeinsum::dtype::float64})
    {
        const plan free("abc,bcd,xab,xdy,yz->az", shapes, {.type = type, .threads = 1});
        const plan within("abc,bcd,xab,xdy,yz->az", shapes, {.memory_limit = free.peak_memory(), .type = type, .threads = 1});
        BOOST_TEST((within == free));
    }
}

BOOST_AUTO_TEST_CASE(orders_beyond_64_bits_are_passed_over)
{
    // As written, three outer products come first, of 2^66 elements.
    const std::vector<extents> shapes(9, {2048, 2048});
    const plan p("ab,cd,ef,bx,dy,fz,ax,cy,ez->", shapes, {.memory_limit = std::size_t{1} << 20, .threads = 1});
    BOOST_TEST(!p.slices().empty());
    BOOST_TEST(p.peak_memory() <= std::size_t{1} << 20);
    BOOST_CHECK_EXCEPTION(plan("ab,cd,ef,bx,dy,fz,ax,cy,ez->", shapes, {.memory_limit = 1}), xeinsum::shape_error,
                          [](const xeinsum::shape_error& e) { return e.code() == xeinsum::shape_errc::memory_limit; });
}

BOOST_AUTO_TEST_CASE(the_least_that_is_said_is_a_limit_that_will_do)
{
    // Finest slices of all four labels take more than those of the two that the intermediate has: a list of two is shorter.
    const auto fails = [](std::size_t limit, const std::string& least) {
        options how{.path = contraction_path{{0, 1}, {0, 1}}, .memory_limit = limit, .threads = 1};
        BOOST_CHECK_EXCEPTION(plan("ab,bc,cd->ad", {{200, 9}, {9, 200}, {200, 9}}, how), xeinsum::shape_error,
                              [&](const xeinsum::shape_error& e) { return std::string(e.what()).ends_with("the least that was found is " + least); });
    };
    // One element in a line of the cache, where the operands are, where the two slices are.
    constexpr std::size_t least = 64 + 3 * 8 + 2 * 8;
    for (const std::size_t limit : {std::size_t{1}, std::size_t{50}, least - 1}) fails(limit, std::to_string(least));
    BOOST_CHECK_NO_THROW(plan("ab,bc,cd->ad", {{200, 9}, {9, 200}, {200, 9}}, {.path = contraction_path{{0, 1}, {0, 1}}, .memory_limit = least, .threads = 1}));
}

BOOST_AUTO_TEST_CASE(what_a_plan_takes_is_a_limit_that_it_fits)
{
    // The finest slices take more than these: the list of what is sliced is longer.
    const std::vector<extents> shapes = {{200, 9}, {9, 200}, {200, 9}};
    const plan p("ab,bc,cd->ad", shapes, {.memory_limit = 120, .threads = 1});
    BOOST_TEST_REQUIRE(p.peak_memory() < 120u);
    const plan again("ab,bc,cd->ad", shapes, {.memory_limit = p.peak_memory(), .threads = 1});
    BOOST_TEST(again.peak_memory() <= p.peak_memory());
}

BOOST_AUTO_TEST_CASE(slices_scale_and_keep_their_destination)
{
    test::engine random(test::seed() + 3);
    const std::vector<extents> shapes = {{12, 10}, {10, 15}, {15, 6}};
    options how{.path = contraction_path{{0, 1}, {0, 1}}, .memory_limit = 128, .scaled = true};
    const plan p("ij,jk,kl->il", shapes, how);
    BOOST_TEST_REQUIRE(std::ranges::any_of(p.slices(), &xeinsum::slice_axis::summed));
    const auto in = draw_inputs<double>(random, shapes);
    const auto plain = run(plan("ij,jk,kl->il", shapes), in);
    const xeinsum::scaling<double> by = {3, -2};
    xeinsum::execution<double> with;
    with.by = &by;
    const auto scaled = run(p, in, with);  // over 77
    for (std::size_t i = 0; i < plain.size; ++i) BOOST_TEST(std::abs(scaled[i] - (3 * plain[i] - 2 * 77)) < 1e-10);
}

BOOST_AUTO_TEST_CASE(what_is_the_same_is_contracted_once)
{
    const std::vector<extents> matrices(4, extents{30, 30});
    options how{.path = contraction_path{{0, 1}, {0, 1}, {0, 1}}, .same = {5, 5, 5, 5}};
    const plan once("ab,bc,cd,de->ae", matrices, how);
    BOOST_TEST(once.steps().size() == 2u);
    how.same.clear();
    const plan twice("ab,bc,cd,de->ae", matrices, how);
    BOOST_TEST(twice.steps().size() == 3u);
    BOOST_TEST(once.flops() * 3 == twice.flops() * 2);

    test::engine random(test::seed() + 4);
    const auto one = draw_inputs<double>(random, {{30, 30}});
    const std::vector<const double*> pointers(4, one.values[0].values.get());
    std::vector<double> first(900), second(900);
    xeinsum::execute<double>(once, pointers, first.data());
    xeinsum::execute<double>(twice, pointers, second.data());
    BOOST_TEST(first == second, boost::test_tools::per_element());

    // Another label where it matters: a b, b a is not a b, b c.
    const plan other("ab,ba,cd,de->e", matrices, {.path = contraction_path{{0, 1}, {0, 1}, {0, 1}}, .same = {0, 0, 0, 0}});
    BOOST_TEST(other.steps().size() >= 3u);
    // Two layouts at one address are two tensors.
    const plan reshaped("ab,bc,ab,bc->a", {{30, 20}, {20, 30}, {30, 20}, {20, 30}}, {.path = contraction_path{{0, 1}, {0, 1}, {0, 1}}, .same = {0, 0, 0, 0}});
    const plan apart("ab,bc,ab,bc->a", {{30, 20}, {20, 30}, {30, 20}, {20, 30}}, {.path = contraction_path{{0, 1}, {0, 1}, {0, 1}}});
    std::vector<double> of_one(30), of_four(30);
    xeinsum::execute<double>(reshaped, pointers, of_one.data());
    xeinsum::execute<double>(apart, pointers, of_four.data());
    BOOST_TEST(of_one == of_four, boost::test_tools::per_element());
    BOOST_CHECK_THROW(plan("ab,bc->ac", {{2, 2}, {2, 2}}, {.same = {0}}), xeinsum::shape_error);
}

BOOST_AUTO_TEST_CASE(what_is_the_same_changes_no_result)
{
    test::engine random(test::seed() + 5);
    std::size_t shared = 0;
    for (int draw = 0; draw < 200; ++draw)
    {
        // Few tensors, each in several places: of one shape in a band, or square matrices in a chain.
        test::band_network n = test::draw_band(random, static_cast<std::size_t>(test::between(random, 3, 9)));
        if (draw % 2 == 0)
        {
            const auto operands = test::between(random, 4, 9);
            n = {{}, {0, operands}, {}};
            for (std::int64_t i = 0; i < operands; ++i)
            {
                n.inputs.push_back({i + i % 3 % 2, i + 1 - i % 3 % 2});
                n.shapes.push_back({3, 3});
            }
        }
        const auto in = draw_inputs<double>(random, n.shapes);
        auto pointers = in.pointers();
        options how{.path = draw_path(random, n.inputs.size())};
        for (std::size_t i = 0; i < n.shapes.size(); ++i)
        {
            const auto first = static_cast<std::size_t>(std::ranges::find(n.shapes, n.shapes[i]) - n.shapes.begin());
            how.same.push_back(first);
            pointers[i] = pointers[first];
        }
        if (draw % 3 == 0) how.memory_limit = 2048;
        try
        {
            const plan p(n.equation(), n.shapes, how);
            std::vector<double> found(static_cast<std::size_t>(p.result_layout().size())), right = found;
            xeinsum::execute<double>(p, pointers, found.data());
            how.same.clear();
            how.memory_limit.reset();
            const plan plain(n.equation(), n.shapes, how);
            xeinsum::execute<double>(plain, pointers, right.data());
            shared += plain.steps().size() > p.steps().size() ? 1 : 0;
            for (std::size_t i = 0; i < right.size(); ++i)
                BOOST_TEST_CONTEXT("draw " << draw << ", seed " << test::seed() << '\n' << to_text(p))
                BOOST_TEST(std::abs(found[i] - right[i]) <= 1e-11 * (1 + std::abs(right[i])));
        }
        catch (const xeinsum::shape_error& e)
        {
            BOOST_TEST((e.code() == xeinsum::shape_errc::memory_limit));
        }
    }
    BOOST_TEST(shared >= 10u);
}

BOOST_AUTO_TEST_CASE(a_workspace_is_kept)
{
    if (!test::counts_allocations()) return;
    const std::vector<extents> shapes = {{40, 50}, {50, 60}, {60, 70}};
    const plan p("ij,jk,kl->il", shapes, {.threads = 1});
    test::engine random(test::seed() + 6);
    const auto in = draw_inputs<double>(random, shapes);
    const auto pointers = in.pointers();
    std::vector<double> first(40 * 70), second(40 * 70);
    xeinsum::workspace memory;
    xeinsum::execution<double> how;
    how.memory = &memory;
    xeinsum::execute<double>(p, pointers, first.data(), how);
    BOOST_TEST(memory.size() == p.workspace_bytes());
    const std::size_t before = test::allocations();
    xeinsum::execute<double>(p, pointers, second.data(), how);
    BOOST_TEST(test::allocations() == before);
    BOOST_TEST(first == second, boost::test_tools::per_element());
    memory.release();
    BOOST_TEST(memory.size() == 0u);
}

BOOST_AUTO_TEST_CASE(executions_report_and_stop)
{
    const std::vector<extents> shapes = {{12, 10}, {10, 15}, {15, 6}};
    const plan p("ij,jk,kl->il", shapes, {.path = contraction_path{{0, 1}, {0, 1}}, .memory_limit = 256});
    BOOST_TEST_REQUIRE(p.slice_count() > 1);
    test::engine random(test::seed() + 7);
    const auto in = draw_inputs<double>(random, shapes);
    xeinsum::execution<double> how;
    xeinsum::execution_progress heard;
    how.progress = [&](const xeinsum::execution_progress& now) {
        BOOST_TEST(now.done == heard.done + 1);
        BOOST_TEST(now.flops >= heard.flops);
        heard = now;
    };
    run(p, in, how);
    BOOST_TEST(heard.flops == p.flops());

    std::stop_source source;
    how.stop = source.get_token();
    how.progress = [&](const xeinsum::execution_progress& now) {
        heard = now;
        source.request_stop();
    };
    BOOST_CHECK_THROW(run(p, in, how), xeinsum::cancelled);
    BOOST_TEST(heard.done == 1u);
}

BOOST_AUTO_TEST_CASE(paths_of_one_operand)
{
    test::engine random(test::seed() + 8);
    const auto in = draw_inputs<double>(random, {{3, 4}});
    for (const contraction_path& path : {contraction_path{}, contraction_path{{0}}, contraction_path{{0}, {0}}})
    {
        const auto found = run(plan("ij->ji", {{3, 4}}, {.path = path}), in);
        for (std::size_t i = 0; i < 3; ++i)
            for (std::size_t j = 0; j < 4; ++j) BOOST_TEST(found[3 * j + i] == in.values[0][4 * i + j]);
    }
}

BOOST_AUTO_TEST_SUITE_END()
