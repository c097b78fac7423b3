// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include "fuzz/assignment.hpp"

#include <complex>
#include <cstdint>
#include <string>
#include <type_traits>
#include <vector>

#include <xeinsum/einsum.hpp>

#include "fuzz/problem.hpp"
#include "support/place_view.hpp"
#include "support/xtensor.hpp"

namespace fuzz
{
    namespace
    {
        enum class assignment { noalias, plain, add, combine };

        template <class T>
        class assignment_problem
        {
            using W = oracle::wide_t<T>;
            using factor = test::factor_of<T>;

        public:
            explicit assignment_problem(decoder& from)
                : m_drawn(contraction_draw(from).run()), m_problem(oracle::make_problem(m_drawn.subscripts, m_drawn.shapes)), m_random(from.byte()),
                  m_what(std::is_same_v<T, bool> ? from.pick(std::array{assignment::noalias, assignment::plain})
                                                 : static_cast<assignment>(from.count(0, 3)))
            {
                std::size_t end = 1;
                for (const extents& shape : m_drawn.shapes) m_operands.push_back(put(from, shape, true, end));
                m_destination = put(from, m_problem.result_shape(), false, end);
                m_memory = xt::xtensor<T, 1>::from_shape({end});
                for (T& x : m_memory) x = draw_value<T>(m_random);
            }

            void run()
            {
                std::vector<std::vector<T>> values;
                for (const place& p : m_operands) values.push_back(values_at(p));
                const auto expected = oracle::evaluate<T>(m_problem, m_drawn.shapes, values);
                const xt::xtensor<T, 1> before = m_memory;
                assign();
                check(before, expected);
            }

        private:
            /// Behind what lies there, or anywhere on it.
            place put(decoder& from, const extents& shape, bool is_operand, std::size_t& end)
            {
                const place drawn = draw_place(from, shape, from.rarely(2) ? from.between(0, static_cast<std::int64_t>(end)) : static_cast<std::int64_t>(end), is_operand);
                end = std::max({end, end_of(drawn), static_cast<std::size_t>(drawn.first)});
                return drawn;
            }

            std::vector<T> values_at(const place& p) const
            {
                std::vector<T> values;
                for (const std::size_t at : p.elements()) values.push_back(m_memory(at));
                return values;
            }

            void assign()
            {
                std::vector<decltype(view_of(m_memory, m_destination))> views;
                for (const place& p : m_operands) views.push_back(view_of(m_memory, p));
                auto d = view_of(m_memory, m_destination);
                const auto e = xeinsum::einsum(m_drawn.subscripts, std::move(views));
                if (m_what == assignment::noalias) xt::noalias(d) = e;
                else if (m_what == assignment::plain) d = e;
                else if constexpr (!std::is_same_v<T, bool>)
                {
                    const auto two = static_cast<factor>(2), three = static_cast<factor>(3);
                    if (m_what == assignment::add) d += e;
                    else xt::noalias(d) = two * e - three * d;
                }
            }

            void check(const xt::xtensor<T, 1>& before, const oracle::tensor<W>& expected) const
            {
                std::vector<bool> own(m_memory.size(), false);
                std::size_t i = 0;
                for (const std::size_t at : m_destination.elements())
                {
                    own[at] = true;
                    W value = expected.value[i];
                    long double magnitude = expected.magnitude[i];
                    if constexpr (!std::is_same_v<T, bool>)
                    {
                        const W old = oracle::convert<W>(before(at));
                        const bool combined = m_what == assignment::combine;
                        if (combined) value = value + value - (old + old + old), magnitude = 2 * magnitude + 3 * oracle::size_of<W>(old);
                        if (m_what == assignment::add) value += old, magnitude += oracle::size_of<W>(old);
                    }
                    require_close<T>(m_memory(at), value, magnitude, oracle::depth_of(m_problem) + 8, m_text);
                    ++i;
                }
                for (std::size_t at = 0; at < own.size(); ++at) require(own[at] || same_value(m_memory(at), before(at)), "nothing is written beside the destination", m_text);
            }

            contraction m_drawn;
            std::string m_text = m_drawn.text();
            oracle::problem m_problem;
            test::engine m_random;
            assignment m_what;
            std::vector<place> m_operands;
            place m_destination;
            xt::xtensor<T, 1> m_memory;
        };

        template <class T>
        void run_one(decoder& from)
        {
            assignment_problem<T>(from).run();
        }
    }

    void run_assignment(std::size_t type, decoder& from)
    {
        constexpr std::array<void (*)(decoder&), assignment_types> runs = {run_one<float>, run_one<double>, run_one<std::complex<double>>, run_one<std::int32_t>, run_one<bool>};
        runs[type](from);
    }
}
