// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
//
// Every call that `explain` tells is the call that BLAS gets, argument for argument: this program stands between the library and BLAS, writes
// down what is called, and compares. Over all contractions that the conformance cases accept, in float64.
#include <boost/test/unit_test.hpp>

#include <dlfcn.h>

#include <cstdint>
#include <fstream>
#include <functional>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include <cblas.h>
#include <nlohmann/json.hpp>

#include <xeinsum/execute.hpp>
#include <xeinsum/explain.hpp>

#include "support/blas_threads.hpp"

using nlohmann::json;
using test::blas_on_one_thread;
BOOST_TEST_GLOBAL_FIXTURE(blas_on_one_thread);

namespace
{
    /// Calls as `explain` writes them, and how often each was made.
    using call_list = std::map<std::string, std::int64_t>;
    call_list made;

    template <class... Arguments>
    void note(const std::string& function, const Arguments&... arguments)
    {
        std::ostringstream out;
        const char* before = "(";
        out << "cblas_" << function;
        ((out << before << arguments, before = ", "), ...);
        ++made[out.str() + ")"];
    }

    const char* order_text(CBLAS_ORDER x) { return x == CblasRowMajor ? "RowMajor" : "ColMajor"; }
    const char* trans_text(CBLAS_TRANSPOSE x) { return x == CblasNoTrans ? "NoTrans" : x == CblasTrans ? "Trans" : "ConjTrans"; }
    const char* uplo_text(CBLAS_UPLO x) { return x == CblasUpper ? "Upper" : "Lower"; }

    /// The BLAS behind this program.
    template <class F>
    F* next(const char* name)
    {
        return reinterpret_cast<F*>(dlsym(RTLD_NEXT, name));
    }
}

extern "C"
{
    void cblas_dgemm(CBLAS_ORDER order, CBLAS_TRANSPOSE ta, CBLAS_TRANSPOSE tb, blasint m, blasint n, blasint k, double alpha, const double* a, blasint lda,
                     const double* b, blasint ldb, double beta, double* c, blasint ldc)
    {
        // A result that is summed up call by call is written by the first and added to by the others.
        note("dgemm", order_text(order), trans_text(ta), trans_text(tb), m, n, k, alpha, "A", lda, "B", ldb, beta == 1 ? 0 : beta, "C", ldc);
        next<decltype(cblas_dgemm)>("cblas_dgemm")(order, ta, tb, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc);
    }

    void cblas_dgemv(CBLAS_ORDER order, CBLAS_TRANSPOSE ta, blasint m, blasint n, double alpha, const double* a, blasint lda, const double* x, blasint incx, double beta,
                     double* y, blasint incy)
    {
        note("dgemv", order_text(order), trans_text(ta), m, n, alpha, "A", lda, "B", incx, beta == 1 ? 0 : beta, "C", incy);
        next<decltype(cblas_dgemv)>("cblas_dgemv")(order, ta, m, n, alpha, a, lda, x, incx, beta, y, incy);
    }

    void cblas_dger(CBLAS_ORDER order, blasint m, blasint n, double alpha, const double* x, blasint incx, const double* y, blasint incy, double* a, blasint lda)
    {
        note("dger", order_text(order), m, n, alpha, "x", incx, "y", incy, "C", lda);
        next<decltype(cblas_dger)>("cblas_dger")(order, m, n, alpha, x, incx, y, incy, a, lda);
    }

    double cblas_ddot(blasint n, const double* x, blasint incx, const double* y, blasint incy)
    {
        note("ddot", n, "A", incx, "B", incy);
        return next<decltype(cblas_ddot)>("cblas_ddot")(n, x, incx, y, incy);
    }

    void cblas_dsyrk(CBLAS_ORDER order, CBLAS_UPLO uplo, CBLAS_TRANSPOSE ta, blasint n, blasint k, double alpha, const double* a, blasint lda, double beta, double* c, blasint ldc)
    {
        note("dsyrk", order_text(order), uplo_text(uplo), trans_text(ta), n, k, alpha, "A", lda, beta == 1 ? 0 : beta, "C", ldc);
        next<decltype(cblas_dsyrk)>("cblas_dsyrk")(order, uplo, ta, n, k, alpha, a, lda, beta, c, ldc);
    }
}

