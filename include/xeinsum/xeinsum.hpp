// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_XEINSUM_HPP
#define XEINSUM_XEINSUM_HPP

/// \file
/// The whole library.

#include <xeinsum/binding.hpp>
#include <xeinsum/bound_plan.hpp>
#include <xeinsum/dtype.hpp>
#include <xeinsum/einsum.hpp>
#include <xeinsum/equation.hpp>
#include <xeinsum/error.hpp>
#include <xeinsum/execute.hpp>
#include <xeinsum/execution.hpp>
#include <xeinsum/explain.hpp>
#include <xeinsum/expression.hpp>
#include <xeinsum/kernel.hpp>
#include <xeinsum/layout.hpp>
#include <xeinsum/path.hpp>
#include <xeinsum/plan.hpp>
#include <xeinsum/roles.hpp>
#include <xeinsum/similarity.hpp>
#include <xeinsum/stop_condition.hpp>
#include <xeinsum/subscripts.hpp>
#include <xeinsum/trace.hpp>
#include <xeinsum/version.hpp>
#include <xeinsum/workspace.hpp>

#endif
