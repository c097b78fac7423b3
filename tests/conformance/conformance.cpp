// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include <boost/test/unit_test.hpp>

#include <fstream>
#include <iostream>
#include <map>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include <xeinsum/dtype.hpp>
#include <xeinsum/einsum.hpp>

#include "support/oracle.hpp"
#include "support/random.hpp"

using nlohmann::json;
using xeinsum::dtype;

namespace
{
    std::vector<json> load()
    {
        std::ifstream file(XEINSUM_CASES);
        std::vector<json> cases;
        for (std::string line; std::getline(file, line);) cases.push_back(json::parse(line));
        return cases;
    }

    dtype dtype_named(const std::string& name)
    {
        for (int d = 0; d < static_cast<int>(dtype::other); ++d)
            if (to_string(static_cast<dtype>(d)) == name) return static_cast<dtype>(d);
        BOOST_FAIL("no dtype " + name);
        return dtype::other;
    }

    std::vector<dtype> dtypes_of(const json& c)
    {
        if (!c.contains("dtypes")) return std::vector<dtype>(c["shapes"].size(), dtype::float64);
        std::vector<dtype> result;
        for (const auto& name : c["dtypes"]) result.push_back(dtype_named(name));
        return result;
    }

    std::vector<oracle::shape> shapes_of(const json& c) { return c["shapes"].get<std::vector<oracle::shape>>(); }

    template <class T>
    std::vector<xt::xarray<T>> arrays(const std::vector<oracle::shape>& shapes, const std::vector<std::vector<T>>& values)
    {
        std::vector<xt::xarray<T>> result;
        for (std::size_t i = 0; i < shapes.size(); ++i)
        {
            auto a = xt::xarray<T>::from_shape(std::vector<std::size_t>(shapes[i].begin(), shapes[i].end()));
            std::copy(values[i].begin(), values[i].end(), a.data());
            result.push_back(std::move(a));
        }
        return result;
    }

    /// Values that each operand's own dtype can hold, in the type of the whole einsum.
    template <class T>
    std::vector<T> draw_operand(test::engine& random, dtype own, std::int64_t n)
    {
        return xeinsum::visit_dtype(own, [&](auto tag) {
            using from = typename decltype(tag)::type;
            std::vector<T> values;
            if constexpr (std::is_convertible_v<from, T>)
                for (std::int64_t i = 0; i < n; ++i) values.push_back(oracle::convert<T>(test::draw<from>(random)));
            return values;
        });
    }

    template <class T, class E>
    bool same(const E& result, const oracle::problem& p, const oracle::tensor<oracle::wide_t<T>>& expected)
    {
        const oracle::shape shape(result.shape().begin(), result.shape().end());
        if (shape != p.result_shape()) return false;
        // xtensor steps its iterators off the null pointer of an empty container.
        if (result.size() == 0) return expected.value.empty();
        std::size_t i = 0;
        const double depth = oracle::depth_of(p);
        for (const T& v : result)
        {
            if (!oracle::close<T>(v, expected.value[i], expected.magnitude[i], depth)) return false;
            ++i;
        }
        return i == expected.value.size();
    }

    /// Names that a suite used as labels, numbered in their order; integers stay what they are.
    std::map<std::string, xeinsum::label> numbered_names(const json& c)
    {
        std::map<std::string, xeinsum::label> names;
        for (const json& term : c["sublists"])
            for (const json& l : term)
                if (l.is_string() && l != "...") names[l] = 0;
        xeinsum::label next = 0;
        for (auto& [name, number] : names) number = next++;
        return names;
    }

    xeinsum::equation from_sublists(const json& c)
    {
        const auto names = numbered_names(c);
        const auto to_labels = [&](const json& term) {
            std::vector<xeinsum::label> result;
            for (const json& l : term)
                result.push_back(l == "..." ? xeinsum::ellipsis : l.is_string() ? names.at(l) : l.get<xeinsum::label>());
            return result;
        };
        xeinsum::equation::terms terms;
        for (const json& t : c["sublists"]) terms.push_back(to_labels(t));
        return c["out_sublist"].is_null() ? xeinsum::equation(terms) : xeinsum::equation(terms, to_labels(c["out_sublist"]));
    }

    /// NumPy's dtype of the result. Two cases of int64 operands do not tell it; NumPy gives int64 for them.
    std::string result_dtype(const json& c)
    {
        const bool untold = c["origin"] == "numpy-0139" || c["origin"] == "numpy-0140";
        return untold ? "int64" : c.value("out_dtype", "float64");
    }

    struct tally
    {
        int accepted = 0, rejected = 0, sublists = 0, numbers = 0;
    };

