// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_TESTS_SPARSE_MEMORY_HPP
#define XEINSUM_TESTS_SPARSE_MEMORY_HPP

#include <boost/test/unit_test.hpp>

#include <sys/mman.h>

#include <cstddef>
#include <cstdint>
#include <new>

namespace test
{
    /// Memory that is promised, not given, until it is written: a tensor of few elements far apart takes few pages, and what was never
    /// written is one page of zeros.
    template <class T>
    class sparse_memory
    {
    public:
        /// \param dense whether much of it is read or written, which takes less time in huge pages
        explicit sparse_memory(std::int64_t count, bool dense = false) : m_bytes(static_cast<std::size_t>(count) * sizeof(T))
        {
            void* const at = ::mmap(nullptr, m_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
            if (at == MAP_FAILED) throw std::bad_alloc();
            if (dense) static_cast<void>(::madvise(at, m_bytes, MADV_HUGEPAGE));
            m_data = static_cast<T*>(at);
        }
        sparse_memory(const sparse_memory&) = delete;
        sparse_memory& operator=(const sparse_memory&) = delete;
        ~sparse_memory() { ::munmap(m_data, m_bytes); }

        T* data() const { return m_data; }

    private:
        std::size_t m_bytes;
        T* m_data;
    };

    /// Whether the system promises memory that it does not have.
    inline boost::test_tools::assertion_result promises_memory(boost::unit_test::test_unit_id)
    {
        try
        {
            sparse_memory<char> all(std::int64_t{1} << 44);
            return true;
        }
        catch (const std::bad_alloc&)
        {
            return false;
        }
    }
}

#endif
