// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include <xeinsum/subscripts.hpp>

#ifdef MENDED
constexpr auto n = xeinsum::literal_equation_of<"ij->ji">().operand_count();
#else
constexpr auto n = xeinsum::literal_equation_of<"ij-ji">().operand_count();
#endif
