// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_WORKSPACE_HPP
#define XEINSUM_WORKSPACE_HPP

#include <cstddef>
#include <memory>
#include <new>

#include <xeinsum/detail/huge_pages.hpp>

namespace xeinsum
{
    /// Memory for the intermediates and buffers of executions, kept from one to the next: it grows to what the largest plan
    /// asked for, plan::workspace_bytes(). For one execution at a time.
    class workspace
    {
    public:
        /// At least so many bytes, aligned to cache lines; what was there before is lost. Throws std::bad_alloc.
        std::byte* reserve(std::size_t bytes)
        {
            if (bytes > m_size)
            {
                release();
                m_data.reset(static_cast<std::byte*>(::operator new(bytes, line)));
                m_size = bytes;
                detail::prefer_huge_pages(m_data.get(), bytes);
            }
            return m_data.get();
        }

        /// Bytes that are kept.
        std::size_t size() const { return m_size; }

        /// Gives them back.
        void release()
        {
            m_data.reset();
            m_size = 0;
        }

    private:
        static constexpr std::align_val_t line{64};
        struct deleter
        {
            void operator()(std::byte* p) const { ::operator delete(p, line); }
        };
        std::unique_ptr<std::byte, deleter> m_data;
        std::size_t m_size = 0;
    };
}

#endif
