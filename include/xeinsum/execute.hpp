// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_EXECUTE_HPP
#define XEINSUM_EXECUTE_HPP

#include <complex>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <stdexcept>
#include <vector>

#include <xeinsum/detail/generic_loop.hpp>
#include <xeinsum/export.hpp>
#include <xeinsum/plan.hpp>

namespace xeinsum
{
    /// What an execution did, as it did it: to be compared with what the plan said.
    struct recorder
    {
        struct entry
        {
            kernel op;                 ///< the kernel of the step
            std::int64_t calls;        ///< BLAS calls made; 0 where the library's own loops ran
        };
        std::vector<entry> steps;
        std::size_t copies = 0;        ///< operands packed and results unpacked
        std::size_t bytes_copied = 0;  ///< bytes that these wrote
    };

    namespace detail
    {
        inline nest to_nest(const std::vector<loop_axis>& loops)
        {
            nest axes;
            axes.reserve(loops.size());
            for (const loop_axis& x : loops)
                axes.push_back({x.extent, x.strides});
            return axes;
        }

        /// The nest that copies between a tensor as it lies and a contiguous buffer in the same axis order.
        inline nest copy_nest(const layout& from, const layout& to)
        {
            nest axes;
            for (std::size_t d = 0; d < from.rank(); ++d)
                axes.push_back({from.shape[d], {from.strides[d], 0, to.strides[d]}});
            return axes;
        }

        /// Runs the steps of a plan for one value type. `Blas::call(op, call, a, b, c, accumulate)` makes the
        /// calls that the plan asks for; the plan of a type without BLAS asks for none.
        template <class T, class Blas>
        class executor
        {
        public:
            executor(const plan& p, std::span<const T* const> operands, T* result, recorder* record)
                : m_plan(p), m_operands(operands), m_result(result), m_record(record), m_slots(p.steps().size())
            {
            }

            void run()
            {
                for (std::size_t s = 0; s < m_plan.steps().size(); ++s)
                    run_step(s);
            }

        private:
            using buffer = std::unique_ptr<T[]>;

            static buffer allocate(std::int64_t elements)
            {
                return std::make_unique_for_overwrite<T[]>(static_cast<std::size_t>(elements));
            }

            const T* source(std::size_t slot) const
            {
                return slot < m_operands.size() ? m_operands[slot] : m_slots[slot - m_operands.size()].get();
            }

            void release(std::size_t slot)
            {
                if (slot >= m_operands.size()) m_slots[slot - m_operands.size()].reset();
            }

            void note_copy(std::int64_t elements)
            {
                if (!m_record) return;
                ++m_record->copies;
                m_record->bytes_copied += static_cast<std::size_t>(elements) * sizeof(T);
            }

            /// The operand's first element, from where it lies or from a packed copy.
            const T* read(const step& s, std::size_t which, buffer& packed)
            {
                if (which >= s.inputs.size()) return nullptr;
                const T* from = source(s.inputs[which]);
                const tensor_use& use = s.tensors[which];
                if (!use.copied) return from;
                const std::int64_t size = use.lies.size();
                packed = allocate(size);
                copy_loop(from, packed.get(), copy_nest(use.lies, row_major(use.lies.shape)));
                note_copy(size);
                return packed.get();
            }

            void run_step(std::size_t index)
            {
                const step& s = m_plan.steps()[index];
                const tensor_use& out = s.tensors[result_tensor];
                const std::int64_t size = out.lies.size();
                const bool last = index + 1 == m_plan.steps().size();
                if (!last) m_slots[index] = allocate(size);
                T* const target = last ? m_result : m_slots[index].get();
                std::int64_t calls = 0;
                if (size != 0)
                {
                    buffer packed[2];
                    const T* const left = read(s, left_tensor, packed[0]);
                    const T* const right = read(s, right_tensor, packed[1]);
                    const buffer computed = out.copied ? allocate(size) : nullptr;
                    calls = compute(s, left, right, out.copied ? computed.get() : target);
                    if (out.copied)
                    {
                        copy_loop<T>(computed.get(), target, copy_nest(row_major(out.lies.shape), out.lies));
                        note_copy(size);
                    }
                }
                for (const std::size_t slot : s.inputs) release(slot);
                if (m_record) m_record->steps.push_back({s.op, calls});
            }

            std::int64_t compute(const step& s, const T* left, const T* right, T* out)
            {
                if (s.call) return make_calls(s, left, right, out);
                switch (s.op)
                {
                case kernel::permute: copy_loop(left, out, to_nest(s.loops)); break;
                case kernel::reduce: reduce_loop(left, out, to_nest(s.loops)); break;
                case kernel::scale:
                case kernel::multiply:
                case kernel::ger: multiply_loop(left, right, out, to_nest(s.loops)); break;
                default: contract_loop(left, right, out, to_nest(s.loops)); break;
                }
                return 0;
            }

            /// One BLAS call for each value of the loops. Contracted loops are innermost and move no result
            /// stride, so that a call adds to what the one before it wrote exactly where its target is the same.
            std::int64_t make_calls(const step& s, const T* left, const T* right, T* out)
            {
                std::int64_t calls = 0;
                const T* before = nullptr;
                walk(to_nest(s.loops), s.loops.size(), [&](const auto& at) {
                    T* const target = out + at[2];
                    Blas::call(s.op, *s.call, left + at[0], right + at[1], target, target == before);
                    before = target;
                    ++calls;
                });
                return calls;
            }

            const plan& m_plan;
            std::span<const T* const> m_operands;
            T* m_result;
            recorder* m_record;
            std::vector<buffer> m_slots;
        };

        /// For types that BLAS does not know: the plan asks for no call.
        template <class T>
        struct no_blas
        {
            static void call(kernel, const blas_call&, const T*, const T*, T*, bool) {}
        };

        XEINSUM_EXPORT void check_execution(const plan& p, dtype type, std::size_t operand_count);
    }

    /// Runs a plan on memory that lies as the plan says.
    ///
    /// \param operands pointers to each operand's first logical element (index 0 on every axis)
    /// \param result pointer to the result's first logical element; must not overlap the operands
    /// \param record if not null, is told what was done
    /// Throws std::invalid_argument for another dtype or number of operands than the plan's, std::bad_alloc.
    /// Allocates plan.peak_memory() bytes at most.
    template <class T>
    void execute(const plan& p, std::span<const T* const> operands, T* result, recorder* record = nullptr)
    {
        detail::check_execution(p, dtype_of<T>(), operands.size());
        detail::executor<T, detail::no_blas<T>>(p, operands, result, record).run();
    }

    template <>
    XEINSUM_EXPORT void execute(const plan&, std::span<const float* const>, float*, recorder*);
    template <>
    XEINSUM_EXPORT void execute(const plan&, std::span<const double* const>, double*, recorder*);
    template <>
    XEINSUM_EXPORT void execute(const plan&, std::span<const std::complex<float>* const>, std::complex<float>*, recorder*);
    template <>
    XEINSUM_EXPORT void execute(const plan&, std::span<const std::complex<double>* const>, std::complex<double>*, recorder*);
}

#endif
