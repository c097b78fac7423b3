// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_SRC_PLAN_BLAS_LOWERING_HPP
#define XEINSUM_SRC_PLAN_BLAS_LOWERING_HPP

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "blas_shape.hpp"
#include "product.hpp"

namespace xeinsum::detail
{
    /// Elements that a complex gemv copies its vector with more than it has (src/execute/blas.hpp says why).
    inline constexpr std::int64_t gemv_padding = 16;

    /// How a product runs on BLAS: the cheapest of all ways to read each tensor in place or through a buffer, and to make one fused axis of
    /// each of the groups M, N and K the call's and loop over the rest. The search looks at numbers; a step is made where it is asked for.
    class blas_way
    {
    public:
        /// No extent is 0. Without `may_copy` only what is read and written in place counts: there may be no way. The product has to outlive it.
        blas_way(const product& p, kernel op, bool may_copy);
        blas_way(const blas_way&) = delete;
        blas_way& operator=(const blas_way&) = delete;

        bool found() const { return m_call.has_value(); }
        // Of what was found:
        const blas_call& call() const { return *m_call; }
        /// How many calls there are.
        std::int64_t calls() const;
        /// Whether the loops walk labels only that all three tensors have: no call reads what another one reads, too.
        bool shares_nothing() const;
        bool copies_operands() const { return m_copied[left_tensor] || m_copied[right_tensor]; }
        step make() const;

        /// Labels that are one axis for the call: in every tensor that is read in place, each continues where
        /// the next one ends. They are neighbours in the list of their group.
        struct fused_axis
        {
            std::size_t first, labels;
            std::int64_t extent;
            std::array<std::int64_t, 3> strides;
        };

        /// A group's labels, outermost first, and the axes that they make.
        struct group_axes
        {
            product_axes labels;
            small_vector<fused_axis, 4> axes;
        };

        using flags3 = std::array<bool, 3>;
        using all_axes = std::array<group_axes, group_count>;
        using choice = std::array<std::size_t, group_count>;

    private:
        void try_copies(const flags3& copied);
        bool try_call(const flags3& copied, const all_axes& groups, const choice& chosen, double price);
        double price_of_copies(const flags3& copied) const;
        double price_of_calls(const std::array<call_axis, group_count>& axes) const;
        bool is_loop(std::size_t group, std::size_t axis) const { return axis + 1 + m_chosen[group] != m_groups[group].axes.size(); }
        void lay_out(step& s, std::size_t tensor) const;

        const product* m_product;
        std::optional<product> m_exchanged;  ///< BLAS multiplies a matrix by a vector, in this order
        kernel m_op;
        double m_products;  ///< of all labels' extents
        // The best way so far: which tensors go through a buffer, and which axis of each group, counted from the innermost, is the call's.
        std::optional<blas_call> m_call;
        flags3 m_copied{};
        choice m_chosen{};
        all_axes m_groups;
        double m_price = 0;
    };
}

#endif
