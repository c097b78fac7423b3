// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include <xeinsum/execute.hpp>

#include <string>

#include "../subscripts/rendering.hpp"
#include "engine.hpp"

namespace xeinsum
{
    void detail::check_execution(const plan& p, dtype type, std::size_t operand_count, bool scaled)
    {
        if (p.how().type != type)
            throw std::invalid_argument("execute: the plan is for " + std::string(to_string(p.how().type)) +
                                        ", the memory holds " + std::string(to_string(type)));
        if (p.shapes().size() != operand_count)
            throw std::invalid_argument("execute: the plan has " + detail::counted(p.shapes().size(), "operand") + ", not " +
                                        std::to_string(operand_count));
        if (scaled && !p.how().scaled)
            throw std::invalid_argument("execute: alpha and beta are for plans that were made with options::scaled");
    }

    namespace
    {
        template <class T>
        void run(const plan& p, std::span<const T* const> operands, T* result, const execution<T>& how)
        {
            detail::check_execution(p, dtype_of<T>(), operands.size(), how.by != nullptr);
            detail::executor<T, detail::compiled_engine<T>>(p, operands, result, how).run();
        }
    }

    // clang-format off
    template <> void execute(const plan& p, std::span<const float* const> in, float* out, const execution<float>& how) { run(p, in, out, how); }
    template <> void execute(const plan& p, std::span<const double* const> in, double* out, const execution<double>& how) { run(p, in, out, how); }
    template <> void execute(const plan& p, std::span<const std::complex<float>* const> in, std::complex<float>* out, const execution<std::complex<float>>& how) { run(p, in, out, how); }
    template <> void execute(const plan& p, std::span<const std::complex<double>* const> in, std::complex<double>* out, const execution<std::complex<double>>& how) { run(p, in, out, how); }
    template <> void execute(const plan& p, std::span<const long double* const> in, long double* out, const execution<long double>& how) { run(p, in, out, how); }
    template <> void execute(const plan& p, std::span<const bool* const> in, bool* out, const execution<bool>& how) { run(p, in, out, how); }
    template <> void execute(const plan& p, std::span<const std::int8_t* const> in, std::int8_t* out, const execution<std::int8_t>& how) { run(p, in, out, how); }
    template <> void execute(const plan& p, std::span<const std::uint8_t* const> in, std::uint8_t* out, const execution<std::uint8_t>& how) { run(p, in, out, how); }
    template <> void execute(const plan& p, std::span<const std::int16_t* const> in, std::int16_t* out, const execution<std::int16_t>& how) { run(p, in, out, how); }
    template <> void execute(const plan& p, std::span<const std::uint16_t* const> in, std::uint16_t* out, const execution<std::uint16_t>& how) { run(p, in, out, how); }
    template <> void execute(const plan& p, std::span<const std::int32_t* const> in, std::int32_t* out, const execution<std::int32_t>& how) { run(p, in, out, how); }
    template <> void execute(const plan& p, std::span<const std::uint32_t* const> in, std::uint32_t* out, const execution<std::uint32_t>& how) { run(p, in, out, how); }
    template <> void execute(const plan& p, std::span<const std::int64_t* const> in, std::int64_t* out, const execution<std::int64_t>& how) { run(p, in, out, how); }
    template <> void execute(const plan& p, std::span<const std::uint64_t* const> in, std::uint64_t* out, const execution<std::uint64_t>& how) { run(p, in, out, how); }
    // clang-format on
}
