// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include <complex>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <xeinsum/error.hpp>
#include <xeinsum/execute.hpp>
#include <xeinsum/plan.hpp>

#include "fuzz/assignment.hpp"
#include "fuzz/problem.hpp"

/// \file
/// Whole einsums of small tensors against the oracle, by plan and execute or as assignments of expressions (assignment.cpp):
/// every way to lower, orders of the products, slices, scaling, strides of any kind. Memory ends where the tensors end, so
/// AddressSanitizer sees what goes beyond; what lies between the result's elements is compared.

namespace
{
    using namespace xeinsum;
    using fuzz::decoder;
    using fuzz::place;

    /// Memory of exactly so many elements; not a vector, whose bools would be bits.
    template <class T>
    struct buffer
    {
        std::size_t size;
        std::unique_ptr<T[]> data;

        buffer(std::size_t n, T value) : size(n), data(new T[n]) { std::fill_n(data.get(), n, value); }
        buffer(const buffer& other) : buffer(other.size, T{}) { std::copy_n(other.data.get(), size, data.get()); }
        T* at(const place& p) const { return data.get() + p.first; }
    };

    template <class T>
    std::vector<T> values_of(const buffer<T>& memory, const place& p)
    {
        std::vector<T> values;
        for (const std::size_t at : p.elements()) values.push_back(memory.data[at]);
        return values;
    }

    /// One order that fits: pairs, now and then three at once.
    contraction_path draw_path(decoder& from, std::size_t operands)
    {
        contraction_path path;
        for (std::size_t left = operands; left > 1;)
        {
            std::vector<std::size_t> rest(left);
            std::iota(rest.begin(), rest.end(), std::size_t{0});
            auto& positions = path.emplace_back();
            for (std::size_t n = left > 2 && from.rarely(4) ? 3 : 2; n > 0; --n)
            {
                const auto at = rest.begin() + from.between(0, static_cast<std::int64_t>(rest.size()) - 1);
                positions.push_back(*at);
                rest.erase(at);
            }
            left -= positions.size() - 1;
        }
        if (path.empty()) path.push_back({0});
        return path;
    }

    options draw_options(decoder& from, std::size_t operands)
    {
        options how;
        if (from.rarely(3)) how.path = draw_path(from, operands);
        else how.path = static_cast<path_strategy>(from.count(0, 4));
        how.lowering = static_cast<lowering_strategy>(from.count(0, 4));
        how.threads = from.count(1, 3);
        if (from.rarely(4)) how.memory_limit = from.count(0, 8192);
        how.scaled = from.rarely(3);
        return how;
    }

    /// Operands that lie somewhere, some of them where an earlier one does, and what they make.
    template <class T>
    class problem
    {
        using W = oracle::wide_t<T>;

    public:
        explicit problem(decoder& from) : m_drawn(fuzz::contraction_draw(from).run()), m_problem(oracle::make_problem(m_drawn.subscripts, m_drawn.shapes))
        {
            test::engine random(from.byte());
            // The empty sum of one operand times NaN is NaN, the empty sum of the products is 0: which is made, the path says.
            const bool has_nan = from.rarely(8) && m_problem.volume() > 0;
            for (const extents& shape : m_drawn.shapes)
            {
                m_places.push_back(fuzz::draw_place(from, shape, 0, true));
                m_memory.push_back(std::make_shared<buffer<T>>(fuzz::end_of(m_places.back()), fuzz::guard_value<T>()));
                for (const std::size_t at : m_places.back().elements()) m_memory.back()->data[at] = fuzz::draw_value<T>(random);
                if constexpr (!std::is_integral_v<T>)
                    if (has_nan && m_memory.back()->size > 0) m_memory.back()->data[static_cast<std::size_t>(m_places.back().first)] = fuzz::guard_value<T>();
                if (from.rarely(6)) share();
            }
            m_how = draw_options(from, m_drawn.shapes.size());
            place_result(from);
            // An alpha of 0 is no factor to BLAS: it does not read the operands, and NaN stays there.
            const std::int64_t least = has_nan ? 1 : -2;
            if (m_how.scaled) m_by = {oracle::convert<T>(static_cast<int>(from.between(least, 2))), oracle::convert<T>(static_cast<int>(from.between(0, 2)))};
            if constexpr (std::is_same_v<T, bool>) m_how.scaled = false;
            draw_conjugations(from);
        }

