// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include <xeinsum/error.hpp>

namespace xeinsum
{
    subscript_error::subscript_error(subscript_errc code, std::size_t position, const std::string& what)
        : std::invalid_argument(what), m_code(code), m_position(position)
    {
    }
    subscript_error::~subscript_error() = default;

    shape_error::shape_error(shape_errc code, const std::string& what) : std::invalid_argument(what), m_code(code) {}
    shape_error::~shape_error() = default;

    cancelled::cancelled() : std::runtime_error("einsum: stopped, as was asked for") {}
    cancelled::~cancelled() = default;
}
