// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_SRC_PLAN_SLICING_HPP
#define XEINSUM_SRC_PLAN_SLICING_HPP

#include <cstddef>
#include <vector>

#include <xeinsum/plan.hpp>

namespace xeinsum::detail
{
    /// The labels of an equation that are to be sliced, to these chunks: a chunk per label, its extent where it is not.
    std::vector<slice_axis> slices_of(const bound_equation& e, const options& how, const extents& chunks);

    /// Takes the next smaller chunk of a label; false, with nothing changed, where it is one value at a time already.
    bool slice_label(label_id id, extents& chunks);

    /// Makes one label's chunk smaller, by the least divisor: of the labels that the step of the highest peak works on or keeps alive the one that adds
    /// least to the flops of all slices. False if there is none left. `steps` are those of these chunks.
    bool slice_further(const bound_equation& e, const std::vector<step>& steps, std::size_t element_bytes, extents& chunks);
}

#endif
