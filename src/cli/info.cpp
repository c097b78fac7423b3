// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include <string>

#include <xeinsum/version.hpp>

#include "commands.hpp"
#include "standard_output.hpp"

namespace xeinsum::cli
{
    namespace
    {
        std::string compiler()
        {
#if defined(__clang__) || !defined(__GNUC__)
            return __VERSION__;
#else
            return std::string("GCC ") + __VERSION__;
#endif
        }

        std::string or_unknown(const std::string& text) { return text.empty() ? "unknown" : text; }
    }

    void info()
    {
        const blas_info blas = query_blas();
        std::string text = "xeinsum      " + version() + "\n";
        text += "compiler     " + compiler() + "\n";
        text += "BLAS         " + blas.library + (blas.version.empty() ? "" : " " + blas.version) + "\n";
        text += "BLAS kernel  " + or_unknown(blas.kernel) + " (SIMD: " + to_string(blas.simd) + ")\n";
        text += "BLAS threads " + (blas.threads == 0 ? "unknown" : std::to_string(blas.threads)) + "\n";
        text += "CPU          SIMD: " + to_string(cpu_simd()) + "\n";
        text += "own kernels  " + kernel_instructions() + ", " + std::to_string(default_threads()) +
                (default_threads() == 1 ? " thread\n" : " threads\n");
        const std::string warning = blas_warning(blas, cpu_simd());
        if (!warning.empty()) text += "warning: " + warning + "\n";
        for (const std::string& ignored : environment_warnings()) text += "warning: " + ignored + "\n";
        print(text);
    }
}