    template <class T>
    void check_accepted(const json& c, const std::vector<dtype>& dtypes, test::engine& random, tally& count)
    {
        const auto shapes = shapes_of(c);
        const std::string subscripts = c["subscripts"];
        const oracle::problem p = oracle::make_problem(subscripts, shapes);
        std::vector<std::vector<T>> values;
        for (std::size_t i = 0; i < shapes.size(); ++i)
        {
            std::int64_t n = 1;
            for (const auto e : shapes[i]) n *= e;
            values.push_back(draw_operand<T>(random, dtypes[i], n));
        }
        const auto expected = oracle::evaluate<T>(p, shapes, values);
        const auto operands = arrays<T>(shapes, values);
        const xt::xarray<T> result = xeinsum::einsum(subscripts, operands);
        const bool right = same<T>(result, p, expected);
        BOOST_TEST(right, "wrong result");
        if (c.contains("out_shape")) BOOST_TEST(p.result_shape() == c["out_shape"].get<oracle::shape>());
        count.accepted += right ? 1 : 0;
        if (!c.contains("sublists")) return;
        const xt::xarray<T> again = xeinsum::einsum(from_sublists(c), operands);
        BOOST_TEST((same<T>(again, p, expected)), "wrong result by integer labels");
        ++count.sublists;
    }

    /// A number and an array of another dtype, each in its own type, through the compile-time promotion.
    template <class A>
    void check_number_and_array(const json& c, std::size_t number, test::engine& random, tally& count)
    {
        const auto shapes = shapes_of(c);
        const oracle::problem p = oracle::make_problem(c["subscripts"], shapes);
        const std::size_t array = 1 - number;
        const xt::xtensor<std::int64_t, 0> x(std::array<std::size_t, 0>{}, test::draw<std::int64_t>(random));
        std::vector<std::vector<A>> drawn(2);
        drawn[array] = test::draw_many<A>(random, shapes[array][0]);
        const xt::xarray<A> y = arrays<A>({shapes[array]}, {drawn[array]})[0];
        const auto check = [&](const auto& expression) {
            using T = typename std::decay_t<decltype(expression)>::value_type;
            BOOST_TEST(std::string(to_string(xeinsum::dtype_of<T>())) == result_dtype(c));
            std::vector<std::vector<T>> values(2);
            values[number] = {oracle::convert<T>(x())};
            for (const A& v : drawn[array]) values[array].push_back(oracle::convert<T>(v));
            BOOST_TEST((same<T>(expression, p, oracle::evaluate<T>(p, shapes, values))), "wrong result, number and array");
        };
        const std::string subscripts = c["subscripts"];
        if (number == 0) check(xeinsum::einsum(subscripts, x, y));
        else check(xeinsum::einsum(subscripts, y, x));
        ++count.numbers;
    }

    /// Which of two operands is an int64 number beside an array of another dtype; -1 for none.
    int number_beside_array(const std::vector<dtype>& dtypes, const std::vector<oracle::shape>& shapes)
    {
        for (const std::size_t i : {0u, 1u})
            if (shapes.size() == 2 && shapes[i].empty() && shapes[1 - i].size() == 1 && dtypes[i] == dtype::int64 &&
                dtypes[1 - i] != dtype::int64 && dtypes[1 - i] != dtype::boolean)
                return static_cast<int>(i);
        return -1;
    }

    /// The class of a refusal as the cases name it.
    std::string refusal(const std::string& subscripts, const std::vector<xt::xarray<double>>& operands)
    {
        using xeinsum::shape_errc, xeinsum::subscript_errc;
        try
        {
            xeinsum::einsum(subscripts, operands);
            return "accepted";
        }
        catch (const xeinsum::subscript_error& e)
        {
            switch (e.code())
            {
            case subscript_errc::bad_character: return "bad character";
            case subscript_errc::comma_in_output: return "bad character";
            case subscript_errc::bad_arrow: return "bad arrow";
            case subscript_errc::bad_ellipsis: return "ellipsis misuse";
            case subscript_errc::repeated_ellipsis: return "ellipsis misuse";
            case subscript_errc::repeated_output_label: return "repeated output label";
            case subscript_errc::unknown_output_label: return "unknown output label";
            case subscript_errc::no_operands: return "no operands";
            case subscript_errc::operand_count_mismatch: return "operand count mismatch";
            case subscript_errc::output_missing_ellipsis: return "output missing ellipsis";
            default: return "other subscript_error";
            }
        }
        catch (const xeinsum::shape_error& e)
        {
            switch (e.code())
            {
            case shape_errc::too_many_labels: return "too many labels for operand";
            case shape_errc::too_few_labels: return "too few labels for operand";
            case shape_errc::unequal_diagonal: return "repeated label dimension mismatch";
            case shape_errc::extent_mismatch: return "dimension mismatch";
            default: return "other shape_error";
            }
        }
    }

