// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include <boost/test/unit_test.hpp>

#include <string>

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

BOOST_AUTO_TEST_SUITE_END()
