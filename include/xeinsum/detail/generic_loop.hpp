// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_DETAIL_GENERIC_LOOP_HPP
#define XEINSUM_DETAIL_GENERIC_LOOP_HPP

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include <xeinsum/detail/arithmetic.hpp>
#include <xeinsum/detail/loop_nest.hpp>
#include <xeinsum/scaling.hpp>

/// \file
/// The kernels that are no BLAS routine, and all kernels for types that BLAS does not know, over any strides.

namespace xeinsum::detail
{
    /// c[...] = T{} over the axes that c has; those that it has not (stride 0) are summed, of any extent.
    /// The result must not be empty.
    template <class T>
    void fill_zero(T* c, const nest& all)
    {
        nest axes;
        for (const nest_axis& x : all)
            if (x.strides[2] != 0) axes.push_back({x.extent, {0, 0, x.strides[2]}});
        run_nest(normalized(axes), [c](std::int64_t n, const auto& at, const auto& s) {
            T* p = c + at[2];
            for (std::int64_t i = 0; i < n; ++i)
                p[i * s[2]] = T{};
        });
    }

    /// c = alpha * a + beta * c for one element.
    template <class T>
    void update_element(T& c, const T& a, const scaling<T>& by)
    {
        const T scaled = by.alpha == T(1) ? a : multiply<T>(by.alpha, a);
        if (by.beta == T(0)) c = scaled;
        else c = add<T>(scaled, by.beta == T(1) ? c : multiply<T>(by.beta, c));
    }

    /// c[...] = alpha * a[...] + beta * c[...]. Axes carry strides of a and c.
    template <class T>
    void update_loop(const T* a, T* c, const nest& axes, const scaling<T>& by)
    {
        run_nest(normalized(axes), [a, c, &by](std::int64_t n, const auto& at, const auto& s) {
            for (std::int64_t i = 0; i < n; ++i) update_element<T>(c[at[2] + i * s[2]], a[at[0] + i * s[0]], by);
        });
    }

    /// c[...] += a[...]. Axes carry strides of a and c.
    template <class T>
    void add_loop(const T* a, T* c, const nest& axes)
    {
        run_nest(normalized(axes), [a, c](std::int64_t n, const auto& at, const auto& s) {
            for (std::int64_t i = 0; i < n; ++i) c[at[2] + i * s[2]] = add<T>(c[at[2] + i * s[2]], a[at[0] + i * s[0]]);
        });
    }

    /// c[...] = beta * c[...] over the axes that c has; a beta of 0 fills it with zeros.
    template <class T>
    void scale_loop(T* c, const nest& all, const T& beta)
    {
        if (beta == T(0)) return fill_zero(c, all);
        if (beta == T(1)) return;
        nest axes;
        for (const nest_axis& x : all)
            if (x.strides[2] != 0) axes.push_back({x.extent, {x.strides[2], 0, x.strides[2]}});
        update_loop<T>(c, c, axes, {beta, T(0)});
    }

    /// Up to so many iterations, ordering the axes takes longer than it saves.
    constexpr std::int64_t small_nest = 64;

    /// Calls body with the offsets of every iteration of few axes.
    template <class Body>
    void walk_small(const nest_axis* x, const nest_axis* end, std::int64_t i, std::int64_t j, std::int64_t k, const Body& body)
    {
        if (x == end) return body(i, j, k);
        for (std::int64_t n = 0; n < x->extent; ++n, i += x->strides[0], j += x->strides[1], k += x->strides[2])
        {
            if (x + 1 == end) body(i, j, k);
            else walk_small(x + 1, end, i, j, k, body);
        }
    }

