// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_TESTS_IDENTITIES_HPP
#define XEINSUM_TESTS_IDENTITIES_HPP

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include <xeinsum/execute.hpp>
#include <xeinsum/plan.hpp>

#include "property/shrinking.hpp"
#include "support/oracle.hpp"
#include "support/random.hpp"

namespace test
{
    enum class verdict { holds, fails, not_applicable };

    /// A dense row-major tensor.
    template <class T>
    struct dense
    {
        extents shape;
        std::vector<T> values;
    };

    template <class T>
    dense<T> draw_dense(engine& random, const extents& shape)
    {
        return {shape, draw_many<T>(random, xeinsum::element_count(shape))};
    }

    /// A tensor with its axes, or some of them, in another order; an index fixed where `fixed` is not negative.
    template <class T>
    dense<T> rearranged(const dense<T>& x, const std::vector<std::size_t>& axes, const extents& fixed)
    {
        std::vector<std::int64_t> strides(x.shape.size(), 1);
        for (std::size_t d = x.shape.size(); d-- > 1;) strides[d - 1] = strides[d] * x.shape[d];
        std::int64_t origin = 0;
        for (std::size_t d = 0; d < x.shape.size(); ++d)
            if (fixed[d] >= 0) origin += (x.shape[d] == 1 ? 0 : fixed[d]) * strides[d];
        dense<T> out;
        for (const std::size_t d : axes) out.shape.push_back(x.shape[d]);
        const std::int64_t count = xeinsum::element_count(out.shape);
        for (std::int64_t i = 0; i < count; ++i)
        {
            std::int64_t rest = i, at = origin;
            for (std::size_t a = axes.size(); a-- > 0; rest /= out.shape[a]) at += rest % out.shape[a] * strides[axes[a]];
            out.values.push_back(x.values[static_cast<std::size_t>(at)]);
        }
        return out;
    }

    /// A sample with its values: what identities are checked on.
    template <class T>
    class identity_check
    {
    public:
        explicit identity_check(const sample& s) : m_random(s.seed), m_parts(s.subscripts), m_subscripts(s.subscripts)
        {
            for (const extents& shape : s.shapes) m_operands.push_back(draw_dense<T>(m_random, shape));
        }

        /// f(..., s x + y, ...) = s f(..., x, ...) + f(..., y, ...)
        verdict linearity()
        {
            const std::size_t i = one_of(m_operands.size());
            const dense<T> x = m_operands[i], y = draw_dense<T>(m_random, x.shape);
            const T s = draw<T>(m_random);
            const auto combine = [&](const dense<T>& a, const dense<T>& b) {
                dense<T> sum = a;
                for (std::size_t k = 0; k < sum.values.size(); ++k) sum.values[k] = plus(times(s, a.values[k]), b.values[k]);
                return sum;
            };
            const dense<T> of_x = run(m_subscripts, m_operands);
            m_operands[i] = y;
            const dense<T> of_y = run(m_subscripts, m_operands);
            m_operands[i] = combine(x, y);
            const dense<T> of_sum = run(m_subscripts, m_operands);
            // The sizes of s x and y, not of their sum, which may cancel.
            auto of_both = magnitudes(m_operands);
            for (std::size_t k = 0; k < x.values.size(); ++k)
                of_both[i].values[k] = size_of(s) * size_of(x.values[k]) + size_of(y.values[k]);
            return compare(of_sum, combine(of_x, of_y), bound(m_subscripts, of_both));
        }

        /// Another order of the result's labels transposes it.
        verdict transposed_result()
        {
            if (m_parts.output.size() < 2) return verdict::not_applicable;
            std::vector<std::size_t> order = shuffled(m_parts.output.size());
            terms_of other = m_parts;
            for (std::size_t d = 0; d < order.size(); ++d) other.output[d] = m_parts.output[order[d]];
            const dense<T> expected = rearranged(run(m_subscripts, m_operands), order, extents(order.size(), -1));
            return compare(run(other.joined(), m_operands), expected, bound(other.joined(), magnitudes(m_operands)));
        }

        verdict permuted_operands()
        {
            if (m_operands.size() < 2) return verdict::not_applicable;
            terms_of other = m_parts;
            std::vector<dense<T>> operands;
            const std::vector<std::size_t> order = shuffled(m_operands.size());
            for (std::size_t i = 0; i < order.size(); ++i)
            {
                other.terms[i] = m_parts.terms[order[i]];
                operands.push_back(m_operands[order[i]]);
            }
            return compare(run(other.joined(), operands), run(m_subscripts, m_operands), own_bound());
        }

