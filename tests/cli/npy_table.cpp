// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include "npy.hpp"

#include <iostream>
#include <string>
#include <vector>

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "errors.hpp"
#include "npy_bytes.hpp"
#include "temporary_directory.hpp"

using namespace xeinsum;
using namespace xeinsum::cli;
using namespace xeinsum::test;

namespace
{
    /// A file, and what becomes of it: refused in words that contain `refusal`, or read as doubles.
    struct row
    {
        std::string bytes;
        std::string refusal;
        extents shape;
        std::vector<double> values;
    };

    row refused(std::string bytes, std::string refusal) { return {std::move(bytes), std::move(refusal), {}, {}}; }
    row accepted(std::string bytes, extents shape, std::vector<double> values)
    {
        return {std::move(bytes), "", std::move(shape), std::move(values)};
    }

    std::ostream& operator<<(std::ostream& out, const row& r)
    {
        return out << (r.refusal.empty() ? "accepted " + to_string(r.shape) : "refused: " + r.refusal);
    }

    const std::string two = element_bytes<double>({1.5, -2});
    const std::string six = element_bytes<double>({1, 2, 3, 4, 5, 6});
    const std::vector<double> two_values = {1.5, -2};
    const std::vector<double> six_values = {1, 2, 3, 4, 5, 6};

    /// Two doubles, the dictionary as given.
    std::string with(const std::string& text, int major = 1) { return npy(text, two, major); }
    std::string with_descr(const std::string& descr) { return with("{'descr': " + descr + ", 'fortran_order': False, 'shape': (2,)}"); }
    std::string with_order(const std::string& order) { return with("{'descr': '<f8', 'fortran_order': " + order + ", 'shape': (2,)}"); }
    std::string with_shape(const std::string& shape) { return with("{'descr': '<f8', 'fortran_order': False, 'shape': " + shape + "}"); }
    /// The text as it is, without padding or newline.
    std::string unpadded(const std::string& text, const std::string& elements) { return raw_npy(1, text.size(), text, elements); }

    std::string ones(std::size_t count)
    {
        std::string text = "(";
        for (std::size_t i = 0; i < count; ++i) text += "1, ";
        return text + ")";
    }

    const std::string good = dictionary("<f8", "False", "(2,)");

    std::vector<row> beginnings()
    {
        return {
            accepted(with(good), {2}, two_values),                                              // version 1.0
            accepted(with(good, 2), {2}, two_values),                                           // version 2.0
            accepted(with(good, 3), {2}, two_values),                                           // version 3.0
            refused("", "not a .npy file"),                                                     // empty
            refused("\x93", "not a .npy file"),                                                 // shorter than the magic
            refused("\x93NUMPX" + with(good).substr(6), "not a .npy file"),                     // one letter off
            refused("PK\x03\x04" + std::string(60, 'x'), "not a .npy file"),                    // a .npz
            refused("1.5,2.5\n3.5,4.5\n", "not a .npy file"),                                   // a text file
            refused("\x93NUMPY", "truncated"),                                                  // ends before the version
            refused("\x93NUMPY\x01", "truncated"),                                              // ends within the version
            refused(with(good, 4), "version 4.0"),                                              // not invented yet
            refused(with(good, 0), "version 0.0"),                                              // never was
            refused(std::string("\x93NUMPY\x01\x01", 8) + with(good).substr(8), "version 1.1"),  // no such minor version
            refused(with(good).substr(0, 9), "truncated"),                                      // ends within the length
            refused(with(good, 2).substr(0, 11), "truncated"),                                  // the same, version 2.0
            refused(raw_npy(1, 60000, good, two), "truncated"),                                 // a header longer than the file
            refused(raw_npy(2, 4294967295U, good, two), "at most 1048576"),                     // one of 4 GiB
            refused(raw_npy(2, 1048577, std::string(1048577, ' '), two), "at most 1048576"),    // just above the limit
            accepted(raw_npy(2, 1048576, good + std::string(1048576 - good.size(), ' '), two), {2}, two_values),  // just below
            refused(raw_npy(1, 0, "", two), "the end stands where the dictionary's '{'"),       // no header at all
            refused(raw_npy(1, 10, good, two), "malformed header"),                             // length cuts the dictionary
            accepted(unpadded(good, two), {2}, two_values),                                     // no padding: not aligned
            accepted(unpadded(good + " ", two), {2}, two_values),                               // aligned to another odd place
        };
    }

