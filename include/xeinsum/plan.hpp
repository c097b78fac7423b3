// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_PLAN_HPP
#define XEINSUM_PLAN_HPP

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <variant>
#include <vector>

#include <xeinsum/binding.hpp>
#include <xeinsum/dtype.hpp>
#include <xeinsum/equation.hpp>
#include <xeinsum/export.hpp>
#include <xeinsum/kernel.hpp>
#include <xeinsum/layout.hpp>
#include <xeinsum/path.hpp>

namespace xeinsum
{
    /// What a plan is made for.
    struct options
    {
        /// A strategy, or the path itself in opt_einsum's form.
        std::variant<path_strategy, contraction_path> path = path_strategy::automatic;
        /// Whether an extent of 1 takes any other across operands.
        bool broadcast = true;
        /// Value type of operands and result; decides whether BLAS can take the products.
        dtype type = dtype::float64;
        /// How the operands lie; row-major if left empty.
        std::vector<layout> layouts = {};
        /// How the result is to lie; row-major if left empty.
        std::optional<layout> result = std::nullopt;
        /// Bytes of an element of `dtype::other`; not looked at for other dtypes.
        std::size_t element_bytes = 0;
    };

    /// The three tensors of a step, as indices.
    enum tensor_index : std::size_t { left_tensor = 0, right_tensor = 1, result_tensor = 2 };

    /// One axis of a loop nest: the labels that it walks (as one), its extent and the strides (in elements) that it
    /// takes through the left operand, the right one and the result; 0 where a tensor does not have it.
    struct loop_axis
    {
        label_ids labels;
        std::int64_t extent = 1;
        std::array<std::int64_t, 3> strides{};

        friend bool operator==(const loop_axis&, const loop_axis&) = default;
    };

    /// The arguments of the BLAS call that a step makes for each value of its loops.
    ///
    /// C (m x n) = op(A) (m x k) * op(B) (k x n) for gemm; y (m) = op(A) (m x k) * x (k) for gemv;
    /// C (m x n) = x (m) * y (n) for ger; x (k) . y (k) for dot. `steps` holds the leading dimension of a
    /// matrix and the increment of a vector, for left, right and result. Where contracted labels are looped over, the
    /// first call of a target writes it (beta 0), the others add to it (beta 1).
    struct blas_call
    {
        bool column_major = false;
        bool transpose_left = false;
        bool transpose_right = false;
        std::int64_t m = 1;
        std::int64_t n = 1;
        std::int64_t k = 1;
        std::array<std::int64_t, 3> steps{1, 1, 1};

        friend bool operator==(const blas_call&, const blas_call&) = default;
    };

    /// How a step reads an operand or writes its result.
    struct tensor_use
    {
        /// The labels, in the order in which the kernel walks them.
        label_ids labels;
        /// The tensor's own shape and strides in that order.
        layout lies;
        /// True: an operand is packed into a contiguous buffer first; a result is computed in one and
        /// then permuted into place. False: BLAS or the loops take the memory as it is.
        bool copied = false;

        friend bool operator==(const tensor_use&, const tensor_use&) = default;
    };

    /// One step of a plan. Slot i < operand_count is operand i; slot operand_count + s is the result of
    /// step s.
    struct step
    {
        std::vector<std::size_t> inputs;    ///< one or two slots: left, right
        kernel op = kernel::permute;        ///< what it runs
        std::array<tensor_use, 3> tensors;  ///< left, right (empty for one input), result
        std::vector<loop_axis> loops;       ///< around the call, contracted ones innermost; the whole nest where there is none
        std::optional<blas_call> call;      ///< empty: the library's own loops run the nest
        cost price;                         ///< flops and elements of the result

        friend bool operator==(const step& x, const step& y)
        {
            return x.inputs == y.inputs && x.op == y.op && x.tensors == y.tensors && x.loops == y.loops &&
                   x.call == y.call;
        }
    };

    /// How many times the step makes its call: the product of its loops' extents.
    XEINSUM_EXPORT std::int64_t call_count(const step& s);

    /// All that is decided about a contraction before it runs, as a value: path, kernels, which operands are
    /// read in place and which are packed, and every argument of every BLAS call. Building one costs some
    /// microseconds; nothing in it depends on the operands' data.
    class XEINSUM_EXPORT plan
    {
    public:
        /// Throws subscript_error and shape_error as parse() and bind_shapes() do, and shape_error for layouts or
        /// a path that do not fit.
        plan(std::string_view subscripts, std::vector<extents> shapes, options how = {});
        plan(xeinsum::equation e, std::vector<extents> shapes, options how = {});

        const xeinsum::equation& equation() const { return m_equation; }
        const std::vector<extents>& shapes() const { return m_shapes; }
        const options& how() const { return m_options; }
        const bound_equation& bound() const { return m_bound; }
        const contraction_path& path() const { return m_path; }
        const std::vector<step>& steps() const { return m_steps; }
        const extents& result_shape() const { return m_result.shape; }
        const layout& result_layout() const { return m_result; }

        /// Floating-point operations of all pairwise products and sums, counted as opt_einsum does.
        double flops() const;
        /// The same for one loop nest over all labels.
        double naive_flops() const;
        /// Elements of the largest intermediate result, the final one included.
        double largest_intermediate() const;
        /// Bytes of intermediates and packing buffers alive at once, operands and result left out.
        std::size_t peak_memory() const;
        /// Number of packed operands and unpacked results.
        std::size_t copies() const;
        /// Bytes that those copies write.
        std::size_t bytes_copied() const;

        /// Contracts these operands now, by this plan's path, and returns an `xt::xarray`. Operands that lie as planned
        /// run this very plan; others, or another value type, keep the path and are lowered anew. Re-entrant. Defined
        /// in expression.hpp. Throws subscript_error for another number of operands, shape_error for other shapes.
        template <class... E>
        auto operator()(E&&... operands) const;

        friend XEINSUM_EXPORT bool operator==(const plan& x, const plan& y);

    private:
        void build();

        xeinsum::equation m_equation;
        std::vector<extents> m_shapes;
        options m_options;
        bound_equation m_bound;
        layout m_result;
        contraction_path m_path;
        std::vector<step> m_steps;
    };
}

#endif
