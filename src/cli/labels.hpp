// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_CLI_LABELS_HPP
#define XEINSUM_CLI_LABELS_HPP

#include <cstdint>
#include <string>
#include <vector>

namespace xeinsum::cli
{
    /// The lines of a text file, names of the rows of a matrix. An end of the last line is not needed; those of other systems are taken
    /// off. Throws file_error; usage_error: another number of lines than `count`, which is the number of rows of `matrix`.
    std::vector<std::string> read_labels(const std::string& path, std::int64_t count, const std::string& matrix);

    /// The name of a row: its number where there are no names.
    std::string name_of(const std::vector<std::string>& labels, std::int64_t row);
}

#endif
