// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include <boost/test/unit_test.hpp>

#include <cstdint>

#include <xeinsum/workspace.hpp>

BOOST_AUTO_TEST_SUITE(workspace)

BOOST_AUTO_TEST_CASE(grows_and_stays)
{
    xeinsum::workspace memory;
    BOOST_TEST(memory.size() == 0u);
    BOOST_TEST(memory.reserve(0) == nullptr);
    std::byte* const first = memory.reserve(100);
    BOOST_TEST(memory.size() == 100u);
    BOOST_TEST(reinterpret_cast<std::uintptr_t>(first) % 64 == 0u);
    BOOST_TEST(memory.reserve(60) == first);
    BOOST_TEST(memory.size() == 100u);
    BOOST_TEST(reinterpret_cast<std::uintptr_t>(memory.reserve(5000)) % 64 == 0u);
    BOOST_TEST(memory.size() == 5000u);
    memory.release();
    BOOST_TEST(memory.size() == 0u);
}

BOOST_AUTO_TEST_SUITE_END()
