// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include "npy.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <complex>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <string>
#include <tuple>
#include <vector>

#include <boost/mpl/list.hpp>
#include <boost/test/unit_test.hpp>

#include "errors.hpp"
#include "header_dictionary.hpp"
#include "npy_bytes.hpp"
#include "npy_header.hpp"
#include "temporary_directory.hpp"

using namespace xeinsum;
using namespace xeinsum::cli;
using namespace xeinsum::test;

namespace
{
    using npy_types = boost::mpl::list<bool, std::int8_t, std::int16_t, std::int32_t, std::int64_t, std::uint8_t,
                                       std::uint16_t, std::uint32_t, std::uint64_t, float, double, std::complex<float>,
                                       std::complex<double>>;

    /// An array's elements in logical order.
    template <class T>
    std::vector<T> row_major_values(const array& x)
    {
        std::vector<T> result;
        extents index(x.lies.rank(), 0);
        const auto count = static_cast<std::size_t>(x.lies.size());
        while (result.size() < count)
        {
            std::int64_t at = 0;
            for (std::size_t d = 0; d < index.size(); ++d) at += index[d] * x.lies.strides[d];
            result.push_back(x.as<T>()[at]);
            for (std::size_t d = index.size(); d-- > 0 && ++index[d] == x.lies.shape[d];) index[d] = 0;
        }
        return result;
    }

    /// Some values of a type, its extremes among them.
    template <class T>
    std::vector<T> some_values(std::size_t count)
    {
        std::vector<T> values;
        for (std::size_t i = 0; i < count; ++i)
        {
            const auto x = static_cast<double>(i);
            if constexpr (std::is_same_v<T, bool>) values.push_back(i % 3 == 1);
            else if constexpr (std::is_integral_v<T>)
                values.push_back(i == 0 ? std::numeric_limits<T>::min() : i == 1 ? std::numeric_limits<T>::max() : static_cast<T>(7 * i));
            else if constexpr (std::is_floating_point_v<T>) values.push_back(static_cast<T>(1.1 * x - 3));
            else values.push_back(T(static_cast<typename T::value_type>(1.1 * x - 3), static_cast<typename T::value_type>(-0.3 * x)));
        }
        return values;
    }

    std::string refusal_of(const std::string& path)
    {
        try
        {
            static_cast<void>(read_npy(path));
        }
        catch (const file_error& e)
        {
            return e.what();
        }
        return "accepted";
    }

    struct folder
    {
        temporary_directory directory;
    };
}

BOOST_FIXTURE_TEST_SUITE(npy_files, folder)

