// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_CLI_UNFINISHED_FILES_HPP
#define XEINSUM_CLI_UNFINISHED_FILES_HPP

#include <string>

namespace xeinsum::cli
{
    /// Has SIGINT, SIGTERM and SIGHUP remove the files that an unfinished_file stands for before they end the process.
    void remove_unfinished_files_on_signals();

    /// Removes them at once, from a signal handler that ends the process.
    void remove_unfinished_files() noexcept;

    /// A file that is of no use until it is finished: a signal that ends the process meanwhile removes it.
    class unfinished_file
    {
    public:
        explicit unfinished_file(const std::string& path);
        ~unfinished_file();
        unfinished_file(const unfinished_file&) = delete;
        unfinished_file& operator=(const unfinished_file&) = delete;

    private:
        std::string m_path;
        int m_place;  ///< -1: more files than are kept
    };
}

#endif
