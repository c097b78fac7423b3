// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_DETAIL_LOOP_NEST_HPP
#define XEINSUM_DETAIL_LOOP_NEST_HPP

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>

#include <xeinsum/detail/short_vector.hpp>

/// \file
/// The one loop-nest builder: any number of axes over up to three strided tensors.
///
///     for all (i0, ..., in): body(a + sum i * a.stride, b + sum i * b.stride, c + sum i * c.stride)

namespace xeinsum::detail
{
    /// An axis of a nest: extent and the strides through the three tensors.
    struct nest_axis
    {
        std::int64_t extent;
        std::array<std::int64_t, 3> strides;
    };

    /// Up to eight axes without touching the heap.
    using nest = short_vector<nest_axis, 8>;

    /// Sum of an axis' absolute strides: the larger, the further out it is looped.
    inline std::uint64_t reach(const nest_axis& x)
    {
        std::uint64_t sum = 0;
        for (const std::int64_t s : x.strides)
            sum += s < 0 ? std::uint64_t{0} - static_cast<std::uint64_t>(s) : static_cast<std::uint64_t>(s);
        return sum;
    }

    /// True if `outer` continues where `inner` ends, in all three tensors.
    inline bool fuses(const nest_axis& outer, const nest_axis& inner)
    {
        for (std::size_t t = 0; t < 3; ++t)
            if (outer.strides[t] != inner.strides[t] * inner.extent) return false;
        return true;
    }

    /// Drops axes of extent 1, puts long strides outside (of equals the first), fuses neighbours that are one axis in
    /// every tensor.
    inline nest normalized(const nest& axes)
    {
        nest sorted;
        for (const nest_axis& x : axes)
        {
            if (x.extent == 1) continue;
            sorted.push_back(x);
            for (nest_axis* at = sorted.end() - 1; at != sorted.begin() && reach(at[-1]) < reach(*at); --at)
                std::swap(at[-1], *at);
        }
        nest result;
        for (const nest_axis& x : sorted)
        {
            if (!result.empty() && fuses(result.back(), x))
                result.back() = {result.back().extent * x.extent, x.strides};
            else
                result.push_back(x);
        }
        return result;
    }

    /// Walks the first `depth` axes and calls body with the three element offsets.
    template <class Body>
    void walk(const nest& axes, std::size_t depth, Body&& body)
    {
        for (std::size_t d = 0; d < depth; ++d)
            if (axes[d].extent == 0) return;
        short_vector<std::int64_t, 8> index(depth, 0);
        std::array<std::int64_t, 3> at{};
        for (;;)
        {
            body(at);
            std::size_t d = depth;
            for (; d > 0; --d)
            {
                const nest_axis& x = axes[d - 1];
                const bool wrapped = ++index[d - 1] == x.extent;
                const std::int64_t move = wrapped ? 1 - x.extent : 1;
                for (std::size_t t = 0; t < 3; ++t)
                    at[t] += move * x.strides[t];
                if (!wrapped) break;
                index[d - 1] = 0;
            }
            if (d == 0) return;
        }
    }

    /// Runs a normalized nest: `inner(n, a, b, c, strides)` is the innermost loop.
    template <class Inner>
    void run_nest(const nest& axes, Inner&& inner)
    {
        if (axes.empty()) return inner(std::int64_t{1}, std::array<std::int64_t, 3>{}, std::array<std::int64_t, 3>{});
        const nest_axis& last = axes.back();
        if (last.extent == 0) return;
        walk(axes, axes.size() - 1,
             [&](const std::array<std::int64_t, 3>& at) { inner(last.extent, at, last.strides); });
    }
}

#endif
