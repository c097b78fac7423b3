// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include "process.hpp"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
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

    namespace
    {
        /// Runs it to its end; `at_work` is called with its process while it runs.
        template <class Prepare, class AtWork>
        outcome run(const std::string& folder, const std::vector<std::string>& arguments, const Prepare& prepare, const AtWork& at_work)
        {
            const temporary_directory captured;
            int input[2];
            if (::pipe(input) != 0) throw std::runtime_error("pipe failed");
            const pid_t child = start(folder, arguments, [&] {
                ::dup2(input[0], STDIN_FILENO);
                ::close(input[0]);
                ::close(input[1]);
                redirect(captured.path("err"), STDERR_FILENO);
                prepare(captured.path("out"));
            });
            ::close(input[0]);
            const bool met = at_work(child);
            int status = 0;
            ::waitpid(child, &status, 0);
            ::close(input[1]);
            return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, met, captured.read("out"), captured.read("err")};
        }

        bool has_mapped(pid_t process, const std::string& name)
        {
            std::ifstream maps("/proc/" + std::to_string(process) + "/maps");
            for (std::string line; std::getline(maps, line);)
                if (line.ends_with("/" + name)) return true;
            return false;
        }

        bool has_ended(pid_t process)
        {
            siginfo_t about{};
            return ::waitid(P_PID, static_cast<id_t>(process), &about, WEXITED | WNOHANG | WNOWAIT) != 0 || about.si_pid == process;
        }
    }

    outcome run_xeinsum(const std::string& folder, const std::vector<std::string>& arguments, standard_output out, const std::function<void()>& prepare)
    {
        const auto prepare_all = [&](const std::string& captured) {
            prepare_output(out, captured);
            if (prepare) prepare();
        };
        return run(folder, arguments, prepare_all, [](pid_t) { return true; });
    }

    outcome run_xeinsum_while_mapped(const std::string& folder, const std::vector<std::string>& arguments, const std::string& name,
                                     const std::function<void()>& meanwhile)
    {
        const auto meet = [&](pid_t child) {
            while (!has_mapped(child, name))
                if (has_ended(child)) return false;
            ::kill(child, SIGSTOP);
            siginfo_t about{};
            ::waitid(P_PID, static_cast<id_t>(child), &about, WSTOPPED | WEXITED | WNOWAIT);
            const bool met = has_mapped(child, name);
            meanwhile();
            ::kill(child, SIGCONT);
            return met;
        };
        return run(folder, arguments, [](const std::string& captured) { redirect(captured, STDOUT_FILENO); }, meet);
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
