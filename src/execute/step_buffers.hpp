// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_SRC_EXECUTE_STEP_BUFFERS_HPP
#define XEINSUM_SRC_EXECUTE_STEP_BUFFERS_HPP

#include <cstddef>
#include <cstdint>
#include <stdexcept>

#include "../plan/memory.hpp"

namespace xeinsum::detail
{
    /// The buffers of a step, taken one after the other from its part of the workspace.
    class step_buffers
    {
    public:
        step_buffers(std::byte* first, std::size_t bytes) : m_next(first), m_end(first + bytes) {}

        /// Room for so many values, in cache lines of their own; null for none. Throws std::logic_error if the plan was wrong.
        template <class U>
        U* take(std::int64_t count)
        {
            if (count == 0) return nullptr;
            const std::size_t bytes = in_lines(static_cast<std::size_t>(count) * sizeof(U));
            if (bytes > static_cast<std::size_t>(m_end - m_next)) throw std::logic_error("xeinsum: a step takes more memory than was planned");
            std::byte* const taken = m_next;
            m_next += bytes;
            return reinterpret_cast<U*>(taken);
        }

    private:
        std::byte *m_next, *m_end;
    };
}

#endif