    std::vector<row> dictionaries()
    {
        return {
            accepted(with("{'shape': (2,), 'descr': '<f8', 'fortran_order': False}"), {2}, two_values),       // another order
            accepted(with("{\"descr\": \"<f8\", \"fortran_order\": False, \"shape\": (2,)}"), {2}, two_values),  // double quotes
            accepted(with("{'descr':'<f8','fortran_order':False,'shape':(2,)}"), {2}, two_values),            // dense
            accepted(with(" {\t'descr' : '<f8' ,\n 'fortran_order' :False, 'shape':\r\n( 2 , ) , } \n"), {2}, two_values),  // airy
            refused(with("{'descr': '<f8', 'fortran_order': False}"), "'shape' is missing"),                  // a key left out
            refused(with("{'fortran_order': False, 'shape': (2,)}"), "'descr' is missing"),
            refused(with("{'descr': '<f8', 'shape': (2,)}"), "'fortran_order' is missing"),
            refused(with("{}"), "'descr' is missing"),                                                        // all left out
            refused(with("{'descr': '<f8', 'descr': '<f8', 'fortran_order': False, 'shape': (2,)}"), "'descr' comes twice"),
            refused(with("{'shape': (2,), 'shape': (3,), 'descr': '<f8', 'fortran_order': False}"), "'shape' comes twice"),
            refused(with("{'descr': '<f8', 'fortran_order': False, 'shape': (2,), 'extra': 1}"), "unknown key 'extra'"),
            refused(with("{'Descr': '<f8', 'fortran_order': False, 'shape': (2,)}"), "unknown key 'Descr'"),  // capital letter
            refused(with("{'d\xc3\xa9scr': '<f8', 'fortran_order': False, 'shape': (2,)}", 3), "unknown key 'd\\xc3\\xa9scr'"),  // UTF-8
            refused(with("{descr: '<f8', 'fortran_order': False, 'shape': (2,)}"), "a key in quotes"),        // no quotes
            refused(with("{'descr: '<f8', 'fortran_order': False, 'shape': (2,)}"), "where ':' should"),  // a quote missing
            refused(with("{'descr"), "no closing quote"),
            refused(with("{'descr' '<f8', 'fortran_order': False, 'shape': (2,)}"), "where ':' should"),      // no colon
            refused(with("{'descr': '<f8' 'fortran_order': False, 'shape': (2,)}"), "where ',' or '}' should"),  // no comma
            refused(with("{'descr': '<f8', 'fortran_order': False, 'shape': (2,)"), "the end stands where ',' or '}'"),  // no brace
            refused(with("{'descr': '<f8',, 'fortran_order': False, 'shape': (2,)}"), "a key in quotes"),     // two commas
            refused(with(good + " {}"), "text behind"),                                                       // a second one
            refused(with(good + std::string(1, '\0')), "text behind"),                                        // padded with NUL
            refused(with("['descr', '<f8']"), "the dictionary's '{'"),                                        // a list
            refused(with(std::string(200, '{')), "a key in quotes"),                                          // nested
        };
    }

