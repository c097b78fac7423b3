// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include <xeinsum/plan.hpp>

#include <algorithm>
#include <cstdlib>
#include <utility>

#include <xeinsum/error.hpp>
#include <xeinsum/subscripts.hpp>

#include "blas_lowering.hpp"
#include "blocks.hpp"
#include "lowering.hpp"
#include "threads.hpp"

namespace xeinsum
{
    namespace
    {
        using detail::labelled_layout;

        /// An operand with unique labels: axes of extent 1 that broadcast are dropped, the strides of a repeated
        /// label added up, so that
        ///
        ///     a[..., i, ..., i, ...]  lies at  i * (stride + stride)
        labelled_layout unique_labels(const bound_equation& e, std::size_t operand, const layout& lies)
        {
            labelled_layout result;
            for (std::size_t axis = 0; axis < lies.rank(); ++axis)
            {
                const label_id id = e.operands[operand][axis];
                if (lies.shape[axis] != e.sizes[id]) continue;
                const auto at = std::ranges::find(result.labels, id);
                if (at != result.labels.end())
                {
                    result.lies.strides[static_cast<std::size_t>(at - result.labels.begin())] += lies.strides[axis];
                    continue;
                }
                result.labels.push_back(id);
                result.lies.shape.push_back(lies.shape[axis]);
                result.lies.strides.push_back(lies.strides[axis]);
            }
            return result;
        }

        /// Turns a path into steps.
        class builder
        {
        public:
            builder(const bound_equation& e, const options& how, const layout& result)
                : m_equation(e), m_options(how), m_threads(detail::thread_count(how.threads)), m_result(result),
                  m_uses(e.sizes.size(), 0)
            {
                for (std::size_t i = 0; i < e.operands.size(); ++i)
                    m_terms.push_back({i, unique_labels(e, i, how.layouts[i]), !how.conjugated.empty() && how.conjugated[i]});
                for (const label_id id : e.output) ++m_uses[id];
                for (const term& t : m_terms)
                    for (const label_id id : t.tensor.labels) ++m_uses[id];
            }

            /// Sums every label that stands in one operand only. A lone operand is left as it is: its one step
            /// sums on the way to the result.
            void sum_one_sided()
            {
                if (m_terms.size() == 1) return;
                for (term& t : m_terms)
                {
                    const label_ids kept = still_needed(t.tensor.labels, 1);
                    if (kept.size() == t.tensor.labels.size()) continue;
                    t = materialised(t);
                    t = emit(detail::lower_single(problem(kept, std::nullopt), t.tensor), {t.slot});
                }
            }

            /// The equation that the path search sees: terms as they are after the one-sided sums.
            bound_equation reduced() const
            {
                bound_equation e = m_equation;
                for (std::size_t i = 0; i < m_terms.size(); ++i) e.operands[i] = m_terms[i].tensor.labels;
                return e;
            }

            void follow(const contraction_path& path)
            {
                for (const auto& positions : path)
                {
                    if (positions.size() == 2) contract(positions[0], positions[1]);
                    else if (path.size() == 1) finish_lone_operand();
                    else std::rotate(at(positions[0]), at(positions[0]) + 1, m_terms.end());
                }
            }

            std::vector<step> steps() && { return std::move(m_steps); }

        private:
            struct term
            {
                std::size_t slot;
                labelled_layout tensor;
                bool conjugated = false;  ///< it is still to be, when it is read
            };

            std::vector<term>::iterator at(std::size_t position)
            {
                return m_terms.begin() + static_cast<std::ptrdiff_t>(position);
            }

            detail::step_problem problem(label_ids output, std::optional<layout> destination) const
            {
                const std::size_t bytes = m_options.type == dtype::other ? m_options.element_bytes : size_of(m_options.type);
                const bool scaled = m_options.scaled && destination;
                return {m_equation.sizes, std::move(output), std::move(destination), m_options.type, bytes, m_threads,
                        m_options.lowering, scaled};
            }

            /// The labels that others than `own` of their uses still need.
            label_ids still_needed(const label_ids& labels, std::size_t own) const
            {
                label_ids kept;
                std::ranges::copy_if(labels, std::back_inserter(kept), [&](label_id id) { return m_uses[id] > own; });
                return kept;
            }

            term emit(step s, std::vector<std::size_t> inputs)
            {
                if (!s.inputs.empty()) inputs = {inputs[s.inputs[0]], inputs[s.inputs[1]]};
                s.inputs = std::move(inputs);
                term result{m_equation.operands.size() + m_steps.size(), detail::result_of(s)};
                m_steps.push_back(std::move(s));
                return result;
            }