        /// f(a, b, c) = g(h(a, b), c), where h keeps what c or the result have.
        verdict split_in_two()
        {
            if (m_operands.size() != 3) return verdict::not_applicable;
            std::string kept;
            for (const char l : m_parts.terms[0] + m_parts.terms[1])
                if (kept.find(l) == std::string::npos && (m_parts.terms[2] + m_parts.output).find(l) != std::string::npos) kept += l;
            const dense<T> first = run(m_parts.terms[0] + "," + m_parts.terms[1] + "->" + kept, {m_operands[0], m_operands[1]});
            const dense<T> both = run(kept + "," + m_parts.terms[2] + "->" + m_parts.output, {first, m_operands[2]});
            return compare(both, run(m_subscripts, m_operands), own_bound());
        }

        /// A value of a label of the result: the einsum of the operands' parts with that value.
        verdict batch_is_a_loop()
        {
            if (m_parts.output.empty()) return verdict::not_applicable;
            const char l = m_parts.output[one_of(m_parts.output.size())];
            terms_of without = m_parts;
            for (std::string& term : without.terms) std::erase(term, l);
            std::erase(without.output, l);
            const dense<T> whole = run(m_subscripts, m_operands);
            const std::int64_t count = whole.shape[m_parts.output.find(l)];
            for (std::int64_t v = 0; v < count; ++v)
            {
                std::vector<dense<T>> parts;
                for (std::size_t i = 0; i < m_operands.size(); ++i) parts.push_back(part(m_operands[i], m_parts.terms[i], l, v));
                const verdict one = compare(run(without.joined(), parts), part(whole, m_parts.output, l, v), bound(without.joined(), magnitudes(parts)));
                if (one == verdict::fails) return one;
            }
            return verdict::holds;
        }

        /// Every strategy's path, and one that nobody would take.
        verdict any_path()
        {
            if (m_operands.size() < 2) return verdict::not_applicable;
            const dense<T> expected = run(m_subscripts, m_operands, xeinsum::path_strategy::left);
            const auto allowed = own_bound();
            using enum xeinsum::path_strategy;
            for (const auto strategy : {automatic, greedy, random_greedy, optimal})
                if (compare(run(m_subscripts, m_operands, strategy), expected, allowed) == verdict::fails) return verdict::fails;
            xeinsum::contraction_path path;
            for (std::size_t left = m_operands.size(); left > 1;)
            {
                auto positions = shuffled(left);
                positions.resize(2 + one_of(left - 1));
                left -= positions.size() - 1;
                path.push_back(positions);
            }
            return compare(run(m_subscripts, m_operands, path), expected, allowed);
        }

        /// An axis of extent 1 stands for as many equal values as the label has elsewhere.
        verdict size_one_is_broadcast()
        {
            const std::size_t i = one_of(m_operands.size());
            const std::string& term = m_parts.terms[i];
            for (const std::size_t d : shuffled(term.size()))
            {
                const std::int64_t extent = extent_elsewhere(i, term[d]);
                if (std::ranges::count(term, term[d]) > 1 || extent < 0) continue;
                std::vector<dense<T>> narrow = m_operands, wide = m_operands;
                narrow[i].shape[d] = 1;
                narrow[i] = draw_dense<T>(m_random, narrow[i].shape);
                wide[i] = repeated(narrow[i], d, extent);
                return compare(run(m_subscripts, narrow), run(m_subscripts, wide), bound(m_subscripts, magnitudes(wide)));
            }
            return verdict::not_applicable;
        }

        /// tr(a b c) = tr(b c a), where the terms make a ring.
        verdict cyclic_trace()
        {
            const std::size_t n = m_parts.terms.size();
            if (!m_parts.output.empty() || n < 2) return verdict::not_applicable;
            terms_of other = m_parts;
            std::vector<dense<T>> operands = m_operands;
            for (std::size_t turn = 1; turn < n; ++turn)
            {
                std::ranges::rotate(other.terms, other.terms.begin() + 1);
                std::ranges::rotate(operands, operands.begin() + 1);
                if (compare(run(other.joined(), operands), run(m_subscripts, m_operands), own_bound()) == verdict::fails) return verdict::fails;
            }
            return verdict::holds;
        }

    private:
        using sizes = std::vector<dense<long double>>;

        static long double size_of(const T& x) { return oracle::size_of(oracle::convert<oracle::wide_t<T>>(x)); }

        static T plus(const T& a, const T& b) { return oracle::convert<T>(oracle::plus(oracle::convert<oracle::wide_t<T>>(a), oracle::convert<oracle::wide_t<T>>(b))); }
        static T times(const T& a, const T& b) { return oracle::convert<T>(oracle::times(oracle::convert<oracle::wide_t<T>>(a), oracle::convert<oracle::wide_t<T>>(b))); }

        std::size_t one_of(std::size_t count) { return static_cast<std::size_t>(between(m_random, 0, static_cast<std::int64_t>(count) - 1)); }

        std::vector<std::size_t> shuffled(std::size_t count)
        {
            std::vector<std::size_t> order;
            for (std::size_t i = 0; i < count; ++i) order.push_back(i);
            std::ranges::shuffle(order, m_random);
            return order;
        }

