// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
//
// What is shown of some plans, word for word and line for line: a change of it is to be seen in review. With XEINSUM_WRITE_GOLDEN=1 in the
// environment the files are written anew.
#include <boost/test/unit_test.hpp>

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>

#include <xeinsum/explain.hpp>

#include "equations.hpp"
#include "support/blas_threads.hpp"

using test::blas_on_one_thread;
BOOST_TEST_GLOBAL_FIXTURE(blas_on_one_thread);

namespace
{
    void compare(const std::string& name, const std::string& text)
    {
        const std::string file = std::string(XEINSUM_GOLDEN) + "/" + name;
        if (std::getenv("XEINSUM_WRITE_GOLDEN")) std::ofstream(file, std::ios::binary) << text;
        std::ifstream in(file, std::ios::binary);
        BOOST_TEST_REQUIRE(in.good(), file + " is missing");
        std::ostringstream expected;
        expected << in.rdbuf();
        std::istringstream old_lines(expected.str()), new_lines(text);
        std::string before, now;
        for (int line = 1; std::getline(old_lines, before); ++line)
        {
            std::getline(new_lines, now);
            BOOST_TEST_REQUIRE((before == now), name + ", line " + std::to_string(line) + ":\n" + now.substr(0, 400) + "\nwas\n" + before.substr(0, 400));
        }
        BOOST_TEST((text == expected.str()), name + " has become longer");
    }
}

BOOST_AUTO_TEST_SUITE(golden)

BOOST_AUTO_TEST_CASE(text_json_and_picture)
{
    for (const auto& [name, plan] : test::explained_equations())
    {
        compare(name + ".txt", to_text(plan));
        compare(name + ".json", to_json(plan));
        compare(name + ".svg", to_svg(plan));
    }
}

BOOST_AUTO_TEST_SUITE_END()
