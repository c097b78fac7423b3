// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include "blas_threads.hpp"

#include <dlfcn.h>

#include <stdexcept>

#include <xeinsum/version.hpp>

namespace bench
{
    namespace
    {
        template <class Signature>
        Signature* find(const char* name)
        {
            return reinterpret_cast<Signature*>(dlsym(RTLD_DEFAULT, name));
        }
    }

    void set_blas_threads(std::size_t threads)
    {
        static auto* const openblas = find<void(int)>("openblas_set_num_threads");
        static auto* const blis = find<void(long)>("bli_thread_set_num_threads");
        if (openblas) openblas(static_cast<int>(threads));
        else if (blis) blis(static_cast<long>(threads));
    }

    void require_blas_kernel()
    {
        const std::string warning = xeinsum::blas_warning(xeinsum::query_blas(), xeinsum::cpu_simd());
        if (!warning.empty()) throw std::runtime_error("nothing is measured: " + warning);
    }
}
