// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include "text_forms.hpp"

#include <string>
#include <utility>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "errors.hpp"

using namespace xeinsum;
using namespace xeinsum::cli;

namespace
{
    path_strategy strategy_of(const path_choice& path)
    {
        BOOST_REQUIRE(!path.given());
        return path.search().strategy;
    }

    const contraction_path& path_of(const path_choice& path)
    {
        BOOST_REQUIRE(path.given());
        return *path.given();
    }
}

BOOST_AUTO_TEST_SUITE(text_forms)

BOOST_AUTO_TEST_CASE(shapes)
{
    const std::vector<std::pair<std::string, extents>> good = {
        {"-", {}},
        {"5", {5}},
        {"0", {0}},
        {"100x700", {100, 700}},
        {"0x3x0", {0, 3, 0}},  // no hexadecimal number
        {"9223372036854775807", {INT64_MAX}},
    };
    for (const auto& [text, shape] : good) BOOST_TEST(parse_shape(text) == shape, text);
    for (const char* text : {"", "x", "3x", "x3", "3xx3", "-3", "3x-3", "--", "3,4", "3X4", "3 x4", "3.0", "[3]", "9223372036854775808"})
        BOOST_CHECK_THROW(parse_shape(text), usage_error);
}

BOOST_AUTO_TEST_CASE(dtypes)
{
    const std::vector<std::pair<std::string, dtype>> good = {
        {"bool", dtype::boolean}, {"i8", dtype::int8}, {"int8", dtype::int8}, {"i16", dtype::int16}, {"int16", dtype::int16},
        {"i32", dtype::int32}, {"int32", dtype::int32}, {"i64", dtype::int64}, {"int64", dtype::int64}, {"u8", dtype::uint8},
        {"uint8", dtype::uint8}, {"u16", dtype::uint16}, {"uint16", dtype::uint16}, {"u32", dtype::uint32},
        {"uint32", dtype::uint32}, {"u64", dtype::uint64}, {"uint64", dtype::uint64}, {"f32", dtype::float32},
        {"float32", dtype::float32}, {"f64", dtype::float64}, {"float64", dtype::float64}, {"c64", dtype::complex64},
        {"complex64", dtype::complex64}, {"c128", dtype::complex128}, {"complex128", dtype::complex128},
    };
    for (const auto& [text, type] : good) BOOST_TEST((parse_dtype(text) == type), text);
    for (const char* text : {"", "f", "f16", "float16", "longdouble", "clongdouble", "other", "F32", "<f4", "f32 "})
        BOOST_CHECK_THROW(parse_dtype(text), usage_error);
}

BOOST_AUTO_TEST_CASE(bytes)
{
    using xeinsum::cli::parse_bytes;
    BOOST_TEST(!parse_bytes("none").has_value());
    const std::vector<std::pair<std::string, std::size_t>> good = {{"0", 0}, {"1000", 1000}, {"7B", 7}, {"3KiB", 3072}, {"512MiB", 536870912},
                                                                   {"2GB", 2000000000}, {"2GiB", 2147483648}, {"1TiB", 1099511627776}, {"5kB", 5000}};
    for (const auto& [text, count] : good) BOOST_TEST(*parse_bytes(text) == count, text);
    for (const char* text : {" ", "MiB", "-1", "1.5GB", "1 GB", "1gb", "1GBs", "9223372036854775808", "9000000TiB", "0x10"})
        BOOST_CHECK_THROW(parse_bytes(text), usage_error);
}

BOOST_AUTO_TEST_CASE(paths)
{
    using enum path_strategy;
    const std::vector<std::pair<std::string, path_strategy>> strategies = {
        {"auto", automatic}, {"left", left}, {"greedy", greedy}, {"random-greedy", random_greedy}, {"optimal", optimal}};
    for (const auto& [text, strategy] : {std::pair("automatic", automatic), std::pair("random_greedy", random_greedy)})
        BOOST_TEST((strategy_of(parse_path(text)) == strategy), text);
    for (const auto& [text, strategy] : strategies) BOOST_TEST((strategy_of(parse_path(text)) == strategy), text);
    const std::vector<std::pair<std::string, contraction_path>> good = {
        {"(0,1)", contraction_path{{0, 1}}},
        {"(0)", contraction_path{{0}}},
        {"(0,1),(0,1)", contraction_path{{0, 1}, {0, 1}}},
        {" (1, 2), (0, 1) ", contraction_path{{1, 2}, {0, 1}}},
        {"[(1, 2), (0, 1)]", contraction_path{{1, 2}, {0, 1}}},  // as Python prints it
        {"[[1,2],[0,1]]", contraction_path{{1, 2}, {0, 1}}},     // as JSON has it
        {"[\n    [\n      0\n    ]\n  ]", contraction_path{{0}}},  // on several lines, too
        {"(0,7)", contraction_path{{0, 7}}},                      // the plan knows the number of operands
    };
    for (const auto& [text, path] : good) BOOST_TEST((path_of(parse_path(text)) == path), text);
    for (const char* text : {"", "Auto", "()", "(0,1", "0,1", "(0,1)(0,1)", "(0,1),", "(0,,1)", "(-1,0)", "(0,1)x", "[(0,1)", "(0,1)]", "[]", "[[]]", "[[0,1]", "[0,1]", "[[0,1),(0,1]]",
                             "(0,18446744073709551616)", "(a,b)"})
        BOOST_CHECK_THROW(parse_path(text), usage_error);
}

BOOST_AUTO_TEST_SUITE_END()
