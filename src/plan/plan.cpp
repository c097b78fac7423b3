// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include <xeinsum/plan.hpp>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <functional>
#include <utility>

#include <xeinsum/error.hpp>
#include <xeinsum/subscripts.hpp>

#include "../path/network.hpp"
#include "../subscripts/rendering.hpp"
#include "blocks.hpp"
#include "builder.hpp"
#include "memory.hpp"

namespace xeinsum
{
    namespace
    {
        /// Whether two elements may lie in one place: sorted by stride, an axis must step over all that the ones before
        /// it reach.
        bool may_overlap(const layout& lies)
        {
            if (lies.size() == 0) return false;
            struct axis
            {
                std::int64_t stride, extent;
            };
            detail::small_vector<axis, 8> axes;
            for (std::size_t d = 0; d < lies.rank(); ++d)
                if (lies.shape[d] > 1) axes.push_back({std::abs(lies.strides[d]), lies.shape[d]});
            std::ranges::sort(axes, std::less<>(), &axis::stride);
            std::int64_t reached = 0;
            for (const auto& [stride, extent] : axes)
            {
                if (stride <= reached) return true;
                reached += stride * (extent - 1);
            }
            return false;
        }

        /// Whether 64 bits hold every offset of a layout, one step beyond the end of each axis included.
        bool is_within_reach(const layout& l)
        {
            if (l.size() == 0) return true;
            double offset = 0;
            for (std::size_t d = 0; d < l.rank(); ++d)
                if (l.shape[d] > 1) offset += std::abs(static_cast<double>(l.strides[d])) * static_cast<double>(l.shape[d]);
            return offset <= 0x1.8p62;
        }

        /// What is wrong with a layout for a tensor of that shape, as the end of a sentence; empty if nothing is.
        std::string misfit(const layout& lies, const extents& shape, const std::string& whose)
        {
            if (lies.shape != shape) return " is for shape " + to_string(lies.shape) + ", but the " + whose + "'s is " + to_string(shape);
            if (lies.strides.size() == shape.size()) return "";
            return " has " + detail::counted(lies.strides.size(), "stride") + ", but its shape " + to_string(shape) + " has " + std::to_string(shape.size()) +
                   (shape.size() == 1 ? " axis" : " axes") + "; one for each axis is right";
        }

        /// Row-major layouts where none are given; otherwise checked against the shapes.
        void complete_layouts(options& how, const std::vector<extents>& shapes, const extents& result_shape)
        {
            const auto fail = [](const std::string& what) { throw shape_error(shape_errc::bad_layout, "plan: " + what); };
            if (how.layouts.empty())
            {
                how.layouts.reserve(shapes.size());
                for (const extents& shape : shapes) how.layouts.push_back(row_major(shape));
            }
            if (how.layouts.size() != shapes.size())
                fail("the number of layouts is " + std::to_string(how.layouts.size()) + ", that of operands " + std::to_string(shapes.size()));
            for (std::size_t i = 0; i < shapes.size(); ++i)
                if (const std::string fault = misfit(how.layouts[i], shapes[i], "operand"); !fault.empty()) fail("the layout of operand " + std::to_string(i) + fault);
            if (!how.result) how.result = row_major(result_shape);
            if (const std::string fault = misfit(*how.result, result_shape, "result"); !fault.empty())
                throw shape_error(shape_errc::result_mismatch, "plan: the result's layout" + fault);
            for (std::size_t i = 0; i < shapes.size(); ++i)
                if (!is_within_reach(how.layouts[i])) fail("the layout of operand " + std::to_string(i) + " reaches further than 64 bits count");
            if (!is_within_reach(*how.result)) fail("the result's layout reaches further than 64 bits count");
            if (!how.conjugated.empty() && how.conjugated.size() != shapes.size())
                fail(detail::counted(how.conjugated.size(), "flag") + " in `conjugated` for " + detail::counted(shapes.size(), "operand"));
            if (!how.same.empty() && how.same.size() != shapes.size())
                fail(detail::counted(how.same.size(), "number") + " in `same` for " + detail::counted(shapes.size(), "operand"));
            std::vector<std::size_t> firsts;
            bool any_same = false;
            for (std::size_t i = 0; i < how.same.size(); ++i)
            {
                firsts.push_back(static_cast<std::size_t>(std::ranges::find(how.same, how.same[i]) - how.same.begin()));
                any_same = any_same || firsts[i] != i;
            }
            how.same = std::move(firsts);
            if (!any_same) how.same.clear();
            if (how.type != dtype::complex64 && how.type != dtype::complex128 && how.type != dtype::clongdouble) how.conjugated.clear();
            if (may_overlap(*how.result))
                fail("the result's layout has elements that coincide; every one needs a place of its own");
        }
    }

