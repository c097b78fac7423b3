// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_SRC_EXECUTE_SIMD_KERNELS_HPP
#define XEINSUM_SRC_EXECUTE_SIMD_KERNELS_HPP

#include <complex>
#include <cstdint>

/// \file
/// The compiled loops, one table of functions for each value type and instruction set. Everything that crosses this
/// border is plain data: the files behind it are compiled for instruction sets that the rest of the program may not
/// use, so they share no inline function with it.

namespace xeinsum::simd
{
    /// One axis of a nest: its extent and the strides through left operand, right operand and result.
    struct nest_axis
    {
        std::int64_t extent;
        std::int64_t strides[3];
    };

    /// One axis of a tiled product: its extent, its strides through the two tensors that have it, and how much of it a
    /// block takes.
    struct tile_axis
    {
        std::int64_t extent;
        std::int64_t strides[2];
        std::int64_t tile;
    };

    struct tile_axes
    {
        const tile_axis* axes;
        int rank;
    };

    /// C[rows, columns] = alpha * sum of A[rows, contracted] * B[contracted, columns] + beta * C, each group any number of axes,
    /// outermost first. Strides: rows through A and C, columns through B and C, contracted through A and B.
    /// The whole once for each index of `loops`, with strides through A, B and C. `workspace` holds the packed blocks and
    /// the offsets of their lines, aligned to 64 bytes.
    template <class T>
    struct tile_task
    {
        const T* a;
        const T* b;
        T* c;
        const nest_axis* loops;
        int loop_count;
        tile_axes rows, columns, contracted;
        bool staged;  ///< blocks of C are summed up apart, then put into place
        const T* factors;  ///< alpha and beta of  C = alpha * A * B + beta * C
        void* workspace;
        bool mirrored = false;  ///< C is symmetric, with one axis of rows and one of columns: computed up to the diagonal, else copied
        std::int64_t first_row = 0;  ///< of C, if it is mirrored and `rows` are a part of them
        bool past_caches = false;  ///< C is better written past the caches
        bool conjugate_a = false, conjugate_b = false;  ///< read conjugated; if it is one of them, a mirror is conjugated, too
    };

    template <class T>
    struct kernels
    {
        const char* name;
        void (*copy)(const T* a, T* c, const nest_axis* axes, int rank);
        /// c = alpha * a + beta * c; a beta of 0 writes c, whatever it held.
        void (*update)(const T* a, T* c, const T* factors, const nest_axis* axes, int rank);
        /// The next three add to c, which the caller has filled with zeros where it begins a sum.
        void (*reduce)(const T* a, T* c, const nest_axis* axes, int rank);
        void (*contract)(const T* a, const T* b, T* c, const nest_axis* axes, int rank);
        /// c = a * b for matrices of a few elements: `axes` are those of rows, columns and sums. Null but for float and double.
        void (*product)(const T* a, const T* b, T* c, const nest_axis* axes);
        /// `past_caches`: c is better written past the caches.
        void (*multiply)(const T* a, const T* b, T* c, const nest_axis* axes, int rank, bool past_caches);
        /// Returns how many elements it packed.
        std::int64_t (*tiles)(const tile_task<T>& task);
    };

    /// The table for this CPU.
    template <class T>
    const kernels<T>& kernels_for_cpu();
}

#endif
