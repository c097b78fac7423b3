// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
//
// Against std::vector, with lists that live in place, on the heap, and that go from one to the other.
#include <boost/test/unit_test.hpp>

#include <cstddef>
#include <utility>
#include <vector>

#include <xeinsum/detail/small_vector.hpp>

#include "support/random.hpp"

using list = xeinsum::detail::small_vector<int, 4>;

BOOST_AUTO_TEST_SUITE(small_vector)

BOOST_AUTO_TEST_CASE(does_what_a_vector_does)
{
    test::engine random(test::seed());
    const auto up_to = [&](std::size_t n) { return static_cast<std::size_t>(test::between(random, 0, static_cast<std::int64_t>(n))); };
    for (int draw = 0; draw < 200; ++draw)
    {
        list found;
        std::vector<int> right;
        for (int turn = 0; turn < 60; ++turn)
        {
            const int value = static_cast<int>(up_to(9));
            const std::size_t at = up_to(right.size());
            switch (up_to(9))
            {
            case 0: found.clear(), right.clear(); break;
            case 1: found.resize(at, value), right.resize(at, value); break;
            case 2: found.assign(at, value), right.assign(at, value); break;
            case 3: found.insert(found.begin() + at, value), right.insert(right.begin() + static_cast<std::ptrdiff_t>(at), value); break;
            case 4:
                if (at == right.size()) break;
                found.erase(found.begin() + at), right.erase(right.begin() + static_cast<std::ptrdiff_t>(at));
                break;
            case 5: found = list(found); break;
            case 6: found = list(std::move(found)); break;
            case 7: erase_if(found, [&](int x) { return x == value; }), std::erase(right, value); break;
            case 8: found = list(right); break;
            default: found.push_back(found.empty() ? value : found.front()), right.push_back(right.empty() ? value : right.front());
            }
            BOOST_TEST_CONTEXT("draw " << draw << ", turn " << turn << ", seed " << test::seed())
            BOOST_TEST(std::vector<int>(found.begin(), found.end()) == right, boost::test_tools::per_element());
        }
    }
}

BOOST_AUTO_TEST_CASE(a_list_that_was_moved_from_is_empty)
{
    for (const std::size_t size : {3u, 9u})
    {
        list from(size, 7);
        const list to = std::move(from);
        BOOST_TEST(from.empty());
        from.push_back(1);
        BOOST_TEST((from == list{1}));
        BOOST_TEST((to == list(size, 7)));
        BOOST_TEST((from < to));
    }
}

BOOST_AUTO_TEST_SUITE_END()
