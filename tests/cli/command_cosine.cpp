// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include <algorithm>
#include <cmath>
#include <csignal>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <set>
#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "npy.hpp"
#include "npy_bytes.hpp"
#include "process.hpp"
#include "temporary_directory.hpp"

using namespace xeinsum;
using namespace xeinsum::cli;
using namespace xeinsum::test;

namespace
{
    using matrix = std::vector<std::vector<double>>;

    /// torch: x / max(norm, eps), row by row, then every dot product; plain loops in long double.
    std::vector<double> similarities(const matrix& x, const matrix& y, double eps)
    {
        const auto norm = [&](const std::vector<double>& row) {
            long double sum = 0;
            for (const double v : row) sum += static_cast<long double>(v) * v;
            return std::isnan(sum) ? sum : std::max(std::sqrt(sum), static_cast<long double>(eps));
        };
        std::vector<double> result;
        for (const auto& a : x)
            for (const auto& b : y)
            {
                long double sum = 0;
                for (std::size_t c = 0; c < a.size(); ++c) sum += a[c] / norm(a) * (b[c] / norm(b));
                result.push_back(static_cast<double>(sum));
            }
        return result;
    }

    template <class T>
    std::string npy_of_matrix(const matrix& x, bool fortran = false, byte_order order = byte_order::little)
    {
        std::vector<T> values;
        for (const auto& line : x)
            for (const double v : line) values.push_back(static_cast<T>(v));
        return npy_of<T>({static_cast<std::int64_t>(x.size()), static_cast<std::int64_t>(x[0].size())}, values, fortran, order);
    }

    const matrix words = {{1, 2, 3, 4}, {-1, 0, 2, 5}, {0, 0, 0, 0}, {4, 3, 2, 1}, {-2, -4, -6, -8}};
    const matrix queries = {{1, 0, 0, 0}, {3, 1, 4, 1}};

    struct folder
    {
        temporary_directory directory;

        template <class T>
        void check(const std::vector<std::string>& arguments, const extents& shape, const std::vector<double>& expected) const
        {
            std::vector<std::string> all = {"cosine", "-o", "out.npy"};
            all.insert(all.end(), arguments.begin(), arguments.end());
            const outcome ended = run_xeinsum(directory.path(), all);
            BOOST_TEST(ended.err == "");
            BOOST_REQUIRE(ended.status == 0);
            const array s = read_npy(directory.path("out.npy"));
            BOOST_TEST(to_string(s.type) == to_string(dtype_of<T>()));
            BOOST_TEST(s.lies.shape == shape, boost::test_tools::per_element());
            for (std::size_t i = 0; i < expected.size(); ++i)
            {
                const T value = s.as<T>()[i];
                if (std::isnan(expected[i])) BOOST_TEST(std::isnan(value));
                // Norm, division and a sum of four products: some ten roundings of numbers of at most 1.
                else BOOST_TEST(std::abs(value - expected[i]) <= 16 * std::numeric_limits<T>::epsilon());
            }
        }
    };
}

BOOST_FIXTURE_TEST_SUITE(command_cosine, folder)

BOOST_AUTO_TEST_CASE(one_matrix_of_each_dtype)
{
    const std::vector<double> expected = similarities(words, words, 1e-8);
    for (const bool fortran : {false, true})
        for (const byte_order order : {byte_order::little, byte_order::big})
        {
            directory.write("x.npy", npy_of_matrix<float>(words, fortran, order));
            check<float>({"x.npy"}, {5, 5}, expected);
            directory.write("x.npy", npy_of_matrix<double>(words, fortran, order));
            check<double>({"x.npy"}, {5, 5}, expected);
            directory.write("x.npy", npy_of_matrix<std::int8_t>(words, fortran, order));
            check<double>({"x.npy"}, {5, 5}, expected);
            directory.write("x.npy", npy_of_matrix<std::int64_t>(words, fortran, order));
            check<double>({"x.npy"}, {5, 5}, expected);
        }
}