        using path_choice = decltype(xeinsum::options::path);

        /// Lowered and divided in any way.
        dense<T> run(const std::string& subscripts, const std::vector<dense<T>>& operands, const path_choice& path = {})
        {
            xeinsum::options how;
            how.path = path;
            how.type = xeinsum::dtype_of<T>();
            how.lowering = static_cast<xeinsum::lowering_strategy>(between(m_random, 0, 3));
            how.threads = static_cast<std::size_t>(between(m_random, 1, 2));
            std::vector<extents> shapes;
            for (const auto& o : operands) shapes.push_back(o.shape);
            const xeinsum::plan p(subscripts, shapes, how);
            // Not in vectors, whose bools are bits.
            std::vector<std::unique_ptr<T[]>> memory;
            std::vector<const T*> pointers;
            for (const auto& o : operands)
            {
                memory.push_back(std::make_unique<T[]>(o.values.size() + 1));
                std::ranges::copy(o.values, memory.back().get());
                pointers.push_back(memory.back().get());
            }
            const auto count = static_cast<std::size_t>(p.result_layout().size());
            const auto result = std::make_unique<T[]>(count + 1);
            xeinsum::execute<T>(p, pointers, result.get());
            return {p.result_shape(), std::vector<T>(result.get(), result.get() + count)};
        }

        static sizes magnitudes(const std::vector<dense<T>>& operands)
        {
            sizes all;
            for (const auto& o : operands)
            {
                all.push_back({o.shape, {}});
                for (const T& v : o.values) all.back().values.push_back(size_of(v));
            }
            return all;
        }

        /// What either side may be wrong by, twice: of every element of the result.
        static std::vector<long double> bound(const std::string& subscripts, const sizes& operands)
        {
            if constexpr (std::is_integral_v<T>) return {};
            else
            {
                std::vector<extents> shapes;
                std::vector<std::vector<long double>> values;
                for (const auto& o : operands) shapes.push_back(o.shape), values.push_back(o.values);
                const oracle::problem p = oracle::make_problem(subscripts, shapes);
                auto allowed = oracle::evaluate<long double>(p, shapes, values).magnitude;
                using real = decltype(std::abs(T{}));
                for (long double& x : allowed)
                    x = x * 4 * static_cast<long double>(oracle::depth_of(p) + 8) * std::numeric_limits<real>::epsilon() + std::numeric_limits<real>::min();
                return allowed;
            }
        }

        std::vector<long double> own_bound() const { return bound(m_subscripts, magnitudes(m_operands)); }

        static verdict compare(const dense<T>& x, const dense<T>& y, const std::vector<long double>& allowed)
        {
            if (x.shape != y.shape) return verdict::fails;
            for (std::size_t i = 0; i < x.values.size(); ++i)
            {
                if constexpr (std::is_integral_v<T>)
                {
                    if (x.values[i] != y.values[i]) return verdict::fails;
                }
                else if (!(oracle::size_of(oracle::convert<oracle::wide_t<T>>(x.values[i]) - oracle::convert<oracle::wide_t<T>>(y.values[i])) <= 2 * allowed[i])) return verdict::fails;
            }
            return verdict::holds;
        }

        static dense<T> part(const dense<T>& x, const std::string& term, char l, std::int64_t value)
        {
            std::vector<std::size_t> axes;
            extents fixed(term.size(), -1);
            for (std::size_t d = 0; d < term.size(); ++d)
                if (term[d] == l) fixed[d] = value;
                else axes.push_back(d);
            return rearranged(x, axes, fixed);
        }

        /// The extent of a label among the other operands; -1 where they don't have it.
        std::int64_t extent_elsewhere(std::size_t i, char l) const
        {
            std::int64_t extent = -1;
            for (std::size_t j = 0; j < m_parts.terms.size(); ++j)
                for (std::size_t d = 0; j != i && d < m_parts.terms[j].size(); ++d)
                    if (m_parts.terms[j][d] == l && (extent < 0 || extent == 1)) extent = m_operands[j].shape[d];
            return extent;
        }

        static dense<T> repeated(const dense<T>& x, std::size_t axis, std::int64_t count)
        {
            dense<T> wide{x.shape, {}};
            wide.shape[axis] = count;
            std::int64_t inner = 1;
            for (std::size_t d = axis + 1; d < x.shape.size(); ++d) inner *= x.shape[d];
            const std::int64_t size = xeinsum::element_count(wide.shape);
            for (std::int64_t i = 0; i < size; ++i)
                wide.values.push_back(x.values[static_cast<std::size_t>(i / (inner * count) * inner + i % inner)]);
            return wide;
        }

        engine m_random;
        terms_of m_parts;
        std::string m_subscripts;
        std::vector<dense<T>> m_operands;
    };
}

#endif
