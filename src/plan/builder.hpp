// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_SRC_PLAN_BUILDER_HPP
#define XEINSUM_SRC_PLAN_BUILDER_HPP

#include <cstddef>
#include <vector>

#include <xeinsum/plan.hpp>

namespace xeinsum::detail
{
    /// What to search a path with.
    path_search search_of(const options& how);

    /// The steps of a path. With slices: those of one slice, marked step::sliced where they depend on which one it is.
    std::vector<step> build_steps(const bound_equation& e, const options& how, const contraction_path& path, const std::vector<slice_axis>& slices);
}

#endif