    /// Cases whose class is another here, each with its reason. All of them are refused.
    const std::map<std::string, std::string> other_class = {
        // NumPy reads the string term by term against the operands and stops at the first operand that does not
        // fit; here the whole string is judged first (a literal has no operands), so its own fault is told.
        {"oe-0124", "bad character"},          // "a,a->&"
        {"probe-0084", "bad arrow"},           // "i->i->i": a second arrow
        {"probe-0087", "bad arrow"},           // "-i"
        {"probe-0088", "bad arrow"},           // "i->i-"
        {"probe-0089", "unknown output label"},// "->i"
        {"probe-0146", "bad character"},       // "i\0j": not cut at the NUL
        {"oe-0122", "bad character"},          // "->,->": a comma in the output
        // Named "rejected" without a class there.
        {"torch-0095", "output missing ellipsis"},  // "...->"
        {"torch-0098", "output missing ellipsis"},  // "...a->"
        {"torch-0099", "output missing ellipsis"},  // "a...b->ab"
        // The label that is out of range there stands as '?' in the string.
        {"numpy-0793", "bad character"},
        {"numpy-0794", "bad character"},
        {"torch-0116", "bad character"},
    };

    void check_rejected(const json& c, tally& count)
    {
        std::vector<xt::xarray<double>> operands;
        for (const auto& s : shapes_of(c))
            operands.push_back(xt::xarray<double>::from_shape(std::vector<std::size_t>(s.begin(), s.end())));
        const std::string found = refusal(c["subscripts"], operands);
        const auto other = other_class.find(c["origin"]);
        BOOST_TEST(found == (other != other_class.end() ? other->second : c["error"].get<std::string>()));
        if (other != other_class.end() && other->second == c["error"].get<std::string>()) BOOST_ERROR("not another class");
        ++count.rejected;
    }
}

BOOST_AUTO_TEST_SUITE(conformance)

BOOST_AUTO_TEST_CASE(every_case)
{
    const std::vector<json> cases = load();
    test::engine random(test::seed());
    tally count;
    for (const json& c : cases)
    {
        BOOST_TEST_CONTEXT(c["origin"].get<std::string>() << ": " << c["subscripts"].dump())
        {
            if (!c["accept"].get<bool>())
            {
                check_rejected(c, count);
                continue;
            }
            const std::vector<dtype> dtypes = dtypes_of(c);
            const auto shapes = shapes_of(c);
            std::vector<xeinsum::operand_dtype> operands;
            for (std::size_t i = 0; i < dtypes.size(); ++i) operands.push_back({dtypes[i], shapes[i].empty()});
            const dtype type = xeinsum::promote(operands);
            BOOST_TEST(std::string(to_string(type)) == result_dtype(c));
            xeinsum::visit_dtype(type, [&](auto tag) { check_accepted<typename decltype(tag)::type>(c, dtypes, random, count); });
            const int number = number_beside_array(dtypes, shapes);
            if (number < 0) continue;
            xeinsum::visit_dtype(dtypes[1 - static_cast<std::size_t>(number)], [&](auto tag) {
                check_number_and_array<typename decltype(tag)::type>(c, static_cast<std::size_t>(number), random, count);
            });
        }
    }
    std::cout << "conformance: " << cases.size() << " cases, " << count.accepted << " accepted and right, " << count.rejected
              << " rejected (" << other_class.size() << " with another class, see the table), " << count.sublists
              << " also by integer labels, " << count.numbers << " also with a number in its own type\n";
    BOOST_TEST(cases.size() == 2432u);
    BOOST_TEST(count.accepted == 2327);
    BOOST_TEST(count.rejected == 105);
}

BOOST_AUTO_TEST_CASE(integer_labels_out_of_range)
{
    // The rejected sublists: a negative label is refused here too; 52 is NumPy's limit, not ours.
    const std::vector<xeinsum::label> output{0, 2};
    BOOST_CHECK_THROW(xeinsum::equation({{-1, 5}, {5, 2}}, {-1, 2}), xeinsum::subscript_error);
    BOOST_CHECK_THROW(xeinsum::equation(xeinsum::equation::terms{{-1}}), xeinsum::subscript_error);
    BOOST_CHECK_NO_THROW(xeinsum::equation({{0, 52}, {52, 2}}, output));
}

BOOST_AUTO_TEST_SUITE_END()
