// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include <boost/test/unit_test.hpp>

#include <array>
#include <complex>
#include <cstdint>
#include <string>
#include <type_traits>
#include <vector>

#include <xeinsum/dtype.hpp>

using xeinsum::dtype;
using xeinsum::operand_dtype;
using xeinsum::promote_t;

namespace
{
    static_assert(std::is_same_v<promote_t<float>, float>);
    static_assert(std::is_same_v<promote_t<float, double>, double>);
    static_assert(std::is_same_v<promote_t<std::int32_t, float>, double>);
    static_assert(std::is_same_v<promote_t<std::int16_t, float>, float>);
    static_assert(std::is_same_v<promote_t<std::uint64_t, std::int64_t>, double>);
    static_assert(std::is_same_v<promote_t<std::int8_t, std::uint8_t>, std::int16_t>);
    static_assert(std::is_same_v<promote_t<std::int8_t, std::uint16_t, float>, float>);
    static_assert(std::is_same_v<promote_t<std::complex<float>, double>, std::complex<double>>);
    static_assert(std::is_same_v<promote_t<long long, long>, std::int64_t>);
    static_assert(std::is_same_v<promote_t<long double, std::complex<float>>, std::complex<long double>>);

    // A 0-d operand takes part by its kind only.
    template <class T>
    using number = xeinsum::operand_type<T, true>;
    template <class T>
    using array = xeinsum::operand_type<T, false>;
    static_assert(std::is_same_v<xeinsum::promote_operands_t<number<double>, array<float>>, float>);
    static_assert(std::is_same_v<xeinsum::promote_operands_t<array<std::int8_t>, number<std::int64_t>>, std::int8_t>);
    static_assert(std::is_same_v<xeinsum::promote_operands_t<array<std::int8_t>, number<double>>, double>);
    static_assert(std::is_same_v<xeinsum::promote_operands_t<number<float>, number<double>>, double>);
    static_assert(std::is_same_v<xeinsum::promote_operands_t<number<std::complex<double>>, array<float>>, std::complex<float>>);
    static_assert(std::is_same_v<xeinsum::promote_operands_t<number<std::complex<float>>, array<double>>, std::complex<double>>);
    static_assert(std::is_same_v<xeinsum::promote_operands_t<number<std::complex<float>>, array<int>>, std::complex<double>>);

    struct own
    {
        double value;
    };
    static_assert(std::is_same_v<promote_t<own, own>, own>);

    // numpy.promote_types over ? i1 i2 i4 i8 u1 u2 u4 u8 f4 f8 g F D G, as NumPy 1.24 gives it, by NumPy's characters.
    constexpr std::string_view characters = "?bhilBHILfdgFDG";
    const std::vector<std::string> numpy_table = {
        "?bhilBHILfdgFDG", "bbhilhildfdgFDG", "hhhilhildfdgFDG", "iiiiliildddgDDG", "lllllllldddgDDG",
        "BhhilBHILfdgFDG", "HiiilHHILfdgFDG", "IllllIIILddgDDG", "LddddLLLLddgDDG", "fffddffddfdgFDG",
        "dddddddddddgDDG", "ggggggggggggGGG", "FFFDDFFDDFDGFDG", "DDDDDDDDDDDGDDG", "GGGGGGGGGGGGGGG"};
}

BOOST_AUTO_TEST_SUITE(dtype_suite)

BOOST_AUTO_TEST_CASE(promotion_is_numpys)
{
    for (std::size_t a = 0; a < characters.size(); ++a)
        for (std::size_t b = 0; b < characters.size(); ++b)
        {
            const char expected = numpy_table[a][b];
            BOOST_TEST_CONTEXT(characters[a] << " with " << characters[b])
            BOOST_TEST(characters[static_cast<std::size_t>(promote(static_cast<dtype>(a), static_cast<dtype>(b)))] == expected);
        }
}

BOOST_AUTO_TEST_CASE(many_at_once)
{
    const std::array<operand_dtype, 3> small = {{{dtype::int8}, {dtype::uint16}, {dtype::float32}}};
    BOOST_TEST((promote(small) == dtype::float32));
    const std::array<operand_dtype, 2> beside = {{{dtype::float64, true}, {dtype::complex64, false}}};
    BOOST_TEST((promote(beside) == dtype::complex64));
    BOOST_TEST((promote(std::span<const operand_dtype>{}) == dtype::float64));
    const std::array<operand_dtype, 2> with_own = {{{dtype::other}, {dtype::float32}}};
    BOOST_TEST((promote(with_own) == dtype::other));
}

BOOST_AUTO_TEST_CASE(of_types)
{
    BOOST_TEST((xeinsum::dtype_of<long long>() == dtype::int64));
    BOOST_TEST((xeinsum::dtype_of<unsigned char>() == dtype::uint8));
    BOOST_TEST((xeinsum::dtype_of<bool>() == dtype::boolean));
    BOOST_TEST((xeinsum::dtype_of<own>() == dtype::other));
    for (int d = 0; d < static_cast<int>(dtype::other); ++d)
        xeinsum::visit_dtype(static_cast<dtype>(d), [&](auto tag) {
            using T = typename decltype(tag)::type;
            BOOST_TEST((xeinsum::dtype_of<T>() == static_cast<dtype>(d)));
            BOOST_TEST(xeinsum::size_of(static_cast<dtype>(d)) == sizeof(T));
        });
}

BOOST_AUTO_TEST_SUITE_END()
