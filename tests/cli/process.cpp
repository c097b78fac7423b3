// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include "process.hpp"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
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

    namespace
    {
        /// Starts the command with the given redirections; returns its process and closes nothing of the caller's.
        template <class Prepare>
        pid_t start(const std::string& folder, const std::vector<std::string>& arguments, const Prepare& prepare)
        {
            std::vector<std::string> words = arguments;
            words.insert(words.begin(), "xeinsum");
            std::vector<char*> argv;
            for (std::string& word : words) argv.push_back(word.data());
            argv.push_back(nullptr);
            const pid_t child = ::fork();
            if (child < 0) throw std::runtime_error("fork failed");
            if (child != 0) return child;
            ::alarm(60);
            prepare();
            if (::chdir(folder.c_str()) == 0) ::execv(XEINSUM_COMMAND, argv.data());
            ::_exit(127);
        }
    }

    outcome run_xeinsum(const std::string& folder, const std::vector<std::string>& arguments, standard_output out)
    {
        const temporary_directory captured;
        const std::string out_path = captured.path("out"), err_path = captured.path("err");
        int input[2];
        if (::pipe(input) != 0) throw std::runtime_error("pipe failed");
        const pid_t child = start(folder, arguments, [&] {
            ::dup2(input[0], STDIN_FILENO);
            ::close(input[0]);
            ::close(input[1]);
            redirect(err_path, STDERR_FILENO);
            prepare_output(out, out_path);
        });
        ::close(input[0]);
        int status = 0;
        ::waitpid(child, &status, 0);
        ::close(input[1]);
        return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, captured.read("out"), captured.read("err")};
    }

    int interrupt_xeinsum(const std::string& folder, const std::vector<std::string>& arguments, int signal)
    {
        const pid_t child = start(folder, arguments, [] {});
        const auto has_begun = [&] {
            for (const auto& entry : std::filesystem::directory_iterator(folder))
                if (entry.path().filename().string().starts_with(".xeinsum-")) return true;
            return false;
        };
        int status = 0;
        while (!has_begun())
        {
            if (::waitpid(child, &status, WNOHANG) == child) return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
            ::usleep(500);
        }
        ::kill(child, signal);
        ::waitpid(child, &status, 0);
        return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    }
}
