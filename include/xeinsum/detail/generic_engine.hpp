// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_DETAIL_GENERIC_ENGINE_HPP
#define XEINSUM_DETAIL_GENERIC_ENGINE_HPP

#include <algorithm>
#include <complex>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <type_traits>
#include <vector>

#include <xeinsum/detail/executor.hpp>
#include <xeinsum/detail/generic_loop.hpp>
#include <xeinsum/detail/small_product.hpp>
#include <xeinsum/execution.hpp>
#include <xeinsum/plan.hpp>

/// \file
/// Runs a step in plain loops, for any value type.

namespace xeinsum::detail
{
    inline nest to_nest(const std::vector<loop_axis>& loops)
    {
        nest axes;
        for (const loop_axis& x : loops) axes.push_back({x.extent, x.strides});
        return axes;
    }

    /// The axes of a step's loops, with the result in a row-major buffer of its own.
    inline nest computed_apart(const std::vector<loop_axis>& loops)
    {
        nest axes = to_nest(loops);
        std::int64_t reach = 1;
        for (std::size_t d = axes.size(); d-- > 0;)
        {
            std::int64_t& stride = axes[d].strides[result_tensor];
            if (stride == 0) continue;
            stride = reach;
            reach *= axes[d].extent;
        }
        return axes;
    }

    /// From such a buffer to where the result lies.
    inline nest put_into_place(const std::vector<loop_axis>& loops)
    {
        const nest apart = computed_apart(loops);
        nest axes;
        for (std::size_t d = 0; d < loops.size(); ++d)
            if (const std::int64_t stride = loops[d].strides[result_tensor]; stride != 0)
                axes.push_back({loops[d].extent, {apart[d].strides[result_tensor], 0, stride}});
        return axes;
    }

    /// The entry of a recorder for a step that was run so.
    template <class T>
    recorder::entry entry_of(const step& s, std::int64_t calls, const scaling<T>* by)
    {
        recorder::entry e{s.op, calls};
        if (s.call && calls > 0)
        {
            e.transpose_left = s.call->transpose_left, e.transpose_right = s.call->transpose_right;
            e.conjugate_left = s.call->conjugate_left, e.conjugate_right = s.call->conjugate_right;
        }
        if constexpr (std::is_arithmetic_v<T>)
        {
            if (by) e.alpha = static_cast<double>(by->alpha), e.beta = static_cast<double>(by->beta);
        }
        else if constexpr (is_std_complex<T>::value)
        {
            if (by) e.alpha = std::complex<double>(by->alpha), e.beta = std::complex<double>(by->beta);
        }
        return e;
    }

    /// Runs a step by the loops of generic_loop.hpp: any value type, one thread.
    template <class T>
    void run_generic_loops(const step& s, const T* left, const T* right, T* out, const nest& axes)
    {
        switch (s.op)
        {
        case kernel::permute: copy_loop(left, out, axes); break;
        case kernel::reduce: reduce_loop(left, out, axes); break;
        case kernel::scale:
        case kernel::multiply:
        case kernel::ger: multiply_loop(left, right, out, axes); break;
        default: contract_few(left, right, out, axes); break;
        }
    }

    /// For types that the library was not compiled for: their plans have neither BLAS calls nor tiles. Values live in arrays of
    /// their own instead of the workspace, as they may have constructors.
    template <class T>
    class generic_engine
    {
    public:
        generic_engine(const plan& p, workspace*) : m_steps(p.steps()), m_operand_count(p.shapes().size()), m_slots(m_steps.size())
        {
            m_reads.resize(m_steps.size(), 0);
        }

        /// Where step i puts its result, but for the last one.
        T* slot(std::size_t i)
        {
            const auto size = static_cast<std::size_t>(m_steps[i].tensors[result_tensor].lies.size());
            if (!m_slots[i]) m_slots[i] = std::make_unique_for_overwrite<T[]>(size);
            return m_slots[i].get();
        }

        /// The step has read its inputs: what no other step needs is given back, but not what the next slice reads, too.
        void has_read(const step& reader)
        {
            for (const std::size_t slot : reader.inputs)
            {
                if (slot < m_operand_count) continue;
                const std::size_t made_by = slot - m_operand_count;
                if (reader.sliced != m_steps[made_by].sliced || ++m_reads[made_by] < readers_of(slot)) continue;
                m_reads[made_by] = 0;
                m_slots[made_by].reset();
            }
        }

        void run(const step& s, const T* left, const T* right, T* out, const step_update<T>& how, recorder* record)
        {
            if (out && how.accumulate) run_accumulating(s, left, right, out, how.by, record);
            else if (out && !how.by) run_generic_loops(s, left, right, out, to_nest(s.loops));
            else if constexpr (is_scalable<T>)
            {
                if (out) run_scaled(s, left, right, out, *how.by, record);
            }
            if (record) record->steps.push_back(entry_of(s, 0, how.by));
        }

    private:
        static void run_scaled(const step& s, const T* left, const T* right, T* out, const scaling<T>& by, recorder* record)
        {
            if (s.op == kernel::permute) return update_loop(left, out, to_nest(s.loops), by);
            const auto apart = run_apart(s, left, right, record);
            update_loop<T>(apart.get(), out, put_into_place(s.loops), by);
        }

        /// out += alpha * value
        static void run_accumulating(const step& s, const T* left, const T* right, T* out, const scaling<T>* by, recorder* record)
        {
            const auto apart = run_apart(s, left, right, record);
            if constexpr (is_scalable<T>)
            {
                const scaling<T> adding = {by ? by->alpha : T(1), T(1)};
                update_loop<T>(apart.get(), out, put_into_place(s.loops), adding);
            }
            else add_loop<T>(apart.get(), out, put_into_place(s.loops));
        }

        static std::unique_ptr<T[]> run_apart(const step& s, const T* left, const T* right, recorder* record)
        {
            const auto size = static_cast<std::size_t>(s.tensors[result_tensor].lies.size());
            auto apart = std::make_unique_for_overwrite<T[]>(size);
            run_generic_loops(s, left, right, apart.get(), computed_apart(s.loops));
            if (record) ++record->copies, record->bytes_copied += size * sizeof(T);
            return apart;
        }

        std::size_t readers_of(std::size_t slot) const
        {
            std::size_t count = 0;
            for (const step& s : m_steps) count += static_cast<std::size_t>(std::ranges::count(s.inputs, slot));
            return count;
        }

        const std::vector<step>& m_steps;
        std::size_t m_operand_count;
        std::vector<std::unique_ptr<T[]>> m_slots;
        std::vector<std::size_t> m_reads;  // since it was made
    };
}

#endif
