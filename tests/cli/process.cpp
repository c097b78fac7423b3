// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include "process.hpp"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <stdexcept>

#include "temporary_directory.hpp"

namespace xeinsum::test
{
    namespace
    {
        void redirect(const std::string& path, int to)
        {
            const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
            if (fd < 0 || ::dup2(fd, to) < 0) ::_exit(127);
            ::close(fd);
        }

        void prepare_output(standard_output out, const std::string& captured)
        {
            if (out == standard_output::closed) ::close(STDOUT_FILENO);
            else if (out == standard_output::full_disk) redirect("/dev/full", STDOUT_FILENO);
            else if (out == standard_output::pipe_without_reader)
            {
                int ends[2];
                if (::pipe(ends) != 0) ::_exit(127);
                ::dup2(ends[1], STDOUT_FILENO);
                ::close(ends[0]);
                ::close(ends[1]);
            }
            else redirect(captured, STDOUT_FILENO);
        }
    }

    outcome run_xeinsum(const std::string& folder, const std::vector<std::string>& arguments, standard_output out)
    {
        const temporary_directory captured;
        const std::string out_path = captured.path("out"), err_path = captured.path("err");
        std::vector<std::string> words = arguments;
        words.insert(words.begin(), "xeinsum");
        std::vector<char*> argv;
        for (std::string& word : words) argv.push_back(word.data());
        argv.push_back(nullptr);
        int input[2];
        if (::pipe(input) != 0) throw std::runtime_error("pipe failed");

        const pid_t child = ::fork();
        if (child < 0) throw std::runtime_error("fork failed");
        if (child == 0)
        {
            ::alarm(60);
            ::dup2(input[0], STDIN_FILENO);
            ::close(input[0]);
            ::close(input[1]);
            redirect(err_path, STDERR_FILENO);
            prepare_output(out, out_path);
            if (::chdir(folder.c_str()) == 0) ::execv(XEINSUM_COMMAND, argv.data());
            ::_exit(127);
        }
        ::close(input[0]);
        int status = 0;
        ::waitpid(child, &status, 0);
        ::close(input[1]);
        return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, captured.read("out"), captured.read("err")};
    }
}
