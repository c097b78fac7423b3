// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include <boost/test/unit_test.hpp>

#include <sstream>
#include <string>

#include <xeinsum/explain.hpp>

using xeinsum::plan;

namespace
{
    bool says(const plan& p, const std::string& part)
    {
        const std::string text = to_text(p);
        const bool found = text.find(part) != std::string::npos;
        if (!found) BOOST_TEST_MESSAGE(text);
        return found;
    }
}

BOOST_AUTO_TEST_SUITE(explain)

BOOST_AUTO_TEST_CASE(the_seed)
{
    const plan p("bc,cd->bd", {{100, 700}, {700, 100}}, {.type = xeinsum::dtype::float32});
    BOOST_TEST(says(p, "cblas_sgemm(RowMajor, NoTrans, NoTrans, 100, 100, 700, 1, A, 700, B, 100, 0, C, 100)"));
    BOOST_TEST(says(p, "contracted: K"));
    BOOST_TEST(says(p, "1.4e+07 flops"));
    BOOST_TEST(says(p, "0 copies"));
}

BOOST_AUTO_TEST_CASE(calls_by_kernel)
{
    BOOST_TEST(says(plan("ki,kj->ij", {{5, 3}, {5, 4}}), "cblas_dgemm(RowMajor, Trans, NoTrans, 3, 4, 5, 1, A, 3, B, 4, 0, C, 4)"));
    BOOST_TEST(says(plan("bik,bkj->bij", {{2, 3, 5}, {2, 5, 4}}), "2 x cblas_dgemm("));
    BOOST_TEST(says(plan("ki,k->i", {{5, 3}, {5}}), "cblas_dgemv(RowMajor, Trans, 5, 3, 1, A, 3, B, 1, 0, C, 1)"));
    BOOST_TEST(says(plan("i,j->ij", {{3}, {4}}), "cblas_dger(RowMajor, 3, 4, 1, A, 1, B, 1, C, 4)"));
    BOOST_TEST(says(plan("k,k->", {{9}, {9}}, {.type = xeinsum::dtype::complex64}), "cblas_cdotu_sub(9, A, 1, B, 1)"));
    BOOST_TEST(says(plan("i,i->i", {{9}, {9}}), "the library's own loops"));
    BOOST_TEST(says(plan("ij,jk", {{2, 2}, {2, 2}}, {.type = xeinsum::dtype::int32}), "BLAS has no int32"));
    BOOST_TEST(says(plan("ij,jk", {{2, 0}, {0, 2}}), "an extent is 0"));
}

BOOST_AUTO_TEST_CASE(copies_are_told)
{
    xeinsum::options how;
    how.layouts = {xeinsum::layout{{4, 5}, {10, 2}}, xeinsum::row_major({5, 6})};
    const plan p("ik,kj->ij", {{4, 5}, {5, 6}}, how);
    BOOST_TEST(says(p, "packed into a buffer of 160 B"));
    BOOST_TEST(says(p, "1 copy (160 B)"));
}

BOOST_AUTO_TEST_CASE(paths_and_ellipses)
{
    BOOST_TEST(says(plan("ij,jk,kl->il", {{2, 3}, {3, 4}, {4, 5}}, {.path = xeinsum::path_strategy::left}), "(0,1),(0,1)"));
    BOOST_TEST(says(plan("...i,i->...", {{2, 3}, {3}}), "...0 = 2"));
    BOOST_TEST(says(plan(xeinsum::equation({{0, 1}, {1, 2}}, {0, 2}), {{2, 3}, {3, 4}}), "[0,1],[1,2]->[0,2]"));
}

BOOST_AUTO_TEST_CASE(streams)
{
    const plan p("ij->ji", {{2, 3}});
    std::ostringstream one, two;
    one << xeinsum::explain(p);
    two << p;
    BOOST_TEST(one.str() == to_text(p));
    BOOST_TEST(two.str() == to_text(p));
    std::ostringstream three;
    three << xeinsum::explain(plan("ij->ji", {{2, 3}}));
    BOOST_TEST(three.str() == to_text(p));
}

BOOST_AUTO_TEST_SUITE_END()
