// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include <xeinsum/version.hpp>

#include <dlfcn.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <string_view>
#include <utility>

#include "../plan/threads.hpp"
#include "simd/kernels.hpp"

namespace xeinsum
{
    namespace
    {
        /// A function of the BLAS that runs in this process, if it has one of this name.
        template <class Signature>
        Signature* find(const char* name)
        {
            return reinterpret_cast<Signature*>(dlsym(RTLD_DEFAULT, name));
        }

        /// OpenBLAS's kernels by the vector instructions that they use; those not named are SSE or older.
        simd_level openblas_simd(std::string_view core)
        {
            constexpr std::array<std::pair<std::string_view, simd_level>, 13> known = {{
                {"SkylakeX", simd_level::avx512}, {"Cooperlake", simd_level::avx512}, {"SapphireRapids", simd_level::avx512},
                {"Haswell", simd_level::avx2},    {"Zen", simd_level::avx2},          {"Excavator", simd_level::avx2},
                {"Sandybridge", simd_level::avx}, {"Bulldozer", simd_level::avx},     {"Piledriver", simd_level::avx},
                {"Steamroller", simd_level::avx}, {"Prescott", simd_level::sse},      {"Nehalem", simd_level::sse},
                {"Core2", simd_level::sse},
            }};
            const auto same_letters = [](std::string_view a, std::string_view b) {
                return std::ranges::equal(a, b, [](char x, char y) { return (x | 0x20) == (y | 0x20); });
            };
            for (const auto& [name, level] : known)
                if (same_letters(name, core)) return level;
            return simd_level::unknown;
        }

        blas_info query_openblas()
        {
            blas_info info;
            info.library = "OpenBLAS";
            if (auto* config = find<char*()>("openblas_get_config"))
            {
                const std::string text = config();
                const auto start = text.find("OpenBLAS ");
                if (start != std::string::npos) info.version = text.substr(start + 9, text.find(' ', start + 9) - start - 9);
            }
            if (auto* core = find<char*()>("openblas_get_corename")) info.kernel = core();
            if (auto* threads = find<int()>("openblas_get_num_threads")) info.threads = threads();
            info.simd = openblas_simd(info.kernel);
            return info;
        }

        blas_info query_blis()
        {
            blas_info info;
            info.library = "BLIS";
            if (auto* version = find<const char*()>("bli_info_get_version_str")) info.version = version();
            return info;
        }
    }

    std::string to_string(simd_level level)
    {
        constexpr std::array<const char*, 6> names = {"none", "SSE", "AVX", "AVX2", "AVX-512", "unknown"};
        return names[static_cast<std::size_t>(level)];
    }

    blas_info query_blas()
    {
        if (find<char*()>("openblas_get_config")) return query_openblas();
        if (find<const char*()>("bli_info_get_version_str")) return query_blis();
        blas_info info;
        info.library = "unknown";
        return info;
    }

    simd_level cpu_simd()
    {
#if defined(__x86_64__) || defined(__i386__)
        if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq")) return simd_level::avx512;
        if (__builtin_cpu_supports("avx2")) return simd_level::avx2;
        if (__builtin_cpu_supports("avx")) return simd_level::avx;
        return simd_level::sse;
#else
        return simd_level::unknown;
#endif
    }

    std::string blas_warning(const blas_info& blas, simd_level cpu)
    {
        if (blas.simd == simd_level::unknown || cpu == simd_level::unknown || blas.simd == cpu) return {};
        if (blas.simd > cpu)
            return "OpenBLAS runs its " + blas.kernel + " kernel (" + to_string(blas.simd) + "), but this CPU has " + to_string(cpu) +
                   " at most; matrix products may end in an illegal instruction. Unset OPENBLAS_CORETYPE in the environment";
        const std::string better = cpu == simd_level::avx512 ? "SkylakeX" : cpu == simd_level::avx2 ? "Haswell" : "Sandybridge";
        return "OpenBLAS runs its " + blas.kernel + " kernel (" + to_string(blas.simd) + "), but this CPU has " +
               to_string(cpu) + "; matrix products may run several times slower than they could. Set OPENBLAS_CORETYPE=" +
               better + " in the environment";
    }

    std::string kernel_instructions() { return simd::kernels_for_cpu<double>().name; }

    std::vector<std::string> environment_warnings()
    {
        std::vector<std::string> warnings;
        const auto check = [&](const std::string& name, const auto& is_known, const std::string& right) {
            const char* const said = std::getenv(name.c_str());
            if (said && *said && !is_known(std::string_view(said))) warnings.push_back(name + " is '" + said + "', which is passed over; " + right);
        };
        check("XEINSUM_NUM_THREADS", [](std::string_view s) { return detail::threads_said(s) > 0; }, "a number of threads from 1 is right");
        check("XEINSUM_SIMD", [](std::string_view s) { return s == "baseline" || s == "avx2"; }, "baseline or avx2 are right");
        check("XEINSUM_HUGE_PAGES", [](std::string_view s) { return s == "0" || s == "1"; }, "0 or 1 are right");
        return warnings;
    }

    std::size_t default_threads() { return detail::thread_count(0); }

    std::string version() { return XEINSUM_VERSION_STRING; }
}