            /// A term that nothing is left to be done to: the conjugate of one is copied.
            term materialised(const term& t)
            {
                if (!t.conjugated) return t;
                step s = detail::lower_single(problem(t.tensor.labels, std::nullopt), t.tensor);
                s.conjugated = true;
                return emit(std::move(s), {t.slot});
            }

            void finish_lone_operand()
            {
                m_terms[0] = materialised(m_terms[0]);
                emit(detail::lower_single(problem(m_equation.output, m_result), m_terms[0].tensor), {m_terms[0].slot});
            }

            void contract(std::size_t first, std::size_t second)
            {
                term left = m_terms[first], right = m_terms[second];
                m_terms.erase(at(std::max(first, second)));
                m_terms.erase(at(std::min(first, second)));
                const bool last = m_terms.empty();
                const detail::step_problem product = problem(last ? m_equation.output : product_labels(left.tensor, right.tensor),
                                                             last ? std::optional(m_result) : std::nullopt);
                for (const term* t : {&left, &right})
                    for (const label_id id : t->tensor.labels) --m_uses[id];
                step s = detail::lower_pair(product, left.tensor, right.tensor);
                if ((left.conjugated || right.conjugated) && !detail::conjugate(s, left.conjugated, right.conjugated))
                {
                    left = materialised(left), right = materialised(right);
                    s = detail::lower_pair(product, left.tensor, right.tensor);
                }
                m_terms.push_back(emit(std::move(s), {left.slot, right.slot}));
                for (const label_id id : m_terms.back().tensor.labels) ++m_uses[id];
            }

            /// The labels that the rest of the path needs of a product: those of the result first, in its order, so
            /// that what is still to be contracted is contiguous.
            label_ids product_labels(const labelled_layout& left, const labelled_layout& right) const
            {
                label_ids kept;
                const auto keep = [&](label_id id) {
                    const std::size_t own = (left.has(id) ? 1u : 0u) + (right.has(id) ? 1u : 0u);
                    if (own > 0 && m_uses[id] > own && std::ranges::find(kept, id) == kept.end()) kept.push_back(id);
                };
                for (const label_ids* ids : {&m_equation.output, &left.labels, &right.labels})
                    for (const label_id id : *ids) keep(id);
                return kept;
            }

            const bound_equation& m_equation;
            const options& m_options;
            std::size_t m_threads;
            layout m_result;
            std::vector<std::size_t> m_uses;
            std::vector<term> m_terms;
            std::vector<step> m_steps;
        };

        /// Whether two elements may lie in one place: sorted by stride, an axis must step over all that the ones before
        /// it reach.
        bool may_overlap(const layout& lies)
        {
            if (lies.size() == 0) return false;
            std::vector<std::pair<std::int64_t, std::int64_t>> axes;
            for (std::size_t d = 0; d < lies.rank(); ++d)
                if (lies.shape[d] > 1) axes.emplace_back(std::abs(lies.strides[d]), lies.shape[d]);
            std::ranges::sort(axes);
            std::int64_t reached = 0;
            for (const auto& [stride, extent] : axes)
            {
                if (stride <= reached) return true;
                reached += stride * (extent - 1);
            }
            return false;
        }

        /// Row-major layouts where none are given; otherwise checked against the shapes.
        void complete_layouts(options& how, const std::vector<extents>& shapes, const extents& result_shape)
        {
            const auto fail = [](const std::string& what) { throw shape_error(shape_errc::bad_layout, "plan: " + what); };
            if (how.layouts.empty())
                for (const extents& shape : shapes) how.layouts.push_back(row_major(shape));
            if (how.layouts.size() != shapes.size())
                fail(std::to_string(how.layouts.size()) + " layouts for " + std::to_string(shapes.size()) + " operands");
            for (std::size_t i = 0; i < shapes.size(); ++i)
                if (how.layouts[i].shape != shapes[i] || how.layouts[i].strides.size() != shapes[i].size())
                    fail("the layout of operand " + std::to_string(i) + " is for shape " + to_string(how.layouts[i].shape) +
                         ", but the operand's is " + to_string(shapes[i]));
            if (!how.result) how.result = row_major(result_shape);
            if (how.result->shape != result_shape || how.result->strides.size() != result_shape.size())
                throw shape_error(shape_errc::result_mismatch, "plan: the result's layout is for shape " +
                                                                   to_string(how.result->shape) + ", but the result's is " +
                                                                   to_string(result_shape));
            if (!how.conjugated.empty() && how.conjugated.size() != shapes.size())
                fail(std::to_string(how.conjugated.size()) + " flags of conjugation for " + std::to_string(shapes.size()) + " operands");
            if (how.type != dtype::complex64 && how.type != dtype::complex128 && how.type != dtype::clongdouble) how.conjugated.clear();
            if (may_overlap(*how.result))
                fail("the result's layout has elements that coincide; every one needs a place of its own");
        }

