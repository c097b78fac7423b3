// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <stdexcept>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include <xeinsum/error.hpp>
#include <xeinsum/explain.hpp>

using nlohmann::json;
using xeinsum::contraction_path;
using xeinsum::equation;
using xeinsum::extents;
using xeinsum::plan;

BOOST_AUTO_TEST_SUITE(json_suite)

BOOST_AUTO_TEST_CASE(figures_and_steps)
{
    const plan p("ij,jk,kl->il", {{20, 30}, {30, 40}, {40, 50}}, {.path = contraction_path{{1, 2}, {0, 1}}});
    const json text = json::parse(to_json(p));
    BOOST_TEST(text["subscripts"] == "ij,jk,kl->il");
    BOOST_TEST((text["shapes"] == json{{20, 30}, {30, 40}, {40, 50}}));
    BOOST_TEST((text["path"] == json{{1, 2}, {0, 1}}));
    BOOST_TEST(text["dtype"] == "float64");
    BOOST_TEST(text["flops"] == 2.0 * 30 * 40 * 50 + 2.0 * 20 * 30 * 50);
    BOOST_TEST(text["naive_flops"] == 3.0 * 20 * 30 * 40 * 50);
    BOOST_TEST(text["largest_intermediate"] == 1500.0);
    BOOST_TEST(text["peak_memory"].get<std::size_t>() == p.peak_memory());
    BOOST_TEST_REQUIRE(text["steps"].size() == 2u);
    const json& first = text["steps"][0];
    BOOST_TEST(first["subscripts"] == "jk,kl->jl");
    BOOST_TEST(first["kernel"] == "gemm");
    BOOST_TEST(first["flops"] == 2.0 * 30 * 40 * 50);
    BOOST_TEST((first["inputs"] == json{{{"operand", 1}}, {{"operand", 2}}}));
    BOOST_TEST((text["steps"][1]["inputs"] == json{{{"operand", 0}}, {{"step", 0}}}));
}

BOOST_AUTO_TEST_CASE(plans_come_back)
{
    const std::vector<extents> shapes = {{12, 10}, {10, 15}, {15, 6}};
    std::vector<plan> plans = {
        plan("ij,jk,kl->il", shapes),
        plan("ij,jk,kl->il", shapes, {.path = xeinsum::path_strategy::left, .type = xeinsum::dtype::complex64, .threads = 1, .conjugated = {true, false, true}}),
        plan("ij,jk,kl->il", shapes, {.path = contraction_path{{0, 1}, {0, 1}}, .memory_limit = 256, .scaled = true}),
        plan("ij,jk,kl->il", shapes, {.path = contraction_path{{0, 1, 2}}, .lowering = xeinsum::lowering_strategy::loops}),
        plan("...i,...i->...", {{4, 3}, {3}}),
        plan("ß, ->ß", {{4}, {}}),
        plan(equation({{0, 400, xeinsum::ellipsis}, {400, 7}}, {xeinsum::ellipsis, 7}), {{2, 3, 4}, {3, 5}}),
        plan("ab,bc,cd->ad", {{5, 5}, {5, 5}, {5, 5}}, {.same = {0, 0, 0}}),
        plan("ij->ji", {{3, 4}}, {.layouts = {{{3, 4}, {-4, 0}}}, .result = xeinsum::column_major({4, 3})}),
        plan("i,i->", {{5}, {1}}, {.type = xeinsum::dtype::other, .element_bytes = 48}),
        plan("ij,jk->ik", {{0, 4}, {4, 2}}, {.broadcast = false})};
    for (const plan& p : plans)
    {
        const std::string text = to_json(p);
        BOOST_TEST_CONTEXT(text)
        {
            const plan back = xeinsum::plan_from_json(text);
            BOOST_TEST((back == p));
            BOOST_TEST(back.peak_memory() == p.peak_memory());
            BOOST_TEST(to_json(back) == text);
        }
    }
}