    /// c[...] = sum of value(offset in a, offset in b) over the axes that c does not have, or without `Sums` the value
    /// itself, axes as they come. False, with nothing done, where the nest is larger than small_nest or empty.
    template <bool Sums, class T, class Value>
    bool run_small(T* c, const nest& axes, const Value& value)
    {
        std::array<nest_axis, 8> kept, summed;
        nest_axis* kept_end = kept.data();
        nest_axis* summed_end = summed.data();
        std::int64_t count = 1;
        if (axes.size() > kept.size()) return false;
        for (const nest_axis& x : axes)
        {
            if (x.extent < 1 || x.extent > small_nest) return false;
            count *= x.extent;
            if (count > small_nest) return false;
            if (x.extent == 1) continue;
            if (Sums && x.strides[2] == 0) *summed_end++ = x;
            else *kept_end++ = x;
        }
        const std::ptrdiff_t kept_count = kept_end - kept.data(), summed_count = summed_end - summed.data();
        if (kept_count <= 2 && summed_count <= 1)
        {
            // A matrix product or less: three plain loops.
            const nest_axis none{1, {0, 0, 0}};
            const nest_axis &rows = kept_count > 1 ? kept[0] : none, &columns = kept_count > 0 ? kept_end[-1] : none, &depth = summed_count > 0 ? summed[0] : none;
            for (std::int64_t p = 0; p < rows.extent; ++p)
                for (std::int64_t q = 0; q < columns.extent; ++q)
                {
                    const auto at = [&](std::size_t t) { return p * rows.strides[t] + q * columns.strides[t]; };
                    T sum = value(at(0), at(1));
                    for (std::int64_t n = 1; n < depth.extent; ++n)
                        sum = add<T>(sum, value(at(0) + n * depth.strides[0], at(1) + n * depth.strides[1]));
                    c[at(2)] = sum;
                }
            return true;
        }
        walk_small(kept.data(), kept_end, 0, 0, 0, [&](std::int64_t i, std::int64_t j, std::int64_t k) {
            if constexpr (!Sums) c[k] = value(i, j);
            else
            {
                T sum = T{};
                walk_small(summed.data(), summed_end, i, j, 0,
                           [&](std::int64_t m, std::int64_t n, std::int64_t) { sum = add<T>(sum, value(m, n)); });
                c[k] = sum;
            }
        });
        return true;
    }

    /// The last two axes of a nest, where one tensor is contiguous along each: looped in square tiles, so
    /// that a transposition reads and writes whole cache lines.
    constexpr std::int64_t copy_tile = 32;

    template <class T>
    void copy_tiled(const T* a, T* c, const nest_axis& rows, const nest_axis& columns)
    {
        for (std::int64_t i0 = 0; i0 < rows.extent; i0 += copy_tile)
            for (std::int64_t j0 = 0; j0 < columns.extent; j0 += copy_tile)
            {
                const std::int64_t i1 = std::min(i0 + copy_tile, rows.extent);
                const std::int64_t j1 = std::min(j0 + copy_tile, columns.extent);
                for (std::int64_t i = i0; i < i1; ++i)
                    for (std::int64_t j = j0; j < j1; ++j)
                        c[i * rows.strides[2] + j * columns.strides[2]] =
                            a[i * rows.strides[0] + j * columns.strides[0]];
            }
    }

    /// c[...] = a[...]: a permutation, a diagonal, a pack or an unpack. Axes carry strides of a and c.
    template <class T>
    void copy_loop(const T* a, T* c, const nest& unordered)
    {
        if (run_small<false>(c, unordered, [a](std::int64_t i, std::int64_t) { return a[i]; })) return;
        const nest axes = normalized(unordered);
        const std::size_t n = axes.size();
        const auto unit = [&](std::size_t axis, std::size_t tensor) { return axes[axis].strides[tensor] == 1; };
        if (n >= 2 && ((unit(n - 2, 0) && unit(n - 1, 2)) || (unit(n - 2, 2) && unit(n - 1, 0))))
            return walk(axes, n - 2, [&](const auto& at) { copy_tiled(a + at[0], c + at[2], axes[n - 2], axes[n - 1]); });
        run_nest(axes, [a, c](std::int64_t count, const auto& at, const auto& s) {
            const T* p = a + at[0];
            T* r = c + at[2];
            if (s[0] == 1 && s[2] == 1) std::copy_n(p, count, r);
            else
                for (std::int64_t i = 0; i < count; ++i)
                    r[i * s[2]] = p[i * s[0]];
        });
    }

