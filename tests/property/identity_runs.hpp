// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_TESTS_IDENTITY_RUNS_HPP
#define XEINSUM_TESTS_IDENTITY_RUNS_HPP

#include <array>
#include <exception>
#include <iostream>
#include <string>
#include <vector>

#include "property/draws.hpp"
#include "property/identities.hpp"

namespace test
{
    template <class T>
    struct identity
    {
        std::string name;
        verdict (identity_check<T>::*check)();
    };

    template <class T>
    const std::array<identity<T>, 8>& identities()
    {
        using on = identity_check<T>;
        static const std::array<identity<T>, 8> all = {{
            {"linearity", &on::linearity},
            {"transposed result", &on::transposed_result},
            {"permuted operands", &on::permuted_operands},
            {"split in two", &on::split_in_two},
            {"batch is a loop", &on::batch_is_a_loop},
            {"any path", &on::any_path},
            {"size 1 is broadcast", &on::size_one_is_broadcast},
            {"cyclic trace", &on::cyclic_trace},
        }};
        return all;
    }

    /// Samples that always run: rows as a failure prints them, each with what it is here for.
    inline const std::vector<sample>& kept()
    {
        static const std::vector<sample> rows = {
            {"->", {{}}, 1},                                              // nothing but a scalar
            {",->", {{}, {}}, 1},
            {"a->", {{0}}, 1},                                            // an empty sum is 0, not what was there
            {"ab,bc->ac", {{2, 0}, {0, 3}}, 1},
            {"ab,bc,cd->ad", {{2, 3}, {3, 0}, {0, 2}}, 1},                // an empty intermediate
            {"aa,aa->a", {{4, 4}, {4, 4}}, 1},                            // two diagonals, elementwise
            {"aab,b->a", {{3, 3, 2}, {2}}, 1},
            {"ab,ab,ab->", {{3, 1}, {1, 4}, {3, 4}}, 1},                  // extents 1 that broadcast against each other
            {"a,a->a", {{1}, {5}}, 1},                                    // an output label that only the second operand has in full
            {"ab,a->b", {{1, 4}, {6}}, 1},                                // a sum over a label that the first operand has once only
            {"a,b,c->cab", {{2}, {3}, {4}}, 1},                           // outer products only
            {"abc,bd,d->", {{2, 3, 4}, {3, 5}, {5}}, 1},                  // one-sided sums before the path
            {"ab,bc,ca->", {{5, 6}, {6, 7}, {7, 5}}, 1},                  // a ring
            {"ab,ba->", {{40, 50}, {50, 40}}, 1},                         // a ring of two: a dot with a transposed operand
            {"abcdefgh,hgfedcba->ad", {{2, 2, 2, 2, 2, 2, 2, 2}, {2, 2, 2, 2, 2, 2, 2, 2}}, 1},  // more axes than fit inline
            {"ab,bc->ac", {{65, 66}, {66, 67}}, 1},                       // one more than blocks and vectors take
            {"ab,bc,cd->da", {{33, 31}, {31, 29}, {29, 35}}, 1},
            {"ba,cb->ac", {{129, 3}, {2, 129}}, 1},                       // long sums, small result
        };
        return rows;
    }

    /// A ring of matrices: ab,bc,ca->.
    inline sample draw_ring(engine& random)
    {
        const auto n = static_cast<std::size_t>(between(random, 2, 5));
        std::vector<std::int64_t> sizes;
        for (std::size_t i = 0; i < n; ++i) sizes.push_back(between(random, 1, 9));
        sample s;
        for (std::size_t i = 0; i < n; ++i)
        {
            const std::size_t next = (i + 1) % n;
            s.subscripts.append(i == 0 ? "" : ",").append(1, static_cast<char>('a' + i)).append(1, static_cast<char>('a' + next));
            s.shapes.push_back({sizes[i], sizes[next]});
        }
        s.subscripts += "->";
        return s;
    }

    /// Whether an identity fails, or can't even be computed.
    template <class T>
    verdict judge(const identity<T>& which, const sample& s)
    {
        try
        {
            identity_check<T> on(s);
            return (on.*which.check)();
        }
        catch (const std::exception&)
        {
            return verdict::fails;
        }
    }

    /// Every identity on one sample. A failing one is shrunk, and the message has a row for kept().
    template <class T>
    void check_identities(const std::string& type, const sample& s, std::array<int, 8>& counts)
    {
        for (std::size_t i = 0; i < identities<T>().size(); ++i)
        {
            const identity<T>& which = identities<T>()[i];
            const verdict v = judge(which, s);
            counts[i] += v == verdict::holds;
            if (v != verdict::fails) continue;
            const sample least = shrink(s, [&](const sample& next) { return judge(which, next) == verdict::fails; });
            BOOST_ERROR(which.name << " fails for " << type << "; the least case, a row for kept():\n    " << to_row(least) << "  // drawn as " << to_row(s));
        }
    }

    template <class T>
    void run_identities(const std::string& type, int draws)
    {
        std::cout << "identities: " << type << ", seed " << seed() << " (XEINSUM_TEST_SEED), " << draws << " draws\n ";
        std::array<int, 8> counts{};
        for (const sample& s : kept()) check_identities<T>(type, s, counts);
        engine random(seed() + 100 + static_cast<std::uint64_t>(xeinsum::dtype_of<T>()));
        for (int i = 0; i < draws; ++i)
        {
            sample s;
            if (i % 8 == 0) s = draw_ring(random);
            else
            {
                const contraction c = draw_contraction(random);
                s = {c.subscripts, c.shapes, 0};
            }
            s.seed = random();
            check_identities<T>(type, s, counts);
        }
        for (std::size_t i = 0; i < counts.size(); ++i)
        {
            std::cout << (i == 0 ? " " : ", ") << identities<T>()[i].name << " " << counts[i];
            BOOST_TEST(counts[i] > draws / 20);  // drawn often enough to mean something
        }
        std::cout << "\n";
    }
}

#endif
