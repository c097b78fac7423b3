// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_EXECUTE_HPP
#define XEINSUM_EXECUTE_HPP

#include <algorithm>
#include <complex>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <stdexcept>
#include <type_traits>
#include <vector>

#include <xeinsum/detail/generic_loop.hpp>
#include <xeinsum/export.hpp>
#include <xeinsum/plan.hpp>
#include <xeinsum/scaling.hpp>

namespace xeinsum
{
    /// What an execution did, as it did it: to be compared with what the plan said.
    struct recorder
    {
        struct entry
        {
            kernel op;                       ///< the kernel of the step
            std::int64_t calls;              ///< BLAS calls made; 0 where the library's own loops ran
            std::complex<double> alpha = 1;  ///< what the result was multiplied by
            std::complex<double> beta = 0;   ///< what its old value was multiplied by
            bool transpose_left = false, transpose_right = false, conjugate_left = false, conjugate_right = false;  ///< flags of the BLAS calls
        };
        std::vector<entry> steps;
        std::size_t copies = 0;        ///< operands packed and results unpacked
        std::size_t bytes_copied = 0;  ///< bytes that these wrote
        std::size_t bytes_packed = 0;  ///< bytes that tiled products packed, block by block
        std::size_t temporaries = 0;   ///< containers that an expression made: operands and results that had no memory of their own
        std::size_t bytes_evaluated = 0;  ///< bytes that these took
    };

