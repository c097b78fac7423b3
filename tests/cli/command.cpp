// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <ostream>
#include <string>
#include <vector>

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <xeinsum/explain.hpp>
#include <xeinsum/plan.hpp>
#include <xeinsum/version.hpp>

#include "npy_bytes.hpp"
#include "process.hpp"
#include "temporary_directory.hpp"

using namespace xeinsum::test;

namespace
{
    /// An invocation, its exit status, and a part of what it prints: to standard output if the status is 0,
    /// otherwise of its message.
    struct row
    {
        std::vector<std::string> arguments;
        int status;
        std::string part;
    };

    std::ostream& operator<<(std::ostream& out, const row& r)
    {
        out << "xeinsum";
        for (const std::string& argument : r.arguments) out << " '" << argument << "'";
        return out;
    }

    /// Files that the table names.
    struct folder
    {
        temporary_directory directory;

        folder()
        {
            const std::vector<double> values(12, 1);
            directory.write("a.npy", npy_of<double>({3, 4}, values));
            directory.write("b.npy", npy_of<double>({4, 3}, values));
            directory.write("c.npy", npy_of<std::complex<float>>({3, 4}, std::vector<std::complex<float>>(12)));
            directory.write("v.npy", npy_of<float>({4}, {1, 2, 3, 4}));
            directory.write("s.npy", npy_of<double>({}, {2.5}));
            directory.write("f.npy", npy_of<float>({2, 4}, std::vector<float>(8, 1)));
            directory.write("[v]", npy_of<float>({1}, {1}));
            directory.write("text.npy", "1,2,3\n");
            directory.write("short.npy", npy_of<double>({3, 4}, values).substr(0, 200));
            directory.write("half.npy", npy(dictionary("<f2", "False", "(1,)"), "xx"));
            directory.write("wide.npy", npy_of<double>(std::vector<std::int64_t>(40, 1), {1}));
            std::filesystem::create_directory(directory.path("folder"));
            if (::mkfifo(directory.path("fifo").c_str(), 0600) != 0) BOOST_FAIL("mkfifo failed");
        }
    };

    /// Forty letters of two bytes each, the first of them given.
    std::string forty_labels(char lead)
    {
        std::string labels;
        for (int i = 0; i < 40; ++i) labels.append(1, lead).append(1, static_cast<char>(0x80 + i));
        return labels;
    }

