// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
//
// The same operands, plan, threads and BLAS give the same bits: again, elsewhere in memory, in another workspace, on another thread.
#include <boost/test/unit_test.hpp>

#include <cstring>
#include <thread>
#include <vector>

#include <xeinsum/execute.hpp>
#include <xeinsum/workspace.hpp>

#include "property/draws.hpp"

namespace
{
    template <class T>
    void run_twice(const char* name, int draws)
    {
        test::engine random(test::seed());
        test::ways taken;
        for (int i = 0; i < test::draws(draws); ++i)
        {
            const test::contraction c = i % 2 ? test::draw_contraction(random) : test::draw_large_contraction(random, 1e4, 2e6, i % 3 == 0);
            xeinsum::options how;
            how.type = xeinsum::dtype_of<T>();
            how.threads = static_cast<std::size_t>(test::between(random, 1, 3));
            if (i % 5 == 0) how.lowering = xeinsum::lowering_strategy::blas;  // few complex products are BLAS's otherwise
            const xeinsum::plan p(c.subscripts, c.shapes, how);
            taken.count(p);
            std::vector<std::vector<T>> operands;
            for (const xeinsum::extents& shape : c.shapes) operands.push_back(test::draw_many<T>(random, xeinsum::element_count(shape)));
            const auto elements = static_cast<std::size_t>(xeinsum::element_count(p.result_shape()));
            // Copies that begin `shift` elements into their memory.
            const auto execute = [&](std::size_t shift, bool own_workspace) {
                std::vector<std::vector<T>> copies;
                std::vector<const T*> pointers;
                for (const auto& x : operands)
                {
                    copies.emplace_back(shift);
                    copies.back().insert(copies.back().end(), x.begin(), x.end());
                    pointers.push_back(copies.back().data() + shift);
                }
                std::vector<T> result(elements + shift);
                xeinsum::workspace space;
                if (own_workspace) xeinsum::execute<T>(p, pointers, result.data() + shift, xeinsum::execution<T>{.memory = &space});
                else xeinsum::execute<T>(p, pointers, result.data() + shift);
                return std::vector<T>(result.begin() + static_cast<std::ptrdiff_t>(shift), result.end());
            };
            const std::vector<T> first = execute(0, false), second = execute(3, true);
            std::vector<T> third;
            std::thread([&] { third = execute(1, false); }).join();
            const auto same = [&](const std::vector<T>& x) { return elements == 0 || std::memcmp(first.data(), x.data(), elements * sizeof(T)) == 0; };
            BOOST_TEST(same(second), name << ", again: draw " << i << ", " << c.subscripts << ", seed " << test::seed());
            BOOST_TEST(same(third), name << ", on a thread: draw " << i << ", " << c.subscripts << ", seed " << test::seed());
        }
        // Draws that leave a way out would prove nothing of it.
        BOOST_TEST(taken.blas > 0);
        BOOST_TEST(taken.tiles > 0);
        BOOST_TEST(taken.loops > 0);
        BOOST_TEST(taken.divided > 0);
    }
}

BOOST_AUTO_TEST_SUITE(determinism)

BOOST_AUTO_TEST_CASE(float32) { run_twice<float>("float", 240); }
BOOST_AUTO_TEST_CASE(float64) { run_twice<double>("double", 240); }
BOOST_AUTO_TEST_CASE(complex128) { run_twice<std::complex<double>>("complex<double>", 320); }

BOOST_AUTO_TEST_SUITE_END()
