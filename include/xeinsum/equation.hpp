// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_EQUATION_HPP
#define XEINSUM_EQUATION_HPP

#include <algorithm>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <iosfwd>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include <xeinsum/detail/fixed_vector.hpp>
#include <xeinsum/detail/short_vector.hpp>
#include <xeinsum/error.hpp>
#include <xeinsum/export.hpp>

namespace xeinsum
{
    /// A label: a Unicode code point where it comes from a string, any non-negative integer otherwise.
    using label = std::int64_t;

    /// Stands for "..." among a term's labels: `equation({{0, ellipsis}}, {ellipsis, 0})`.
    inline constexpr label ellipsis = std::numeric_limits<label>::min();

    /// Whether labels are shown as letters or as numbers.
    enum class label_kind { letters, integers };

    /// The labels of every operand and of the output, as values, over any storage.
    ///
    /// The terms lie one behind the other in `labels`, the output last; `ends[i]` is one past the last
    /// label of term i. `equation` keeps them in short_vector, `literal_equation` in place.
    template <class Labels, class Ends>
    class basic_equation
    {
    public:
        constexpr basic_equation() = default;

        constexpr std::size_t operand_count() const { return m_ends.size() - (m_closed ? 1 : 0); }
        /// The labels of operand i; of the output for i == operand_count().
        constexpr std::span<const label> term(std::size_t i) const
        {
            if (i >= m_ends.size()) return {};
            const std::size_t first = i == 0 ? 0 : m_ends[i - 1];
            return {m_labels.data() + first, m_ends[i] - first};
        }
        constexpr std::span<const label> output() const { return term(operand_count()); }
        constexpr label_kind kind() const { return m_kind; }
        /// True where the output was not written but follows from the rule of labels that appear once.
        constexpr bool implicit_output() const { return m_implicit; }

        /// All terms' labels and the output's, one behind the other.
        constexpr std::span<const label> labels() const { return {m_labels.data(), m_labels.size()}; }

        constexpr void push(label l) { m_labels.push_back(l); }
        constexpr void end_term() { m_ends.push_back(m_labels.size()); }
        /// Ends the output term; nothing can be added afterwards.
        constexpr void close(bool implicit, label_kind kind = label_kind::letters)
        {
            end_term();
            m_closed = true;
            m_implicit = implicit;
            m_kind = kind;
        }

        /// Copies into another storage.
        template <class Other>
        constexpr Other to() const
        {
            Other other;
            for (std::size_t i = 0; i < operand_count(); ++i)
            {
                for (label l : term(i)) other.push(l);
                other.end_term();
            }
            for (label l : output()) other.push(l);
            other.close(m_implicit, m_kind);
            return other;
        }

    private:
        Labels m_labels{};
        Ends m_ends{};
        bool m_closed = false;
        bool m_implicit = false;
        label_kind m_kind = label_kind::letters;
    };

    /// The equation of a string of at most N bytes, in a constant: N labels, as many implied for the
    /// output, N + 1 terms and the output.
    template <std::size_t N>
    using literal_equation =
        basic_equation<detail::fixed_vector<label, 2 * N>, detail::fixed_vector<std::size_t, N + 2>>;

    /// An einsum equation: which labels each operand's axes carry, and which the result's.
    ///
    /// Two equations are equal when they have the same terms and output, whether that was written or
    /// implied, from letters or from integers of the same value.
    class XEINSUM_EXPORT equation : public basic_equation<detail::short_vector<label, 24>, detail::short_vector<std::size_t, 6>>
    {
    public:
        using terms = std::vector<std::vector<label>>;

        equation() = default;
        /// From integer labels with the output written: `equation({{0, 1}, {1, 2}}, {0, 2})`.
        /// Throws subscript_error: negative label, repeated or unknown output label, second ellipsis.
        equation(const terms& operands, const std::vector<label>& output);
        /// From integer labels, output implied: those that appear once, sorted, behind the ellipsis.
        explicit equation(const terms& operands);

        friend XEINSUM_EXPORT bool operator==(const equation& x, const equation& y);
    };

    /// The equation in one line: `ij,jk->ik`, or `[0,1],[1,2]->[0,2]` for integer labels.
    XEINSUM_EXPORT std::string to_string(const equation& e);
    /// Writes to_string(e).
    XEINSUM_EXPORT std::ostream& operator<<(std::ostream& out, const equation& e);
    /// How one label is shown: `i`, `7`, `...`.
    XEINSUM_EXPORT std::string to_string(label l, label_kind kind);

    namespace detail
    {
        /// What a check of the output found: the code, and the index within the output term.
        struct output_fault
        {
            subscript_errc code = subscript_errc::none;
            std::size_t index = 0;
        };

        /// All labels of all terms in a sorted copy, ellipses left out.
        template <class Labels>
        constexpr Labels sorted_labels(std::span<const label> all)
        {
            Labels sorted;
            for (label l : all)
                if (l != ellipsis) sorted.push_back(l);
            std::sort(sorted.begin(), sorted.end());
            return sorted;
        }

        /// The first output label that stands twice or in no term, searched for in O(n^2): for short terms.
        constexpr output_fault check_short_output(std::span<const label> inputs, std::span<const label> output)
        {
            const auto has = [](std::span<const label> labels, label l) {
                for (const label other : labels)
                    if (other == l) return true;
                return false;
            };
            for (std::size_t i = 0; i < output.size(); ++i)
            {
                if (output[i] == ellipsis) continue;
                if (!has(inputs, output[i])) return {subscript_errc::unknown_output_label, i};
                if (has(output.first(i), output[i])) return {subscript_errc::repeated_output_label, i};
            }
            return {};
        }

        /// The first output label that stands twice or in no term. O(n log n).
        template <class Labels>
        constexpr output_fault check_output(std::span<const label> inputs, std::span<const label> output)
        {
            if (inputs.size() + output.size() <= 32) return check_short_output(inputs, output);
            const Labels known = sorted_labels<Labels>(inputs);
            const Labels listed = sorted_labels<Labels>(output);
            for (std::size_t i = 0; i < output.size(); ++i)
            {
                const label l = output[i];
                if (l == ellipsis) continue;
                if (!std::binary_search(known.begin(), known.end(), l))
                    return {subscript_errc::unknown_output_label, i};
                const auto [first, last] = std::equal_range(listed.begin(), listed.end(), l);
                if (last - first < 2) continue;
                if (std::find(output.begin(), output.begin() + static_cast<std::ptrdiff_t>(i), l) !=
                    output.begin() + static_cast<std::ptrdiff_t>(i))
                    return {subscript_errc::repeated_output_label, i};
            }
            return {};
        }

        /// Pushes the implied output: the ellipsis if any term has one, then the labels that appear once
        /// in all, in ascending order.
        template <class Labels, class Equation>
        constexpr void push_implied_output(Equation& out)
        {
            const std::span<const label> inputs = out.labels();
            const bool has_ellipsis = std::find(inputs.begin(), inputs.end(), ellipsis) != inputs.end();
            const Labels sorted = sorted_labels<Labels>(inputs);
            if (has_ellipsis) out.push(ellipsis);
            for (std::size_t i = 0; i < sorted.size(); ++i)
            {
                const bool again = i + 1 < sorted.size() && sorted[i + 1] == sorted[i];
                const bool before = i > 0 && sorted[i - 1] == sorted[i];
                if (!again && !before) out.push(sorted[i]);
            }
        }
    }
}

#endif
