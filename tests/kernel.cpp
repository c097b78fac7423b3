// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include <boost/test/unit_test.hpp>

#include <xeinsum/kernel.hpp>

using xeinsum::kernel;
using xeinsum::kernel_for;
using xeinsum::role_counts;

namespace
{
    // { batch, contracted, left free, right free }
    static_assert(kernel_for(role_counts{0, 0, 0, 0}) == kernel::scale);         // ",->"
    static_assert(kernel_for(role_counts{0, 0, 2, 0}) == kernel::scale);         // "ij,->ij"
    static_assert(kernel_for(role_counts{0, 0, 0, 1}) == kernel::scale);         // ",j->j"
    static_assert(kernel_for(role_counts{0, 0, 1, 1}) == kernel::ger);           // "i,j->ij"
    static_assert(kernel_for(role_counts{0, 1, 0, 0}) == kernel::dot);           // "k,k->"
    static_assert(kernel_for(role_counts{0, 1, 1, 0}) == kernel::gemv);          // "ik,k->i"
    static_assert(kernel_for(role_counts{0, 1, 0, 1}) == kernel::gemv);          // "k,kj->j"
    static_assert(kernel_for(role_counts{0, 2, 1, 3}) == kernel::gemm);          // "ikl,klabc->iabc"
    static_assert(kernel_for(role_counts{1, 0, 0, 0}) == kernel::multiply);      // "b,b->b"
    static_assert(kernel_for(role_counts{1, 0, 1, 0}) == kernel::multiply);      // "bi,b->bi"
    static_assert(kernel_for(role_counts{1, 0, 1, 1}) == kernel::multiply);      // "bi,bj->bij"
    static_assert(kernel_for(role_counts{1, 1, 0, 0}) == kernel::batched_dot);   // "bk,bk->b"
    static_assert(kernel_for(role_counts{1, 1, 0, 1}) == kernel::batched_gemv);  // "bk,bkj->bj"
    static_assert(kernel_for(role_counts{1, 1, 1, 1}) == kernel::batched_gemm);  // "bik,bkj->bij"
}

BOOST_AUTO_TEST_SUITE(kernel_suite)

BOOST_AUTO_TEST_CASE(names_and_kinds)
{
    BOOST_TEST(to_string(kernel::permute) == "permute");
    BOOST_TEST(to_string(kernel::batched_gemm) == "batched gemm");
    BOOST_TEST(xeinsum::is_blas(kernel::ger));
    BOOST_TEST(!xeinsum::is_blas(kernel::multiply));
    BOOST_TEST(!xeinsum::is_pairwise(kernel::reduce));
}

BOOST_AUTO_TEST_SUITE_END()
