// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include "errors.hpp"

#include <system_error>

namespace xeinsum::cli
{
    file_error file_error::from_errno(const std::string& path, const std::string& what, int error)
    {
        return file_error(path + ": " + what + ": " + std::generic_category().message(error));
    }
}
