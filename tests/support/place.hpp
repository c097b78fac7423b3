// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_TESTS_PLACE_HPP
#define XEINSUM_TESTS_PLACE_HPP

#include <cstddef>
#include <cstdint>
#include <numeric>
#include <vector>

#include <xeinsum/layout.hpp>

namespace test
{
    /// A tensor in a stretch of memory that others may share.
    struct place
    {
        xeinsum::layout lies;
        std::int64_t first = 0;  ///< of its first logical element

        /// Where its elements lie, in row-major order of the indices.
        std::vector<std::size_t> elements() const
        {
            std::vector<std::size_t> all;
            xeinsum::extents index(lies.rank(), 0);
            for (std::int64_t n = lies.size(); n > 0; --n)
            {
                all.push_back(static_cast<std::size_t>(std::inner_product(index.begin(), index.end(), lies.strides.begin(), first)));
                for (std::size_t d = index.size(); d-- > 0;)
                {
                    if (++index[d] < lies.shape[d]) break;
                    index[d] = 0;
                }
            }
            return all;
        }
    };
}

#endif