        /// Elements of the copy through which a complex gemv reads its vector, call by call.
        std::int64_t vector_copy(const step& s, dtype type)
        {
            const bool is_gemv = s.op == kernel::gemv || s.op == kernel::batched_gemv;
            const bool is_complex = type == dtype::complex64 || type == dtype::complex128;
            return s.call && is_gemv && is_complex ? s.call->k + detail::gemv_padding : 0;
        }

    }

    std::int64_t call_count(const step& s)
    {
        if (!s.call) return 0;
        std::int64_t count = 1;
        for (const loop_axis& x : s.loops) count *= x.extent;
        return count;
    }

    namespace
    {
        /// How much of an axis the pieces of a division take, one after the other.
        extents piece_lengths(const division& d, division::group of, std::size_t axis, std::int64_t extent)
        {
            if (d.of != of || d.axis != axis) return {extent};
            extents lengths(static_cast<std::size_t>(d.pieces), d.length);
            lengths.back() = extent - (d.pieces - 1) * d.length;
            return lengths;
        }

        std::int64_t blocks_of(const tiled_axis& x, std::int64_t extent) { return (extent + x.tile - 1) / x.tile; }

        std::int64_t block_size(const std::vector<tiled_axis>& axes)
        {
            std::int64_t size = 1;
            for (const tiled_axis& x : axes) size *= std::min(x.tile, x.extent);
            return size;
        }
    }

    std::int64_t packed_elements(const step& s)
    {
        if (!s.tiles) return 0;
        // Per piece: columns x contracted once (staged, in several blocks of depth: once for each block of rows), rows x
        // contracted once for each block of columns.
        std::int64_t batch = 1, rows = 1, columns = 1, depth = 1, column_blocks = 1, row_blocks = 1;
        bool one_depth = true;
        for (const loop_axis& x : s.loops) batch *= x.extent;
        const division& d = s.threads;
        const auto blocks = [&](const tiled_axis& x, division::group of, std::size_t axis) {
            std::int64_t count = 0;
            for (const std::int64_t length : piece_lengths(d, of, axis, x.extent)) count += blocks_of(x, length);
            return count;
        };
        for (std::size_t i = 0; i < s.tiles->rows.size(); ++i)
        {
            rows *= s.tiles->rows[i].extent;
            row_blocks *= blocks(s.tiles->rows[i], division::group::rows, i);
        }
        for (std::size_t i = 0; i < s.tiles->contracted.size(); ++i)
        {
            const tiled_axis& x = s.tiles->contracted[i];
            depth *= x.extent;
            const bool divided = d.of == division::group::contracted && d.axis == i;
            one_depth = one_depth && blocks_of(x, divided ? d.length : x.extent) == 1;
        }
        for (std::size_t i = 0; i < s.tiles->columns.size(); ++i)
        {
            const tiled_axis& x = s.tiles->columns[i];
            columns *= x.extent;
            column_blocks *= blocks(x, division::group::columns, i);
        }
        if (s.tiles->staged && !one_depth) columns *= row_blocks;
        else if (d.of == division::group::rows) columns *= d.pieces;  // every piece packs all columns
        return batch * depth * (columns + rows * column_blocks);
    }

    std::size_t tile_workspace(const step& s, std::size_t element_bytes)
    {
        if (!s.tiles) return 0;
        // Panels of the widest instruction set: four vectors of 64 bytes at most, eight rows.
        const std::int64_t widest = std::max<std::int64_t>(2, 4 * 64 / static_cast<std::int64_t>(element_bytes));
        const std::int64_t rows = block_size(s.tiles->rows), columns = block_size(s.tiles->columns), depth = block_size(s.tiles->contracted);
        const auto elements = static_cast<std::size_t>((rows + 8 + columns + widest) * depth);
        const std::size_t stage = s.tiles->staged ? static_cast<std::size_t>(rows * columns) : 0;
        const auto offsets = static_cast<std::size_t>(3 * (rows + 8) + 5 * columns + 2 * depth);
        return (elements + stage) * element_bytes + offsets * sizeof(std::int64_t) + 16 * 64;
    }