    std::vector<row> good_invocations()
    {
        return {
            {{"--help"}, 0, "Usage: xeinsum"},
            {{"-h"}, 0, "Subcommands:"},
            {{"--version"}, 0, xeinsum::version()},
            {{"run", "--help"}, 0, "xeinsum run 'ij,jk->ik' a.npy b.npy -o product.npy"},
            {{"explain", "--help"}, 0, "xeinsum explain 'ij,jk,kl->il'"},
            {{"cosine", "--help"}, 0, "xeinsum cosine queries.npy"},
            {{"info", "--help"}, 0, "Examples:"},
            {{"run", "i", "--help"}, 0, "Usage: xeinsum run"},                          // help wins over what is missing
            {{"info"}, 0, "BLAS kernel"},
            {{"run", "ij,jk->ik", "a.npy", "b.npy", "-o", "out"}, 0, ""},
            {{"run", "-o", "out", "ij,jk->ik", "a.npy", "b.npy"}, 0, ""},               // options first
            {{"run", "ij,jk->ik", "-oout", "a.npy", "b.npy"}, 0, ""},                   // in between, joined
            {{"run", "ij,jk->ik", "a.npy", "--output=out", "b.npy"}, 0, ""},
            {{"run", "-o", "out", "--", "ij,jk->ik", "a.npy", "b.npy"}, 0, ""},         // the old way
            {{"run", "->", "s.npy", "-o", "out"}, 0, ""},                               // begins with '-'
            {{"run", "->", "-o", "out", "s.npy"}, 0, ""},
            {{"run", "-o", "out", "->", "s.npy"}, 0, ""},
            {{"run", "-o", "out", "--", "->", "s.npy"}, 0, ""},
            {{"run", "", "s.npy", "-o", "out"}, 0, ""},                                 // empty subscripts
            {{"run", ",->", "s.npy", "s.npy", "-o", "out"}, 0, ""},
            {{"run", "i", "[v]", "-o", "out"}, 0, ""},                                  // a list in brackets to CLI11
            {{"run", "ij,jk->ik", "a.npy", "b.npy", "-o", "out", "--explain"}, 0, "too small for a BLAS call"},
            {{"run", "ij,jk->ik", "a.npy", "b.npy", "-o", "out", "--path", "(0,1)"}, 0, ""},
            {{"run", "ij,jk->ik", "a.npy", "b.npy", "-o", "out", "--threads", "2"}, 0, ""},
            {{"run", "ij->", "a.npy", "-o", "folder/out"}, 0, ""},
            {{"explain", "bc,cd->bd", "100x700", "700x100"}, 0, "cblas_dgemm("},
            {{"explain", "bc,cd->bd", "100x700", "700x100", "--dtype", "f32"}, 0, "cblas_sgemm("},
            {{"explain", "bc,cd->bd", "100x700", "700x100", "--dtype=complex64"}, 0, "cblas_cgemm("},
            {{"explain", "bc,cd->bd", "100x700", "700x100", "--dtype", "int32"}, 0, "the library's own tiles: BLAS has no int32"},
            {{"explain", "->", "-"}, 0, "einsum \"->\", float64"},
            {{"explain", "", "-"}, 0, "einsum \"->\", float64"},
            {{"explain", ",i->i", "-", "5"}, 0, "(scalar)"},
            {{"explain", "i,->i", "5", "-"}, 0, "(scalar)"},                             // "-" last
            {{"explain", "i->", "5"}, 0, "einsum \"i->\""},                              // ends like an arrow
            {{"explain", "ij,jk,kl->il", "2x3", "3x4", "4x5", "--path", "left"}, 0, "step 2"},
            {{"explain", "ij->", "600x1000", "--threads", "2"}, 0, "threads           2 pieces of 300000 along ij"},
            {{"explain", "ij->", "600x1000", "--threads=3"}, 0, "3 pieces of 200000"},
            {{"explain", "ij->", "300x400", "--threads", "0"}, 0, "step 1"},
            {{"explain", "ij,jk,kl->il", "2x3", "3x4", "4x5", "--path", "[(1, 2), (0, 1)]"}, 0, "step 2"},
            {{"explain", "ij,jk->ik", "0x3", "3x0"}, 0, "0 flops"},
            {{"explain", "ij,jk,kl->il", "2x3", "3x4", "4x5", "--path", "['einsum_path', (1, 2), (0, 1)]"}, 0, "step 2"},  // as NumPy prints it
            {{"explain", "ij,jk,kl->il", "2x3", "3x4", "4x5", "--path", "['einsum', (1, 2), (0, 1)]"}, 2, "or NumPy's ['einsum_path', (0, 1), (0, 1)]"},
            {{"explain", "ij,jk,kl->il", "2x3", "3x4", "4x5", "--memory-limit", "none"}, 0, "step 2"},
            {{"explain", "ij,jk,kl->il", "2x3", "3x4", "4x5", "--path", "[[1,2],[0,1]]"}, 0, "(1,2),(0,1)"},  // as --format json prints it
            {{"explain", "ij,jk,kl->il", "2x300", "300x4", "4x5", "--path", "optimal"}, 0, "`- step 1"},
            {{"explain", "ij,jk,kl->il", "2x300", "300x4", "4x5", "--path=random-greedy"}, 0, "step 2"},
            {{"explain", "ij,jk,kl->il", "200x3", "3x400", "400x5", "--path", "(0,1),(0,1)", "--memory-limit", "64KiB"}, 0, "in slices of i"},
            {{"explain", "ij,jk,kl->il", "200x3", "3x400", "400x5", "--memory-limit", "1"}, 2, "the least that was found is"},
            {{"explain", "ij,jk->ik", "2x3", "3x4", "--format", "json"}, 0, "\"naive_flops\": 48.0"},
            {{"explain", "ij,jk->ik", "2x3", "3x4", "--format", "svg"}, 0, "<title>einsum &quot;ij,jk-&gt;ik&quot;, float64</title>"},
            {{"explain", "ij,jk->ik", "2x3", "3x4", "--format", "html"}, 0, "<h1>einsum <code>ij,jk-&gt;ik</code></h1>"},
            {{"explain", "ij,jk->ik", "2x3", "3x4", "--format", "png"}, 2, "png not in {text,json,svg,html}"},
            {{"explain", "ij,jk->ik", "2x3", "3x4", "--format", "text"}, 0, "step 1"},
            {{"cosine", "a.npy", "-o", "out"}, 0, ""},
            {{"cosine", "f.npy", "a.npy", "-o", "out", "--eps", "1e-3"}, 0, ""},
        };
    }