        void run()
        {
            complete_options();
            std::vector<const T*> pointers;
            for (std::size_t i = 0; i < m_places.size(); ++i) pointers.push_back(m_memory[i]->at(m_places[i]));
            const buffer<T> before = *m_result;
            recorder record;
            try
            {
                const plan p(m_drawn.subscripts, m_drawn.shapes, m_how);
                fuzz::require(!m_how.memory_limit || p.peak_memory() <= *m_how.memory_limit, "a limit is kept to", m_text);
                execute<T>(p, pointers, m_result->at(m_place), m_how.scaled ? &m_by : nullptr, &record);
                fuzz::require(record.copies == p.copies() && record.bytes_copied == p.bytes_copied() && record.bytes_packed == p.bytes_packed(), "copies are as planned",
                              m_text);
            }
            catch (const shape_error& e)
            {
                fuzz::require(e.code() == shape_errc::memory_limit, "only a limit on memory is refused", e.what());
                return;
            }
            check(before);
        }

    private:
        /// The last operand takes the place of the first, read in an order of its own, if it fits there.
        void share()
        {
            place& last = m_places.back();
            if (m_places.front().first != last.first || m_memory.back()->size > m_memory.front()->size) return;
            for (const std::size_t at : last.elements())
                if (fuzz::same_value(m_memory.front()->data[at], fuzz::guard_value<T>())) return;
            m_memory.back() = m_memory.front();
        }

        void place_result(decoder& from)
        {
            m_place = fuzz::draw_place(from, m_problem.result_shape(), 0, false);
            m_how.result = m_place.lies;
            m_result = std::make_unique<buffer<T>>(fuzz::end_of(m_place), fuzz::guard_value<T>());
        }

        void draw_conjugations(decoder& from)
        {
            if constexpr (!std::is_arithmetic_v<T>)
                if (from.rarely(3))
                    for (std::size_t i = 0; i < m_places.size(); ++i) m_how.conjugated.push_back(from.rarely(2));
        }

        void complete_options()
        {
            m_how.type = dtype_of<T>();
            for (std::size_t i = 0; i < m_places.size(); ++i)
            {
                m_how.layouts.push_back(m_places[i].lies);
                m_how.same.push_back(static_cast<std::size_t>(std::ranges::find(m_memory, m_memory[i]) - m_memory.begin()));
            }
            // An old value that is not to be looked at is NaN.
            if (m_how.scaled && !(m_by.beta == T(0)))
                for (const std::size_t at : m_place.elements()) m_result->data[at] = T(3);
        }

        oracle::tensor<W> expected() const
        {
            std::vector<std::vector<T>> values;
            for (std::size_t i = 0; i < m_places.size(); ++i)
            {
                values.push_back(values_of(*m_memory[i], m_places[i]));
                if constexpr (!std::is_arithmetic_v<T>)
                    if (!m_how.conjugated.empty() && m_how.conjugated[i])
                        for (T& x : values.back()) x = std::conj(x);
            }
            return oracle::evaluate<T>(m_problem, m_drawn.shapes, values);
        }

        void check(const buffer<T>& before) const
        {
            oracle::tensor<W> value = expected();
            std::vector<bool> own(m_result->size, false);
            std::size_t i = 0;
            for (const std::size_t at : m_place.elements())
            {
                own[at] = true;
                if constexpr (!std::is_same_v<T, bool>)
                    if (m_how.scaled) rescale(value.value[i], value.magnitude[i], before.data[at]);
                fuzz::require_close<T>(m_result->data[at], value.value[i], value.magnitude[i], oracle::depth_of(m_problem) + 8, m_text);
                ++i;
            }
            for (std::size_t at = 0; at < own.size(); ++at)
                fuzz::require(own[at] || fuzz::same_value(m_result->data[at], before.data[at]), "nothing is written beside the result", m_text);
        }

        void rescale(W& value, long double& magnitude, const T& old) const
        {
            const W alpha = oracle::convert<W>(m_by.alpha), beta = oracle::convert<W>(m_by.beta);
            value = alpha * value;
            magnitude *= oracle::size_of<W>(alpha);
            if (m_by.beta == T(0)) return;
            value += beta * oracle::convert<W>(old);
            magnitude += oracle::size_of<W>(beta) * oracle::size_of<W>(oracle::convert<W>(old));
        }

        fuzz::contraction m_drawn;
        std::string m_text = m_drawn.text();
        oracle::problem m_problem;
        std::vector<place> m_places;
        std::vector<std::shared_ptr<buffer<T>>> m_memory;
        place m_place;
        std::unique_ptr<buffer<T>> m_result;
        options m_how;
        scaling<T> m_by;
    };

    template <class T>
    void run_one(decoder& from)
    {
        problem<T>(from).run();
    }
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    decoder from(data, size);
    constexpr std::array runs = {run_one<double>, run_one<float>, run_one<std::complex<double>>, run_one<std::complex<float>>, run_one<std::int32_t>, run_one<bool>,
                                 run_one<std::int8_t>, run_one<std::uint64_t>, run_one<long double>};
    const std::size_t kind = from.count(0, runs.size() + fuzz::assignment_types - 1);
    if (kind < runs.size()) runs[kind](from);
    else fuzz::run_assignment(kind - runs.size(), from);
    return 0;
}