BOOST_AUTO_TEST_CASE_TEMPLATE(every_dtype_order_and_version_is_read, T, npy_types)
{
    const std::vector<std::int64_t> shape = {2, 3, 4};
    const std::vector<T> values = some_values<T>(24);
    for (const int major : {1, 2, 3})
        for (const bool fortran : {false, true})
            for (const byte_order order : {byte_order::little, byte_order::big})
            {
                const std::string text = dictionary(descr<T>(order), fortran ? "True" : "False", tuple(shape));
                const std::string elements = element_bytes(fortran ? to_fortran(values, shape) : values, order);
                const array x = read_npy(directory.write("x.npy", npy(text, elements, major)));
                BOOST_TEST((x.type == dtype_of<T>()));
                BOOST_TEST(x.lies.shape == shape, boost::test_tools::per_element());
                BOOST_TEST(x.lies.strides == (fortran ? extents{1, 2, 6} : extents{12, 4, 1}), boost::test_tools::per_element());
                BOOST_TEST((row_major_values<T>(x) == values));
            }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(what_is_written_is_read_back, T, npy_types)
{
    const std::vector<extents> shapes = {{}, {5}, {2, 3}, {1, 4, 2}, {2, 1, 3, 2}, {2, 2, 1, 2, 3}, {0}, {3, 0, 2}};
    for (const extents& shape : shapes)
    {
        const std::vector<T> values = some_values<T>(static_cast<std::size_t>(element_count(shape)));
        std::vector<std::byte> elements(values.size() * sizeof(T));
        for (std::size_t i = 0; i < values.size(); ++i)
        {
            const T x = values[i];
            std::memcpy(elements.data() + i * sizeof(T), &x, sizeof(T));
        }
        write_npy(directory.path("x.npy"), dtype_of<T>(), shape, elements);
        const array x = read_npy(directory.path("x.npy"));
        BOOST_TEST((x.type == dtype_of<T>()));
        BOOST_TEST(x.lies.shape == shape, boost::test_tools::per_element());
        BOOST_TEST((row_major_values<T>(x) == values));
        // The same bytes as those put together by hand, given a little-endian machine.
        if constexpr (std::endian::native == std::endian::little) BOOST_TEST(directory.read("x.npy") == npy_of(shape, values));
    }
}

BOOST_AUTO_TEST_CASE(elements_begin_at_a_multiple_of_64)
{
    for (std::int64_t rank = 0; rank <= 64; ++rank)
        BOOST_TEST(make_npy_header(dtype::float64, extents(static_cast<std::size_t>(rank), INT64_MAX)).size() % 64 == 0U);
}

BOOST_AUTO_TEST_CASE(more_than_64_axes_are_not_written)
{
    BOOST_CHECK_THROW(make_npy_header(dtype::float64, extents(65, 1)), usage_error);
    BOOST_CHECK_THROW(make_npy_header(dtype::longdouble, {}), usage_error);
}

BOOST_AUTO_TEST_CASE(native_order_is_written_with_an_equals_sign_too)
{
    const byte_order native = std::endian::native == std::endian::little ? byte_order::little : byte_order::big;
    const std::vector<std::int32_t> values = {1, -2, 3};
    const array x = read_npy(directory.write("x.npy", npy(dictionary("=i4", "False", "(3,)"), element_bytes(values, native))));
    BOOST_TEST(row_major_values<std::int32_t>(x) == values, boost::test_tools::per_element());
}

/// Where the elements of a file lie after reading, seen from the file's own bytes.
BOOST_AUTO_TEST_CASE(elements_are_copied_only_where_they_must_be)
{
    const std::size_t count = mapping_threshold / sizeof(double);
    const std::vector<double> values = some_values<double>(count);
    const std::string shape = tuple({static_cast<std::int64_t>(count)});
    const auto text = [&](const char* type) { return dictionary(type, "False", shape); };
    const auto bytes = [&](byte_order order) { return element_bytes(values, order); };
    const std::string odd = text("<f8") + std::string(100 - text("<f8").size(), ' ') + "\n";
    const std::vector<std::tuple<std::string, bool>> files = {
        {npy(text("<f8"), bytes(byte_order::little)), true},                       // as the machine has it, given x86 or ARM
        {npy(text("=f8"), bytes(byte_order::little)), true},
        {npy(text(">f8"), bytes(byte_order::big)), false},                         // the other byte order
        {raw_npy(1, odd.size(), odd, bytes(byte_order::little)), false},           // at byte 111
    };
    if constexpr (std::endian::native == std::endian::little)
        for (const auto& [content, in_place] : files)
        {
            const file_content file = read_file(directory.write("x.npy", content));
            const array x = decode_npy(file);
            const npy_header header = parse_npy_header(file.bytes());
            BOOST_TEST((x.data.get() == file.data.get() + header.data_offset) == in_place);
            BOOST_TEST(reinterpret_cast<std::uintptr_t>(x.data.get()) % alignof(double) == 0U);
            BOOST_TEST((row_major_values<double>(x) == values));
        }
}

BOOST_AUTO_TEST_CASE(large_files_are_mapped_and_outlive_their_name)
{
    const std::vector<double> values = some_values<double>(mapping_threshold / 4);
    const std::string path = directory.write("x.npy", npy_of({static_cast<std::int64_t>(values.size())}, values));
    const file_content file = read_file(path);
    BOOST_TEST(reinterpret_cast<std::uintptr_t>(file.data.get()) % static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE)) == 0U);
    const array x = decode_npy(file);
    std::filesystem::remove(path);
    BOOST_TEST((row_major_values<double>(x) == values));
}

