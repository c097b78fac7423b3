// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_SRC_EXECUTE_SIMD_TABLES_HPP
#define XEINSUM_SRC_EXECUTE_SIMD_TABLES_HPP

#include "kernels.hpp"

namespace xeinsum::simd
{
    /// The kernels of one instruction set.
    struct tables
    {
        kernels<float> f32;
        kernels<double> f64;
        kernels<std::complex<float>> c64;
        kernels<std::complex<double>> c128;
        kernels<long double> f80;
        kernels<bool> truth;
        kernels<std::int8_t> i8;
        kernels<std::uint8_t> u8;
        kernels<std::int16_t> i16;
        kernels<std::uint16_t> u16;
        kernels<std::int32_t> i32;
        kernels<std::uint32_t> u32;
        kernels<std::int64_t> i64;
        kernels<std::uint64_t> u64;
    };

    extern const tables baseline;
    extern const tables avx2;
    extern const tables avx512;
}

#endif
