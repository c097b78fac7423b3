// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include <cmath>
#include <complex>
#include <cstdint>
#include <limits>
#include <ostream>
#include <string>
#include <vector>

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <support/oracle.hpp>

#include "convert.hpp"
#include "npy.hpp"
#include "npy_bytes.hpp"
#include "process.hpp"
#include "temporary_directory.hpp"

using namespace xeinsum;
using namespace xeinsum::cli;
using namespace xeinsum::test;

namespace
{
    using complex = std::complex<double>;

    /// An operand's file.
    struct file
    {
        dtype type;
        oracle::shape shape;
        bool fortran = false;
        byte_order order = byte_order::little;
    };

    /// A contraction of files, the dtype that NumPy's promotion gives it, and options.
    struct row
    {
        std::string subscripts;
        std::vector<file> files;
        dtype type;
        std::vector<std::string> options = {};
    };

    std::ostream& operator<<(std::ostream& out, const row& r)
    {
        out << r.subscripts;
        for (const file& f : r.files)
            out << " " << to_string(f.type) << (f.fortran ? " F" : " C") << (f.order == byte_order::big ? "> " : "< ") << to_string(f.shape);
        return out;
    }

    constexpr auto big = byte_order::big;
    constexpr auto f4 = dtype::float32, f8 = dtype::float64, c8 = dtype::complex64, c16 = dtype::complex128, b1 = dtype::boolean,
                   i1 = dtype::int8, i2 = dtype::int16, i4 = dtype::int32, i8 = dtype::int64, u1 = dtype::uint8, u2 = dtype::uint16,
                   u4 = dtype::uint32, u8 = dtype::uint64;

    std::vector<row> rows()
    {
        std::vector<row> all = {
            {"ij,jk->ik", {{f8, {3, 4}}, {f8, {4, 5}, true}}, f8},                      // Fortran order on the right
            {"ij,jk->ik", {{f8, {3, 4}, true}, {f8, {4, 5}}}, f8},                      // on the left
            {"ij,jk->ki", {{f4, {3, 4}, true}, {f4, {4, 5}, true}}, f4},                // on both, result transposed
            {"ij,jk->ik", {{f8, {3, 4}, false, big}, {f8, {4, 5}}}, f8},                // byte orders mixed
            {"ij,jk->ik", {{c8, {3, 4}, true, big}, {c8, {4, 5}, false, big}}, c8},
            {"ij,jk->ik", {{f4, {3, 4}}, {f8, {4, 5}}}, f8},                            // dtypes mixed
            {"ij,jk->ik", {{i4, {3, 4}}, {f4, {4, 5}}}, f8},
            {"ij,jk->ik", {{i2, {3, 4}}, {f4, {4, 5}, true, big}}, f4},
            {"ij,jk->ik", {{i1, {3, 4}}, {u1, {4, 5}}}, i2},
            {"ij,jk->ik", {{i8, {3, 4}, true}, {u8, {4, 5}}}, f8},
            {"ij,jk->ik", {{u4, {3, 4}}, {i4, {4, 5}}}, i8},
            {"ij,jk->ik", {{b1, {3, 4}}, {u2, {4, 5}}}, u2},
            {"ij,jk->ik", {{c8, {3, 4}}, {f8, {4, 5}}}, c16},
            {"ij,jk->ik", {{c8, {3, 4}}, {i1, {4, 5}, true}}, c8},
            {"ij,jk->ik", {{i8, {3, 4}}, {c8, {4, 5}}}, c16},
            {"ij,jk,kl->il", {{i1, {2, 3}}, {u2, {3, 4}}, {f4, {4, 2}}}, f4},           // the integers alone would be int32
            {",ij->ij", {{f8, {}}, {f4, {2, 3}}}, f4},                                  // a scalar of the same kind is weak
            {",ij->ij", {{i8, {}}, {i1, {2, 3}}}, i1},
            {",ij->ij", {{f8, {}}, {i4, {2, 3}}}, f8},                                  // one of a higher kind is not
            {",->", {{i4, {}}, {f4, {}}}, f8},                                          // scalars among themselves
            {"->", {{c16, {}}}, c16},
            {"", {{f4, {}}}, f4},
            {"i->", {{f8, {7}}}, f8},
            {"i", {{i2, {7}, true, big}}, i2},
            {"ii->i", {{f8, {4, 4}, true}}, f8},                                        // a diagonal
            {"ijk->kji", {{f8, {2, 3, 4}}}, f8},
            {"ijk->kji", {{u2, {2, 3, 4}, true, big}}, u2},
            {"...ij,...jk->...ik", {{f4, {2, 3, 4}, true}, {f4, {4, 5}}}, f4},          // broadcasting
            {"ij,ij->ij", {{f8, {3, 1}}, {f8, {1, 4}}}, f8},
            {"ij,jk->ik", {{f8, {3, 0}}, {f8, {0, 5}}}, f8},                            // an empty sum
            {"ij->ji", {{f8, {0, 3}, true}}, f8},                                       // nothing at all
            {"i,j,k->ijk", {{f4, {2}}, {f4, {3}}, {f4, {4}}}, f4},
            {"ij->i", {{f8, {400, 500}}}, f8},                                          // mapped
            {"ij->i", {{f8, {400, 500}, true}}, f8},
            {"ij->j", {{f8, {400, 500}, false, big}}, f8},                              // mapped and swapped
            {"ij,j->i", {{i2, {800, 700}}, {f4, {700}}}, f4},                           // mapped and converted
            {"ij,jk->ik", {{c16, {260, 270}, true}, {c16, {270, 2}}}, c16},
        };
        for (const char* path : {"auto", "left", "greedy", "random-greedy", "optimal", "(0,1,2)", "(0,1),(0,1)", "(1,2),(0,1)", "(0,2), (1,0)", "[(2,1),(1,0)]"})
            all.push_back({"ij,jk,kl->li", {{f8, {3, 4}}, {f8, {4, 5}, true}, {f8, {5, 2}}}, f8, {"--path", path}});
        for (const dtype d : {b1, i2, u8, f4, f8, c8, c16})  // in slices
            all.push_back({"ij,jk,kl->li", {{d, {30, 4}}, {d, {4, 50}, true}, {d, {50, 2}}}, d, {"--path", "(0,1),(0,1)", "--memory-limit", "4KiB"}});
        for (const dtype d : {b1, i1, i2, i4, i8, u1, u2, u4, u8, f4, f8, c8, c16})
            all.push_back({"ij,jk->ik", {{d, {3, 4}, true, big}, {d, {4, 2}}}, d});
        return all;
    }

