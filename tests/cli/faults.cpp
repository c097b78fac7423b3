// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <functional>
#include <ostream>
#include <set>
#include <string>
#include <vector>

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "npy_bytes.hpp"
#include "process.hpp"
#include "temporary_directory.hpp"

// The command where the system lets it down: it says what happened and leaves no half of anything.

using namespace xeinsum::test;

namespace
{
    namespace fs = std::filesystem;
    using words = std::vector<std::string>;
    using names = std::set<std::string>;

    std::string repeated(const std::string& bytes, std::size_t count)
    {
        std::string all;
        all.reserve(bytes.size() * count);
        for (std::size_t i = 0; i < count; ++i) all += bytes;
        return all;
    }

    std::string matrix_of(double value, std::int64_t n)
    {
        return npy(dictionary("<f8", "False", tuple({n, n})), repeated(number_bytes(value, byte_order::little), static_cast<std::size_t>(n * n)));
    }

    struct folder
    {
        temporary_directory directory;

        outcome run(const words& arguments, standard_output out = standard_output::captured, const std::function<void()>& prepare = {}) const
        {
            return run_xeinsum(directory.path(), arguments, out, prepare);
        }

        /// What has failed with one message and that exit status has left the folder as it was.
        void check_refusal(const outcome& ended, int status, const std::string& part, const names& before) const
        {
            BOOST_TEST(ended.status == status);
            BOOST_TEST(ended.err.starts_with("xeinsum: "), ended.err);
            BOOST_TEST(ended.err.find(part) != std::string::npos, ended.err);
            BOOST_TEST(directory.names() == before, boost::test_tools::per_element());
        }
    };

    /// AddressSanitizer ends a program that asks for more than there is, and needs more addresses than a limit leaves.
#if defined(__SANITIZE_ADDRESS__)
    constexpr bool runs_out_of_memory = false;
#elif defined(__has_feature)
    constexpr bool runs_out_of_memory = !__has_feature(address_sanitizer);
#else
    constexpr bool runs_out_of_memory = true;
#endif

    void limit(int what, rlim_t to)
    {
        const rlimit both{to, to};
        ::setrlimit(what, &both);
    }

    /// What is done to a file while it is read, and whether the answer may be right nevertheless.
    struct disturbance
    {
        std::string name;
        std::function<void(const std::string& path)> act;
        bool harmless = false;
    };

    std::ostream& operator<<(std::ostream& out, const disturbance& d) { return out << d.name; }

    std::vector<disturbance> disturbances()
    {
        return {
            {"cut to nothing", [](const std::string& path) { fs::resize_file(path, 0); }},
            {"cut by a byte", [](const std::string& path) { fs::resize_file(path, fs::file_size(path) - 1); }},
            {"longer", [](const std::string& path) { fs::resize_file(path, fs::file_size(path) + 1); }},
            {"written to", [](const std::string& path) { std::fstream(path, std::ios::in | std::ios::out | std::ios::binary).seekp(4096) << "other data"; }},
            {"replaced", [](const std::string& path) { fs::rename(path + ".new", path); }, true},
            {"removed", [](const std::string& path) { fs::remove(path); }, true},
        };
    }

    /// Subscripts of a chain of n matrices, by letters beyond ASCII, and their shapes.
    words chain(int n)
    {
        const auto letter = [](int i) {
            const int c = 0x4e00 + i;
            return std::string{static_cast<char>(0xe0 | c >> 12), static_cast<char>(0x80 | (c >> 6 & 63)), static_cast<char>(0x80 | (c & 63))};
        };
        std::string subscripts;
        for (int i = 0; i < n; ++i) subscripts.append(i == 0 ? "" : ",").append(letter(i)).append(letter(i + 1));
        words all = {"explain", subscripts + "->" + letter(0) + letter(n)};
        for (int i = 0; i < n; ++i) all.push_back("2x2");
        return all;
    }
}

BOOST_FIXTURE_TEST_SUITE(cli_faults, folder)