    namespace detail
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
            default: contract_loop(left, right, out, axes); break;
            }
        }

        /// For types that the library was not compiled for: their plans have neither BLAS calls nor tiles.
        template <class T>
        struct generic_engine
        {
            static void run(const step& s, const T* left, const T* right, T* out, const scaling<T>* by, recorder* record)
            {
                if (out && !by) run_generic_loops(s, left, right, out, to_nest(s.loops));
                else if constexpr (is_scalable<T>)
                {
                    if (out) run_scaled(s, left, right, out, *by, record);
                }
                if (record) record->steps.push_back(entry_of(s, 0, by));
            }

        private:
            static void run_scaled(const step& s, const T* left, const T* right, T* out, const scaling<T>& by, recorder* record)
            {
                if (s.op == kernel::permute) return update_loop(left, out, to_nest(s.loops), by);
                const auto size = static_cast<std::size_t>(s.tensors[result_tensor].lies.size());
                const auto apart = std::make_unique_for_overwrite<T[]>(size);
                run_generic_loops(s, left, right, apart.get(), computed_apart(s.loops));
                update_loop<T>(apart.get(), out, put_into_place(s.loops), by);
                if (record) ++record->copies, record->bytes_copied += size * sizeof(T);
            }
        };

        /// Runs the steps of a plan, each by Engine::run(step, left, right, out, scaling or null, record); keeps the intermediate
        /// results.
        template <class T, class Engine>
        class executor
        {
        public:
            executor(const plan& p, std::span<const T* const> operands, T* result, const scaling<T>* by, recorder* record)
                : m_steps(p.steps()), m_operands(operands), m_result(result), m_by(by), m_record(record),
                  m_slots(m_steps.empty() ? 0 : m_steps.size() - 1)
            {
            }

            void run()
            {
                for (std::size_t i = 0; i < m_steps.size(); ++i) run_step(i);
            }

        private:
            const T* source(std::size_t slot) const
            {
                return slot < m_operands.size() ? m_operands[slot] : m_slots[slot - m_operands.size()].get();
            }

            void run_step(std::size_t index)
            {
                const step& s = m_steps[index];
                const bool last = index + 1 == m_steps.size();
                const std::int64_t size = s.tensors[result_tensor].lies.size();
                if (!last) m_slots[index] = std::make_unique_for_overwrite<T[]>(static_cast<std::size_t>(size));
                T* const out = last ? m_result : m_slots[index].get();
                const T* const right = s.inputs.size() > 1 ? source(s.inputs[1]) : nullptr;
                Engine::run(s, source(s.inputs[0]), right, size == 0 ? nullptr : out, last ? m_by : nullptr, m_record);
                if constexpr (is_std_complex<T>::value)
                    if (s.conjugated) std::transform(out, out + size, out, [](const T& x) { return std::conj(x); });
                for (const std::size_t slot : s.inputs)
                    if (slot >= m_operands.size()) m_slots[slot - m_operands.size()].reset();
            }

            const std::vector<step>& m_steps;
            std::span<const T* const> m_operands;
            T* m_result;
            const scaling<T>* m_by;
            recorder* m_record;
            std::vector<std::unique_ptr<T[]>> m_slots;
        };

        template <class T>
        using sized_integer_t = std::conditional_t<
            sizeof(T) == 1, std::conditional_t<std::is_signed_v<T>, std::int8_t, std::uint8_t>,
            std::conditional_t<
                sizeof(T) == 2, std::conditional_t<std::is_signed_v<T>, std::int16_t, std::uint16_t>,
                std::conditional_t<sizeof(T) == 4, std::conditional_t<std::is_signed_v<T>, std::int32_t, std::uint32_t>,
                                   std::conditional_t<std::is_signed_v<T>, std::int64_t, std::uint64_t>>>>;

        XEINSUM_EXPORT void check_execution(const plan& p, dtype type, std::size_t operand_count, bool scaled);
    }

    /// Runs a plan on memory that lies as the plan says.
    ///
    /// \param operands pointers to each operand's first logical element (index 0 on every axis)
    /// \param result pointer to the result's first logical element; must not overlap the operands
    /// \param by alpha and beta of  result = alpha * einsum + beta * result; null: 1 and 0. Numbers only (of any width, complex
    ///           ones, too, but bool), and plans that were made with options::scaled.
    /// \param record if not null, is told what was done
    /// Throws std::invalid_argument for another dtype or number of operands than the plan's, and for a scaling that it was not
    /// made for; std::bad_alloc.
    /// Allocates plan.peak_memory() bytes at most.
    template <class T>
    void execute(const plan& p, std::span<const T* const> operands, T* result, const scaling<T>* by, recorder* record)
    {
        if constexpr (std::is_integral_v<T>)
        {
            // `long long`, `char` and their like, as the integer of the same size and sign.
            using same = detail::sized_integer_t<T>;
            std::vector<const same*> pointers;
            for (const T* x : operands) pointers.push_back(reinterpret_cast<const same*>(x));
            const scaling<same> as_same = by ? scaling<same>{static_cast<same>(by->alpha), static_cast<same>(by->beta)} : scaling<same>{};
            execute<same>(p, pointers, reinterpret_cast<same*>(result), by ? &as_same : nullptr, record);
        }
        else
        {
            detail::check_execution(p, dtype_of<T>(), operands.size(), by != nullptr);
            detail::executor<T, detail::generic_engine<T>>(p, operands, result, by, record).run();
        }
    }

    /// \overload
    template <class T>
    void execute(const plan& p, std::span<const T* const> operands, T* result, recorder* record = nullptr)
    {
        execute<T>(p, operands, result, static_cast<const scaling<T>*>(nullptr), record);
    }

    // Compiled: on BLAS, and on kernels for the CPU at hand.
    // clang-format off
    template <> XEINSUM_EXPORT void execute(const plan&, std::span<const float* const>, float*, const scaling<float>*, recorder*);
    template <> XEINSUM_EXPORT void execute(const plan&, std::span<const double* const>, double*, const scaling<double>*, recorder*);
    template <> XEINSUM_EXPORT void execute(const plan&, std::span<const std::complex<float>* const>, std::complex<float>*, const scaling<std::complex<float>>*, recorder*);
    template <> XEINSUM_EXPORT void execute(const plan&, std::span<const std::complex<double>* const>, std::complex<double>*, const scaling<std::complex<double>>*, recorder*);
    template <> XEINSUM_EXPORT void execute(const plan&, std::span<const long double* const>, long double*, const scaling<long double>*, recorder*);
    template <> XEINSUM_EXPORT void execute(const plan&, std::span<const bool* const>, bool*, const scaling<bool>*, recorder*);
    template <> XEINSUM_EXPORT void execute(const plan&, std::span<const std::int8_t* const>, std::int8_t*, const scaling<std::int8_t>*, recorder*);
    template <> XEINSUM_EXPORT void execute(const plan&, std::span<const std::uint8_t* const>, std::uint8_t*, const scaling<std::uint8_t>*, recorder*);
    template <> XEINSUM_EXPORT void execute(const plan&, std::span<const std::int16_t* const>, std::int16_t*, const scaling<std::int16_t>*, recorder*);
    template <> XEINSUM_EXPORT void execute(const plan&, std::span<const std::uint16_t* const>, std::uint16_t*, const scaling<std::uint16_t>*, recorder*);
    template <> XEINSUM_EXPORT void execute(const plan&, std::span<const std::int32_t* const>, std::int32_t*, const scaling<std::int32_t>*, recorder*);
    template <> XEINSUM_EXPORT void execute(const plan&, std::span<const std::uint32_t* const>, std::uint32_t*, const scaling<std::uint32_t>*, recorder*);
    template <> XEINSUM_EXPORT void execute(const plan&, std::span<const std::int64_t* const>, std::int64_t*, const scaling<std::int64_t>*, recorder*);
    template <> XEINSUM_EXPORT void execute(const plan&, std::span<const std::uint64_t* const>, std::uint64_t*, const scaling<std::uint64_t>*, recorder*);
    // clang-format on
}

#endif