    std::vector<row> wrong_requests()
    {
        return {
            {{"frobnicate"}, 2, "unknown command 'frobnicate'"},
            {{"--frobnicate"}, 2, "--frobnicate"},
            {{""}, 2, "unknown command ''"},
            {{"run"}, 2, "SUBSCRIPTS is required; see xeinsum run --help"},
            {{"run", "ij,jk->ik", "a.npy", "b.npy"}, 2, "--output is required"},
            {{"run", "ij,jk->ik", "a.npy", "b.npy", "-o"}, 2, "-o needs a value"},
            {{"run", "ij,jk->ik", "a.npy", "b.npy", "-o", ""}, 2, "the file name is empty"},
            {{"run", "ij,jk->ik", "a.npy", "b.npy", "--output="}, 2, "the file name is empty"},
            {{"run", "ij,jk->ik", "a.npy", "b.npy", "-o", "x", "-o", "y"}, 2, "--output"},
            {{"run", "i", "-o", "out"}, 2, "no operands"},
            {{"run", "i", "v.npy", "-o", "out", "--bogus"}, 2, "unexpected argument: --bogus"},
            {{"run", "i", "v.npy", "-x", "-o", "out"}, 2, "unexpected argument: -x"},
            {{"run", "---", "v.npy", "-o", "out"}, 2, "unexpected argument: ---"},
            {{"explain", "--!i"}, 2, "unexpected argument: --!i"},
            {{"run", "ij,jk->ix", "a.npy", "b.npy", "-o", "out"}, 2, "\n        ij,jk->ix\n                ^"},  // the caret
            {{"run", "-i", "v.npy", "-o", "out"}, 2, "einsum \"-i\": '-' must be followed"},
            {{"run", "ij,jk->ik", "a.npy", "missing.npy", "-o", "out", "--path", "(0,1"}, 2, "--path: '(0,1'"},  // before any file
            {{"run", "i;j", "missing.npy", "-o", "out"}, 2, "einsum \"i;j\""},
            {{"run", "ij,jk->ik", "a.npy", "-o", "out"}, 2, "operand"},                  // two terms, one file
            {{"run", "ij,jk->ik", "a.npy", "a.npy", "-o", "out"}, 2, "label 'j' has extent 4"},
            {{"run", "i->i", "a.npy", "-o", "out"}, 2, "operand 0 has 2 axes"},
            {{"run", "ij,jk->ik", "a.npy", "b.npy", "-o", "out", "--path", "(0,2)"}, 2, "names position 2"},
            {{"run", "ij,jk->ik", "a.npy", "b.npy", "-o", "out", "--threads", "many"}, 2, "--threads"},
            {{"run", "ij,jk->ik", "a.npy", "b.npy", "-o", "out", "--threads=-1"}, 2, "--threads"},
            {{"explain", "ij->", "300x400", "--threads", "5000"}, 2, "--threads"},
            {{"run", "ij,jk->ik", "a.npy", "b.npy", "-o", "out", "--path", "best"}, 2, "none of auto, left, greedy"},
            {{"run", forty_labels('\xc4') + "," + forty_labels('\xc5'), "wide.npy", "wide.npy", "-o", "out"}, 2, "at most 64"},
            {{"explain"}, 2, "SUBSCRIPTS is required"},
            {{"explain", "i", "3", "--format", "yaml"}, 2, "--format"},
            {{"explain", "i", "3", "--memory-limit", "much"}, 2, "'much' is no number of bytes; write 512MiB"},
            {{"explain", "i", "3", "--memory-limit", ""}, 2, "'' is no number of bytes; write 512MiB"},
            {{"explain", "i", "3", "--path", "fastest"}, 2, "random-greedy, optimal, nor a path"},
            {{"explain", "a,a", "3", "3", "--path", "(0,2)"}, 2, "position 2"},
            {{"explain", "i"}, 2, "no shapes"},
            {{"explain", "ij", "3,4"}, 2, "'3,4' is no shape"},
            {{"explain", "ij", "3x-4"}, 2, "no shape"},
            {{"explain", "i", "[3]"}, 2, "'[3]' is no shape"},
            {{"explain", "i", "9223372036854775808"}, 2, "is no shape"},
            {{"explain", "i,j->ij", "9223372036854775807", "2"}, 2, "64 bits"},
            {{"explain", "ii", "3x4"}, 2, "label 'i'"},
            {{"explain", "i", "3", "--dtype", "f16"}, 2, "--dtype: 'f16'"},
            {{"explain", "i", "3", "--dtype"}, 2, "--dtype needs a value"},
            {{"explain", "-", "3"}, 2, "einsum \"-\""},
            {{"cosine"}, 2, "X.npy is required"},
            {{"cosine", "a.npy"}, 2, "where is the matrix to go? -o S.npy"},
            {{"cosine", "a.npy", "--top-k", "2", "--threshold", "0.5"}, 2, "--top-k and --threshold are two different searches"},
            {{"cosine", "a.npy", "--top-k", "9"}, 2, "k is 9, but there are 3 vectors"},
            {{"cosine", "a.npy", "--top-k", "3", "--leave-out-self"}, 2, "k is 3, but there are 2 other vectors"},
            {{"cosine", "a.npy", "--top-k", "-1"}, 2, "--top-k -1; one neighbour is the least"},
            {{"cosine", "a.npy", "--top-k", "many"}, 2, "--top-k"},
            {{"cosine", "a.npy", "-o", "out", "--indices", "i.npy"}, 2, "--indices goes with --top-k"},
            {{"cosine", "a.npy", "-o", "out", "--leave-out-self"}, 2, "--leave-out-self goes with --top-k"},
            {{"cosine", "a.npy", "a.npy", "--top-k", "1", "--leave-out-self"}, 2, "neighbours within one file"},
            {{"cosine", "a.npy", "--top-k", "1", "--heatmap", "h.svg"}, 2, "--heatmap is a picture of the matrix"},
            {{"cosine", "a.npy", "--top-k", "1", "-o", "x.npy", "--indices", "x.npy"}, 2, "name one file"},
            {{"cosine", "a.npy", "--top-k", "0"}, 2, "--top-k 0; one neighbour is the least"},
            {{"cosine", "a.npy", "--top-k", "1", "--labels", "text.npy", "-o", "out"}, 2, "--labels name rows in what is printed"},
            {{"cosine", "a.npy", "--labels", "text.npy", "-o", "out"}, 2, "--labels name rows in what is printed"},
            {{"cosine", "a.npy", "--top-k", "1", "--labels", "text.npy"}, 2, "one name for each is needed"},
            {{"cosine", "a.npy", "--top-k", "1", "--labels", "missing.txt"}, 1, "missing.txt: can't open"},
            {{"cosine", "a.npy", "--top-k", "1", "--query-labels", "text.npy"}, 2, "where there is a Y.npy"},
            {{"cosine", "a.npy", "--threshold", "nan"}, 2, "--threshold nan, which nothing reaches"},
            {{"cosine", "a.npy", "-o", "out", "--undefined", "perhaps"}, 2, "--undefined"},
            {{"cosine", "a.npy", "a.npy", "a.npy", "-o", "out"}, 2, "3 files; one or two"},
            {{"cosine", "c.npy", "-o", "out"}, 2, "c.npy is complex64"},
            {{"cosine", "v.npy", "-o", "out"}, 2, "v.npy has shape 4 (rank 1)"},
            {{"cosine", "s.npy", "-o", "out"}, 2, "(rank 0)"},
            {{"cosine", "a.npy", "b.npy", "-o", "out"}, 2, "rows of a.npy have length 4, rows of b.npy have length 3"},
            {{"cosine", "a.npy", "-o", "out", "--eps", "much"}, 2, "--eps"},
            {{"cosine", "a.npy", "-o", "out", "--eps", "0"}, 2, "--eps must be a positive number"},
            {{"cosine", "a.npy", "-o", "out", "--eps", "-1"}, 2, "--eps must be a positive number"},
            {{"cosine", "a.npy", "-o", "out", "--eps", "nan"}, 2, "--eps must be a positive number"},
            {{"cosine", "f.npy", "-o", "out", "--eps", "1e-60"}, 2, "that float32 holds"},
            {{"cosine", "-x", "a.npy", "-o", "out"}, 2, "unexpected argument: -x"},               // no subscripts here
            {{"info", "more"}, 2, "unexpected argument: more"},
        };
    }

