// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_DETAIL_LOOP_NEST_HPP
#define XEINSUM_DETAIL_LOOP_NEST_HPP

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

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
        nest result = axes;
        nest_axis* const first = result.data();
        nest_axis* last = first;
        for (const nest_axis& x : axes)
        {
            if (x.extent == 1) continue;
            nest_axis* at = last++;
            for (const std::uint64_t own = reach(x); at != first && reach(at[-1]) < own; --at) *at = at[-1];
            *at = x;
        }
        nest_axis* fused = first;
        for (const nest_axis* x = first; x != last; ++x)
        {
            if (fused != first && fuses(fused[-1], *x)) fused[-1] = {fused[-1].extent * x->extent, x->strides};
            else *fused++ = *x;
        }
        result.truncate(static_cast<std::size_t>(fused - first));
        return result;
    }

    /// Goes by so many steps of an axis in all three tensors.
    inline void move(std::array<std::int64_t, 3>& at, const nest_axis& x, std::int64_t steps)
    {
        for (std::size_t t = 0; t < 3; ++t)
            at[t] += steps * x.strides[t];
    }

    /// Walks the first `depth` axes and calls body with the three element offsets.
    template <class Body>
    void walk(const nest& axes, std::size_t depth, Body&& body)
    {
        const nest_axis* const axis = axes.data();
        std::array<std::int64_t, 3> at{};
        if (depth == 0) return body(at);
        for (std::size_t d = 0; d < depth; ++d)
            if (axis[d].extent == 0) return;
        const nest_axis& inner = axis[depth - 1];
        // On the stack, as pieces of threads must not throw: with more axes than this, of extent 2 at least, no walk would end.
        std::array<std::int64_t, 64> few;
        std::vector<std::int64_t> many(depth - 1 > few.size() ? depth - 1 : 0);
        std::int64_t* const index = many.empty() ? few.data() : many.data();
        std::fill_n(index, depth - 1, 0);
        for (;;)
        {
            for (std::int64_t i = 0; i < inner.extent; ++i, move(at, inner, 1)) body(at);
            move(at, inner, -inner.extent);
            std::size_t d = depth - 1;
            for (; d > 0; --d)
            {
                if (++index[d - 1] < axis[d - 1].extent) break;
                move(at, axis[d - 1], 1 - axis[d - 1].extent);
                index[d - 1] = 0;
            }
            if (d == 0) return;
            move(at, axis[d - 1], 1);
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
