// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_SRC_PLAN_FASTEST_STEP_HPP
#define XEINSUM_SRC_PLAN_FASTEST_STEP_HPP

#include <algorithm>
#include <cstddef>
#include <limits>
#include <optional>
#include <utility>

#include "estimate.hpp"

namespace xeinsum::detail
{
    /// The step that promises to be fastest: the first one, unless another one is clearly faster.
    class fastest_step
    {
    public:
        /// There is no first one: any is taken.
        explicit fastest_step(std::size_t element_bytes) : m_bytes(element_bytes) {}
        fastest_step(step first, std::size_t element_bytes)
            : m_best(std::move(first)), m_bytes(element_bytes), m_first(expected_time(*m_best, m_bytes)), m_least(clearly * m_first)
        {
        }

        /// A search takes some thousand nanoseconds itself, and a plan may run once.
        bool is_worth_a_search() const { return m_first >= 8000; }

        /// Whether a step would be taken that is expected to need so long, in nanoseconds.
        bool is_beaten_by(double time, bool with_copies) const { return time < std::min(m_least, (with_copies ? clearly_with_copies : clearly) * m_first); }

        void consider(step s)
        {
            const double time = expected_time(s, m_bytes);
            if (!is_beaten_by(time, std::ranges::any_of(s.tensors, &tensor_use::copied))) return;
            m_best.emplace(std::move(s));
            m_least = time;
        }

        /// There has to be one: the first, or one that was considered where there was none.
        step take() { return std::move(*m_best); }

    private:
        /// What copies cost is less certain than what products do.
        static constexpr double clearly = 0.93, clearly_with_copies = 0.85;

        std::optional<step> m_best;
        std::size_t m_bytes;
        double m_first = std::numeric_limits<double>::infinity(), m_least = m_first;
    };
}

#endif