    std::vector<row> failures()
    {
        return {
            {{"run", "i", "missing.npy", "-o", "out"}, 1, "missing.npy: can't open: No such file"},
            {{"run", "i", "text.npy", "-o", "out"}, 1, "text.npy: not a .npy file"},
            {{"run", "ij", "short.npy", "-o", "out"}, 1, "short.npy: truncated"},
            {{"run", "i", "half.npy", "-o", "out"}, 1, "half.npy: dtype '<f2' (float16) is not supported"},
            {{"run", "i", "folder", "-o", "out"}, 1, "is a directory"},
            {{"run", "i", "fifo", "-o", "out"}, 1, "is a pipe"},
            {{"run", "i", "/dev/zero", "-o", "out"}, 1, "is a device"},
            {{"run", "i", "/dev/stdin", "-o", "out"}, 1, "is a pipe"},
            {{"run", "i", "v.npy", "-o", "missing/out"}, 1, "missing/out: can't write: No such file"},
            {{"run", "i", "v.npy", "-o", "v.npy/out"}, 1, "v.npy/out: can't write: Not a directory"},
            {{"run", "i", "v.npy", "-o", "folder"}, 1, "folder: is a directory"},
            {{"run", "i", "v.npy", "-o", "fifo"}, 1, "fifo: is a pipe"},
            {{"run", "i", "v.npy", "-o", "/dev/full"}, 1, "/dev/full: is a device"},
            {{"run", "i", "v.npy", "-o", "/proc/out.npy"}, 1, "/proc/out.npy: can't write"},  // nobody may, not even root
            {{"explain", "i", "3", "-o", "missing/out"}, 1, "missing/out: can't write"},
            {{"cosine", "missing.npy", "-o", "out"}, 1, "missing.npy: can't open"},
            {{"cosine", "text.npy", "-o", "out"}, 1, "text.npy: not a .npy file"},
            {{"cosine", "f.npy", "-o", "folder"}, 1, "folder: is a directory"},
        };
    }