namespace
{
    /// The calls of a plan: what its JSON tells, up to what is said after the arguments. A ger's vectors have no fixed names here.
    call_list told(const xeinsum::plan& p)
    {
        call_list calls;
        const json document = json::parse(to_json(p));
        for (const json& step : document["steps"])
        {
            if (!step.contains("call")) continue;
            std::string text = step["call"]["text"];
            text.resize(text.find(')') + 1);
            if (text.starts_with("cblas_dger"))
            {
                const auto a = text.find(", A, "), b = text.find(", B, ");
                text[a + 2] = a < b ? 'x' : 'y';
                text[b + 2] = a < b ? 'y' : 'x';
            }
            calls[text] += step["call"]["times"].get<std::int64_t>();
        }
        return calls;
    }

    std::string shown(const call_list& calls)
    {
        std::string text;
        for (const auto& [call, times] : calls) text += "\n  " + std::to_string(times) + " x " + call;
        return text.empty() ? " nothing" : text;
    }

    /// Runs the plan on memory of its own; how many calls were made.
    std::size_t compare(const xeinsum::plan& p, bool one_operand)
    {
        std::vector<std::vector<double>> values;
        std::vector<const double*> operands;
        for (const xeinsum::extents& shape : p.shapes())
        {
            std::int64_t size = 1;
            for (const std::int64_t e : shape) size *= e;
            values.emplace_back(static_cast<std::size_t>(size) + 1, 1.0);
        }
        for (const auto& v : values) operands.push_back(one_operand ? values[0].data() : v.data());
        std::vector<double> result(static_cast<std::size_t>(p.result_layout().size()) + 1);
        made.clear();
        xeinsum::execute<double>(p, operands, result.data());
        const call_list found = made, expected = told(p);
        BOOST_TEST((found == expected), to_string(p.equation()) + ": told" + shown(expected) + "\nmade" + shown(found));
        std::size_t count = 0;
        for (const auto& [call, times] : found) count += static_cast<std::size_t>(times);
        return count;
    }
}

BOOST_AUTO_TEST_SUITE(calls)

BOOST_AUTO_TEST_CASE(of_all_conformance_cases)
{
    std::ifstream in(XEINSUM_CASES);
    std::size_t plans = 0, counted = 0;
    for (std::string line; std::getline(in, line);)
    {
        const json c = json::parse(line);
        if (!c["accept"].get<bool>() || !c["subscripts"].is_string()) continue;
        const auto shapes = c["shapes"].get<std::vector<xeinsum::extents>>();
        for (const auto lowering : {xeinsum::lowering_strategy::blas, xeinsum::lowering_strategy::automatic})
        {
            const xeinsum::plan p(c["subscripts"].get<std::string>(), shapes, {.threads = 1, .lowering = lowering});
            counted += compare(p, false);
            ++plans;
        }
    }
    BOOST_TEST(plans > 2000u);
    BOOST_TEST(counted > 2000u);
    BOOST_TEST_MESSAGE(plans << " plans, " << counted << " calls");
}

/// Sizes for which BLAS is taken by itself, and one operand twice.
BOOST_AUTO_TEST_CASE(of_larger_ones)
{
    using xeinsum::extents;
    struct row
    {
        const char* subscripts;
        std::vector<extents> shapes;
        bool one_operand;
    };
    std::size_t counted = 0;
    for (const row& r : {row{"bc,dc->bd", {{100, 700}, {100, 700}}, false}, row{"bc,dc->bd", {{100, 700}, {100, 700}}, true}, row{"bc,cd->db", {{80, 90}, {90, 100}}, false},
                         row{"nij,njk->nik", {{5, 200, 210}, {5, 210, 220}}, false}, row{"nik,njk->nij", {{3, 100, 300}, {3, 100, 300}}, true},
                         row{"ij,j->i", {{300, 400}, {400}}, false}, row{"ij,i->j", {{300, 400}, {300}}, false}, row{"ij,ij->", {{300, 400}, {300, 400}}, false},
                         row{"ab,bc,cd,de->ae", {{100, 200}, {200, 300}, {300, 50}, {50, 70}}, false}})
        for (const auto lowering : {xeinsum::lowering_strategy::blas, xeinsum::lowering_strategy::automatic})
        {
            xeinsum::options how{.threads = 1, .lowering = lowering};
            if (r.one_operand) how.same = {0, 0};
            counted += compare({r.subscripts, r.shapes, how}, r.one_operand);
        }
    BOOST_TEST(counted > 20u);
}

BOOST_AUTO_TEST_SUITE_END()
