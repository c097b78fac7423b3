// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include <boost/test/unit_test.hpp>

#include <cstdlib>
#include <string>
#include <utility>

#include <xeinsum/version.hpp>

using xeinsum::blas_info;
using xeinsum::blas_warning;
using xeinsum::simd_level;

BOOST_AUTO_TEST_SUITE(version)

BOOST_AUTO_TEST_CASE(number)
{
    // The headers' own, and that which CMake gave to the library.
    const std::string headers = std::to_string(XEINSUM_VERSION_MAJOR) + '.' + std::to_string(XEINSUM_VERSION_MINOR) + '.' + std::to_string(XEINSUM_VERSION_PATCH);
    BOOST_TEST(xeinsum::version() == headers);
}

BOOST_AUTO_TEST_CASE(blas_below_the_cpu_warns)
{
    blas_info old;
    old.library = "OpenBLAS";
    old.kernel = "Prescott";
    old.simd = simd_level::sse;
    const std::string text = blas_warning(old, simd_level::avx512);
    BOOST_TEST(text.find("Prescott") != std::string::npos);
    BOOST_TEST(text.find("OPENBLAS_CORETYPE=SkylakeX") != std::string::npos);
    BOOST_TEST(blas_warning(old, simd_level::avx2).find("OPENBLAS_CORETYPE=Haswell") != std::string::npos);
    BOOST_TEST(blas_warning(old, simd_level::sse).empty());
    BOOST_TEST(blas_warning(old, simd_level::unknown).empty());
    BOOST_TEST(blas_warning(blas_info{}, simd_level::avx512).empty());
    old.kernel = "SkylakeX";
    old.simd = simd_level::avx512;
    BOOST_TEST(blas_warning(old, simd_level::avx2).find("Unset OPENBLAS_CORETYPE") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_loaded_blas)
{
    const blas_info info = xeinsum::query_blas();
    BOOST_TEST(!info.library.empty());
    if (info.library == "OpenBLAS")
    {
        BOOST_TEST(!info.kernel.empty());
        BOOST_TEST(info.threads >= 1);
    }
}

BOOST_AUTO_TEST_CASE(the_kernels)
{
    const std::string name = xeinsum::kernel_instructions();
    BOOST_TEST((name == "baseline" || name == "avx2" || name == "avx512"));
    BOOST_TEST(xeinsum::default_threads() >= 1u);
}

BOOST_AUTO_TEST_CASE(variables_that_are_passed_over)
{
    const auto warnings = [](const char* name, const char* value) {
        const char* const before = std::getenv(name);
        const std::string kept = before ? before : "";
        ::setenv(name, value, 1);
        std::string all;
        for (const std::string& warning : xeinsum::environment_warnings())
            if (warning.starts_with(name)) all += warning;
        before ? ::setenv(name, kept.c_str(), 1) : ::unsetenv(name);
        return all;
    };
    for (const char* nonsense : {"abc", "0", "-1", "2x", "1e3"})
        BOOST_TEST(warnings("XEINSUM_NUM_THREADS", nonsense) == "XEINSUM_NUM_THREADS is '" + std::string(nonsense) + "', which is passed over; a number of threads from 1 is right");
    BOOST_TEST(warnings("XEINSUM_SIMD", "bogus") == "XEINSUM_SIMD is 'bogus', which is passed over; baseline or avx2 are right");
    BOOST_TEST(warnings("XEINSUM_HUGE_PAGES", "yes") == "XEINSUM_HUGE_PAGES is 'yes', which is passed over; 0 or 1 are right");
    for (const auto& [name, value] : {std::pair("XEINSUM_NUM_THREADS", "3"), std::pair("XEINSUM_SIMD", "avx2"), std::pair("XEINSUM_SIMD", "baseline"),
                                      std::pair("XEINSUM_HUGE_PAGES", "0"), std::pair("XEINSUM_HUGE_PAGES", "1"), std::pair("XEINSUM_SIMD", "")})
        BOOST_TEST(warnings(name, value) == "", name);
}

BOOST_AUTO_TEST_SUITE_END()