    std::vector<row> all_rows()
    {
        std::vector<row> all;
        for (const auto& part : {good_invocations(), wrong_requests(), failures()}) all.insert(all.end(), part.begin(), part.end());
        return all;
    }

    void check_message(const std::string& err, const std::string& part)
    {
        BOOST_TEST(err.starts_with("xeinsum: "), err);
        BOOST_TEST(err.ends_with("\n"), err);
        BOOST_TEST(err.find("\nxeinsum: ") == std::string::npos, err);  // one message
        BOOST_TEST(err.find(part) != std::string::npos, err);
    }
}

BOOST_FIXTURE_TEST_SUITE(command, folder)

BOOST_DATA_TEST_CASE_F(folder, each_invocation_ends_as_the_table_says, boost::unit_test::data::make(all_rows()), expected)
{
    const auto files_before = directory.names();
    const outcome ended = run_xeinsum(directory.path(), expected.arguments);
    BOOST_TEST(ended.status == expected.status, ended.err);
    if (expected.status == 0)
    {
        BOOST_TEST(ended.err == "");
        BOOST_TEST(ended.out.find(expected.part) != std::string::npos, ended.out);
        BOOST_TEST(ended.out.empty() == expected.part.empty(), ended.out);  // run and cosine are silent
    }
    else
    {
        BOOST_TEST(ended.out == "");
        check_message(ended.err, expected.part);
        BOOST_TEST(directory.names() == files_before, boost::test_tools::per_element());  // nothing half done
    }
}

BOOST_AUTO_TEST_CASE(without_a_command_there_is_help_and_a_message)
{
    const outcome ended = run_xeinsum(directory.path(), {});
    BOOST_TEST(ended.status == 2);
    BOOST_TEST(ended.out == run_xeinsum(directory.path(), {"--help"}).out);
    check_message(ended.err, "a command is needed");
    check_message(run_xeinsum(directory.path(), {"--"}).err, "a command is needed");
}

