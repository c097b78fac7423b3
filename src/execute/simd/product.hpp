// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
//
// One product of matrices of a few elements each, read and written where they lie:
//
//     c[i, j] = sum over k of a[i, k] * b[k, j]
//
// Vectors of 8, 4, 2 and 1 columns, as far as the instruction set has them, cover any number of columns.
#pragma once

#include <cstring>

#include "nest.hpp"

namespace
{
    /// Neighbouring elements, as many as the name says.
    template <class T, int Lanes>
    struct few
    {
        typedef T type __attribute__((vector_size(Lanes * sizeof(T))));
    };
    template <class T>
    struct few<T, 1>
    {
        using type = T;
    };

    template <class T>
    struct small_product
    {
        const nest_axis &rows, &columns, &depth;

        template <int Lanes, bool Unit>
        static typename few<T, Lanes>::type load(const T* from, i64 step)
        {
            if constexpr (Lanes == 1) return *from;
            else
            {
                typename few<T, Lanes>::type x = {};
                if constexpr (Unit) std::memcpy(&x, from, sizeof(x));
                else
                    for (int l = 0; l < Lanes; ++l) x[l] = from[l * step];
                return x;
            }
        }

        template <int Lanes, bool Unit>
        static void store(typename few<T, Lanes>::type x, T* to, i64 step)
        {
            if constexpr (Lanes == 1) *to = x;
            else if constexpr (Unit) std::memcpy(to, &x, sizeof(x));
            else
                for (int l = 0; l < Lanes; ++l) to[l * step] = x[l];
        }

        /// `Rows` rows by `Lanes` columns, neighbours in b and c or not.
        template <int Rows, int Lanes, bool Unit>
        void tile(const T* a, const T* b, T* c) const
        {
            typename few<T, Lanes>::type sum[Rows];
            const auto x = load<Lanes, Unit>(b, columns.strides[1]);
            for (int r = 0; r < Rows; ++r) sum[r] = a[r * rows.strides[0]] * x;
            for (i64 k = 1; k < depth.extent; ++k)
            {
                const auto y = load<Lanes, Unit>(b + k * depth.strides[1], columns.strides[1]);
                for (int r = 0; r < Rows; ++r) sum[r] += a[r * rows.strides[0] + k * depth.strides[0]] * y;
            }
            for (int r = 0; r < Rows; ++r) store<Lanes, Unit>(sum[r], c + r * rows.strides[2], columns.strides[2]);
        }

        template <int Lanes, bool Unit>
        void panel(const T* a, const T* b, T* c) const
        {
            i64 i = 0;
            for (; i + 4 <= rows.extent; i += 4) tile<4, Lanes, Unit>(a + i * rows.strides[0], b, c + i * rows.strides[2]);
            for (; i + 2 <= rows.extent; i += 2) tile<2, Lanes, Unit>(a + i * rows.strides[0], b, c + i * rows.strides[2]);
            if (i < rows.extent) tile<1, Lanes, Unit>(a + i * rows.strides[0], b, c + i * rows.strides[2]);
        }

        void run(const T* a, const T* b, T* c) const
        {
            if (columns.strides[1] == 1 && columns.strides[2] == 1) run_panels<true>(a, b, c);
            else run_panels<false>(a, b, c);
        }

        template <bool Unit>
        void run_panels(const T* a, const T* b, T* c) const
        {
            i64 j = 0;
            const auto panels = [&](auto lanes) {
                constexpr int n = decltype(lanes)::value;
                if constexpr (n * sizeof(T) <= vector_bytes)
                    for (; j + n <= columns.extent; j += n) panel<n, Unit>(a, b + j * columns.strides[1], c + j * columns.strides[2]);
            };
            panels(constant<8>{});
            panels(constant<4>{});
            panels(constant<2>{});
            panels(constant<1>{});
        }

    private:
        template <int N>
        struct constant
        {
            static constexpr int value = N;
        };
    };
}
