// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_TESTS_STRIDED_HPP
#define XEINSUM_TESTS_STRIDED_HPP

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <numeric>
#include <string>
#include <vector>

#include <xeinsum/layout.hpp>

#include "support/random.hpp"

namespace test
{
    using xeinsum::extents;
    using xeinsum::layout;

    /// How a tensor lies within its memory: axes in this order from the outermost, each with a factor on its stride
    /// (2: every second element), room left around it, or reversed.
    struct arrangement
    {
        std::vector<std::size_t> order;
        std::vector<std::int64_t> step;   ///< per axis: 1, 2, ... or negative; 0: one element stands for all
        std::vector<std::int64_t> slack;  ///< per axis: elements beyond its own
    };

    inline arrangement plain(std::size_t rank)
    {
        arrangement a;
        a.order.resize(rank);
        std::iota(a.order.begin(), a.order.end(), std::size_t{0});
        a.step.assign(rank, 1);
        a.slack.assign(rank, 0);
        return a;
    }

    /// By name: `row`, `column`, `block` (a sub-block of a larger row-major tensor), `rows` (every second index of the
    /// first axis), `inner` (every second of the last), `reversed` (the last axis), `flipped` (the first axis),
    /// `swapped` (the last two axes transposed).
    inline arrangement named(const std::string& name, std::size_t rank)
    {
        arrangement a = plain(rank);
        if (rank == 0) return a;
        if (name == "column") std::reverse(a.order.begin(), a.order.end());
        if (name == "block") a.slack.assign(rank, 3);
        if (name == "rows") a.step.front() = 2;
        if (name == "inner") a.step.back() = 2;
        if (name == "reversed") a.step.back() = -1;
        if (name == "flipped") a.step.front() = -1;
        if (name == "swapped" && rank >= 2) std::swap(a.order[rank - 1], a.order[rank - 2]);
        return a;
    }

    inline arrangement draw_arrangement(engine& random, std::size_t rank)
    {
        arrangement a = plain(rank);
        std::shuffle(a.order.begin(), a.order.end(), random);
        if (between(random, 0, 2) == 0) std::sort(a.order.begin(), a.order.end());
        for (std::size_t d = 0; d < rank; ++d)
        {
            if (between(random, 0, 3) == 0) a.step[d] = between(random, 0, 1) ? 2 : 3;
            if (between(random, 0, 4) == 0) a.step[d] = -a.step[d];
            if (between(random, 0, 3) == 0) a.slack[d] = between(random, 1, 3);
        }
        return a;
    }

    /// Now and then an axis along which an operand does not move.
    inline arrangement draw_operand_arrangement(engine& random, std::size_t rank)
    {
        arrangement a = draw_arrangement(random, rank);
        for (std::int64_t& step : a.step)
            if (between(random, 0, 19) == 0) step = 0;
        return a;
    }

    /// A tensor somewhere in memory of its own, all the rest of which holds a guard value.
    template <class T>
    struct strided_tensor
    {
        layout lies;
        std::size_t size = 0;
        std::unique_ptr<T[]> memory;  // not a vector, whose bools would be bits
        std::ptrdiff_t origin = 0;

        strided_tensor(const extents& shape, const arrangement& a, T guard)
        {
            lies.shape = shape;
            lies.strides.assign(shape.size(), 0);
            std::int64_t stride = 1;
            for (std::size_t i = shape.size(); i-- > 0;)
            {
                const std::size_t d = a.order[i];
                const std::int64_t step = a.step[d] < 0 ? -a.step[d] : a.step[d];
                lies.strides[d] = stride * a.step[d];
                if (a.step[d] < 0) origin += stride * step * std::max<std::int64_t>(0, shape[d] - 1);
                if (step > 0) stride *= std::max<std::int64_t>(1, shape[d]) * step + a.slack[d];
            }
            size = static_cast<std::size_t>(stride);
            memory = std::make_unique<T[]>(size);
            std::fill_n(memory.get(), size, guard);
        }

        T* data() { return memory.get() + origin; }
        const T* data() const { return memory.get() + origin; }

        /// Calls f with every element, in row-major order of the indices.
        template <class F>
        void for_each(F&& f)
        {
            extents index(lies.rank(), 0);
            for (std::int64_t n = lies.size(); n > 0; --n)
            {
                std::int64_t at = 0;
                for (std::size_t d = 0; d < index.size(); ++d) at += index[d] * lies.strides[d];
                f(data()[at]);
                for (std::size_t d = index.size(); d-- > 0;)
                {
                    if (++index[d] < lies.shape[d]) break;
                    index[d] = 0;
                }
            }
        }

        /// The elements that are not the tensor's.
        std::vector<T> guards()
        {
            std::vector<bool> own(size, false);
            for_each([&](T& element) { own[static_cast<std::size_t>(&element - memory.get())] = true; });
            std::vector<T> rest;
            for (std::size_t i = 0; i < size; ++i)
                if (!own[i]) rest.push_back(memory[i]);
            return rest;
        }
    };
}

#endif