    std::vector<row> types()
    {
        return {
            refused(with_descr("'|O'"), "Python objects"),
            refused(with_descr("'|S8'"), "byte strings"),
            refused(with_descr("'<U2'"), "strings"),
            refused(with_descr("'<M8[ns]'"), "dates"),
            refused(with_descr("'<m8[s]'"), "time differences"),
            refused(with_descr("'|V8'"), "raw bytes"),
            refused(with_descr("'<f2'"), "float16"),
            refused(with_descr("'<f16'"), "long double"),
            refused(with_descr("'<c32'"), "complex long double"),
            refused(with_descr("[('a', '<f8')]"), "[('a', '<f8')]' is structured"),  // fields
            refused(with_descr("[]"), "is structured"),
            refused(with_descr("('<f8', (2,))"), "the dtype as a string"),           // a sub-array
            refused(with_descr("8"), "the dtype as a string"),
            refused(with_descr("''"), "dtype '' is not supported"),
            refused(with_descr("'<'"), "dtype '<' is not supported"),                // a byte order only
            refused(with_descr("'f8'"), "dtype 'f8' is not supported"),              // none
            refused(with_descr("'float64'"), "'float64' is not supported"),          // the long name
            refused(with_descr("'<f7'"), "'<f7' is not supported; bool, int8"),      // no such size; names what is supported
            refused(with_descr("'<f8 '"), "not supported"),                          // a blank too many
            refused(with_descr("'|f8'"), "leaves the byte order open"),
            refused(with_descr("'!f8'"), "not supported"),                           // struct's, not NumPy's
            refused(with_order("'False'"), "neither True nor False"),                // a string
            refused(with_order("0"), "neither True nor False"),
            refused(with_order("false"), "neither True nor False"),                  // JSON's
            refused(with_order("Falsely"), "neither True nor False"),
            refused(with_order(""), "neither True nor False"),
            accepted(npy(dictionary("<i1", "False", "(2,)"), "\x01\xff"), {2}, {1, -1}),  // byte order of one byte: any
            accepted(npy(dictionary(">u1", "False", "(2,)"), "\x01\xff"), {2}, {1, 255}),
            accepted(npy(dictionary("=b1", "True", "(2,)"), std::string("\0\x01", 2)), {2}, {0, 1}),
            refused(npy(dictionary("|b1", "False", "(3,)"), std::string("\0\x01\x02", 3)), "element 2 of bool is the byte 2"),
            refused(npy(dictionary("|b1", "False", "(1,)"), "\xff"), "element 0 of bool is the byte 255"),
        };
    }

    std::vector<row> shapes()
    {
        const std::string one = element_bytes<double>({7});
        return {
            accepted(npy(dictionary("<f8", "False", "()"), one), {}, {7}),                   // a scalar
            accepted(npy(dictionary("<f8", "True", "( )"), one), {}, {7}),                   // a scalar in Fortran order
            accepted(npy(dictionary("<f8", "False", "(2, 3)"), six), {2, 3}, six_values),
            accepted(npy(dictionary("<f8", "True", "(2, 3)"), six), {2, 3}, {1, 3, 5, 2, 4, 6}),
            accepted(npy(dictionary("<f8", "False", "(2, 3,)"), six), {2, 3}, six_values),   // a trailing comma
            accepted(npy(dictionary("<f8", "False", "(2L, 3L)"), six), {2, 3}, six_values),  // Python 2
            accepted(npy(dictionary("<f8", "False", "(0,)"), ""), {0}, {}),                  // nothing in it
            accepted(npy(dictionary("<f8", "True", "(3, 0, 2)"), ""), {3, 0, 2}, {}),
            accepted(npy(dictionary("<f8", "False", "(0, 9223372036854775807, 9)"), ""), {0, INT64_MAX, 9}, {}),  // 0 times anything
            accepted(npy(dictionary("<f8", "False", ones(64)), one), extents(64, 1), {7}),   // as many axes as can be
            refused(npy(dictionary("<f8", "False", ones(65)), one), "more than 64 axes"),
            refused(with_shape("2"), "the shape's '('"),                                     // a number
            refused(with_shape("(2)"), "a tuple of one is '(n,)'"),                          // a number to Python
            refused(with_shape("[2]"), "the shape's '('"),                                   // a list
            refused(with_shape("(,)"), "where an extent should"),
            refused(with_shape("(2,,)"), "where an extent should"),
            refused(with_shape("(2 2)"), "where ',' or ')' should"),
            refused(with_shape("(-2,)"), "negative extent"),
            refused(with_shape("(+2,)"), "where an extent should"),
            refused(with_shape("(2.0,)"), "where ',' or ')' should"),
            refused(with_shape("(0x2,)"), "where an extent should"),
            refused(with_shape("(02,)"), "where an extent should"),                          // octal to Python 2
            refused(with_shape("(2LL,)"), "where an extent should"),
            refused(with_shape("(True,)"), "where an extent should"),
            refused(with_shape("('2',)"), "where an extent should"),
            refused(with_shape("(2,"), "where an extent should"),                            // '}' behind it
            refused(with_shape("(9223372036854775808,)"), "beyond 2^63 - 1"),
            refused(with_shape("(99999999999999999999999,)"), "beyond 2^63 - 1"),
            refused(with_shape("(9223372036854775807,)"), "more bytes than 64 bits hold"),   // an extent that fits, bytes that don't
            refused(with_shape("(4294967296, 4294967296)"), "more bytes than 64 bits hold"), // 2^64 elements, 0 if it wrapped
            refused(with_shape("(1099511627776,)"), "truncated: shape 1099511627776 of float64 needs 8796093022208 bytes"),  // 8 TiB
            refused(with_shape("(3,)"), "truncated: shape 3 of float64 needs 24 bytes, but only 16"),
            refused(with_shape("(1,)"), "8 trailing bytes"),
            refused(with_shape("(0,)"), "16 trailing bytes"),
            refused(npy(good, two + "\n"), "1 trailing bytes"),                              // a newline at the end
            refused(npy(good, two.substr(1)), "only 15 follow"),                             // one byte lost
            refused(npy(good, ""), "only 0 follow"),
        };
    }

