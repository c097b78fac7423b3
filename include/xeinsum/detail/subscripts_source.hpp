// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_DETAIL_SUBSCRIPTS_SOURCE_HPP
#define XEINSUM_DETAIL_SUBSCRIPTS_SOURCE_HPP

#include <utility>

#include <xeinsum/detail/fixed.hpp>
#include <xeinsum/detail/tiny_program.hpp>
#include <xeinsum/subscripts.hpp>

/// \file
/// How an expression holds its subscripts: those of a literal are constants.

namespace xeinsum::detail
{
    class run_time_subscripts
    {
    public:
        explicit run_time_subscripts(xeinsum::equation e) : m_equation(std::move(e)), m_tiny(to_tiny(m_equation)) {}

        const xeinsum::equation& equation() const { return m_equation; }
        const tiny_equation& tiny() const { return m_tiny; }
        tiny_program program() const { return to_program(m_tiny); }

    private:
        xeinsum::equation m_equation;
        tiny_equation m_tiny;
    };

    /// A literal's, by reference to the constants that the compiler made of it: expressions over operands of the same types are
    /// of one type, whatever their literals, and compiled once.
    class constant_subscripts
    {
    public:
        template <fixed_string S>
        static constant_subscripts of()
        {
            return {tiny_of<S>, program_of<S>, [] { return literal_equation_of<S>().template to<xeinsum::equation>(); }};
        }

        xeinsum::equation equation() const { return m_equation(); }
        const tiny_equation& tiny() const { return *m_tiny; }
        const tiny_program& program() const { return *m_program; }

    private:
        constant_subscripts(const tiny_equation& t, const tiny_program& p, xeinsum::equation (*make)()) : m_tiny(&t), m_program(&p), m_equation(make) {}

        const tiny_equation* m_tiny;
        const tiny_program* m_program;
        xeinsum::equation (*m_equation)();
    };

    /// A literal as a type, for loops that the compiler writes for it alone.
    template <fixed_string S>
    class literal_subscripts
    {
    public:
        xeinsum::equation equation() const { return literal_equation_of<S>().template to<xeinsum::equation>(); }
        static constexpr const tiny_equation& tiny() { return tiny_of<S>; }
        static constexpr const tiny_program& program() { return program_of<S>; }
    };
}

#endif
