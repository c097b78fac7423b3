// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include <xeinsum/path.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <iterator>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <utility>

#include <xeinsum/detail/tiny.hpp>
#include <xeinsum/error.hpp>

#include "automatic.hpp"
#include "greedy.hpp"
#include "left.hpp"
#include "optimal.hpp"
#include "random_greedy.hpp"
#include "refine.hpp"
#include "watch.hpp"

namespace xeinsum
{
    std::string_view to_string(path_strategy s)
    {
        constexpr std::array<std::string_view, 5> names = {"auto", "left", "greedy", "random-greedy", "optimal"};
        return names[static_cast<std::size_t>(s)];
    }

    std::string to_string(const contraction_path& path)
    {
        std::string text;
        for (const auto& positions : path)
        {
            text += text.empty() ? "(" : ",(";
            for (std::size_t i = 0; i < positions.size(); ++i)
                text.append(i == 0 ? "" : ",").append(std::to_string(positions[i]));
            text += ')';
        }
        return text;
    }

    namespace
    {
        detail::priced_tree search_optimal(const detail::network& n, const path_search& how)
        {
            using namespace detail;
            const search_watch watch(how);
            const auto known = [&] { return refine(n, greedy_tree(n), how.minimize, enough_pieces(n)); };
            if (n.terms.size() <= most_terms_of_all_subsets)
                return watch.is_needed() ? optimal_over_subsets(n, how.minimize, known(), watch) : optimal_over_subsets(n, how.minimize);
            std::optional<priced_tree> tree;
            if (n.terms.size() <= most_terms_of_connected_subsets) tree = optimal_over_connected_subsets(n, how.minimize, known(), watch);
            if (tree) return std::move(*tree);
            throw shape_error(shape_errc::bad_path, "optimal path of " + std::to_string(n.terms.size()) +
                                                        " operands: the search would take too long; take auto, greedy or random-greedy");
        }

        void check_seconds(double seconds)
        {
            if (seconds >= 0) return;
            std::ostringstream text;
            text << "path search: seconds is " << (std::isnan(seconds) ? std::abs(seconds) : seconds) << "; it must be positive, or 0 for no limit";
            throw std::invalid_argument(text.str());
        }

        detail::priced_tree search(const detail::network& n, const path_search& how)
        {
            switch (how.strategy)
            {
            case path_strategy::greedy: return detail::greedy_tree(n);
            case path_strategy::random_greedy: return detail::random_greedy_tree(n, how);
            case path_strategy::optimal: return search_optimal(n, how);
            default: return detail::automatic_tree(n, how);
            }
        }
    }

    namespace
    {
        /// `make_network` is called where there is something to search for.
        template <class Make>
        contraction_path find_path_in(const bound_equation& e, const path_search& how, const Make& make_network)
        {
            check_seconds(how.seconds);
            const std::size_t count = e.operands.size();
            if (count == 1) return {{0}};
            const bool any_order = count == 2 || (how.strategy == path_strategy::automatic && detail::is_tiny_in_any_order(count, e.sizes));
            if (how.strategy == path_strategy::left || any_order) return detail::left_path(count);
            const detail::network n = make_network();
            return to_path(order_for_memory(n, search(n, how).pairs), count);
        }
    }

    contraction_path detail::find_path(const bound_equation& e, const std::vector<layout>& operands, const path_search& how)
    {
        return find_path_in(e, how, [&] { return network_of(e, operands); });
    }

    contraction_path find_path(const bound_equation& e, const path_search& how)
    {
        return find_path_in(e, how, [&] { return detail::network_of(e); });
    }

    contraction_path find_path(const bound_equation& e, path_strategy s)
    {
        path_search how;
        how.strategy = s;
        return find_path(e, how);
    }

    void check_path(const contraction_path& path, std::size_t operand_count)
    {
        const auto fail = [&](const std::string& what) {
            throw shape_error(shape_errc::bad_path, (path.empty() ? "contraction path without a step" : "contraction path " + to_string(path)) + ": " + what);
        };
        std::size_t left = operand_count;
        for (std::size_t i = 0; i < path.size(); ++i)
        {
            const auto& positions = path[i];
            const std::string where = "step " + std::to_string(i);
            if (positions.empty()) fail(where + " names no position; one or more are right");
            for (auto p = positions.begin(); p != positions.end(); ++p)
                if (std::find(positions.begin(), p, *p) != p) fail(where + " names position " + std::to_string(*p) + " twice");
            for (const std::size_t p : positions)
                if (p >= left)
                    fail(where + " names position " + std::to_string(p) + ", but only " +
                         (left == 1 ? "1 operand is left (position 0)" : std::to_string(left) + " operands are left (positions 0 to " + std::to_string(left - 1) + ")"));
            left -= positions.size() - 1;
        }
        if (left != 1) fail(std::to_string(left) + " operands are left at its end; one must be");
    }

    cost step_cost(const extents& sizes, const label_ids& left, const label_ids& right, const label_ids& output)
    {
        label_ids all = left;
        all.insert(all.end(), right.begin(), right.end());
        std::ranges::sort(all);
        all.erase(std::unique(all.begin(), all.end()), all.end());
        cost result{1, 1};
        for (const label_id id : all)
            result.flops *= static_cast<double>(sizes[id]);
        for (const label_id id : output)
            result.size *= static_cast<double>(sizes[id]);
        if (all.size() > output.size()) result.flops *= 2;
        return result;
    }

    cost path_cost(const bound_equation& e, const contraction_path& path)
    {
        std::vector<std::size_t> uses(e.sizes.size(), 0);
        std::vector<label_ids> terms = e.operands;
        for (label_ids& term : terms)
        {
            std::ranges::sort(term);
            term.erase(std::unique(term.begin(), term.end()), term.end());
            for (const label_id id : term) ++uses[id];
        }
        for (const label_id id : e.output) ++uses[id];
        cost total;
        for (const auto& positions : path)
        {
            label_ids all, kept;
            for (const std::size_t p : positions)
                for (const label_id id : terms[p])
                {
                    --uses[id];
                    all.push_back(id);
                }
            std::ranges::sort(all);
            all.erase(std::unique(all.begin(), all.end()), all.end());
            std::ranges::copy_if(all, std::back_inserter(kept), [&](label_id id) { return uses[id] > 0; });
            const bool sums = kept.size() < all.size();
            double flops = static_cast<double>(std::max<std::size_t>(1, positions.size() - 1) + (sums ? 1 : 0)), size = 1;
            for (const label_id id : all) flops *= static_cast<double>(e.sizes[id]);
            for (const label_id id : kept) ++uses[id], size *= static_cast<double>(e.sizes[id]);
            total.flops += flops;
            total.size = std::max(total.size, size);
            std::vector<std::size_t> descending = positions;
            std::ranges::sort(descending, std::greater<>());
            for (const std::size_t p : descending) terms.erase(terms.begin() + static_cast<std::ptrdiff_t>(p));
            terms.push_back(std::move(kept));
        }
        return total;
    }

    double naive_flops(const bound_equation& e)
    {
        double product = 1;
        for (const std::int64_t size : e.sizes)
            product *= static_cast<double>(size);
        const std::size_t products = std::max<std::size_t>(1, e.operands.size() - 1);
        return product * static_cast<double>(products + (e.sizes.size() > e.output.size() ? 1 : 0));
    }
}