BOOST_DATA_TEST_CASE_F(folder, an_input_changes_while_it_is_mapped, boost::unit_test::data::make(disturbances()), what)
{
    constexpr std::int64_t n = 700;
    const std::string ones = matrix_of(1, n), product = matrix_of(static_cast<double>(n), n), similarities = matrix_of(1, n);
    const std::vector<std::pair<words, std::string>> commands = {
        {{"run", "ij,kj->ik", "x.npy", "x.npy", "-o", "out.npy"}, product},
        {{"run", "ij,ji->j", "x.npy", "small.npy", "-o", "out.npy"}, npy(dictionary("<f8", "False", tuple({n})), repeated(number_bytes(static_cast<double>(n), byte_order::little), n))},
        {{"cosine", "x.npy", "--clamp", "-o", "out.npy"}, similarities},
    };
    int refused = 0;
    for (const auto& [asked, expected] : commands)
        for (int turn = 0; turn < 2; ++turn)
        {
            directory.write("small.npy", npy(dictionary("|b1", "False", tuple({n, n})), std::string(n * n, '\1')));
            for (const char* name : {"x.npy", "x.npy.new"})
            {
                directory.write(name, ones);
                // Clocks of file systems are coarse.
                fs::last_write_time(directory.path(name), fs::file_time_type::clock::now() - std::chrono::hours(1));
            }
            directory.write("out.npy", "what was there before");
            const outcome ended = run_xeinsum_while_mapped(directory.path(), asked, "x.npy", [&] { what.act(directory.path("x.npy")); });
            BOOST_TEST_CONTEXT(asked[0] << " " << asked[1] << ": " << ended.err)
            {
                if (ended.status == 0) BOOST_TEST((directory.read("out.npy") == expected || (asked[0] == "cosine" && directory.read("out.npy").size() == expected.size())));
                else
                {
                    ++refused;
                    BOOST_TEST(ended.err == "xeinsum: x.npy: changed while it was read\n");
                    BOOST_TEST(ended.status == 1);
                    BOOST_TEST(directory.read("out.npy") == "what was there before");
                }
                for (const std::string& name : directory.names()) BOOST_TEST(!name.starts_with(".xeinsum-"));
            }
        }
    BOOST_TEST((refused > 0) != what.harmless);
}

BOOST_AUTO_TEST_CASE(a_full_disk_leaves_what_was_there)
{
    directory.write("x.npy", matrix_of(1, 100));
    directory.write("out", "what was there before");
    const std::vector<words> rows = {
        {"run", "ij->ji", "x.npy", "-o", "out"},
        {"explain", "abcdefgh,hgfedcba->ag", "2x2x2x2x2x2x2x2", "2x2x2x2x2x2x2x2", "--format", "svg", "-o", "out"},
        {"cosine", "x.npy", "-o", "out"},
        {"cosine", "x.npy", "--threshold", "0.5", "-o", "out"},
        {"cosine", "x.npy", "--top-k", "50", "-o", "out", "--indices", "other"},
        {"cosine", "x.npy", "--heatmap", "out"},
    };
    const names before = directory.names();
    for (const words& asked : rows)
        BOOST_TEST_CONTEXT(asked[0] << " " << asked[2])
        {
            check_refusal(run(asked, standard_output::captured, [] { limit(RLIMIT_FSIZE, 4096); }), 1, "out: can't write: File too large", before);
            BOOST_TEST(directory.read("out") == "what was there before");
        }
}

BOOST_AUTO_TEST_CASE(long_output_without_a_reader_is_a_failure)
{
    directory.write("x.npy", matrix_of(1, 400));
    for (const auto out : {standard_output::closed, standard_output::full_disk, standard_output::pipe_without_reader})
        for (const words& asked : {words{"cosine", "x.npy", "--top-k", "20"}, {"cosine", "x.npy", "--threshold", "0.5"}})
            check_refusal(run(asked, out), 1, "standard output: can't write", {"x.npy"});
}

BOOST_AUTO_TEST_CASE(too_little_memory_is_said, *boost::unit_test::enable_if<runs_out_of_memory>())
{
    directory.write("v.npy", npy(dictionary("<f8", "False", "(40000,)"), repeated(number_bytes(1.0, byte_order::little), 40000)));
    const auto little = [] { limit(RLIMIT_AS, rlim_t{4} << 30); };
    check_refusal(run({"run", "i,j->ij", "v.npy", "v.npy", "-o", "out"}, standard_output::captured, little), 1, "not enough memory", {"v.npy"});
}

BOOST_AUTO_TEST_CASE(a_signal_while_the_result_is_written_leaves_no_half)
{
    directory.write("v.npy", npy(dictionary("<f8", "False", "(3000,)"), repeated(number_bytes(1.0, byte_order::little), 3000)));
    directory.write("out", "what was there before");
    for (const int signal : {SIGINT, SIGTERM, SIGHUP})
    {
        BOOST_TEST(interrupt_xeinsum(directory.path(), {"run", "i,j->ij", "v.npy", "v.npy", "-o", "out"}, signal) == signal);
        BOOST_TEST((directory.names() == names{"out", "v.npy"}));
        BOOST_TEST(directory.read("out") == "what was there before");
    }
}

