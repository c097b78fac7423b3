// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include <cstdlib>
#include <string_view>

#include "tables.hpp"

namespace xeinsum::simd
{
    namespace
    {
        /// The widest instruction set that this CPU has, or a narrower one if the environment variable XEINSUM_SIMD names it.
        const tables& choose()
        {
#ifdef XEINSUM_X86_64
            const char* said = std::getenv("XEINSUM_SIMD");
            const std::string_view most = said ? said : "";
            if (most == "baseline") return baseline;
            const bool has_avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
            const bool has_avx512 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                                    __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
            if (has_avx512 && most != "avx2") return avx512;
            if (has_avx2) return avx2;
#endif
            return baseline;
        }

        const tables& chosen()
        {
            static const tables& best = choose();
            return best;
        }
    }

    // clang-format off
    template <> const kernels<float>& kernels_for_cpu() { return chosen().f32; }
    template <> const kernels<double>& kernels_for_cpu() { return chosen().f64; }
    template <> const kernels<std::complex<float>>& kernels_for_cpu() { return chosen().c64; }
    template <> const kernels<std::complex<double>>& kernels_for_cpu() { return chosen().c128; }
    template <> const kernels<long double>& kernels_for_cpu() { return chosen().f80; }
    template <> const kernels<bool>& kernels_for_cpu() { return chosen().truth; }
    template <> const kernels<std::int8_t>& kernels_for_cpu() { return chosen().i8; }
    template <> const kernels<std::uint8_t>& kernels_for_cpu() { return chosen().u8; }
    template <> const kernels<std::int16_t>& kernels_for_cpu() { return chosen().i16; }
    template <> const kernels<std::uint16_t>& kernels_for_cpu() { return chosen().u16; }
    template <> const kernels<std::int32_t>& kernels_for_cpu() { return chosen().i32; }
    template <> const kernels<std::uint32_t>& kernels_for_cpu() { return chosen().u32; }
    template <> const kernels<std::int64_t>& kernels_for_cpu() { return chosen().i64; }
    template <> const kernels<std::uint64_t>& kernels_for_cpu() { return chosen().u64; }
    // clang-format on
}