BOOST_AUTO_TEST_CASE(the_explanation_is_the_library_s)
{
    const xeinsum::plan p("ij,jk,kl->il", {{2, 30}, {30, 4}, {4, 5}},
                          {.path = xeinsum::contraction_path{{1, 2}, {0, 1}}, .type = xeinsum::dtype::float32});
    const std::vector<std::string> asked = {"explain", "ij,jk,kl->il", "2x30", "30x4", "4x5", "--dtype", "f32", "--path", "(1,2),(0,1)"};
    BOOST_TEST(run_xeinsum(directory.path(), asked).out == to_text(p));

    std::vector<std::string> into_file = asked;
    into_file.insert(into_file.end(), {"-o", "plan.txt"});
    BOOST_TEST(run_xeinsum(directory.path(), into_file).out == "");
    BOOST_TEST(directory.read("plan.txt") == to_text(p));
}

BOOST_AUTO_TEST_CASE(info_tells_of_this_library_and_its_blas)
{
    const std::string out = run_xeinsum(directory.path(), {"info"}).out;
    for (const std::string& part : {"xeinsum      " + xeinsum::version() + "\n", std::string(__VERSION__), std::string("\nBLAS threads "),
                                    "\nown kernels  " + xeinsum::kernel_instructions() + ", ",
                                    "\nCPU          SIMD: " + to_string(xeinsum::cpu_simd()) + "\n"})
        BOOST_TEST(out.find(part) != std::string::npos, out);
}

BOOST_AUTO_TEST_CASE(info_warns_of_variables_that_are_passed_over)
{
    const auto set = [] { ::setenv("XEINSUM_NUM_THREADS", "abc", 1), ::setenv("XEINSUM_SIMD", "bogus", 1); };
    const std::string out = run_xeinsum(directory.path(), {"info"}, standard_output::captured, set).out;
    BOOST_TEST(out.find("\nwarning: XEINSUM_NUM_THREADS is 'abc'") != std::string::npos, out);
    BOOST_TEST(out.find("\nwarning: XEINSUM_SIMD is 'bogus'") != std::string::npos, out);
}

// Where the BLAS is an OpenBLAS that can be told which kernel to run; elsewhere the variable means nothing.
BOOST_AUTO_TEST_CASE(info_warns_of_a_slow_kernel)
{
    ::setenv("OPENBLAS_CORETYPE", "Nehalem", 1);
    const std::string out = run_xeinsum(directory.path(), {"info"}).out;
    ::unsetenv("OPENBLAS_CORETYPE");
    const xeinsum::blas_info slow{"OpenBLAS", "", "Nehalem", 0, xeinsum::simd_level::sse};
    const bool obeyed = out.find("BLAS kernel  Nehalem (SIMD: SSE)\n") != std::string::npos;
    const std::string warning = obeyed ? blas_warning(slow, xeinsum::cpu_simd()) : "";
    BOOST_TEST(out.ends_with(warning.empty() ? "\n" : "\nwarning: " + warning + "\n"), out);
}

BOOST_AUTO_TEST_CASE(standard_output_that_can_not_be_written_is_a_failure)
{
    for (const auto out : {standard_output::closed, standard_output::full_disk, standard_output::pipe_without_reader})
        for (const std::vector<std::string>& arguments :
             {std::vector<std::string>{"info"}, {"--help"}, {"--version"}, {"explain", "i", "3"}, {"run", "i", "v.npy", "-o", "out", "--explain"}})
        {
            const outcome ended = run_xeinsum(directory.path(), arguments, out);
            BOOST_TEST(ended.status == 1);
            check_message(ended.err, "standard output: can't write");
            BOOST_TEST(!std::filesystem::exists(directory.path("out")));
        }
}

BOOST_AUTO_TEST_CASE(what_prints_nothing_needs_no_standard_output)
{
    const std::string expected = npy_of<float>({4}, {1, 2, 3, 4});
    const outcome ended = run_xeinsum(directory.path(), {"run", "i", "v.npy", "-o", "out"}, standard_output::closed);
    BOOST_TEST(ended.status == 0);
    BOOST_TEST(ended.err == "");
    BOOST_TEST(directory.read("out") == expected);
}

BOOST_AUTO_TEST_SUITE_END()