    std::vector<row> all_rows()
    {
        std::vector<row> all;
        for (const auto& part : {beginnings(), dictionaries(), types(), shapes()}) all.insert(all.end(), part.begin(), part.end());
        return all;
    }

    std::vector<double> row_major_values(const array& x)
    {
        std::vector<double> result;
        extents index(x.lies.rank(), 0);
        const auto count = static_cast<std::size_t>(x.lies.size());
        while (result.size() < count)
        {
            std::int64_t at = 0;
            for (std::size_t d = 0; d < index.size(); ++d) at += index[d] * x.lies.strides[d];
            switch (x.type)
            {
            case dtype::float64: result.push_back(x.as<double>()[at]); break;
            case dtype::int8: result.push_back(x.as<std::int8_t>()[at]); break;
            case dtype::uint8: result.push_back(x.as<std::uint8_t>()[at]); break;
            case dtype::boolean: result.push_back(x.as<bool>()[at]); break;
            default: BOOST_FAIL("a dtype that the table does not have");
            }
            for (std::size_t d = index.size(); d-- > 0 && ++index[d] == x.lies.shape[d];) index[d] = 0;
        }
        return result;
    }
}

BOOST_AUTO_TEST_SUITE(npy_table)

BOOST_DATA_TEST_CASE(each_file_is_read_or_refused_as_the_table_says, boost::unit_test::data::make(all_rows()), expected)
{
    const temporary_directory directory;
    const std::string path = directory.write("x.npy", expected.bytes);
    std::string refusal;
    array x;
    try
    {
        x = read_npy(path);
    }
    catch (const file_error& e)
    {
        refusal = e.what();
    }
    if (expected.refusal.empty())
    {
        BOOST_TEST(refusal == "");
        BOOST_TEST(x.lies.shape == expected.shape, boost::test_tools::per_element());
        BOOST_TEST(row_major_values(x) == expected.values, boost::test_tools::per_element());
    }
    else
    {
        BOOST_TEST(refusal.starts_with(path + ": "), refusal);
        BOOST_TEST(refusal.find(expected.refusal) != std::string::npos, refusal);
    }
}

BOOST_AUTO_TEST_CASE(size_of_the_table)
{
    std::cout << all_rows().size() << " malformed or unusual .npy files\n";
    BOOST_TEST(all_rows().size() >= 60U);
}

BOOST_AUTO_TEST_SUITE_END()
