// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
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

BOOST_AUTO_TEST_SUITE_END()