BOOST_AUTO_TEST_CASE(two_matrices)
{
    const std::vector<double> expected = similarities(queries, words, 1e-8);
    directory.write("y.npy", npy_of_matrix<float>(words, true));
    directory.write("x.npy", npy_of_matrix<float>(queries));
    check<float>({"x.npy", "y.npy"}, {2, 5}, expected);
    directory.write("x.npy", npy_of_matrix<std::uint8_t>(queries));  // float64 once computed, and so is the result
    check<double>({"x.npy", "y.npy"}, {2, 5}, expected);
    directory.write("x.npy", npy_of_matrix<double>(queries));
    check<double>({"x.npy", "y.npy"}, {2, 5}, expected);
}

BOOST_AUTO_TEST_CASE(a_large_eps_is_the_divisor)
{
    directory.write("x.npy", npy_of_matrix<double>(words));
    check<double>({"x.npy", "--eps", "100"}, {5, 5}, similarities(words, words, 100));
    check<double>({"x.npy", "--eps=5.48"}, {5, 5}, similarities(words, words, 5.48));  // larger than some norms
}

BOOST_AUTO_TEST_CASE(nan_stays_in_its_row_and_column)
{
    matrix with_nan = words;
    with_nan[1][2] = std::numeric_limits<double>::quiet_NaN();
    directory.write("x.npy", npy_of_matrix<double>(with_nan));
    check<double>({"x.npy"}, {5, 5}, similarities(with_nan, with_nan, 1e-8));
}

BOOST_AUTO_TEST_CASE(matrices_without_rows_or_columns)
{
    directory.write("x.npy", npy_of<double>({0, 4}, {}));
    check<double>({"x.npy"}, {0, 0}, {});
    directory.write("x.npy", npy_of<double>({2, 0}, {}));
    check<double>({"x.npy"}, {2, 2}, {0, 0, 0, 0});
}

BOOST_AUTO_TEST_CASE(what_a_zero_row_is)
{
    directory.write("x.npy", npy_of_matrix<double>(words));
    std::vector<double> expected = similarities(words, words, 1e-8);
    for (std::size_t i = 0; i < 25; ++i)
        if (i / 5 == 2 || i % 5 == 2) expected[i] = std::numeric_limits<double>::quiet_NaN();
    check<double>({"x.npy", "--undefined", "nan"}, {5, 5}, expected);
    const outcome refused = run_xeinsum(directory.path(), {"cosine", "x.npy", "-o", "no.npy", "--undefined", "error"});
    BOOST_TEST(refused.status == 1);
    BOOST_TEST(refused.err.find("vector 2 is zero") != std::string::npos);
    BOOST_TEST((directory.names() == std::set<std::string>{"out.npy", "x.npy"}));
}

BOOST_AUTO_TEST_CASE(a_matrix_of_several_tiles)
{
    // Unit vectors of the plane: the similarity of two is the cosine of their angle.
    std::vector<float> values;
    constexpr std::int64_t count = 1300;
    for (std::int64_t i = 0; i < count; ++i)
        for (const double v : {std::cos(0.01 * static_cast<double>(i)), std::sin(0.01 * static_cast<double>(i))}) values.push_back(static_cast<float>(v));
    directory.write("x.npy", npy_of<float>({count, 2}, values));
    BOOST_REQUIRE(run_xeinsum(directory.path(), {"cosine", "x.npy", "-o", "out.npy"}).status == 0);
    const array s = read_npy(directory.path("out.npy"));
    std::size_t wrong = 0;
    for (std::int64_t i = 0; i < count; ++i)
        for (std::int64_t j = 0; j < count; ++j) wrong += std::abs(s.as<float>()[i * count + j] - std::cos(0.01 * static_cast<double>(i - j))) > 1e-6;
    BOOST_TEST(wrong == 0u);
}

namespace
{
    /// Angles in degrees, as vectors of the plane.
    matrix directions(const std::vector<double>& angles)
    {
        matrix result;
        for (const double a : angles) result.push_back({std::cos(a * 3.14159265358979323846 / 180), std::sin(a * 3.14159265358979323846 / 180)});
        return result;
    }
}