BOOST_AUTO_TEST_CASE(little_is_needed)
{
    BOOST_TEST((xeinsum::plan_from_json(R"({"subscripts": "ij,jk->ik", "shapes": [[2,3],[3,4]]})") == plan("ij,jk->ik", {{2, 3}, {3, 4}})));
    const plan of_integers(equation({{0, 1}, {1, 2}}), {{2, 3}, {3, 4}}, {.type = xeinsum::dtype::float32});
    BOOST_TEST((xeinsum::plan_from_json(R"({"inputs": [[0,1],[1,2]], "shapes": [[2,3],[3,4]], "dtype": "float32"})") == of_integers));
}

BOOST_AUTO_TEST_CASE(figures_beyond_a_double_are_null)
{
    std::vector<std::vector<xeinsum::label>> inputs;
    std::vector<extents> shapes;
    for (int i = 0; i < 400; ++i)
    {
        inputs.push_back({i, i + 1});
        shapes.push_back({10, 10});
    }
    const json text = json::parse(to_json(plan(equation(inputs, {0, 400}), shapes)));
    BOOST_TEST(text["naive_flops"].is_null());
    BOOST_TEST(text["flops"] == 399.0 * 2000);
}

BOOST_AUTO_TEST_CASE(what_is_wrong_is_said)
{
    const auto complaint = [](const std::string& text) {
        try
        {
            xeinsum::plan_from_json(text);
        }
        catch (const std::invalid_argument& e)
        {
            return std::string(e.what());
        }
        return std::string("nothing");
    };
    const auto says = [&](const std::string& text, const std::string& part) {
        BOOST_TEST_CONTEXT(text << " -> " << complaint(text)) BOOST_TEST(complaint(text).find(part) != std::string::npos);
    };
    says("", "no JSON");
    says("{", "no JSON");
    says("[]", "no JSON object");
    says(R"({"shapes": []})", "'subscripts' is missing");
    says(R"({"subscripts": "i"})", "'shapes' is missing");
    says(R"({"subscripts": 3, "shapes": [[1]]})", "'subscripts' is 3");
    says(R"({"subscripts": "i->j", "shapes": [[1]]})", "output");
    says(R"({"subscripts": "i", "shapes": [[1.5]]})", "'shapes' has 1.5");
    says(R"({"subscripts": "i", "shapes": [[-1]]})", "'shapes' has -1");
    says(R"({"subscripts": "i", "shapes": [1]})", "'shapes' is [1]; a list of lists of integers is right");
    says(R"({"subscripts": "i", "shapes": "2x3"})", "'shapes' is \"2x3\"; a list of lists of integers is right");
    says(R"({"subscripts": "i", "shapes": null})", "'shapes' is missing");
    says(R"({"subscripts": null, "shapes": [[2]]})", "'subscripts' is missing");
    says(R"({"subscripts": "i,i", "shapes": [[2],[2]], "path": "left"})", "'path' is \"left\"; a list of lists of integers is right");
    says(R"({"subscripts": 5, "shapes": [[2]]})", "'subscripts' is 5; a text is right");
    says(R"({"subscripts": "i", "shapes": [[2]], "options": {"scaled": 1}})", "'scaled' is 1; true or false is right");
    says(R"({"subscripts": "i", "shapes": [[2]], "options": {"same": 0}})", "'same' is 0; a list of integers is right");
    says(R"({"subscripts": "i", "shapes": [[2]], "options": {"threads": [1]}})", "'threads' is [1]; an integer is right");
    says(R"({"subscripts": "i", "shapes": [[2]], "dtype": "complex64", "options": {"conjugated": 1}})", "'conjugated' is 1; a list of true and false is right");
    says(R"({"subscripts": "i", "shapes": [[9223372036854775808]]})", "up to 2^63 - 1");
    says(R"({"subscripts": "i", "shapes": [[2]], "options": {"strides": [[18446744073709551615]]}})", "'strides' has 18446744073709551615");
    says(R"({"subscripts": "i", "shapes": [[5]], "options": {"strides": [[4611686018427387904]]}})", "'strides' has strides that take a tensor of shape 5 beyond");
    says(R"({"subscripts": "i", "shapes": [[5]], "options": {"result_strides": [-4611686018427387904]}})", "'result_strides'");
    says(R"({"inputs": [[9223372036854775808]], "shapes": [[2]]})", "9223372036854775808 among its labels");
    says(R"({"inputs": [[-9223372036854775808]], "shapes": [[2]]})", "-9223372036854775808 among its labels");  // the ellipsis, to the library
    says(R"({"subscripts": "i,i->", "shapes": [[2],[2]], "dtype": "other"})", "'element_bytes'");
    says(R"({"subscripts": "i,i", "shapes": [[2],[3]]})", "extent");
    says(R"({"subscripts": "i", "shapes": [[2]], "dtype": "float16"})", "float32, float64");
    says(R"({"subscripts": "i,i", "shapes": [[2],[2]], "path": [[0,0]]})", "twice");
    says(R"({"subscripts": "i,i", "shapes": [[2],[2]], "path": [[-1,0]]})", "'path' has -1");
    says(R"({"subscripts": "i", "shapes": [[2]], "options": 1})", "'options' is 1; an object is right");
    says(R"({"subscripts": "i", "shapes": [[2]], "options": {"threads": -1}})", "'threads' has -1");
    says(R"({"subscripts": "i", "shapes": [[2]], "options": {"lowering": "fast"}})", "auto, blas");
    says(R"({"subscripts": "i", "shapes": [[2]], "options": {"strides": [[1],[1]]}})", "2 lists for 1 operand");
    says(R"({"subscripts": "i", "shapes": [[2]], "options": {"strides": [[1,1]]}})", "layout of operand 0");
    says(R"({"inputs": [[0,"x"]], "shapes": [[2,2]]})", "\"x\" among its labels");
    says(R"({"inputs": 5, "shapes": [[2,2]]})", "'inputs'");
    says(R"({"inputs": [[0,-1]], "shapes": [[2,2]]})", "-1");
    says("[[[", "no JSON");
    BOOST_TEST((xeinsum::plan_from_json(R"({"subscripts": "i,i", "shapes": [[2],[2]], "path": null, "options": null})") ==
                xeinsum::plan_from_json(R"({"subscripts": "i,i", "shapes": [[2],[2]]})")));
    says(R"({"subscripts": "i", "shapes": [[2]], "dytpe": "float32"})", "'dytpe' is no member of a plan; subscripts, inputs");
    says(R"({"subscripts": "i", "shapes": [[2]], "options": {"thread": 1}})", "'thread' is no member of 'options'; broadcast, threads");
    says(R"({"subscripts": "ij->ji", "inputs": [[0,1]], "output": [0], "shapes": [[2,2]]})", "'subscripts' is \"ij->ji\", but 'inputs' and 'output' say \"[0,1]->[0]\"");
    says(R"({"subscripts": "ij->ji", "output": [0], "shapes": [[2,2]]})", "'output' is there, but no 'inputs'");
    says(R"({"subscripts": "i,i", "shapes": [[2],[2]], "options": {"same": [0]}})", "1 number in `same` for 2 operands");
    says(R"({"subscripts": "i,i", "shapes": [[2],[2]], "options": {"same": [0, 2]}})", "'same' has 2; numbers of operands, 0 to 1, are right");
    says(R"({"subscripts": "i,i", "shapes": [[2],[2]], "dtype": "complex64", "options": {"conjugated": [true]}})", "1 flag in `conjugated` for 2 operands");
    // What is nested as deep as this would not fit the stack, were it copied or printed.
    const std::string open(100000, '['), nested = open + std::string(100000, ']');
    says(open, "nested more than 32 deep");
    for (const char* member : {"subscripts", "inputs", "output", "shapes", "path", "options", "dtype", "unknown"})
        BOOST_TEST(complaint("{\"" + std::string(member) + "\": " + nested + "}").find("nested more than 32 deep") != std::string::npos, member);
}

BOOST_AUTO_TEST_SUITE_END()
