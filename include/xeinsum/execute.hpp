// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_EXECUTE_HPP
#define XEINSUM_EXECUTE_HPP

#include <complex>
#include <cstddef>
#include <cstdint>
#include <span>
#include <type_traits>
#include <vector>

#include <xeinsum/detail/executor.hpp>
#include <xeinsum/detail/generic_engine.hpp>
#include <xeinsum/dtype.hpp>
#include <xeinsum/execution.hpp>
#include <xeinsum/export.hpp>
#include <xeinsum/plan.hpp>
#include <xeinsum/scaling.hpp>

namespace xeinsum
{
    namespace detail
    {
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
    /// made for; std::bad_alloc; cancelled, if the stop condition says so: the result then holds parts of what it would have.
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
