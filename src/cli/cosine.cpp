// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include <array>
#include <cmath>
#include <cstddef>
#include <memory>
#include <span>

#include <xeinsum/similarity.hpp>

#include "commands.hpp"
#include "convert.hpp"
#include "errors.hpp"
#include "npy.hpp"

namespace xeinsum::cli
{
    namespace
    {
        /// A real matrix, integers as float64.
        array read_matrix(const std::string& path)
        {
            const array x = read_npy(path);
            if (x.type == dtype::complex64 || x.type == dtype::complex128)
                throw usage_error("cosine: " + path + " is " + std::string(to_string(x.type)) + "; cosine similarity is for real numbers");
            if (x.lies.rank() != 2)
                throw usage_error("cosine: " + path + " has shape " + to_string(x.lies.shape) + " (rank " + std::to_string(x.lies.rank()) + "); a matrix is needed, one vector a row");
            return x.type == dtype::float32 ? x : convert(x, dtype::float64);
        }

        template <class T>
        auto adapt(const array& x)
        {
            using buffer = xt::xbuffer_adaptor<const T*, xt::no_ownership, std::allocator<T>>;
            using matrix = xt::xtensor_adaptor<buffer, 2, xt::layout_type::dynamic>;
            const auto size = static_cast<std::size_t>(x.lies.size());
            const std::array<std::size_t, 2> shape = {static_cast<std::size_t>(x.lies.shape[0]),
                                                      static_cast<std::size_t>(x.lies.shape[1])};
            const std::array<std::ptrdiff_t, 2> strides = {x.lies.strides[0], x.lies.strides[1]};
            return matrix(buffer(x.as<T>(), size), shape, strides);
        }

        template <class T>
        void compute(std::span<const array> x, const cosine_request& asked)
        {
            const T eps = static_cast<T>(asked.eps);
            if (!(eps > 0) || !std::isfinite(eps))
                throw usage_error("cosine: --eps must be a positive number that " + std::string(to_string(dtype_of<T>())) + " holds");
            const auto result = x.size() == 1 ? cosine_similarity_matrix(adapt<T>(x[0]), asked.eps)
                                              : cosine_similarity_matrix(adapt<T>(x[0]), adapt<T>(x[1]), asked.eps);
            const extents shape = {x.front().lies.shape[0], x.back().lies.shape[0]};
            write_npy(asked.output, dtype_of<T>(), shape, std::as_bytes(std::span(result.data(), result.size())));
        }
    }

    void cosine(const cosine_request& asked)
    {
        if (asked.inputs.empty() || asked.inputs.size() > 2)
            throw usage_error("cosine: " + std::to_string(asked.inputs.size()) + " files; one or two are right");
        std::vector<array> x;
        for (const std::string& path : asked.inputs) x.push_back(read_matrix(path));
        if (x.front().lies.shape[1] != x.back().lies.shape[1])
            throw usage_error("cosine: rows of " + asked.inputs.front() + " have length " + std::to_string(x.front().lies.shape[1]) +
                              ", rows of " + asked.inputs.back() + " have length " + std::to_string(x.back().lies.shape[1]));
        if (x.front().type == dtype::float32 && x.back().type == dtype::float32) return compute<float>(x, asked);
        for (array& matrix : x) matrix = convert(matrix, dtype::float64);
        compute<double>(x, asked);
    }
}
