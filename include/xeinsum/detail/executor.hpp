// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_DETAIL_EXECUTOR_HPP
#define XEINSUM_DETAIL_EXECUTOR_HPP

#include <algorithm>
#include <chrono>
#include <complex>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <xeinsum/detail/arithmetic.hpp>
#include <xeinsum/error.hpp>
#include <xeinsum/execution.hpp>
#include <xeinsum/plan.hpp>

/// \file
/// Walks the steps of a plan; an engine runs each.

namespace xeinsum::detail
{
    /// Measures from its making on; 0 if it is not to.
    class stopwatch
    {
    public:
        explicit stopwatch(bool runs) : m_runs(runs)
        {
            if (runs) m_start = clock::now();
        }

        double seconds() const { return m_runs ? std::chrono::duration<double>(clock::now() - m_start).count() : 0; }

    private:
        using clock = std::chrono::steady_clock;
        bool m_runs;
        clock::time_point m_start;
    };

    /// What a step does with what its result held.
    template <class T>
    struct step_update
    {
        const scaling<T>* by = nullptr;
        bool accumulate = false;  ///< it keeps all of it: beta is 1
    };

    /// Runs the steps of a plan, slice by slice where it has slices.
    template <class T, class Engine>
    class executor
    {
    public:
        executor(const plan& p, std::span<const T* const> operands, T* result, const execution<T>& how)
            : m_plan(p), m_steps(p.steps()), m_operands(operands), m_result(result), m_how(how), m_engine(p, how.memory)
        {
        }

        void run()
        {
            if (m_plan.slices().empty()) return run_steps(false, nullptr, m_result, false);
            run_steps(false, nullptr, m_result, false);
            run_slices();
        }

    private:
        /// All slices, those of summed labels innermost: the first one of a part of the result writes it, the others add.
        void run_slices()
        {
            const std::vector<slice_axis>& slices = m_plan.slices();
            std::vector<std::int64_t> index(slices.size(), 0);
            std::vector<const T*> operands(m_operands.begin(), m_operands.end());
            T* result = m_result;
            for (;;)
            {
                bool first = true;
                for (std::size_t d = 0; d < slices.size(); ++d) first = first && (!slices[d].summed || index[d] == 0);
                run_steps(true, operands.data(), result, !first);
                std::size_t d = slices.size();
                for (; d > 0; --d)
                {
                    const slice_axis& s = slices[d - 1];
                    const std::int64_t steps = index[d - 1] + 1 < s.count() ? 1 : 1 - s.count();
                    for (std::size_t i = 0; i < operands.size(); ++i) operands[i] += steps * s.operand_steps[i];
                    result += steps * s.result_step;
                    index[d - 1] += steps;
                    if (steps == 1) break;
                }
                if (d == 0) return;
            }
        }

        void run_steps(bool sliced, const T* const* operands, T* result, bool accumulate)
        {
            if (!operands) operands = m_operands.data();
            for (std::size_t i = 0; i < m_steps.size(); ++i)
                if (m_steps[i].sliced == sliced) run_step(i, operands, result, accumulate);
        }

        void run_step(std::size_t index, const T* const* operands, T* result, bool accumulate)
        {
            if (m_how.stop.stop_requested()) throw cancelled();
            const step& s = m_steps[index];
            const bool last = index + 1 == m_steps.size();
            const std::int64_t size = s.tensors[result_tensor].lies.size();
            const auto source = [&](std::size_t slot) -> const T* {
                return slot < m_operands.size() ? operands[slot] : m_engine.slot(slot - m_operands.size());
            };
            T* const out = last ? result : m_engine.slot(index);
            const T* const right = s.inputs.size() > 1 ? source(s.inputs[1]) : nullptr;
            const step_update<T> how = {last ? m_how.by : nullptr, last && accumulate};
            const stopwatch watch(m_how.record && m_how.record->timed);
            m_engine.run(s, source(s.inputs[0]), right, size == 0 ? nullptr : out, how, m_how.record);
            if constexpr (is_std_complex<T>::value)
                if (s.conjugated) std::transform(out, out + size, out, [](const T& x) { return std::conj(x); });
            if (m_how.record && !m_how.record->steps.empty())
            {
                m_how.record->steps.back().step = index;
                m_how.record->steps.back().seconds = watch.seconds();
            }
            m_engine.has_read(s);
            ++m_progress.done;
            m_progress.flops += s.price.flops;
            if (m_how.progress) m_how.progress(m_progress);
        }

        const plan& m_plan;
        const std::vector<step>& m_steps;
        std::span<const T* const> m_operands;
        T* m_result;
        const execution<T>& m_how;
        Engine m_engine;
        execution_progress m_progress;
    };
}

#endif
