// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
//
// The tables of one instruction set: XEINSUM_SIMD_TABLES is the name of their struct, XEINSUM_SIMD_NAME what it is called.
// Integers are handled unsigned, as they wrap; bool as bytes.
#pragma once

#include <type_traits>

#include "contract.hpp"
#include "copy.hpp"
#include "multiply.hpp"
#include "product.hpp"
#include "reduce.hpp"
#include "tables.hpp"
#include "tiles.hpp"
#include "update.hpp"

namespace
{
    /// The kernels of value type T, run on elements of type E.
    template <class T, class E>
    struct run_as
    {
        static_assert(sizeof(T) == sizeof(E));
        static const E* in(const T* x) { return reinterpret_cast<const E*>(x); }
        static E* in(T* x) { return reinterpret_cast<E*>(x); }
        static void copy(const T* a, T* c, const nest_axis* axes, int rank) { copy_nest(in(a), in(c), axes, rank); }
        static void update(const T* a, T* c, const T* f, const nest_axis* axes, int rank)
        {
            update_nest(in(a), in(c), factors<E>(in(f)[0], in(f)[1]), axes, rank);
        }
        static void reduce(const T* a, T* c, const nest_axis* axes, int rank) { reduce_nest(in(a), in(c), axes, rank); }
        static void contract(const T* a, const T* b, T* c, const nest_axis* axes, int rank)
        {
            contract_nest(in(a), in(b), in(c), axes, rank);
        }
        static void product(const T* a, const T* b, T* c, const nest_axis* axes) { small_product<E>{axes[0], axes[1], axes[2]}.run(in(a), in(b), in(c)); }
        static void multiply(const T* a, const T* b, T* c, const nest_axis* axes, int rank, bool past_caches)
        {
            multiply_nest(in(a), in(b), in(c), axes, rank, past_caches);
        }
        static i64 tiles(const tile_task<T>& t)
        {
            const tile_task<E> task = {in(t.a), in(t.b), in(t.c), t.loops, t.loop_count, t.rows, t.columns, t.contracted, t.staged, in(t.factors), t.workspace, t.mirrored, t.first_row, t.past_caches, t.conjugate_a, t.conjugate_b};
            return tiled_product<E>(task).run();
        }
        static constexpr auto product_or_none()
        {
            if constexpr (std::is_same_v<T, float> || std::is_same_v<T, double>) return &product;
            else return nullptr;
        }
        static constexpr xeinsum::simd::kernels<T> table = {XEINSUM_SIMD_NAME, &copy, &update, &reduce, &contract, product_or_none(), &multiply, &tiles};
    };
}

namespace xeinsum::simd
{
    const tables XEINSUM_SIMD_TABLES = {
        run_as<float, float>::table,
        run_as<double, double>::table,
        run_as<std::complex<float>, complex<float>>::table,
        run_as<std::complex<double>, complex<double>>::table,
        run_as<long double, long double>::table,
        run_as<bool, truth>::table,
        run_as<std::int8_t, std::uint8_t>::table,
        run_as<std::uint8_t, std::uint8_t>::table,
        run_as<std::int16_t, std::uint16_t>::table,
        run_as<std::uint16_t, std::uint16_t>::table,
        run_as<std::int32_t, std::uint32_t>::table,
        run_as<std::uint32_t, std::uint32_t>::table,
        run_as<std::int64_t, std::uint64_t>::table,
        run_as<std::uint64_t, std::uint64_t>::table,
    };
}