BOOST_AUTO_TEST_CASE(what_is_no_regular_file_is_refused_at_once)
{
    BOOST_TEST(::mkfifo(directory.path("fifo").c_str(), 0600) == 0);
    std::filesystem::create_symlink("nowhere", directory.path("dangling"));
    const std::vector<std::pair<std::string, std::string>> rows = {
        {directory.path(), "is a directory"},
        {directory.path("fifo"), "is a pipe"},  // open() would wait for a writer
        {"/dev/zero", "is a device"},           // would never end
        {"/dev/null", "is a device"},
        {directory.path("missing.npy"), "No such file"},
        {directory.path("dangling"), "No such file"},
        {"", "No such file"},
    };
    for (const auto& [path, refusal] : rows)
    {
        const std::string said = refusal_of(path);
        BOOST_TEST(said.starts_with(path + ": "), said);
        BOOST_TEST(said.find(refusal) != std::string::npos, said);
    }
}

BOOST_AUTO_TEST_CASE(a_symbolic_link_is_followed)
{
    directory.write("x.npy", npy_of<float>({2}, {1, 2}));
    std::filesystem::create_symlink("x.npy", directory.path("link.npy"));
    BOOST_TEST((row_major_values<float>(read_npy(directory.path("link.npy"))) == std::vector<float>{1, 2}));
}

BOOST_AUTO_TEST_CASE(every_truncation_is_refused)
{
    const std::string whole = npy_of<std::int16_t>({2, 3}, {1, 2, 3, 4, 5, 6});
    for (std::size_t length = 0; length < whole.size(); ++length)
        BOOST_TEST(refusal_of(directory.write("x.npy", whole.substr(0, length))).starts_with(directory.path("x.npy") + ": "));
}

/// Any byte changed: refused in words, or accepted with a shape that fits the file.
BOOST_AUTO_TEST_CASE(no_changed_byte_leads_astray)
{
    const std::string whole = npy_of<std::int16_t>({2, 3}, {1, 2, 3, 4, 5, 6});
    std::size_t accepted = 0;
    for (std::size_t at = 0; at < whole.size(); ++at)
        for (const char c : {'\0', '\xff', '\'', '"', '(', ')', ',', '{', '}', ' ', '0', '9', 'L', '-', '>', '<', '8', 'T'})
        {
            std::string bytes = whole;
            bytes[at] = c;
            const auto memory = std::make_shared<std::string>(bytes);
            const file_content file{{memory, reinterpret_cast<const std::byte*>(memory->data())}, bytes.size()};
            try
            {
                const array x = decode_npy(file);
                BOOST_TEST(static_cast<std::size_t>(x.lies.size()) * size_of(x.type) == 12U);
                ++accepted;
            }
            catch (const file_error& e)
            {
                BOOST_TEST(std::string(e.what()) != "");
            }
        }
    BOOST_TEST(accepted > 12U * 18U);  // at least every change of an element
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(excerpts)

BOOST_AUTO_TEST_CASE(bytes_that_do_not_print_are_shown_in_hex)
{
    BOOST_TEST(excerpt("a\x01\xc3\x7f") == "'a\\x01\\xc3\\x7f'");
    BOOST_TEST(excerpt("") == "''");
    BOOST_TEST(excerpt(std::string(41, 'x')) == "'" + std::string(40, 'x') + "...'");
    BOOST_TEST(excerpt(std::string(40, 'x')) == "'" + std::string(40, 'x') + "'");
}

BOOST_AUTO_TEST_SUITE_END()