BOOST_AUTO_TEST_CASE(the_nearest_rows)
{
    directory.write("x.npy", npy_of_matrix<double>(directions({0, 50, 70, 180})));
    const outcome printed = run_xeinsum(directory.path(), {"cosine", "x.npy", "--top-k", "2", "--leave-out-self"});
    BOOST_TEST(printed.err == "");
    BOOST_TEST(printed.out == "0:\t1 0.642788\t2 0.342020\n1:\t2 0.939693\t0 0.642788\n2:\t1 0.939693\t0 0.342020\n3:\t2 -0.342020\t1 -0.642788\n");
    directory.write("names.txt", "east\nnortheast\r\nnorth & a bit\nwest");
    const outcome named = run_xeinsum(directory.path(), {"cosine", "x.npy", "--top-k", "1", "--leave-out-self", "--labels", "names.txt"});
    BOOST_TEST(named.out == "east:\tnortheast 0.642788\nnortheast:\tnorth & a bit 0.939693\nnorth & a bit:\tnortheast 0.939693\nwest:\tnorth & a bit -0.342020\n");
    directory.write("q.npy", npy_of_matrix<double>(directions({60, 10})));
    const outcome two = run_xeinsum(directory.path(), {"cosine", "q.npy", "x.npy", "--top-k", "1", "--labels", "names.txt"});
    BOOST_TEST(two.out == "0:\tnortheast 0.984808\n1:\teast 0.984808\n");
    const outcome files = run_xeinsum(directory.path(), {"cosine", "q.npy", "x.npy", "--top-k", "3", "-o", "s.npy", "--indices", "i.npy"});
    BOOST_TEST(files.out == "");
    const array s = read_npy(directory.path("s.npy")), i = read_npy(directory.path("i.npy"));
    BOOST_TEST((s.type == dtype::float64 && i.type == dtype::int64));
    BOOST_TEST(i.lies.shape == (extents{2, 3}), boost::test_tools::per_element());
    BOOST_TEST(std::vector<std::int64_t>(i.as<std::int64_t>(), i.as<std::int64_t>() + 6) == (std::vector<std::int64_t>{1, 2, 0, 0, 1, 2}), boost::test_tools::per_element());
    BOOST_TEST(std::abs(s.as<double>()[2] - 0.5) < 1e-12);
}

BOOST_AUTO_TEST_CASE(pairs_above_a_threshold)
{
    directory.write("x.npy", npy_of_matrix<double>(directions({0, 50, 70, 180})));
    BOOST_TEST(run_xeinsum(directory.path(), {"cosine", "x.npy", "--threshold", "0.6"}).out == "0\t1\t0.642788\n1\t2\t0.939693\n");
    directory.write("names.txt", "a\nb\nc\nd\n");
    const outcome written = run_xeinsum(directory.path(), {"cosine", "x.npy", "--threshold", "0.9", "--labels", "names.txt", "-o", "pairs.tsv"});
    BOOST_TEST(written.out == "");
    BOOST_TEST(directory.read("pairs.tsv") == "b\tc\t0.939693\n");
    BOOST_TEST(run_xeinsum(directory.path(), {"cosine", "x.npy", "x.npy", "--threshold", "0.95"}).out == "0\t0\t1.000000\n1\t1\t1.000000\n2\t2\t1.000000\n3\t3\t1.000000\n");
}

BOOST_AUTO_TEST_CASE(an_output_is_no_input)
{
    const std::string content = npy_of_matrix<double>(words), names = "a\nb\nc\nd\ne\n";
    directory.write("x.npy", content);
    directory.write("names.txt", names);
    std::filesystem::create_symlink("x.npy", directory.path("link.npy"));
    const auto refuses = [&](std::vector<std::string> arguments, const std::string& what) {
        arguments.insert(arguments.begin(), "cosine");
        const outcome ended = run_xeinsum(directory.path(), arguments);
        BOOST_TEST(ended.status == 2);
        BOOST_TEST(ended.err.find(what) != std::string::npos, ended.err);
    };
    refuses({"x.npy", "-o", "x.npy"}, "-o x.npy would overwrite the input x.npy");
    refuses({"x.npy", "-o", "./x.npy"}, "-o ./x.npy would overwrite the input x.npy");
    refuses({"link.npy", "-o", "x.npy"}, "-o x.npy would overwrite the input link.npy");
    refuses({"x.npy", "--top-k", "1", "--indices", "x.npy"}, "--indices x.npy would overwrite the input x.npy");
    refuses({"x.npy", "--threshold", "0.5", "--labels", "names.txt", "-o", "names.txt"}, "-o names.txt would overwrite the input names.txt");
    BOOST_TEST(directory.read("x.npy") == content);
    BOOST_TEST(directory.read("names.txt") == names);
}