    /// Small whole numbers, so that every order of summation is exact in every dtype.
    template <class T>
    std::vector<T> whole_numbers(std::size_t count, std::size_t seed)
    {
        std::vector<T> values;
        for (std::size_t i = 0; i < count; ++i)
        {
            const std::size_t x = (i * 7 + seed * 5 + i / 3) % 4;
            if constexpr (std::is_same_v<T, bool>) values.push_back(x == 1);
            else if constexpr (std::is_arithmetic_v<T>) values.push_back(static_cast<T>(x));
            else values.push_back(T(static_cast<typename T::value_type>(x), static_cast<typename T::value_type>(i % 3) - 1));
        }
        return values;
    }

    std::size_t count_of(const oracle::shape& shape)
    {
        std::size_t count = 1;
        for (const std::int64_t extent : shape) count *= static_cast<std::size_t>(extent);
        return count;
    }

    /// Writes the operand's file and returns its values.
    std::vector<complex> make_operand(const temporary_directory& directory, const std::string& name, const file& f, std::size_t seed)
    {
        std::vector<complex> exact;
        visit_npy_dtype(f.type, [&]<class T>(type_tag<T>) {
            const std::vector<T> values = whole_numbers<T>(count_of(f.shape), seed);
            directory.write(name, npy_of<T>(f.shape, values, f.fortran, f.order));
            for (const T x : values) exact.push_back(oracle::convert<complex>(x));
        });
        return exact;
    }

    struct folder
    {
        temporary_directory directory;

        outcome run(const std::vector<std::string>& arguments) const { return run_xeinsum(directory.path(), arguments); }
        array result() const { return read_npy(directory.path("out.npy")); }
    };
}

BOOST_FIXTURE_TEST_SUITE(command_run, folder)

