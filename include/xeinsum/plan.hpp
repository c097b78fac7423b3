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
    /// Which machinery runs the products of a plan. All but `automatic` are for comparing them.
    enum class lowering_strategy
    {
        automatic,  ///< for each product what is expected to be fastest
        blas,       ///< BLAS on what it takes in place, after whole copies of what it does not; loops where it has no routine
        tiles,      ///< the library's tiled product wherever something is contracted between two free sides; else loops
        blocks,     ///< products of real numbers that are contracted between two free sides in blocks that are copied into the cache; else loops
        loops       ///< one loop nest over all labels
    };

    /// The strategy's name: `auto`, `blas`, `tiles`, `blocks`, `loops`.
    XEINSUM_EXPORT std::string_view to_string(lowering_strategy s);

    /// What a plan is made for.
    struct options
    {
        /// A strategy, the path itself in opt_einsum's form, or a strategy with its settings.
        path_choice path = path_strategy::automatic;
        /// Bytes that an execution may allocate; no limit if left empty. A plan whose path needs more takes another path, or runs in
        /// slices. Operands and result are the caller's and do not count.
        std::optional<std::size_t> memory_limit = std::nullopt;
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
        /// Threads that a step may use. 0: what the environment variable XEINSUM_NUM_THREADS says, else OpenMP's
        /// default, and 1 inside a parallel region. BLAS is called only where it keeps to that: one that wakes threads of
        /// its own gets small products only, unless it is set to one thread; the library's own kernels run the others.
        std::size_t threads = 0;
        /// How products are run.
        lowering_strategy lowering = lowering_strategy::automatic;
        /// Which operands are read conjugated; none if left empty. Complex dtypes only.
        std::vector<bool> conjugated = {};
        /// Operands that begin at one address: same[i] == same[j] promises that i and j do. What is made of them twice is made
        /// once, and the product of a matrix with its own transpose is a syrk. None if left empty.
        std::vector<std::size_t> same = {};
        /// The result is to be  alpha * einsum + beta * result,  with alpha and beta given to execute().
        bool scaled = false;
    };

    /// The three tensors of a step, as indices.
    enum tensor_index : std::size_t { left_tensor = 0, right_tensor = 1, result_tensor = 2 };

    /// One axis of a loop nest: the labels that it walks (as one), its extent and the strides (in elements) that it
    /// takes through the left operand, the right one and the result; 0 where a tensor does not have it. A nest of which a tensor is
    /// copied runs in blocks: `tile` is how much of the axis one of them takes.
    struct loop_axis
    {
        label_ids labels;
        std::int64_t extent = 1;
        std::array<std::int64_t, 3> strides{};
        std::int64_t tile = 0;  ///< 0: all of it

        friend bool operator==(const loop_axis&, const loop_axis&) = default;
    };

    /// The arguments of the BLAS call that a step makes for each value of its loops.
    ///
    /// C (m x n) = op(A) (m x k) * op(B) (k x n) for gemm; y (m) = op(A) (m x k) * x (k) for gemv;
    /// C (m x n) = x (m) * y (n) for ger; x (k) . y (k) for dot. `steps` holds the leading dimension of a
    /// matrix and the increment of a vector, for left, right and result. Where contracted labels are looped over, the
    /// first call of a target writes it (beta 0, or the step's own if it is scaled), the others add to it (beta 1).
    struct blas_call
    {
        bool column_major = false;
        bool transpose_left = false;
        bool transpose_right = false;
        bool conjugate_left = false;   ///< of what is transposed, and of a dot's operands: op(A) = A^H
        bool conjugate_right = false;
        std::int64_t m = 1;
        std::int64_t n = 1;
        std::int64_t k = 1;
        std::array<std::int64_t, 3> steps{1, 1, 1};
        /// One of many small products: libxsmm makes it instead of BLAS (set only in builds that have it).
        bool small = false;

        friend bool operator==(const blas_call&, const blas_call&) = default;
    };

    /// One axis of a tiled product: the labels that it walks (as one), its extent, its strides (in elements) through
    /// the two tensors that have it, and how much of it one block takes.
    struct tiled_axis
    {
        label_ids labels;
        std::int64_t extent = 1;
        std::array<std::int64_t, 2> strides{};
        std::int64_t tile = 1;

        friend bool operator==(const tiled_axis&, const tiled_axis&) = default;
    };

    /// A product that the library runs itself: blocks of both operands are packed straight from where they lie,
    /// multiplied in registers, and written through the result's strides. No tensor is copied whole.
    ///
    /// Axes are listed outermost first: `rows` are the left operand's free labels (strides through left and result),
    /// `columns` the right one's (right and result), `contracted` those that are summed (left and right).
    struct tiled_product
    {
        std::vector<tiled_axis> rows, columns, contracted;
        /// True: blocks of the result are summed up in a buffer and then transposed into place.
        bool staged = false;
        /// True: rows and columns are one operand's. What lies right of the diagonal is copied from its mirror, but for scaled
        /// steps that are given a beta.
        bool mirrored = false;
        /// Operands that are read conjugated. A mirror of one that is and one that is not is conjugated, too.
        bool conjugate_left = false, conjugate_right = false;

        friend bool operator==(const tiled_product&, const tiled_product&) = default;
    };

    /// How a step is divided among threads: one axis, in pieces of `length`, or for the rows of a mirrored product in pieces of
    /// about equal area. Pieces of a summed axis have results of their own, which are added in order: the outcome does not depend
    /// on how many threads there are in the end.
    struct division
    {
        enum class group { none, loops, rows, columns, contracted };
        group of = group::none;   ///< where the axis is listed
        std::size_t axis = 0;     ///< its position there
        std::int64_t length = 0;  ///< of a piece, the longest; the last one may be shorter
        std::int64_t pieces = 1;
        bool sums = false;        ///< the axis is summed: each piece but the first needs a result of its own
        bool triangle = false;    ///< a piece of rows is as long as makes the triangle below the diagonal even

        friend bool operator==(const division&, const division&) = default;
    };

    /// A label over whose values a plan is sliced: its steps work on `chunk` values at a time, one slice after the other.
    struct slice_axis
    {
        label_id label = 0;
        std::int64_t extent = 1;              ///< of the whole label
        std::int64_t chunk = 1;               ///< a divisor of it
        bool summed = false;                  ///< slices add up; else each has a part of the result of its own
        std::vector<std::int64_t> operand_steps;  ///< per operand: elements from one slice to the next
        std::int64_t result_step = 0;         ///< the same for the result

        std::int64_t count() const { return chunk == 0 ? 1 : extent / chunk; }

        friend bool operator==(const slice_axis&, const slice_axis&) = default;
    };

    /// How a step reads an operand or writes its result.
    struct tensor_use
    {
        /// The labels, in the order in which the kernel walks them.
        label_ids labels;
        /// The tensor's own shape and strides in that order.
        layout lies;
        /// True: an operand is packed into a contiguous buffer first; a result is computed in one and
        /// then permuted into place: whole for BLAS, block by block for the loops. False: the memory is taken as it is.
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
        std::optional<blas_call> call;      ///< what BLAS runs; `loops` go around it
        std::optional<tiled_product> tiles; ///< what the tiled product runs; `loops` (its batch labels) go around it
        std::optional<blas_call> in_blas;   ///< the one call in place that would be BLAS's, did it keep to the plan's threads
        bool conjugated = false;            ///< a permute: the values are conjugated
        bool scaled = false;                ///< alpha and beta go into this step
        bool sliced = false;                ///< it runs once for every slice; else once
        std::size_t place = 0;              ///< bytes: where its result lies in the workspace; the last step's is the caller's
        std::size_t buffers = 0;            ///< bytes: where its buffers lie in the workspace
        std::size_t buffer_bytes = 0;       ///< how much they take
        division threads;                   ///< the pieces of a step that is not BLAS's own business
        cost price;                         ///< flops and elements of the result
    };

    /// Whether they do the same.
    XEINSUM_EXPORT bool operator==(const step& x, const step& y);

    /// How many times the step makes its call: the product of its loops' extents.
    XEINSUM_EXPORT std::int64_t call_count(const step& s);
    /// Which part of a divided axis piece i takes: where it begins, and how long it is.
    struct piece_range
    {
        std::int64_t first, length;
    };
    XEINSUM_EXPORT piece_range range_of(const division& d, std::int64_t piece, std::int64_t extent);
    /// Elements that the step packs into blocks: those of its tiles, each time they are packed; 0 without tiles.
    XEINSUM_EXPORT std::int64_t packed_elements(const step& s);
    /// Bytes that one piece of a tiled step needs for its packed blocks; 0 without tiles.
    XEINSUM_EXPORT std::size_t tile_workspace(const step& s, std::size_t element_bytes);

    /// All that is decided about a contraction before it runs, as a value: path, kernels, which operands are
    /// read in place and which are packed, every argument of every BLAS call, every tile of a tiled product. Building one costs some
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
        /// The steps, in order: those that are not sliced run first, the others once for every slice.
        const std::vector<step>& steps() const { return m_steps; }
        /// The labels that are sliced, summed ones last; none unless a memory limit asked for it.
        const std::vector<slice_axis>& slices() const { return m_slices; }
        /// How many slices there are; 1 if none is sliced.
        double slice_count() const;
        const extents& result_shape() const { return m_result.shape; }
        const layout& result_layout() const { return m_result; }

        /// Floating-point operations of all pairwise products and sums in all slices, counted as opt_einsum does.
        double flops() const;
        /// How many times the operations of the same steps without slices that is: 1 if there are none. What slices add to the bytes
        /// moved is not in it: bytes_moved() of this plan and of one without a limit tell.
        double slicing_overhead() const;
        /// Bytes read and written: each step's operands and result once, its copies twice, what tiles pack once.
        double bytes_moved() const;
        /// The same for one loop nest over all labels.
        double naive_flops() const;
        /// Elements of the largest intermediate result, the final one included.
        double largest_intermediate() const;
        /// Bytes that an execution allocates at most: the workspace, and what some steps keep their axes in. Operands and result are
        /// left out.
        std::size_t peak_memory() const { return m_workspace + m_bookkeeping; }
        /// Bytes of the workspace: intermediates, packing buffers and threads' own results, as they are alive at once.
        std::size_t workspace_bytes() const { return m_workspace; }
        /// Number of packed operands and unpacked results.
        std::size_t copies() const;
        /// Bytes that those copies write.
        std::size_t bytes_copied() const;
        /// Bytes that tiled products pack, block by block, in workspace that stays in the cache.
        std::size_t bytes_packed() const;
        /// Bytes of an element.
        std::size_t element_bytes() const;

        /// Contracts these operands now, by this plan's path, and returns an `xt::xarray`. Operands that lie as planned
        /// run this very plan; others, or another value type, keep the path and are lowered anew. Re-entrant. Defined
        /// in einsum.hpp. Throws subscript_error for another number of operands, shape_error for other shapes.
        template <class... E>
        auto operator()(E&&... operands) const;

        /// The same with operands whose number is known at run time.
        template <class E, class A>
        auto operator()(const std::vector<E, A>& operands) const;
        /// \overload
        template <class E, class A>
        auto operator()(std::vector<E, A>& operands) const;

        /// The same as calling it, and what it took: the result and a trace, `const auto [c, t] = p.run_traced(a, b);`. Defined in
        /// einsum.hpp; throws as a call does.
        template <class... E>
        auto run_traced(E&&... operands) const;

        /// A plan of which operand i is a constant: a copy of the values is kept, and what can be contracted of constants alone
        /// is contracted here, once. Defined in bound_plan.hpp. Throws std::invalid_argument: no such operand; shape_error: another shape.
        template <class E>
        auto bind(std::size_t operand, const E& values) const;

        /// Whether both run the same: equation, shapes, dtype, layouts, path, steps, slices, and the options `same`, `conjugated`
        /// and `scaled`. What they were decided by (strategy, lowering, threads, memory limit) is not compared, where it led to the same.
        friend XEINSUM_EXPORT bool operator==(const plan& x, const plan& y);

    private:
        void build();
        void take_steps(std::vector<step> steps, std::vector<slice_axis> slices);
        void fit_in_memory();
        std::vector<contraction_path> paths_within_limit() const;

        xeinsum::equation m_equation;
        std::vector<extents> m_shapes;
        options m_options;
        bound_equation m_bound;
        layout m_result;
        contraction_path m_path;
        std::vector<step> m_steps;
        std::vector<slice_axis> m_slices;
        std::size_t m_workspace = 0, m_bookkeeping = 0;
    };
}

#endif
