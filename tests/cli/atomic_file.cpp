// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include "atomic_file.hpp"

#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "errors.hpp"
#include "temporary_directory.hpp"

using namespace xeinsum::cli;
using xeinsum::test::temporary_directory;

namespace
{
    namespace fs = std::filesystem;

    struct folder
    {
        temporary_directory directory;
        const mode_t old_mask = ::umask(022);

        ~folder() { ::umask(old_mask); }
    };

    /// While it lives, a file of this process can't grow beyond the limit: writing fails as on a full disk.
    class file_size_limit
    {
    public:
        explicit file_size_limit(rlim_t bytes) : m_handler(std::signal(SIGXFSZ, SIG_IGN))
        {
            ::getrlimit(RLIMIT_FSIZE, &m_old);
            const rlimit small{bytes, m_old.rlim_max};
            ::setrlimit(RLIMIT_FSIZE, &small);
        }
        file_size_limit(const file_size_limit&) = delete;
        file_size_limit& operator=(const file_size_limit&) = delete;
        ~file_size_limit()
        {
            ::setrlimit(RLIMIT_FSIZE, &m_old);
            std::signal(SIGXFSZ, m_handler);
        }

    private:
        rlimit m_old{};
        void (*m_handler)(int);
    };

    unsigned mode_of(const std::string& path)
    {
        struct stat about{};
        BOOST_REQUIRE(::stat(path.c_str(), &about) == 0);
        return about.st_mode & 0777U;
    }

    std::string refusal_of(const std::string& path)
    {
        try
        {
            write_file(path, "new");
        }
        catch (const file_error& e)
        {
            return e.what();
        }
        return "written";
    }

    using names = std::set<std::string>;
}

BOOST_FIXTURE_TEST_SUITE(atomic_file, folder)

BOOST_AUTO_TEST_CASE(parts_are_written_one_after_the_other)
{
    const std::string a = "head ", b, c("ta\0il", 5);
    write_file(directory.path("x"), {std::as_bytes(std::span(a)), std::as_bytes(std::span(b)), std::as_bytes(std::span(c))});
    BOOST_TEST(directory.read("x") == a + c);
    BOOST_TEST(directory.names() == names{"x"}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_new_file_has_the_mode_that_the_umask_leaves)
{
    for (const unsigned mask : {0022U, 0077U, 0002U, 0U})
    {
        ::umask(mask);
        write_file(directory.path("x"), "new");
        BOOST_TEST(mode_of(directory.path("x")) == (0666U & ~mask));
        fs::remove(directory.path("x"));
    }
}

BOOST_AUTO_TEST_CASE(a_replaced_file_keeps_its_mode)
{
    directory.write("x", "old and longer");
    ::chmod(directory.path("x").c_str(), 0640);
    write_file(directory.path("x"), "new");
    BOOST_TEST(directory.read("x") == "new");
    BOOST_TEST(mode_of(directory.path("x")) == 0640U);
}

BOOST_AUTO_TEST_CASE(failure_leaves_the_old_content_and_no_temporary_file)
{
    directory.write("x", "old");
    const std::string large(100000, 'n');
    {
        const file_size_limit limit(50000);
        BOOST_CHECK_THROW(write_file(directory.path("x"), large), file_error);
        BOOST_CHECK_THROW(write_file(directory.path("y"), large), file_error);
    }
    BOOST_TEST(directory.read("x") == "old");
    BOOST_TEST(directory.names() == names{"x"}, boost::test_tools::per_element());
    write_file(directory.path("x"), large);
    BOOST_TEST(directory.read("x") == large);
}

BOOST_AUTO_TEST_CASE(who_reads_the_old_file_goes_on_reading_it)
{
    directory.write("x", "old");
    std::ifstream reader(directory.path("x"));
    write_file(directory.path("x"), "new");
    std::string content;
    reader >> content;
    BOOST_TEST(content == "old");
}

BOOST_AUTO_TEST_CASE(a_symbolic_link_is_followed)
{
    fs::create_directory(directory.path("elsewhere"));
    directory.write("elsewhere/x", "old");
    fs::create_symlink("elsewhere/x", directory.path("link"));
    write_file(directory.path("link"), "new");
    BOOST_TEST(fs::is_symlink(directory.path("link")));
    BOOST_TEST(directory.read("elsewhere/x") == "new");
}

BOOST_AUTO_TEST_CASE(a_name_may_be_as_long_as_names_can_be)
{
    const std::string name(255, 'x');
    write_file(directory.path(name), "new");
    BOOST_TEST(directory.read(name) == "new");
}

BOOST_AUTO_TEST_CASE(a_name_without_a_folder_is_in_the_current_one)
{
    const fs::path before = fs::current_path();
    fs::current_path(directory.path());
    write_file("x", "new");
    fs::current_path(before);
    BOOST_TEST(directory.read("x") == "new");
}

BOOST_AUTO_TEST_CASE(what_can_not_be_a_file_is_refused)
{
    BOOST_REQUIRE(::mkfifo(directory.path("fifo").c_str(), 0600) == 0);
    fs::create_symlink("nowhere", directory.path("dangling"));
    directory.write("file", "old");
    const names before = directory.names();
    const std::vector<std::pair<std::string, std::string>> rows = {
        {directory.path(), "is a directory"},
        {directory.path("fifo"), "is a pipe"},
        {directory.path("dangling"), "can't follow the symbolic link"},
        {directory.path("missing/x"), "No such file or directory"},
        {directory.path("file/x"), "Not a directory"},
        {directory.path(std::string(256, 'x')), "File name too long"},
        {"/dev/null", "is a device"},
        {"/dev/full", "is a device"},
    };
    for (const auto& [path, refusal] : rows)
    {
        const std::string said = refusal_of(path);
        BOOST_TEST(said.starts_with(path + ": "), said);
        BOOST_TEST(said.find(refusal) != std::string::npos, said);
    }
    BOOST_TEST(directory.names() == before, boost::test_tools::per_element());
    BOOST_TEST(fs::is_character_file("/dev/null"));
}

// Root may write everywhere.
BOOST_AUTO_TEST_CASE(a_folder_without_permission_is_refused, *boost::unit_test::precondition([](auto) {
                         return boost::test_tools::assertion_result(::geteuid() != 0);
                     }))
{
    ::chmod(directory.path().c_str(), 0555);
    const std::string said = refusal_of(directory.path("x"));
    ::chmod(directory.path().c_str(), 0755);
    BOOST_TEST(said.find("Permission denied") != std::string::npos, said);
}

BOOST_AUTO_TEST_SUITE_END()
