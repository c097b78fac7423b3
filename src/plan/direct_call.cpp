// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include "direct_call.hpp"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "blas_choice.hpp"
#include "blas_shape.hpp"
#include "threads.hpp"

namespace xeinsum::detail
{
    namespace
    {
        /// The labels of one of the call's dimensions, by descending strides.
        class group_axis
        {
        public:
            void add(const call_axis& x)
            {
                std::size_t at = m_count++;
                for (; at > 0 && before(x, m_axes[at - 1]); --at) m_axes[at] = m_axes[at - 1];
                m_axes[at] = x;
            }

            bool empty() const { return m_count == 0; }

            /// All of them as one axis, if they are one in every tensor.
            std::optional<call_axis> fused() const
            {
                call_axis all;
                for (std::size_t i = 0; i < m_count; ++i)
                {
                    const call_axis& x = m_axes[i];
                    for (std::size_t t = 0; t < 3; ++t)
                        if (i > 0 && all.strides[t] != x.strides[t] * x.extent) return std::nullopt;
                    all = {all.extent * x.extent, x.strides};
                }
                return all;
            }

        private:
            static bool before(const call_axis& x, const call_axis& y)
            {
                for (std::size_t t = 0; t < 3; ++t)
                    if (std::abs(x.strides[t]) != std::abs(y.strides[t])) return std::abs(x.strides[t]) > std::abs(y.strides[t]);
                return false;
            }

            std::array<call_axis, tiny_labels> m_axes;
            std::size_t m_count = 0;
        };
    }

    std::optional<direct_call> find_direct_call(const tiny_equation& e, const tiny_array& sizes, const std::array<const tiny_array*, 3>& strides,
                                                dtype type)
    {
        if (e.operand_count != 2) return std::nullopt;
        const auto has = [&](std::size_t term, std::size_t id) { return (e.terms[term].set() >> id & 1u) != 0; };
        std::array<group_axis, group_count> groups;
        for (std::size_t id = 0; id < e.label_count; ++id)
        {
            if (sizes[id] == 1) continue;
            const bool l = has(0, id), r = has(1, id), out = has(2, id);
            if (sizes[id] == 0 || (l && r && out) || (l != r && !out)) return std::nullopt;
            groups[!out ? k_group : l ? m_group : n_group].add({sizes[id], {(*strides[0])[id], (*strides[1])[id], (*strides[2])[id]}});
        }
        if (groups[k_group].empty()) return std::nullopt;
        direct_call found;
        const bool m = !groups[m_group].empty(), n = !groups[n_group].empty();
        found.op = m && n ? kernel::gemm : m || n ? kernel::gemv : kernel::dot;
        found.exchanged = found.op == kernel::gemv && n;
        std::array<call_axis, group_count> axes;
        for (std::size_t g = 0; g < group_count; ++g)
        {
            const auto fused = groups[g].fused();
            if (!fused) return std::nullopt;
            axes[g] = *fused;
            if (found.exchanged) std::swap(axes[g].strides[left_tensor], axes[g].strides[right_tensor]);
        }
        if (found.exchanged) std::swap(axes[m_group], axes[n_group]);
        const auto call = make_blas_call(found.op, axes);
        if (!call) return std::nullopt;
        const bool favoured = favours_blas(found.op, *call, 1, type) && !is_narrow(found.op, *call, type);
        if (!favoured || !keeps_to_threads(found.op, *call, type, 1, thread_count(0))) return std::nullopt;
        found.call = *call;
        return found;
    }
}
