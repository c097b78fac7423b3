// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include "memory.hpp"

#include <algorithm>
#include <limits>
#include <string>

#include <xeinsum/detail/loop_nest.hpp>
#include <xeinsum/error.hpp>

#include "../subscripts/rendering.hpp"
#include "blas_lowering.hpp"
#include "blocks.hpp"

namespace xeinsum::detail
{
    namespace
    {
        std::size_t as_size(std::int64_t x) { return static_cast<std::size_t>(x); }

        /// What no machine has: sums of a few of these are still exact.
        constexpr std::size_t most_bytes = std::size_t{1} << 56;

        /// count * each bytes; throws shape_error where that is more than any memory holds.
        std::size_t bytes_of(std::size_t count, std::size_t each)
        {
            std::size_t bytes = 0;
            if (__builtin_mul_overflow(count, each, &bytes) || bytes > most_bytes)
                throw shape_error(shape_errc::size_overflow, "plan: the workspace, an intermediate or a buffer would take " + (each == 1 ? "" : std::to_string(count) + " times ") +
                                                                 counted(each == 1 ? count : each, "byte") + ", more than 2^56; another path or smaller operands would need less");
            return bytes;
        }

        /// Elements of the copy through which a complex gemv reads its vector, call by call.
        std::size_t vector_copy(const step& s, dtype type)
        {
            const bool is_gemv = s.op == kernel::gemv || s.op == kernel::batched_gemv;
            const bool is_complex = type == dtype::complex64 || type == dtype::complex128;
            return s.call && is_gemv && is_complex ? as_size(s.call->k + gemv_padding) : 0;
        }

        /// Bytes of the buffers that the engine takes for a step, each from a new cache line.
        std::size_t buffer_bytes(const step& s, dtype type, std::size_t element_bytes)
        {
            if (type == dtype::other) return 0;
            const std::size_t pieces = as_size(s.threads.pieces);
            std::size_t bytes = 0;
            const auto take = [&](std::size_t count, std::size_t each) { bytes += in_lines(bytes_of(count, each)); };
            const auto take_others = [&] {
                if (s.threads.sums) take(as_size(s.threads.pieces - 1), bytes_of(as_size(s.tensors[result_tensor].lies.size()), element_bytes));
            };
            if (s.tiles)
            {
                take(pieces, in_lines(tile_workspace(s, element_bytes)));
                take_others();
                take(pieces, sizeof(std::int64_t));
                take(pieces * (s.tiles->rows.size() + s.tiles->columns.size() + s.tiles->contracted.size()), axis_bytes);
                take(pieces * s.loops.size(), axis_bytes);
            }
            else if (s.call)
                for (const tensor_use& use : s.tensors) take(use.copied ? as_size(use.lies.size()) : 0, element_bytes);
            else
            {
                take_others();
                std::size_t blocks = 0;
                for (const std::size_t t : {left_tensor, right_tensor, result_tensor}) blocks += as_size(copy_buffer_elements(s, t));
                take(blocks, element_bytes);
                if (blocks > 0) take(pieces, sizeof(std::int64_t));
            }
            return bytes;
        }

        /// Bytes that the engine allocates for a step beside its buffers, or some more.
        std::size_t bookkeeping_bytes(const step& s, dtype type, std::size_t element_bytes)
        {
            std::size_t bytes = vector_copy(s, type) * element_bytes;
            // Lists of up to eight axes are on the stack; longer ones grow by doubling, and some are copied a few times.
            constexpr std::size_t on_the_stack = 8, copies = 8;
            const std::size_t list = s.loops.size() > on_the_stack ? 2 * s.loops.size() * sizeof(nest_axis) : 0;
            bytes += copies * list;
            // The order of the blocks' axes, and their strides.
            const bool in_blocks = !s.call && !s.tiles && std::ranges::any_of(s.tensors, &tensor_use::copied);
            if (in_blocks) bytes += 16 * s.loops.size() * sizeof(std::int64_t);
            if (type == dtype::other && s.scaled) bytes += bytes_of(as_size(s.tensors[result_tensor].lies.size()), element_bytes);
            return bytes;
        }

        /// Free and taken bytes, as intervals that are taken.
        class arena
        {
        public:
            /// The lowest place where so many bytes are free.
            std::size_t take(std::size_t bytes)
            {
                if (bytes == 0) return 0;
                std::size_t at = 0;
                auto next = m_taken.begin();
                for (; next != m_taken.end() && next->first - at < bytes; ++next) at = next->end;
                m_taken.insert(next, interval{at, at + bytes});
                m_end = bytes_of(std::max(m_end, at + bytes), 1);
                return at;
            }

            void give_back(std::size_t at, std::size_t bytes)
            {
                if (bytes > 0) m_taken.erase(std::ranges::find(m_taken, at, &interval::first));
            }

            std::size_t end() const { return m_end; }

        private:
            struct interval
            {
                std::size_t first, end;
            };
            small_vector<interval, 16> m_taken;  // sorted
            std::size_t m_end = 0;
        };
    }

    memory_needs place_in_workspace(std::vector<step>& steps, std::size_t operand_count, std::size_t sliced_labels, dtype type, std::size_t element_bytes)
    {
        small_vector<std::size_t, 16> order;
        for (const bool sliced : {false, true})
            for (std::size_t i = 0; i < steps.size(); ++i)
                if (steps[i].sliced == sliced) order.push_back(i);
        // Per step: where in the order its result is read for the last time.
        small_vector<std::size_t, 16> last_read(steps.size(), 0);
        for (std::size_t turn = 0; turn < order.size(); ++turn)
            for (const std::size_t slot : steps[order[turn]].inputs)
            {
                if (slot < operand_count) continue;
                const bool stays = steps[order[turn]].sliced && !steps[slot - operand_count].sliced;
                last_read[slot - operand_count] = stays ? std::numeric_limits<std::size_t>::max() : turn;
            }
        memory_needs needs;
        arena memory;
        const auto result_bytes = [&](std::size_t i) {
            return i + 1 == steps.size() ? 0 : in_lines(bytes_of(as_size(steps[i].tensors[result_tensor].lies.size()), element_bytes));
        };
        for (std::size_t turn = 0; turn < order.size(); ++turn)
        {
            step& s = steps[order[turn]];
            s.place = memory.take(result_bytes(order[turn]));
            s.buffer_bytes = buffer_bytes(s, type, element_bytes);
            s.buffers = memory.take(s.buffer_bytes);
            memory.give_back(s.buffers, s.buffer_bytes);
            needs.bookkeeping = std::max(needs.bookkeeping, bookkeeping_bytes(s, type, element_bytes));
            for (std::size_t input = 0; input < s.inputs.size(); ++input)
            {
                const std::size_t slot = s.inputs[input];
                if (slot < operand_count || (input == 1 && slot == s.inputs[0])) continue;
                const std::size_t made_by = slot - operand_count;
                if (last_read[made_by] == turn) memory.give_back(steps[made_by].place, result_bytes(made_by));
            }
        }
        needs.workspace = memory.end();
        // The operands' places, and where every slice is.
        if (sliced_labels > 0) needs.bookkeeping += operand_count * sizeof(void*) + sliced_labels * sizeof(std::int64_t);
        return needs;
    }
}
