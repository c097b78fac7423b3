// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_DETAIL_TINY_RUN_HPP
#define XEINSUM_DETAIL_TINY_RUN_HPP

#include <array>
#include <complex>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <type_traits>

#include <xeinsum/detail/generic_loop.hpp>
#include <xeinsum/detail/small_product.hpp>
#include <xeinsum/detail/tiny.hpp>
#include <xeinsum/detail/tiny_program.hpp>
#include <xeinsum/export.hpp>

/// \file
/// Runs a tiny contraction in the library's own loops, intermediates on the stack.

namespace xeinsum::detail
{
    using tiny_array = std::array<std::int64_t, tiny_labels>;

    /// A tensor's memory: its first element and its stride for every label, 0 for those that it does not have.
    template <class T>
    struct tiny_tensor
    {
        T* first = nullptr;
        tiny_array strides;
    };

    /// What a tiny contraction works on; every label has its extent in `sizes`, which is the caller's.
    template <class T>
    struct tiny_memory
    {
        std::array<tiny_tensor<const T>, tiny_operands> operands;
        tiny_tensor<T> result;
        const tiny_array* sizes;
        std::uint8_t conjugated = 0;  ///< a bit for each operand that is to be
    };

    /// Types of which an intermediate may be bare memory.
    template <class T>
    inline constexpr bool runs_tiny = std::is_trivially_copyable_v<T> && std::is_trivially_destructible_v<T> &&
                                      std::is_default_constructible_v<T>;

    /// Elements of a tensor of these labels.
    constexpr std::int64_t element_count(const tiny_ids& ids, const tiny_array& sizes)
    {
        std::int64_t count = 1;
        for (const std::uint8_t id : ids) count *= sizes[id];
        return count;
    }

    /// The strides of a contiguous tensor of these labels, one that stands twice at its diagonal:
    ///
    ///     stride(label) = sum over its axes of the extents of the axes behind (column-major: before)
    constexpr tiny_array contiguous_strides(const tiny_ids& ids, const tiny_array& sizes, bool row_major = true)
    {
        tiny_array strides{};
        std::int64_t stride = 1;
        for (std::size_t i = 0; i < ids.size(); ++i)
        {
            const std::uint8_t id = ids[row_major ? ids.size() - 1 - i : i];
            strides[id] += stride;
            stride *= sizes[id];
        }
        return strides;
    }

    /// Memory for intermediates, of tiny_iterations elements or from the heap.
    template <class T>
    class tiny_arena
    {
    public:
        T* take(std::int64_t count)
        {
            if (count > tiny_iterations - m_used)
            {
                m_more = std::make_unique<held>(count, std::move(m_more));
                return m_more->memory.get();
            }
            T* const first = reinterpret_cast<T*>(m_bytes) + m_used;
            m_used += count;
            std::uninitialized_default_construct_n(first, count);
            return first;
        }

    private:
        struct held
        {
            held(std::int64_t count, std::unique_ptr<held> others)
                : memory(std::make_unique_for_overwrite<T[]>(static_cast<std::size_t>(count))), before(std::move(others))
            {
            }
            std::unique_ptr<T[]> memory;
            std::unique_ptr<held> before;
        };

        alignas(T) std::byte m_bytes[static_cast<std::size_t>(tiny_iterations) * sizeof(T)];
        std::int64_t m_used = 0;
        std::unique_ptr<held> m_more;
    };

    template <class T>
    void run_tiny_steps(const tiny_program& program, std::size_t operand_count, const tiny_memory<T>& memory)
    {
        std::array<tiny_tensor<const T>, tiny_steps> computed;
        tiny_arena<T> arena;
        const auto source = [&](std::uint8_t slot) -> const tiny_tensor<const T>& {
            return slot < operand_count ? memory.operands[slot] : computed[slot - operand_count];
        };
        for (std::size_t i = 0; i < program.size(); ++i)
        {
            const tiny_step& s = program[i];
            tiny_tensor<T> out = memory.result;
            if (i + 1 < program.size())
                out = {arena.take(element_count(s.output, *memory.sizes)), contiguous_strides(s.output, *memory.sizes)};
            const tiny_tensor<const T>& left = source(s.inputs[0]);
            const tiny_tensor<const T>& right = source(s.inputs[1]);
            nest axes;
            for (const std::uint8_t id : s.axes)
                axes.push_back({(*memory.sizes)[id], {left.strides[id], s.pairwise ? right.strides[id] : 0, out.strides[id]}});
            if (s.pairwise && s.sums) contract_few(left.first, right.first, out.first, axes);
            else if (s.pairwise) multiply_loop(left.first, right.first, out.first, axes);
            else if (s.sums) reduce_loop(left.first, out.first, axes);
            else copy_loop(left.first, out.first, axes);
            if (i + 1 < program.size()) computed[i] = {out.first, out.strides};
        }
    }

    /// Runs the program on memory that does not overlap the result. For the types of BLAS it is compiled with
    /// execute(), so that both round alike however the caller is compiled.
    template <class T>
    void run_tiny(const tiny_program& program, std::size_t operand_count, const tiny_memory<T>& memory)
    {
        run_tiny_steps(program, operand_count, memory);
    }

    template <>
    XEINSUM_EXPORT void run_tiny(const tiny_program&, std::size_t, const tiny_memory<float>&);
    template <>
    XEINSUM_EXPORT void run_tiny(const tiny_program&, std::size_t, const tiny_memory<double>&);
    template <>
    XEINSUM_EXPORT void run_tiny(const tiny_program&, std::size_t, const tiny_memory<std::complex<float>>&);
    template <>
    XEINSUM_EXPORT void run_tiny(const tiny_program&, std::size_t, const tiny_memory<std::complex<double>>&);
}

#endif
