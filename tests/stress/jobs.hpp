// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_TESTS_STRESS_JOBS_HPP
#define XEINSUM_TESTS_STRESS_JOBS_HPP

#include <complex>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "property/draws.hpp"

namespace stress
{
    using test::between;
    using test::engine;

    /// A random contraction with its operands, its plan and what the oracle says: to be run any number of times, by several threads at once.
    struct job
    {
        std::string name;
        std::function<bool(engine&, xeinsum::workspace&)> run;  ///< false: the result is wrong
    };

    template <class T>
    class drawn_job
    {
    public:
        drawn_job(engine& random, const test::contraction& c, bool forces_blas) : m_subscripts(c.subscripts), m_shapes(c.shapes), m_problem(oracle::make_problem(c.subscripts, c.shapes))
        {
            std::vector<std::vector<T>> values;
            for (const xeinsum::extents& shape : c.shapes)
            {
                auto& operand = m_operands.emplace_back(shape, test::draw_operand_arrangement(random, shape.size()), test::guard_value<T>());
                operand.for_each([&](T& x) { x = test::draw<T>(random); });
                auto& own = values.emplace_back();
                operand.for_each([&](const T& x) { own.push_back(x); });
                m_how.layouts.push_back(operand.lies);
                m_pointers.push_back(operand.data());
            }
            m_expected = oracle::evaluate<T>(m_problem, c.shapes, values);
            m_how.type = xeinsum::dtype_of<T>();
            m_how.path = static_cast<xeinsum::path_strategy>(between(random, 0, 4));
            using enum xeinsum::lowering_strategy;
            const xeinsum::lowering_strategy ways[] = {automatic, tiles, blocks, loops, blas};
            m_how.lowering = ways[between(random, 0, forces_blas ? 4 : 3)];
            m_how.threads = static_cast<std::size_t>(between(random, 0, 3));
            m_plan = std::make_unique<xeinsum::plan>(m_subscripts, m_shapes, m_how);
        }

        /// By the plan that all share or one of its own, in the thread's memory, the caller's, or new one.
        bool run(engine& random, xeinsum::workspace& memory) const
        {
            std::vector<T> result(m_expected.value.size() + 1, test::guard_value<T>());
            xeinsum::execution<T> how;
            if (between(random, 0, 1) == 0) how.memory = &memory;
            if (between(random, 0, 3) == 0) xeinsum::execute<T>(xeinsum::plan(m_subscripts, m_shapes, m_how), m_pointers, result.data(), how);
            else xeinsum::execute<T>(*m_plan, m_pointers, result.data(), how);
            const double depth = oracle::depth_of(m_problem);
            for (std::size_t i = 0; i < m_expected.value.size(); ++i)
                if (!oracle::close<T>(result[i], m_expected.value[i], m_expected.magnitude[i], depth)) return false;
            const T guard = test::guard_value<T>();
            return result.back() == guard || (result.back() != result.back() && guard != guard);
        }

    private:
        std::string m_subscripts;
        std::vector<xeinsum::extents> m_shapes;
        oracle::problem m_problem;
        std::vector<test::strided_tensor<T>> m_operands;
        std::vector<const T*> m_pointers;
        oracle::tensor<oracle::wide_t<T>> m_expected;
        xeinsum::options m_how;
        std::unique_ptr<xeinsum::plan> m_plan;
    };

    template <class T>
    job make_job(const std::string& type, engine& random, bool forces_blas)
    {
        const bool large = between(random, 0, 3) == 0;
        const test::contraction c = large ? test::draw_large_contraction(random, 2e4, 2e5, between(random, 0, 3) == 0) : test::draw_contraction(random);
        auto drawn = std::make_shared<const drawn_job<T>>(random, c, forces_blas);
        return {type + " " + c.subscripts, [drawn](engine& r, xeinsum::workspace& memory) { return drawn->run(r, memory); }};
    }

    /// \param forces_blas whether plans may leave large products to BLAS and its threads, which they do only if they are told to
    inline job draw_job(engine& random, bool forces_blas)
    {
        switch (between(random, 0, 6))
        {
        case 0: return make_job<float>("float32", random, forces_blas);
        case 1: return make_job<std::complex<float>>("complex64", random, forces_blas);
        case 2: return make_job<std::complex<double>>("complex128", random, forces_blas);
        case 3: return make_job<std::int8_t>("int8", random, forces_blas);
        case 4: return make_job<std::int64_t>("int64", random, forces_blas);
        default: return make_job<double>("float64", random, forces_blas);
        }
    }
}

#endif