    path_search detail::search_of(const options& how)
    {
        path_search search = how.path.search();
        if (search.threads == 0) search.threads = how.threads;
        return search;
    }

    bool operator==(const step& x, const step& y)
    {
        return x.inputs == y.inputs && x.op == y.op && x.tensors == y.tensors && x.loops == y.loops &&
               x.call == y.call && x.tiles == y.tiles && x.conjugated == y.conjugated && x.scaled == y.scaled && x.sliced == y.sliced &&
               x.threads == y.threads && x.place == y.place && x.buffers == y.buffers && x.buffer_bytes == y.buffer_bytes;
    }

    std::int64_t call_count(const step& s)
    {
        if (!s.call) return 0;
        std::int64_t count = 1;
        for (const loop_axis& x : s.loops) count *= x.extent;
        return count;
    }

    piece_range range_of(const division& d, std::int64_t piece, std::int64_t extent)
    {
        const auto begin = [&](std::int64_t i) {
            if (!d.triangle || i == 0) return std::min(extent, i * d.length);
            constexpr std::int64_t step = 8;
            const double rows = static_cast<double>(extent) * std::sqrt(static_cast<double>(i) / static_cast<double>(d.pieces));
            return std::min(extent, (static_cast<std::int64_t>(rows) + step - 1) / step * step);
        };
        const std::int64_t first = begin(piece);
        return {first, (piece + 1 == d.pieces ? extent : begin(piece + 1)) - first};
    }

    namespace
    {
        /// How much of an axis the pieces of a division take, one after the other.
        extents piece_lengths(const division& d, division::group of, std::size_t axis, std::int64_t extent)
        {
            if (d.of != of || d.axis != axis) return {extent};
            extents lengths;
            for (std::int64_t i = 0; i < d.pieces; ++i) lengths.push_back(range_of(d, i, extent).length);
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

    namespace
    {
        /// The same for mirrored tiles: rows are packed for those blocks of columns that they reach.
        std::int64_t packed_mirrored(const step& s)
        {
            const tiled_axis &row = s.tiles->rows[0], &column = s.tiles->columns[0];
            std::int64_t batch = 1, depth = 1, lines = 0;
            for (const loop_axis& x : s.loops) batch *= x.extent;
            for (const tiled_axis& x : s.tiles->contracted) depth *= x.extent;
            const bool divided = s.threads.of == division::group::rows;
            for (std::int64_t piece = 0; piece < (divided ? s.threads.pieces : 1); ++piece)
            {
                const auto [first, length] = divided ? range_of(s.threads, piece, row.extent) : piece_range{0, row.extent};
                const std::int64_t end = first + length;
                lines += end;
                for (std::int64_t j = 0; j < end; j += column.tile)
                    for (std::int64_t i = first; i < end; i += row.tile)
                        if (const std::int64_t reached = std::min(i + row.tile, end); reached > j) lines += reached - i;
            }
            return batch * depth * lines;
        }
    }

    std::int64_t packed_elements(const step& s)
    {
        if (!s.tiles) return 0;
        if (s.tiles->mirrored) return packed_mirrored(s);
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
        const auto offsets = static_cast<std::size_t>(2 * rows + 8 + 3 * columns + 2 * depth);
        return (elements + stage) * element_bytes + offsets * sizeof(std::int64_t) + 16 * 64;
    }

    plan::plan(std::string_view subscripts, std::vector<extents> shapes, options how)
        : plan{detail::parse_for(subscripts, shapes.size()), std::move(shapes), std::move(how)}  // braces: evaluated in this order
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
        if (m_options.type == dtype::other && m_options.element_bytes == 0)
            throw shape_error(shape_errc::bad_layout, "plan: elements of dtype::other need their size: options.element_bytes is 0");
        complete_layouts(m_options, m_shapes, m_bound.output_shape());
        m_result = *m_options.result;
        if (const contraction_path* const given = m_options.path.given())
        {
            check_path(*given, m_shapes.size());
            m_path = *given;
        }
        else m_path = detail::find_path(m_bound, m_options.layouts, detail::search_of(m_options));
        const auto take = [&](const options& how) { take_steps(detail::build_steps(m_bound, how, m_path, {}), {}); };
        if (!m_options.memory_limit) take(m_options);
        else
        {
            // A limit that is ample changes nothing. Else copies are left out first, then other orders and slices are tried.
            options unlimited = m_options;
            unlimited.memory_limit.reset();
            take(unlimited);
            const auto exceeds_limit = [&] { return peak_memory() > *m_options.memory_limit; };
            if (exceeds_limit()) take(m_options);
            if (exceeds_limit()) fit_in_memory();
        }
        // What reported on the search, or could stop it, is not kept with its outcome.
        if (const path_search& asked = m_options.path.search(); asked.progress || asked.stop.stop_possible())
        {
            path_search kept = asked;
            kept.progress = {};
            kept.stop = {};
            m_options.path = std::move(kept);
        }
    }

