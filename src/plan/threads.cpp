// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include "threads.hpp"

#include <dlfcn.h>

#include <charconv>
#include <cstdlib>
#include <string_view>

#ifdef _OPENMP
#include <omp.h>
#endif

namespace xeinsum::detail
{
    namespace
    {
        std::size_t openmp_threads()
        {
#ifdef _OPENMP
            return omp_in_parallel() ? 1 : static_cast<std::size_t>(omp_get_max_threads());
#else
            return 1;
#endif
        }

        /// BLIS reads BLIS_NUM_THREADS or OMP_NUM_THREADS. A library that has neither's functions is the reference one, of one thread.
        blas_threading query_blis_threading()
        {
            static auto* const threads = reinterpret_cast<long (*)()>(dlsym(RTLD_DEFAULT, "bli_thread_get_num_threads"));
            static auto* const on_openmp = reinterpret_cast<long (*)()>(dlsym(RTLD_DEFAULT, "bli_info_get_enable_openmp"));
            if (!threads || threads() <= 1) return blas_threading::one;
            return on_openmp && on_openmp() ? blas_threading::openmp : blas_threading::own;
        }
    }

    std::size_t thread_count(std::size_t asked)
    {
        if (asked > 0) return asked;
        if (openmp_threads() == 1) return 1;
        const char* const said = std::getenv("XEINSUM_NUM_THREADS");
        const std::size_t count = said ? threads_said(said) : 0;
        return count > 0 ? count : openmp_threads();
    }

    std::size_t threads_said(std::string_view text)
    {
        std::size_t count = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
        return error == std::errc{} && end == text.data() + text.size() ? count : 0;
    }

    bool in_parallel_region()
    {
#ifdef _OPENMP
        return omp_in_parallel();
#else
        return false;
#endif
    }

    blas_threading query_blas_threading()
    {
        static auto* const threads = reinterpret_cast<int (*)()>(dlsym(RTLD_DEFAULT, "openblas_get_num_threads"));
        static auto* const kind = reinterpret_cast<int (*)()>(dlsym(RTLD_DEFAULT, "openblas_get_parallel"));
        constexpr int on_openmp = 2;
        if (!threads) return query_blis_threading();
        if (threads() == 1) return blas_threading::one;
        return kind && kind() == on_openmp ? blas_threading::openmp : blas_threading::own;
    }
}
