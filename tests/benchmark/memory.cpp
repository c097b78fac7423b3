// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include "memory.hpp"

#include <algorithm>
#include <cstring>

#include <omp.h>

namespace bench
{
    namespace
    {
        /// Waking a thread costs more than it saves below this.
        constexpr double worth_threads = 128 * 1024;

        /// Integers, because a compiler may reorder their sum and so use vectors.
        std::uint64_t sum(const std::uint64_t* first, std::size_t count)
        {
            std::uint64_t a = 0, b = 0, c = 0, d = 0;
            const std::size_t quarter = count / 4;
            for (std::size_t i = 0; i < quarter; ++i)
            {
                a += first[i];
                b += first[i + quarter];
                c += first[i + 2 * quarter];
                d += first[i + 3 * quarter];
            }
            for (std::size_t i = 4 * quarter; i < count; ++i) a += first[i];
            return a + b + c + d;
        }

        /// Calls part(first, count) for equal parts of `count` words, one a thread.
        template <class Part>
        void split(std::size_t count, std::size_t threads, const Part& part)
        {
            if (threads == 1 || static_cast<double>(count) * 8 < worth_threads) return part(0, count);
#pragma omp parallel num_threads(static_cast<int>(threads))
            {
                const auto id = static_cast<std::size_t>(omp_get_thread_num());
                const auto team = static_cast<std::size_t>(omp_get_num_threads());
                const std::size_t first = count * id / team;
                part(first, count * (id + 1) / team - first);
            }
        }

        std::size_t words(const buffer<std::uint64_t>& of, double bytes)
        {
            return std::min(of.size(), std::max<std::size_t>(1, static_cast<std::size_t>(bytes / 8)));
        }
    }

    void copy(const buffer<std::uint64_t>& from, buffer<std::uint64_t>& to, double bytes, std::size_t threads)
    {
        split(std::min(words(from, bytes), words(to, bytes)), threads, [&](std::size_t first, std::size_t count) {
            std::memcpy(to.data() + first, from.data() + first, count * 8);
        });
    }

    void read(const buffer<std::uint64_t>& from, double bytes, std::size_t threads)
    {
        split(words(from, bytes), threads, [&](std::size_t first, std::size_t count) {
            [[maybe_unused]] volatile std::uint64_t keep = sum(from.data() + first, count);
        });
    }
}
