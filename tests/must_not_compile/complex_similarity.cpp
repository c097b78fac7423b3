// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include <xeinsum/similarity.hpp>

#ifdef MENDED
auto f(const xt::xtensor<double, 2>& x) { return xeinsum::cosine_similarity_matrix(x); }
#else
auto f(const xt::xtensor<std::complex<double>, 2>& x) { return xeinsum::cosine_similarity_matrix(x); }
#endif