BOOST_AUTO_TEST_CASE(headers_that_promise_too_much)
{
    const std::vector<std::pair<std::string, std::string>> rows = {
        {"(4611686018427387904,)", "truncated"},                          // 2^62 bytes
        {"(4294967296, 2147483647)", "truncated"},                        // just below 2^63
        {"(4294967296, 2147483648)", "more bytes than 64 bits hold"},     // 2^63
        {"(4294967296, 4294967296)", "more bytes than 64 bits hold"},     // 2^64, which is 0 in 64 bits
        {"(3, 6148914691236517206)", "more bytes than 64 bits hold"},     // 2^64 + 2, which is 2
        {"(-1,)", "negative extent"},
        {"(2, -4611686018427387904)", "negative extent"},
        {"(99999999999999999999,)", "beyond 2^63 - 1"},
    };
    for (const auto& [shape, part] : rows)
    {
        directory.write("x.npy", npy(dictionary("|i1", "False", shape), "ab"));
        for (const words& asked : {words{"run", "...->", "x.npy", "-o", "out"}, {"cosine", "x.npy", "-o", "out"}})
            BOOST_TEST_CONTEXT(shape) check_refusal(run(asked), 1, "x.npy: ", {"x.npy"});
        BOOST_TEST(run({"run", "i->", "x.npy", "-o", "out"}).err.find(part) != std::string::npos, shape);
    }
}

BOOST_AUTO_TEST_CASE(no_elements_but_large_extents)
{
    const auto write = [&](const std::string& shape) { directory.write("x.npy", npy(dictionary("|i1", "False", shape), "")); };
    write("(0, 4611686018427387904)");  // no row, of lengths whose bytes are 2^64 and more
    BOOST_TEST(run({"cosine", "x.npy", "-o", "out"}).status == 0);
    BOOST_TEST(directory.read("out") == npy(dictionary("<f8", "False", "(0, 0)"), ""));
    BOOST_TEST(run({"cosine", "x.npy", "--threshold", "0.5"}).status == 0);
    BOOST_TEST(run({"run", "ij->i", "x.npy", "-o", "out"}).status == 0);
    fs::remove(directory.path("out"));
    const names before = {"x.npy"};
    write("(2147483648, 0)");  // the matrix would have 2^65 bytes
    check_refusal(run({"cosine", "x.npy", "-o", "out"}), 2, "more bytes than 64 bits hold", before);
    check_refusal(run({"cosine", "x.npy", "--top-k", "2147483647", "-o", "out"}), 2, "more bytes than 64 bits hold", before);
    write("(4611686018427387904, 0)");
    check_refusal(run({"cosine", "x.npy", "-o", "out"}), 2, "more elements than 64 bits hold", before);
    if (runs_out_of_memory) check_refusal(run({"cosine", "x.npy", "--top-k", "1"}), 1, "not enough memory", before);
    if (runs_out_of_memory) check_refusal(run({"run", "ij->i", "x.npy", "-o", "out"}), 1, "not enough memory", before);
}

BOOST_AUTO_TEST_CASE(a_path_of_ten_thousand_operands)
{
    constexpr int n = 10000;
    std::string pairs, one;
    for (int i = 1; i < n; ++i) pairs += "(0,1)", pairs += i + 1 < n ? "," : "";
    for (int i = 0; i < n; ++i) one.append(i == 0 ? "(" : ",").append(std::to_string(i));
    for (const std::string& path : {std::string("auto"), std::string("left"), std::string("greedy"), pairs})
    {
        words asked = chain(n);
        asked.insert(asked.end(), {"--path", path});
        const outcome ended = run(asked);
        BOOST_TEST_CONTEXT(path.substr(0, 20) << ": " << ended.err.substr(0, 200))
        {
            BOOST_TEST(ended.status == 0);
            BOOST_TEST(ended.out.find("step 9999") != std::string::npos);
        }
    }
    words asked = chain(n);
    asked.insert(asked.end(), {"--path", "optimal"});
    check_refusal(run(asked), 2, "optimal path of 10000 operands", {});
}

BOOST_AUTO_TEST_SUITE_END()
