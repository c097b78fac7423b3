// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_DETAIL_SMALL_VECTOR_HPP
#define XEINSUM_DETAIL_SMALL_VECTOR_HPP

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <initializer_list>
#include <iterator>
#include <memory>
#include <type_traits>
#include <utility>
#include <vector>

namespace xeinsum::detail
{
    /// What of std::vector lists of labels need, for plain values; up to N of them live in place. A plan is made of so many short
    /// lists that the heap would take most of its time.
    template <class T, std::size_t N>
    class small_vector
    {
        static_assert(std::is_trivially_copyable_v<T>);

    public:
        using value_type = T;
        using size_type = std::size_t;
        using difference_type = std::ptrdiff_t;
        using reference = T&;
        using const_reference = const T&;
        using iterator = T*;
        using const_iterator = const T*;

        small_vector() {}  // not defaulted: that would clear what no value is in
        small_vector(std::initializer_list<T> values) : small_vector(values.begin(), values.end()) {}
        explicit small_vector(std::size_t size, const T& value = T()) { resize(size, value); }
        template <std::forward_iterator I>
        small_vector(I first, I last)
        {
            append(first, last);
        }
        small_vector(const std::vector<T>& values) : small_vector(values.begin(), values.end()) {}
        small_vector(const small_vector& other) { copy(other); }
        small_vector(small_vector&& other) noexcept { take(other); }
        small_vector& operator=(const small_vector& other)
        {
            if (this != &other) copy(other);
            return *this;
        }
        small_vector& operator=(small_vector&& other) noexcept
        {
            if (this != &other) take(other);
            return *this;
        }
        ~small_vector() = default;

        std::size_t size() const { return m_size; }
        bool empty() const { return m_size == 0; }
        T* data() { return m_more ? m_more.get() : m_short; }
        const T* data() const { return m_more ? m_more.get() : m_short; }
        T* begin() { return data(); }
        T* end() { return data() + m_size; }
        const T* begin() const { return data(); }
        const T* end() const { return data() + m_size; }
        auto rbegin() const { return std::reverse_iterator(end()); }
        auto rend() const { return std::reverse_iterator(begin()); }
        T& operator[](std::size_t i) { return data()[i]; }
        const T& operator[](std::size_t i) const { return data()[i]; }
        T& front() { return data()[0]; }
        const T& front() const { return data()[0]; }
        T& back() { return data()[m_size - 1]; }
        const T& back() const { return data()[m_size - 1]; }

        void reserve(std::size_t capacity)
        {
            if (capacity <= m_capacity) return;
            auto more = std::make_unique_for_overwrite<T[]>(capacity);
            std::copy(begin(), end(), more.get());
            m_more = std::move(more);
            m_capacity = capacity;
        }
        void clear() { m_size = 0; }
        void assign(std::size_t size, const T& value)
        {
            const T kept = value;
            clear();
            resize(size, kept);
        }
        void resize(std::size_t size, const T& value = T())
        {
            const T kept = value;
            reserve(size);
            if (size > m_size) std::fill(end(), data() + size, kept);
            m_size = size;
        }
        void push_back(const T& value)
        {
            const T kept = value;
            if (m_size == m_capacity) reserve(2 * m_capacity);
            data()[m_size++] = kept;
        }
        template <class... Arguments>
        T& emplace_back(Arguments&&... arguments)
        {
            push_back(T(std::forward<Arguments>(arguments)...));
            return back();
        }
        void pop_back() { --m_size; }

        template <std::forward_iterator I>
        T* insert(const T* where, I first, I last)
        {
            const auto at = where - begin();
            if (where == end())
            {
                append(first, last);
                return begin() + at;
            }
            const auto count = make_room(first, last);
            std::copy_backward(begin() + at, end(), end() + count);
            std::copy(first, last, begin() + at);
            m_size += count;
            return begin() + at;
        }
        T* insert(const T* where, const T& value)
        {
            const T kept = value;
            return insert(where, &kept, &kept + 1);
        }
        T* erase(const T* first, const T* last)
        {
            T* const to = begin() + (first - begin());
            std::copy(last, static_cast<const T*>(end()), to);
            m_size -= static_cast<std::size_t>(last - first);
            return to;
        }
        T* erase(const T* where) { return erase(where, where + 1); }

        friend bool operator==(const small_vector& x, const small_vector& y) { return std::equal(x.begin(), x.end(), y.begin(), y.end()); }
        friend bool operator<(const small_vector& x, const small_vector& y)
        {
            return std::lexicographical_compare(x.begin(), x.end(), y.begin(), y.end());
        }

    private:
        /// Returns how many values there are between the two, once there is room for them.
        template <class I>
        std::size_t make_room(I first, I last)
        {
            const auto count = static_cast<std::size_t>(std::distance(first, last));
            if (m_size + count > m_capacity) reserve(std::max(m_size + count, 2 * m_capacity));
            return count;
        }

        template <class I>
        void append(I first, I last)
        {
            const std::size_t count = make_room(first, last);
            std::copy(first, last, end());
            m_size += count;
        }

        // A copy of so many bytes as the compiler knows is a few instructions; one of as many as are used is a call.
        void copy_short(const small_vector& other) { std::memcpy(m_short, other.m_short, sizeof(m_short)); }

        void copy(const small_vector& other)
        {
            if (m_more || other.m_more)
            {
                clear();
                append(other.begin(), other.end());
                return;
            }
            copy_short(other);
            m_size = other.m_size;
        }

        void take(small_vector& other) noexcept
        {
            m_more = std::move(other.m_more);
            m_capacity = other.m_capacity;
            m_size = other.m_size;
            if (!m_more) copy_short(other);
            other.m_size = 0;
            other.m_capacity = N;
        }

        T m_short[N];               // the values, if there are no more
        std::size_t m_size = 0;
        std::size_t m_capacity = N;
        std::unique_ptr<T[]> m_more;
    };

    template <class T, std::size_t N, class Unwanted>
    void erase_if(small_vector<T, N>& from, Unwanted unwanted)
    {
        from.erase(std::remove_if(from.begin(), from.end(), unwanted), from.end());
    }
}

#endif
