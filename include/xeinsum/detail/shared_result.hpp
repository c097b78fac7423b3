// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_DETAIL_SHARED_RESULT_HPP
#define XEINSUM_DETAIL_SHARED_RESULT_HPP

#include <atomic>
#include <cstddef>
#include <mutex>
#include <optional>
#include <utility>

namespace xeinsum::detail
{
    /// A value that is computed once, when it is first asked for, and that copies share, those made before included.
    /// Nothing is allocated until it is asked for or copied. Reading and copying from several threads is safe.
    template <class T>
    class shared_result
    {
    public:
        shared_result() = default;
        shared_result(const shared_result& other) : m_state(&other.state()) { ++m_state.load()->owners; }
        shared_result(shared_result&& other) noexcept : m_state(other.m_state.exchange(nullptr)) {}
        shared_result& operator=(shared_result other) noexcept
        {
            other.m_state = m_state.exchange(other.m_state);
            return *this;
        }
        ~shared_result()
        {
            shared_state* const s = m_state.load(std::memory_order_acquire);
            if (s && --s->owners == 0) delete s;
        }

        /// The value if it has been computed, else null.
        const T* get() const
        {
            const shared_state* const s = m_state.load(std::memory_order_acquire);
            return s && s->ready.load(std::memory_order_acquire) ? &*s->value : nullptr;
        }

        /// The value; `compute` is called where there is none yet. What it throws is passed on, and the next call
        /// computes anew.
        template <class F>
        const T& get_or(F&& compute) const
        {
            shared_state& s = state();
            std::call_once(s.once, [&] {
                s.value.emplace(std::forward<F>(compute)());
                s.ready.store(true, std::memory_order_release);
            });
            return *s.value;
        }

    private:
        struct shared_state
        {
            std::atomic<std::size_t> owners{1};
            std::once_flag once;
            std::atomic<bool> ready{false};
            std::optional<T> value;
        };

        shared_state& state() const
        {
            shared_state* there = m_state.load(std::memory_order_acquire);
            if (there) return *there;
            auto* const fresh = new shared_state;
            if (m_state.compare_exchange_strong(there, fresh, std::memory_order_acq_rel)) return *fresh;
            delete fresh;
            return *there;
        }

        mutable std::atomic<shared_state*> m_state{nullptr};
    };
}

#endif