    /// One innermost loop of c += a: a sum into one element, or element by element.
    template <class T>
    void add_inner(std::int64_t n, const T* a, T* c, std::int64_t sa, std::int64_t sc)
    {
        if (sc == 0)
        {
            T sum = T{};
            for (std::int64_t i = 0; i < n; ++i) sum = add<T>(sum, a[i * sa]);
            *c = add<T>(*c, sum);
        }
        else if (sa == 1 && sc == 1)
            for (std::int64_t i = 0; i < n; ++i) c[i] = add<T>(c[i], a[i]);
        else
            for (std::int64_t i = 0; i < n; ++i) c[i * sc] = add<T>(c[i * sc], a[i * sa]);
    }

    /// One innermost loop of c += a * b.
    template <class T>
    void multiply_add_inner(std::int64_t n, const T* a, const T* b, T* c, const std::array<std::int64_t, 3>& s)
    {
        if (s[2] == 0)
        {
            T sum = T{};
            for (std::int64_t i = 0; i < n; ++i) sum = add<T>(sum, multiply<T>(a[i * s[0]], b[i * s[1]]));
            *c = add<T>(*c, sum);
        }
        else if (s[0] == 0 && s[1] == 1 && s[2] == 1)
        {
            const T factor = *a;
            for (std::int64_t i = 0; i < n; ++i) c[i] = add<T>(c[i], multiply<T>(factor, b[i]));
        }
        else if (s[0] == 1 && s[1] == 0 && s[2] == 1)
        {
            const T factor = *b;
            for (std::int64_t i = 0; i < n; ++i) c[i] = add<T>(c[i], multiply<T>(a[i], factor));
        }
        else
            for (std::int64_t i = 0; i < n; ++i)
                c[i * s[2]] = add<T>(c[i * s[2]], multiply<T>(a[i * s[0]], b[i * s[1]]));
    }

    /// One innermost loop of c = a * b.
    template <class T>
    void multiply_inner(std::int64_t n, const T* a, const T* b, T* c, const std::array<std::int64_t, 3>& s)
    {
        if (s[0] == 1 && s[1] == 1 && s[2] == 1)
            for (std::int64_t i = 0; i < n; ++i) c[i] = multiply<T>(a[i], b[i]);
        else if (s[0] == 1 && s[1] == 0 && s[2] == 1)
        {
            const T factor = *b;
            for (std::int64_t i = 0; i < n; ++i) c[i] = multiply<T>(a[i], factor);
        }
        else if (s[0] == 0 && s[1] == 1 && s[2] == 1)
        {
            const T factor = *a;
            for (std::int64_t i = 0; i < n; ++i) c[i] = multiply<T>(factor, b[i]);
        }
        else
            for (std::int64_t i = 0; i < n; ++i) c[i * s[2]] = multiply<T>(a[i * s[0]], b[i * s[1]]);
    }

    /// c[...] = sum of a[...] over the axes that c does not have (stride 0).
    template <class T>
    void reduce_loop(const T* a, T* c, const nest& unordered)
    {
        if (run_small<true>(c, unordered, [a](std::int64_t i, std::int64_t) { return a[i]; })) return;
        const nest axes = normalized(unordered);
        fill_zero(c, axes);
        run_nest(axes, [a, c](std::int64_t n, const auto& at, const auto& s) {
            add_inner<T>(n, a + at[0], c + at[2], s[0], s[2]);
        });
    }

    /// c[...] = a[...] * b[...], no axis summed.
    template <class T>
    void multiply_loop(const T* a, const T* b, T* c, const nest& axes)
    {
        if (run_small<false>(c, axes, [a, b](std::int64_t i, std::int64_t j) { return multiply<T>(a[i], b[j]); })) return;
        run_nest(normalized(axes), [a, b, c](std::int64_t n, const auto& at, const auto& s) {
            multiply_inner<T>(n, a + at[0], b + at[1], c + at[2], s);
        });
    }

    /// c[...] = sum of a[...] * b[...] over the axes that c does not have.
    template <class T>
    void contract_loop(const T* a, const T* b, T* c, const nest& unordered)
    {
        if (run_small<true>(c, unordered, [a, b](std::int64_t i, std::int64_t j) { return multiply<T>(a[i], b[j]); })) return;
        const nest axes = normalized(unordered);
        fill_zero(c, axes);
        run_nest(axes, [a, b, c](std::int64_t n, const auto& at, const auto& s) {
            multiply_add_inner<T>(n, a + at[0], b + at[1], c + at[2], s);
        });
    }
}

#endif
