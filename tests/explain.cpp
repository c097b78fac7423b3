// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include <boost/test/unit_test.hpp>

#include <sstream>
#include <string>

#include <xeinsum/explain.hpp>

#include "support/blas_threads.hpp"

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

using test::blas_on_one_thread;
BOOST_TEST_GLOBAL_FIXTURE(blas_on_one_thread);

BOOST_AUTO_TEST_SUITE(explain)

BOOST_AUTO_TEST_CASE(the_seed)
{
    const plan p("bc,cd->bd", {{100, 700}, {700, 100}}, {.type = xeinsum::dtype::float32, .threads = 1});
    BOOST_TEST(says(p, "calls             cblas_sgemm(RowMajor, NoTrans, NoTrans, 100, 100, 700, 1, A, 700, B, 100, 0, C, 100)"));
    BOOST_TEST(says(p, "contracted: K"));
    BOOST_TEST(says(p, "1.4e+07 flops"));
    BOOST_TEST(says(p, "0 copies"));
}

BOOST_AUTO_TEST_CASE(the_same_in_blas)
{
    const plan p("bc,cd->bd", {{100, 700}, {700, 100}}, {.type = xeinsum::dtype::float32, .threads = 2});
    BOOST_TEST(says(p, "runs on           the library's own tiles: BLAS would wake threads of its own"));
    BOOST_TEST(says(p, "in BLAS           cblas_sgemm(RowMajor, NoTrans, NoTrans, 100, 100, 700, 1, A, 700, B, 100, 0, C, 100)"));
    // A short sum is no matter of threads; a vector of them is.
    const plan short_sum("ik,kj->ij", {{500, 20}, {20, 500}}, {.threads = 2});
    BOOST_TEST(says(short_sum, "BLAS would need copies, many small calls or longer sums"));
    BOOST_TEST(!says(short_sum, "in BLAS"));
    const plan short_rows("ik,k->i", {{100000, 20}, {20}}, {.threads = 2});
    BOOST_TEST(says(short_rows, "BLAS would wake threads of its own"));
    BOOST_TEST(says(short_rows, "in BLAS           cblas_dgemv("));
}

namespace
{
    using xeinsum::dtype;
    using xeinsum::lowering_strategy;

    xeinsum::options by(lowering_strategy lowering, dtype type = dtype::float64, std::size_t threads = 1)
    {
        return {.type = type, .threads = threads, .lowering = lowering};
    }
}

BOOST_AUTO_TEST_CASE(calls_by_kernel)
{
    const auto blas = by(lowering_strategy::blas);
    BOOST_TEST(says(plan("ki,kj->ij", {{5, 3}, {5, 4}}, blas), "cblas_dgemm(RowMajor, Trans, NoTrans, 3, 4, 5, 1, A, 3, B, 4, 0, C, 4)"));
    BOOST_TEST(says(plan("bik,bkj->bij", {{2, 3, 5}, {2, 5, 4}}, blas), "2 x cblas_dgemm("));
    BOOST_TEST(says(plan("ki,k->i", {{5, 3}, {5}}, blas), "cblas_dgemv(RowMajor, Trans, 5, 3, 1, A, 3, B, 1, 0, C, 1)"));
    BOOST_TEST(says(plan("i,j->ij", {{3}, {4}}, blas), "cblas_dger(RowMajor, 3, 4, 1, A, 1, B, 1, C, 4)"));
    BOOST_TEST(says(plan("k,k->", {{9}, {9}}, by(lowering_strategy::blas, dtype::complex64)), "cblas_cdotu_sub(9, A, 1, B, 1)"));
    BOOST_TEST(says(plan("k,k->", {{9}, {9}}, blas), "lowering          blas, as asked"));
    const plan batch("bij,bjk->bik", {{50, 20, 30}, {50, 30, 40}});
    if (batch.steps()[0].call) BOOST_TEST(says(batch, batch.steps()[0].call->small ? "50 x libxsmm dgemm(" : "50 x cblas_dgemm("));
    BOOST_TEST(says(plan("k,k->", {{900}, {900}}), "cblas_ddot(900, A, 1, B, 1)"));
}

BOOST_AUTO_TEST_CASE(why_not_blas)
{
    BOOST_TEST(says(plan("i,i->i", {{9}, {9}}), "the library's own loops\n"));
    BOOST_TEST(says(plan("ij,jk", {{2, 2}, {2, 2}}), "the library's own loops: too small for a BLAS call"));
    BOOST_TEST(says(plan("ij,jk", {{2, 2}, {2, 2}}, {.type = dtype::int32}), "the library's own loops: BLAS has no int32"));
    BOOST_TEST(says(plan("ij,jk", {{90, 70}, {70, 80}}, {.type = dtype::int32}), "the library's own tiles: BLAS has no int32"));
    BOOST_TEST(says(plan("ij,jk", {{2, 0}, {0, 2}}), "an extent is 0"));
    BOOST_TEST(says(plan("i,j->ij", {{60}, {70}}), "BLAS would add to a result of zeros"));
    BOOST_TEST(says(plan("ij,ji->", {{60, 70}, {70, 60}}), "the library's own loops: BLAS would need copies, many small calls or longer sums"));
    BOOST_TEST(says(plan("ij,kj->ik", {{4, 600}, {500, 600}}), "the library's own loops: BLAS would copy all of the larger operand for few rows or columns"));
    BOOST_TEST(says(plan("bij,bjk->bik", {{100, 100, 24}, {100, 24, 20}}, {.type = dtype::float32}), "the library's own loops: BLAS would need copies, many small calls"));
    BOOST_TEST(says(plan("bij,bjk->bik", {{3, 300, 300}, {3, 300, 64}}), "the library's own loops: BLAS would copy all of the larger operand for few rows or columns"));
    BOOST_TEST(says(plan("ij,jk", {{60, 70}, {70, 80}}, by(lowering_strategy::tiles)), "the library's own tiles\n"));
}

