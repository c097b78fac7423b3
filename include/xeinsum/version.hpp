// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_VERSION_HPP
#define XEINSUM_VERSION_HPP

#include <cstddef>
#include <string>
#include <vector>

#include <xeinsum/export.hpp>

/// The version of these headers, for the preprocessor: semantic versioning, and while the major number is 0 a new minor one may break.
#define XEINSUM_VERSION_MAJOR 0
#define XEINSUM_VERSION_MINOR 1
#define XEINSUM_VERSION_PATCH 0

namespace xeinsum
{
    /// The version of the library that is linked, as `0.1.0`.
    XEINSUM_EXPORT std::string version();

    /// The widest vector instructions, in ascending order.
    enum class simd_level { none, sse, avx, avx2, avx512, unknown };

    /// The level's name: `AVX2`.
    XEINSUM_EXPORT std::string to_string(simd_level level);

    /// What is known of the BLAS that runs in this process.
    struct blas_info
    {
        std::string library;  ///< "OpenBLAS", "BLIS" or "unknown"
        std::string version;  ///< as the library tells it; empty if it does not
        std::string kernel;   ///< what it computes with, e.g. "Haswell"; empty if it does not tell
        int threads = 0;      ///< threads of a call; 0 if it does not tell
        simd_level simd = simd_level::unknown;  ///< vector instructions of that kernel
    };

    /// Asks the loaded BLAS. Reads only.
    XEINSUM_EXPORT blas_info query_blas();
    /// The widest vector instructions of this CPU that a BLAS could use.
    XEINSUM_EXPORT simd_level cpu_simd();
    /// What to tell the user where the BLAS' kernel is below the CPU, or beyond it, with the remedy; empty if all is well.
    XEINSUM_EXPORT std::string blas_warning(const blas_info& blas, simd_level cpu);

    /// The instruction set of the library's own kernels in this process: `baseline`, `avx2` or `avx512`.
    XEINSUM_EXPORT std::string kernel_instructions();
    /// What to tell the user of environment variables of the library's own whose values it does not know, and passes over, a sentence for each.
    XEINSUM_EXPORT std::vector<std::string> environment_warnings();
    /// Threads of a plan whose options leave them open.
    XEINSUM_EXPORT std::size_t default_threads();
}

#endif