BOOST_AUTO_TEST_CASE(a_destination_is_asked_for_last)
{
    directory.write("x.npy", npy_of_matrix<double>(words));
    directory.write("v.npy", npy_of<double>({3}, {1, 2, 3}));
    const auto says = [&](std::vector<std::string> arguments, const std::string& what) {
        arguments.insert(arguments.begin(), "cosine");
        const outcome ended = run_xeinsum(directory.path(), arguments);
        BOOST_TEST(ended.status != 0);
        BOOST_TEST(ended.err.find(what) != std::string::npos, ended.err);
    };
    says({"missing.npy"}, "missing.npy");
    says({"v.npy"}, "rank 1");
    says({"x.npy", "v.npy"}, "rank 1");
    says({"x.npy", "--threshold", "nan"}, "cosine: --threshold nan, which nothing reaches");
    says({"x.npy", "--leave-out-self"}, "--leave-out-self goes with --top-k");
    for (const char* option : {"--top-k", "--threshold", "--eps"}) says({"x.npy", option, ""}, std::string(option) + ": a number is right, '' is none");
    says({"x.npy"}, "where is the matrix to go?");
}

BOOST_AUTO_TEST_CASE(a_picture)
{
    matrix x = directions({0, 90, 180});
    x.push_back({std::numeric_limits<double>::quiet_NaN(), 0});
    directory.write("x.npy", npy_of_matrix<double>(x));
    directory.write("names.txt", "a<b\nc\nd\ne\n");
    const auto other = run_xeinsum(directory.path(), {"cosine", "x.npy", "--heatmap", "h.png"});
    BOOST_TEST(other.status == 2);
    BOOST_TEST(other.err.find("--heatmap draws SVG") != std::string::npos, other.err);
    BOOST_TEST(!directory.names().count("h.png"));
    BOOST_REQUIRE(run_xeinsum(directory.path(), {"cosine", "x.npy", "--heatmap", "h.svg", "--labels", "names.txt", "-o", "s.npy"}).status == 0);
    const std::string svg = directory.read("h.svg");
    const auto holds = [&](const std::string& what) { return svg.find(what) != std::string::npos; };
    BOOST_TEST(svg.starts_with("<svg "));
    BOOST_TEST(svg.ends_with("</svg>\n"));
    BOOST_TEST(holds(">a&lt;b</text>"));
    // 1 on the diagonal is red, -1 between 0 and 180 degrees blue, 0 white; NaN a grey row and column.
    BOOST_TEST(holds("<path fill=\"#b2182b\" d=\"M0 0h1v1h-1zM1 1h1v1h-1zM2 2h1v1h-1z\"/>"));
    BOOST_TEST(holds("<path fill=\"#2166ac\" d=\"M2 0h1v1h-1zM0 2h1v1h-1z\"/>"));
    BOOST_TEST(holds("<path fill=\"#bbbbbb\" d=\"M3 0h1v1h-1zM3 1h1v1h-1zM3 2h1v1h-1zM0 3h4v1h-4z\"/>"));
    BOOST_TEST(read_npy(directory.path("s.npy")).lies.size() == 16);
}

BOOST_AUTO_TEST_CASE(an_interrupt_leaves_no_file)
{
    // Rows enough for a result of 400 MB: it is far from done when its file is there.
    directory.write("x.npy", npy_of<float>({10000, 200}, std::vector<float>(2000000, 1.0f)));
    directory.write("s.npy", "what was there before");
    for (const int signal : {SIGINT, SIGTERM})
    {
        BOOST_TEST(interrupt_xeinsum(directory.path(), {"cosine", "x.npy", "-o", "s.npy"}, signal) == signal);
        BOOST_TEST((directory.names() == std::set<std::string>{"s.npy", "x.npy"}));
        BOOST_TEST(directory.read("s.npy") == "what was there before");
    }
}

BOOST_AUTO_TEST_SUITE_END()
