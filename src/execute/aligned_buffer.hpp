// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_SRC_EXECUTE_ALIGNED_BUFFER_HPP
#define XEINSUM_SRC_EXECUTE_ALIGNED_BUFFER_HPP

#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>

namespace xeinsum::detail
{
    /// Memory aligned to cache lines, not initialised.
    template <class T>
    class aligned_buffer
    {
    public:
        explicit aligned_buffer(std::int64_t elements)
            : m_data(elements == 0 ? nullptr : static_cast<T*>(::operator new(static_cast<std::size_t>(elements) * sizeof(T), line)))
        {
        }
        T* get() const { return m_data.get(); }

    private:
        static constexpr std::align_val_t line{64};
        struct release
        {
            void operator()(T* p) const { ::operator delete(p, line); }
        };
        std::unique_ptr<T, release> m_data;
    };
}

#endif