BOOST_AUTO_TEST_CASE(copies_are_told)
{
    xeinsum::options how = by(lowering_strategy::blas);
    how.layouts = {xeinsum::layout{{4, 5}, {10, 2}}, xeinsum::row_major({5, 6})};
    const plan p("ik,kj->ij", {{4, 5}, {5, 6}}, how);
    BOOST_TEST(says(p, "copied into a buffer of 160 B"));
    BOOST_TEST(says(p, "1 copy (160 B)"));
}

BOOST_AUTO_TEST_CASE(tiles_are_told)
{
    const plan p("abk,kc->abc", {{10, 20, 500}, {500, 60}}, by(lowering_strategy::tiles));
    BOOST_TEST(says(p, "a = 10            left free: rows"));
    BOOST_TEST(says(p, "c = 60            right free: columns"));
    BOOST_TEST(says(p, "operand 0         packed block by block, from where it lies"));
    BOOST_TEST(says(p, "result            written in place"));
    const xeinsum::tiled_product& t = *p.steps()[0].tiles;
    BOOST_TEST((t.rows.size() == 1 && t.columns.size() == 1 && t.contracted.size() == 1));
    const auto blocks = [](const std::string& name, const xeinsum::tiled_axis& x) {
        return name + " " + std::to_string(x.extent) + (x.tile < x.extent ? " by " + std::to_string(x.tile) : "") + "\n";
    };
    BOOST_TEST(says(p, "rows              " + blocks("ab", t.rows[0])));
    BOOST_TEST(says(p, "columns           " + blocks("c", t.columns[0])));
    BOOST_TEST(says(p, "contracted        " + blocks("k", t.contracted[0])));
    BOOST_TEST(t.contracted[0].tile < 500);
    BOOST_TEST(says(p, " in all\n"));
    BOOST_TEST(says(p, " packed in blocks, "));
    BOOST_TEST(!says(p, "threads"));
    BOOST_TEST(!says(plan("ij->ji", {{2, 3}}), "packed"));

    BOOST_TEST(says(plan("ak,kbc->cab", {{12, 30}, {30, 40, 50}}, by(lowering_strategy::tiles)), "each then transposed into place"));
}

BOOST_AUTO_TEST_CASE(what_sets_the_pace)
{
    const auto f32 = [](const char* subscripts, std::vector<xeinsum::extents> shapes) {
        return plan(subscripts, std::move(shapes), {.type = xeinsum::dtype::float32});
    };
    // 2 * 1000^3 flops, three matrices of 4 MB
    for (const auto& [bytes, text] : {std::pair(9, "9 B\n"), std::pair(14, "16 KiB\n"), std::pair(24, "16 MiB\n"), std::pair(32, "4096 MiB\n"), std::pair(34, "16 GiB\n"),
                                      std::pair(44, "16 TiB\n"), std::pair(54, "16 PiB\n")})
    {
        const std::size_t limit = bytes == 9 ? 9 : std::size_t{1} << bytes;
        BOOST_TEST(says(plan("ij,jk->ik", {{2, 3}, {3, 4}}, {.memory_limit = limit}), "memory limit      " + std::string(text)), text);
    }
    BOOST_TEST(says(f32("ij,jk->ik", {{1000, 1000}, {1000, 1000}}), "167 flops a byte (11.44 MiB at least): compute-bound"));
    BOOST_TEST(says(f32("ij,ij->ij", {{1000, 1000}, {1000, 1000}}), "0.0833 flops a byte (11.44 MiB at least): memory-bound"));
    BOOST_TEST(says(f32("ij,j->i", {{1000, 1000}, {1000}}), "flops a byte (3914 KiB at least): memory-bound"));
    BOOST_TEST(!says(f32("ij->j", {{5, 0}}), "flops a byte"));
}

BOOST_AUTO_TEST_CASE(threads_are_told)
{
    using enum lowering_strategy;
    BOOST_TEST(says(plan("ik,kj->ij", {{256, 128}, {128, 128}}, by(tiles, dtype::float64, 4)), "threads           4 pieces of 64 along i\n"));
    BOOST_TEST(says(plan("ij->", {{600, 1000}}, by(automatic, dtype::float64, 2)),
                    "threads           2 pieces of 300000 along ij, each summed up in a result of its own\n"));
    BOOST_TEST(says(plan("ik,kj->ij", {{9, 36000}, {36000, 9}}, by(tiles, dtype::float64, 2)), " along k, each summed up in a result of its own"));
    BOOST_TEST(!says(plan("ik,kj->ij", {{200, 200}, {200, 200}}, by(blas, dtype::float64, 4)), "threads"));
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
