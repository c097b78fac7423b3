// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_BENCHMARK_BUFFER_HPP
#define XEINSUM_BENCHMARK_BUFFER_HPP

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <type_traits>

#include <xeinsum/detail/huge_pages.hpp>

namespace bench
{
    /// Memory on a cache line's boundary, filled with small numbers, so that no page of it is touched for the first
    /// time while something is timed. In huge pages from 4 MiB on, as NumPy's arrays are, which torch is given, too.
    template <class T>
    class buffer
    {
    public:
        buffer() = default;
        explicit buffer(std::size_t size, std::uint64_t seed = 1)
            : m_data(static_cast<T*>(::operator new(std::max<std::size_t>(size, 1) * sizeof(T), alignment))), m_size(size)
        {
            xeinsum::detail::prefer_huge_pages(m_data.get(), size * sizeof(T));
            for (std::size_t i = 0; i < size; ++i)
            {
                seed = seed * 6364136223846793005u + 1442695040888963407u;
                const auto small = static_cast<std::int64_t>(seed >> 60) - 8;
                if constexpr (std::is_floating_point_v<T>) m_data.get()[i] = static_cast<T>(small) / 8 + T(0.03125);
                else m_data.get()[i] = static_cast<T>(small);
            }
        }

        T* data() { return m_data.get(); }
        const T* data() const { return m_data.get(); }
        std::size_t size() const { return m_size; }

    private:
        static constexpr std::align_val_t alignment{64};
        struct release
        {
            void operator()(T* p) const { ::operator delete(p, alignment); }
        };

        std::unique_ptr<T[], release> m_data;
        std::size_t m_size = 0;
    };
}

#endif