BOOST_DATA_TEST_CASE_F(folder, each_contraction_has_the_oracle_s_values, boost::unit_test::data::make(rows()), asked)
{
    std::vector<std::string> arguments = {"run", asked.subscripts};
    std::vector<oracle::shape> shapes;
    std::vector<std::vector<complex>> operands;
    for (const file& f : asked.files)
    {
        arguments.push_back(std::string("in").append(std::to_string(shapes.size())).append(".npy"));
        operands.push_back(make_operand(directory, arguments.back(), f, shapes.size()));
        shapes.push_back(f.shape);
    }
    arguments.insert(arguments.end(), {"-o", "out.npy"});
    arguments.insert(arguments.end(), asked.options.begin(), asked.options.end());
    const outcome ended = run(arguments);
    BOOST_TEST(ended.err == "");
    BOOST_REQUIRE(ended.status == 0);

    const oracle::problem problem = oracle::make_problem(asked.subscripts, shapes);
    const auto expected = oracle::evaluate<complex>(problem, shapes, operands);
    const array x = result();
    BOOST_TEST(to_string(x.type) == to_string(asked.type));
    BOOST_TEST(x.lies.shape == problem.result_shape(), boost::test_tools::per_element());
    BOOST_REQUIRE(count_of(x.lies.shape) == expected.value.size());
    visit_npy_dtype(x.type, [&]<class T>(type_tag<T>) {
        for (std::size_t i = 0; i < expected.value.size(); ++i)
            if constexpr (std::is_same_v<T, bool>) BOOST_TEST(x.as<T>()[i] == (expected.value[i] != oracle::wide_t<complex>()));
            else BOOST_TEST((oracle::convert<complex>(x.as<T>()[i]) == oracle::convert<complex>(expected.value[i])));
    });
}

BOOST_AUTO_TEST_CASE(integers_wrap)
{
    directory.write("x.npy", npy_of<std::int8_t>({3}, {100, 100, 100}));
    BOOST_TEST(run({"run", "i->", "x.npy", "-o", "out.npy"}).status == 0);
    BOOST_TEST(int(result().as<std::int8_t>()[0]) == 300 - 256);
}

BOOST_AUTO_TEST_CASE(nan_and_infinity_pass_through)
{
    const double inf = std::numeric_limits<double>::infinity(), nan = std::numeric_limits<double>::quiet_NaN();
    directory.write("x.npy", npy_of<double>({3, 2}, {inf, 1, nan, 0, inf, -inf}, false, big));
    BOOST_TEST(run({"run", "ij->i", "x.npy", "-o", "out.npy"}).status == 0);
    const array x = result();
    BOOST_TEST(x.as<double>()[0] == inf);
    BOOST_TEST(std::isnan(x.as<double>()[1]));
    BOOST_TEST(std::isnan(x.as<double>()[2]));
}

BOOST_AUTO_TEST_CASE(the_output_may_be_an_input)
{
    directory.write("x.npy", npy_of<double>({2, 2}, {1, 2, 3, 4}));
    BOOST_TEST(run({"run", "ij,jk->ik", "x.npy", "x.npy", "-o", "x.npy"}).status == 0);
    BOOST_TEST(directory.read("x.npy") == npy_of<double>({2, 2}, {7, 10, 15, 22}));
}

BOOST_AUTO_TEST_CASE(the_output_may_be_a_mapped_input)
{
    const std::vector<double> values = whole_numbers<double>(400 * 500, 1);
    directory.write("x.npy", npy_of<double>({400, 500}, values, true));
    BOOST_TEST(run({"run", "ij->ij", "x.npy", "-o", "x.npy"}).status == 0);
    BOOST_TEST((directory.read("x.npy") == npy_of<double>({400, 500}, values)));
}

BOOST_AUTO_TEST_CASE(elements_that_are_not_aligned_are_read)
{
    for (std::size_t padding = 0; padding < 9; ++padding)
    {
        const std::string text = dictionary("<f8", "False", "(3,)") + std::string(padding, ' ');
        directory.write("x.npy", raw_npy(1, text.size(), text, element_bytes<double>({1, 2, 4})));
        BOOST_TEST(run({"run", "i->", "x.npy", "-o", "out.npy"}).status == 0);
        BOOST_TEST(result().as<double>()[0] == 7);
    }
}

BOOST_AUTO_TEST_CASE(nothing_is_written_where_the_request_is_wrong)
{
    directory.write("x.npy", npy_of<double>({2}, {1, 2}));
    const std::string before = directory.write("out.npy", "precious");
    BOOST_TEST(run({"run", "ij->i", "x.npy", "-o", "out.npy"}).status == 2);
    BOOST_TEST(directory.read("out.npy") == "precious");
}

BOOST_AUTO_TEST_SUITE_END()
