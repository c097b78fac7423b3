// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_EXECUTE_HPP
#define XEINSUM_EXECUTE_HPP

#include <algorithm>
#include <chrono>
#include <complex>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <stdexcept>
#include <stop_token>
#include <type_traits>
#include <vector>

#include <xeinsum/detail/generic_loop.hpp>
#include <xeinsum/detail/small_product.hpp>
#include <xeinsum/error.hpp>
#include <xeinsum/export.hpp>
#include <xeinsum/plan.hpp>
#include <xeinsum/scaling.hpp>
#include <xeinsum/workspace.hpp>

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
            std::size_t step = 0;     ///< its number in the plan, counted from 0
            double seconds = 0;       ///< how long it took, if `timed`
            double copy_seconds = 0;  ///< how much of that went into packing whole operands and permuting whole results
        };
        bool timed = false;            ///< asks for the seconds
        std::vector<entry> steps;
        std::size_t copies = 0;        ///< operands packed and results unpacked
        std::size_t bytes_copied = 0;  ///< bytes that these wrote
        std::size_t bytes_packed = 0;  ///< bytes that tiled products packed, block by block
        std::size_t temporaries = 0;   ///< containers that an expression made: operands and results that had no memory of their own; not xtensor's for plain `=`
        std::size_t bytes_evaluated = 0;  ///< bytes that these took
    };

    /// How far an execution has come.
    struct execution_progress
    {
        std::size_t done = 0;  ///< steps, each once for every slice that it ran in
        double flops = 0;      ///< of those; plan::flops() when all is done
    };

    /// How a plan is to be run.
    template <class T>
    struct execution
    {
        /// alpha and beta of  result = alpha * einsum + beta * result; null: 1 and 0. Numbers only (of any width, complex ones, too, but
        /// bool), and plans that were made with options::scaled.
        const scaling<T>* by = nullptr;
        recorder* record = nullptr;    ///< if not null, is told what was done
        workspace* memory = nullptr;   ///< where intermediates go; null: memory of this execution's own, or up to 4 MiB that the thread keeps
        std::function<void(const execution_progress&)> progress = {};  ///< called after every step, on the caller's thread
        std::stop_token stop = {};     ///< looked at before every step
    };

    namespace detail
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
    /// \param p for this value type
    /// \param operands pointers to each operand's first logical element (index 0 on every axis)
    /// \param result pointer to the result's first logical element; must not overlap the operands
    /// \param how scaling, recorder, workspace, progress: see execution
    /// Throws std::invalid_argument for another dtype or number of operands than the plan's, and for a scaling that it was not
    /// made for; std::bad_alloc; cancelled, if the stop token says so: the result then holds parts of what it would have.
    /// Allocates plan.peak_memory() bytes at most, of which the workspace is one piece. Given none, the calling thread keeps one of
    /// 4 MiB and less for its next execution.
    template <class T>
    void execute(const plan& p, std::span<const T* const> operands, T* result, const execution<T>& how)
    {
        if constexpr (std::is_integral_v<T>)
        {
            // `long long`, `char` and their like, as the integer of the same size and sign.
            using same = detail::sized_integer_t<T>;
            std::vector<const same*> pointers;
            for (const T* x : operands) pointers.push_back(reinterpret_cast<const same*>(x));
            const scaling<same> as_same = how.by ? scaling<same>{static_cast<same>(how.by->alpha), static_cast<same>(how.by->beta)} : scaling<same>{};
            execute<same>(p, pointers, reinterpret_cast<same*>(result),
                          execution<same>{how.by ? &as_same : nullptr, how.record, how.memory, how.progress, how.stop});
        }
        else
        {
            detail::check_execution(p, dtype_of<T>(), operands.size(), how.by != nullptr);
            detail::executor<T, detail::generic_engine<T>>(p, operands, result, how).run();
        }
    }

    /// \overload
    template <class T>
    void execute(const plan& p, std::span<const T* const> operands, T* result, const scaling<T>* by, recorder* record)
    {
        execution<T> how;
        how.by = by;
        how.record = record;
        execute<T>(p, operands, result, how);
    }

    /// \overload
    template <class T>
    void execute(const plan& p, std::span<const T* const> operands, T* result, recorder* record = nullptr)
    {
        execute<T>(p, operands, result, static_cast<const scaling<T>*>(nullptr), record);
    }

    // Compiled: on BLAS, and on kernels for the CPU at hand.
    // clang-format off
    template <> XEINSUM_EXPORT void execute(const plan&, std::span<const float* const>, float*, const execution<float>&);
    template <> XEINSUM_EXPORT void execute(const plan&, std::span<const double* const>, double*, const execution<double>&);
    template <> XEINSUM_EXPORT void execute(const plan&, std::span<const std::complex<float>* const>, std::complex<float>*, const execution<std::complex<float>>&);
    template <> XEINSUM_EXPORT void execute(const plan&, std::span<const std::complex<double>* const>, std::complex<double>*, const execution<std::complex<double>>&);
    template <> XEINSUM_EXPORT void execute(const plan&, std::span<const long double* const>, long double*, const execution<long double>&);
    template <> XEINSUM_EXPORT void execute(const plan&, std::span<const bool* const>, bool*, const execution<bool>&);
    template <> XEINSUM_EXPORT void execute(const plan&, std::span<const std::int8_t* const>, std::int8_t*, const execution<std::int8_t>&);
    template <> XEINSUM_EXPORT void execute(const plan&, std::span<const std::uint8_t* const>, std::uint8_t*, const execution<std::uint8_t>&);
    template <> XEINSUM_EXPORT void execute(const plan&, std::span<const std::int16_t* const>, std::int16_t*, const execution<std::int16_t>&);
    template <> XEINSUM_EXPORT void execute(const plan&, std::span<const std::uint16_t* const>, std::uint16_t*, const execution<std::uint16_t>&);
    template <> XEINSUM_EXPORT void execute(const plan&, std::span<const std::int32_t* const>, std::int32_t*, const execution<std::int32_t>&);
    template <> XEINSUM_EXPORT void execute(const plan&, std::span<const std::uint32_t* const>, std::uint32_t*, const execution<std::uint32_t>&);
    template <> XEINSUM_EXPORT void execute(const plan&, std::span<const std::int64_t* const>, std::int64_t*, const execution<std::int64_t>&);
    template <> XEINSUM_EXPORT void execute(const plan&, std::span<const std::uint64_t* const>, std::uint64_t*, const execution<std::uint64_t>&);
    // clang-format on
}

#endif