    void plan::take_steps(std::vector<step> steps, std::vector<slice_axis> slices)
    {
        m_steps = std::move(steps);
        m_slices = std::move(slices);
        const detail::memory_needs needs = detail::place_in_workspace(m_steps, m_shapes.size(), m_slices.size(), m_options.type, element_bytes());
        m_workspace = needs.workspace;
        m_bookkeeping = needs.bookkeeping;
    }

    double plan::slice_count() const
    {
        double count = 1;
        for (const slice_axis& s : m_slices) count *= static_cast<double>(s.count());
        return count;
    }

    double plan::slicing_overhead() const
    {
        if (m_slices.empty() || flops() == 0) return 1;
        double whole = 0;
        for (const step& s : m_steps)
        {
            const auto has = [&](label_id id) {
                return std::ranges::any_of(s.tensors, [&](const tensor_use& t) { return std::ranges::find(t.labels, id) != t.labels.end(); });
            };
            double slices = 1;  // that its labels would make of it alone
            for (const slice_axis& x : m_slices)
                if (has(x.label)) slices *= static_cast<double>(x.count());
            whole += s.price.flops * slices;
        }
        return flops() / whole;
    }

    double plan::bytes_moved() const
    {
        double bytes = 0;
        const auto size = static_cast<double>(element_bytes());
        for (const step& s : m_steps)
        {
            double elements = static_cast<double>(packed_elements(s));
            for (const std::size_t t : {left_tensor, right_tensor, result_tensor})
            {
                if (t < 2 && s.inputs.size() <= t) continue;
                elements += static_cast<double>(s.tensors[t].lies.size()) + 2 * static_cast<double>(detail::copied_elements(s, t));
            }
            bytes += elements * size * (s.sliced ? slice_count() : 1);
        }
        return bytes;
    }

    double plan::flops() const
    {
        double sum = 0;
        for (const step& s : m_steps) sum += s.price.flops * (s.sliced ? slice_count() : 1);
        return sum;
    }

    double plan::naive_flops() const { return xeinsum::naive_flops(m_bound); }

    double plan::largest_intermediate() const
    {
        double largest = 0;
        for (const step& s : m_steps) largest = std::max(largest, s.price.size);
        return largest;
    }

    namespace
    {
        /// How many times a step runs.
        std::size_t turns(const plan& p, const step& s) { return s.sliced ? static_cast<std::size_t>(p.slice_count()) : 1; }
    }

    std::size_t plan::copies() const
    {
        std::size_t count = 0;
        for (const step& s : m_steps)
            count += turns(*this, s) * static_cast<std::size_t>(std::ranges::count_if(s.tensors, &tensor_use::copied));
        return count;
    }

    std::size_t plan::bytes_copied() const
    {
        std::size_t elements = 0;
        for (const step& s : m_steps)
            for (const std::size_t t : {left_tensor, right_tensor, result_tensor})
                elements += turns(*this, s) * static_cast<std::size_t>(detail::copied_elements(s, t));
        return elements * element_bytes();
    }

    std::size_t plan::bytes_packed() const
    {
        std::size_t elements = 0;
        for (const step& s : m_steps) elements += turns(*this, s) * static_cast<std::size_t>(packed_elements(s));
        return elements * element_bytes();
    }

    std::size_t plan::element_bytes() const
    {
        return m_options.type == dtype::other ? m_options.element_bytes : size_of(m_options.type);
    }

    std::string_view to_string(lowering_strategy s)
    {
        constexpr std::array<std::string_view, 5> names = {"auto", "blas", "tiles", "blocks", "loops"};
        return names[static_cast<std::size_t>(s)];
    }

    bool operator==(const plan& x, const plan& y)
    {
        return x.m_equation == y.m_equation && x.m_shapes == y.m_shapes && x.m_options.type == y.m_options.type && x.m_options.scaled == y.m_options.scaled &&
               x.m_options.conjugated == y.m_options.conjugated && x.m_options.same == y.m_options.same && x.m_slices == y.m_slices &&
               x.m_options.layouts == y.m_options.layouts && x.m_result == y.m_result && x.m_path == y.m_path &&
               x.m_steps == y.m_steps;
    }
}
