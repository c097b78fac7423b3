// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include "convert.hpp"

#include <algorithm>
#include <new>
#include <stdexcept>
#include <type_traits>

#include "memory.hpp"

namespace xeinsum::cli
{
    namespace
    {
        template <class T>
        constexpr bool is_complex = requires { typename T::value_type; };

        /// Whether To is of From's kind (bool < integer < real < complex) or of a higher one.
        template <class From, class To>
        constexpr bool keeps_kind()
        {
            if constexpr (is_complex<To>) return true;
            else if constexpr (std::is_floating_point_v<To>) return !is_complex<From>;
            else if constexpr (std::is_same_v<To, bool>) return std::is_same_v<From, bool>;
            else return std::is_integral_v<From>;
        }

        template <class From, class To>
        void convert_elements(const From* from, To* to, std::int64_t count)
        {
            if constexpr (keeps_kind<From, To>())
                std::transform(from, from + count, to, [](From x) {
                    if constexpr (is_complex<To> && !is_complex<From>)
                        return To(static_cast<typename To::value_type>(x));
                    else return static_cast<To>(x);
                });
            else throw std::logic_error("no conversion between these dtypes");
        }
    }

    array convert(const array& from, dtype to)
    {
        if (from.type == to) return from;
        const std::int64_t count = from.lies.size();
        const std::size_t bytes = static_cast<std::size_t>(count) * size_of(to);
        if (bytes / size_of(to) != static_cast<std::size_t>(count)) throw std::bad_array_new_length();
        const auto data = allocate_bytes(bytes);
        visit_npy_dtype(from.type, [&]<class From>(type_tag<From>) {
            visit_npy_dtype(to, [&]<class To>(type_tag<To>) {
                convert_elements(from.as<From>(), reinterpret_cast<To*>(data.get()), count);
            });
        });
        return {to, from.lies, data};
    }
}
