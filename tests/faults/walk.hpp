// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_TESTS_FAULTS_WALK_HPP
#define XEINSUM_TESTS_FAULTS_WALK_HPP

#include <boost/test/unit_test.hpp>

#include <cstddef>
#include <exception>
#include <functional>
#include <iostream>
#include <string>

#include "support/allocations.hpp"

namespace test
{
    /// Something that allocates, and what is to be true of it.
    struct scene
    {
        std::string name;
        std::function<void()> prepare;  ///< puts the destination into the state that it has before
        std::function<void()> act;
        std::function<bool()> is_right;  ///< the outcome of act
        std::function<bool()> is_kept = [] { return true; };  ///< what is promised of the destination after act has thrown
    };

    /// What came of the faults of one walk.
    struct survival
    {
        std::size_t faults = 0;     ///< allocations that failed, one run for each
        std::size_t reported = 0;   ///< runs that threw
        std::size_t recovered = 0;  ///< runs that did without and were right
        std::size_t untouched = 0;  ///< of those reported: is_kept()
    };

    /// One run whose n-th allocation fails, and one after it in which none does. False where there is no n-th.
    inline bool fault(const scene& s, std::size_t n, bool and_all_later, std::size_t held, survival& so_far)
    {
        s.prepare();
        bool threw = false;
        fail_allocations(n, and_all_later);
        try
        {
            s.act();
        }
        catch (const std::exception&)
        {
            threw = true;
        }
        stop_failing();
        if (failed_allocations() == 0) return false;
        ++so_far.faults;
        so_far.reported += threw;
        so_far.recovered += !threw && s.is_right();
        so_far.untouched += threw && s.is_kept();
        s.prepare();
        s.act();
        const bool is_right_now = s.is_right();
        const std::size_t leaked = allocated_bytes() - held;
        if (!is_right_now || leaked != 0)  // Boost.Test takes memory itself
            BOOST_ERROR(s.name << ": after allocation " << n << (and_all_later ? " and all later ones" : "") << " failed, " << (is_right_now ? "" : "the next run is wrong, ")
                               << leaked << " bytes are lost");
        return true;
    }

    /// Has every allocation of a scene fail in turn, alone and together with all that come after it.
    inline survival walk_allocations(const scene& s)
    {
        survival all;
        // Memory that is kept from one run to the next is taken now.
        for (int i = 0; i < 2; ++i)
        {
            s.prepare();
            s.act();
            BOOST_TEST(s.is_right());
        }
        const std::size_t held = allocated_bytes();
        for (const bool and_all_later : {false, true})
            for (std::size_t n = 1; fault(s, n, and_all_later, held, all); ++n) {}
        std::cout << "faults: " << s.name << ": " << all.faults << " allocations failed, " << all.reported << " runs threw, " << all.recovered
                  << " did without, destination kept after " << all.untouched << "\n";
        BOOST_TEST(all.reported + all.recovered == all.faults);
        BOOST_TEST(all.untouched == all.reported);
        return all;
    }

    /// AddressSanitizer has an operator new of its own.
    inline boost::test_tools::assertion_result can_fail(boost::unit_test::test_unit_id) { return counts_allocations(); }
}

#endif
