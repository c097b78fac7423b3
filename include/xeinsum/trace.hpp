// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_TRACE_HPP
#define XEINSUM_TRACE_HPP

#include <iosfwd>
#include <string>
#include <utility>

#include <xeinsum/execute.hpp>
#include <xeinsum/export.hpp>
#include <xeinsum/plan.hpp>

namespace xeinsum
{
    /// A plan that ran, and how long its parts took.
    struct trace
    {
        plan of;             ///< what ran; not what run_traced() was called on, where operands lay otherwise
        recorder record;     ///< timed
        double seconds = 0;  ///< of the whole execution
    };

    /// What plan::run_traced() returns: `const auto [c, t] = p.run_traced(a, b); std::cout << t;`
    template <class R>
    struct traced
    {
        R result;
        xeinsum::trace trace;
    };

    /// The plan's explanation, with the seconds that each step took, how much of them went into whole copies, and the rate at which it worked.
    XEINSUM_EXPORT std::string to_text(const trace& t);

    /// Writes to_text().
    XEINSUM_EXPORT std::ostream& operator<<(std::ostream& out, const trace& t);
}

#endif