    plan::plan(std::string_view subscripts, std::vector<extents> shapes, options how)
        : plan(parse(subscripts), std::move(shapes), std::move(how))
    {
    }

    plan::plan(xeinsum::equation e, std::vector<extents> shapes, options how)
        : m_equation(std::move(e)), m_shapes(std::move(shapes)), m_options(std::move(how)),
          m_bound(bind_shapes(m_equation, m_shapes, m_options.broadcast))
    {
        build();
    }

    void plan::build()
    {
        complete_layouts(m_options, m_shapes, m_bound.output_shape());
        m_result = *m_options.result;
        builder b(m_bound, m_options, m_result);
        b.sum_one_sided();
        if (const auto* given = std::get_if<contraction_path>(&m_options.path))
        {
            check_path(*given, m_shapes.size());
            m_path = *given;
        }
        else m_path = find_path(b.reduced(), std::get<path_strategy>(m_options.path));
        b.follow(m_path);
        m_steps = std::move(b).steps();
    }

    double plan::flops() const
    {
        double sum = 0;
        for (const step& s : m_steps) sum += s.price.flops;
        return sum;
    }

    double plan::naive_flops() const { return xeinsum::naive_flops(m_bound); }

    double plan::largest_intermediate() const
    {
        double largest = 0;
        for (const step& s : m_steps) largest = std::max(largest, s.price.size);
        return largest;
    }

    std::size_t plan::peak_memory() const
    {
        std::vector<std::int64_t> slots(m_steps.size(), 0);
        const auto bytes = static_cast<std::int64_t>(element_bytes());
        std::int64_t alive = 0, peak = 0;
        for (std::size_t i = 0; i < m_steps.size(); ++i)
        {
            const step& s = m_steps[i];
            const bool last = i + 1 == m_steps.size();
            slots[i] = last ? 0 : s.tensors[result_tensor].lies.size();
            alive += slots[i];
            std::int64_t buffers = 0;
            for (const std::size_t t : {left_tensor, right_tensor, result_tensor}) buffers += detail::copy_buffer_elements(s, t);
            buffers += vector_copy(s, m_options.type);
            if (s.threads.sums) buffers += (s.threads.pieces - 1) * s.tensors[result_tensor].lies.size();
            const std::int64_t blocks = s.threads.pieces * static_cast<std::int64_t>(tile_workspace(s, element_bytes()));
            peak = std::max(peak, (alive + buffers) * bytes + blocks);
            for (const std::size_t slot : s.inputs)
                if (slot >= m_shapes.size()) alive -= slots[slot - m_shapes.size()];
        }
        return static_cast<std::size_t>(peak);
    }

    std::size_t plan::copies() const
    {
        std::size_t count = 0;
        for (const step& s : m_steps)
            count += static_cast<std::size_t>(std::ranges::count_if(s.tensors, &tensor_use::copied));
        return count;
    }

    std::size_t plan::bytes_copied() const
    {
        std::int64_t elements = 0;
        for (const step& s : m_steps)
            for (const std::size_t t : {left_tensor, right_tensor, result_tensor}) elements += detail::copied_elements(s, t);
        return static_cast<std::size_t>(elements) * element_bytes();
    }

    std::size_t plan::bytes_packed() const
    {
        std::int64_t elements = 0;
        for (const step& s : m_steps) elements += packed_elements(s);
        return static_cast<std::size_t>(elements) * element_bytes();
    }

    std::size_t plan::element_bytes() const
    {
        return m_options.type == dtype::other ? m_options.element_bytes : size_of(m_options.type);
    }

    std::string_view to_string(lowering_strategy s)
    {
        constexpr std::array<std::string_view, 4> names = {"auto", "blas", "tiles", "loops"};
        return names[static_cast<std::size_t>(s)];
    }

    bool operator==(const plan& x, const plan& y)
    {
        return x.m_equation == y.m_equation && x.m_shapes == y.m_shapes && x.m_options.type == y.m_options.type && x.m_options.scaled == y.m_options.scaled &&
               x.m_options.conjugated == y.m_options.conjugated &&
               x.m_options.layouts == y.m_options.layouts && x.m_result == y.m_result && x.m_path == y.m_path &&
               x.m_steps == y.m_steps;
    }
}
