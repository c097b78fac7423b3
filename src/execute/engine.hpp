// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_SRC_EXECUTE_ENGINE_HPP
#define XEINSUM_SRC_EXECUTE_ENGINE_HPP

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdlib>
#include <optional>
#include <utility>
#include <vector>

#include <xeinsum/detail/tiny.hpp>
#include <xeinsum/execute.hpp>

#include "../plan/division.hpp"
#include "../plan/memory.hpp"
#include "blas.hpp"
#include "blocked_nest.hpp"
#include "partial_results.hpp"
#include "pieces.hpp"
#include "simd/kernels.hpp"
#include "small_gemm.hpp"
#include "step_buffers.hpp"
#include "thread_workspace.hpp"

namespace xeinsum::detail
{
    template <class T>
    class compiled_step;

    /// Runs the steps of a plan for a value type that the library is compiled for, in a workspace.
    template <class T>
    class compiled_engine
    {
    public:
        compiled_engine(const plan& p, workspace* memory) : m_steps(p.steps())
        {
            if (p.workspace_bytes() > 0) m_memory = memory ? memory->reserve(p.workspace_bytes()) : m_threads.reserve(p.workspace_bytes());
        }

        T* slot(std::size_t i) { return reinterpret_cast<T*>(m_memory + m_steps[i].place); }
        void has_read(const step&) {}

        void run(const step& s, const T* left, const T* right, T* out, const step_update<T>& how, recorder* record)
        {
            compiled_step<T>(s, how, {m_memory + s.buffers, s.buffer_bytes}, record).run(left, right, out);
        }

    private:
        const std::vector<step>& m_steps;
        thread_workspace m_threads;
        std::byte* m_memory = nullptr;
    };

    /// Runs one step: on BLAS, in tiles, or by loops, as the plan says.
    template <class T>
    class compiled_step
    {
    public:
        compiled_step(const step& s, const step_update<T>& how, const step_buffers& buffers, recorder* record)
            : m_step(s), m_by(how.by ? *how.by : scaling<T>{}), m_is_scaled(how.by || how.accumulate), m_buffers(buffers), m_record(record)
        {
            if (how.accumulate) m_by.beta = T(1);
        }

        void run(const T* left, const T* right, T* out)
        {
            std::int64_t calls = 0;
            if (out && m_step.tiles) run_tiles(left, right, out);
            else if (out && m_step.call)
                with_copies(left, right, out, [&](const T* a, const T* b, T* c) { calls = make_calls(a, b, c); });
            else if (out) run_loops(left, right, out);
            if (!m_record) return;
            m_record->steps.push_back(entry_of(m_step, calls, m_is_scaled ? &m_by : nullptr));
            m_record->steps.back().copy_seconds = m_copy_seconds;
            if (is_rank_k(m_step.op) && !mirrors()) m_record->steps.back().op = m_step.op == kernel::syrk || m_step.op == kernel::herk ? kernel::gemm : kernel::batched_gemm;
        }

    private:
        // --- copies and BLAS -------------------------------------------------------------------------------------

        /// Copies what the plan wants copied around compute(left, right, out).
        template <class Compute>
        void with_copies(const T* left, const T* right, T* out, Compute compute)
        {
            const tensor_use& result = m_step.tensors[result_tensor];
            const bool timed = m_record && m_record->timed;
            const stopwatch packing(timed && (m_step.tensors[left_tensor].copied || m_step.tensors[right_tensor].copied));
            const T* const packed_left = pack(left, m_step.tensors[left_tensor]);
            const T* const packed_right = pack(right, m_step.tensors[right_tensor]);
            m_copy_seconds = packing.seconds();
            T* const computed = result.copied ? m_buffers.take<T>(result.lies.size()) : out;
            compute(packed_left, packed_right, computed);
            if (!result.copied) return;
            const stopwatch permuting(timed);
            copy(computed, row_major_strides(result.lies), out, result.lies.strides, result.lies.shape, m_by);
            m_copy_seconds += permuting.seconds();
        }

        const T* pack(const T* from, const tensor_use& use)
        {
            if (!use.copied) return from;
            T* const packed = m_buffers.take<T>(use.lies.size());
            copy(from, use.lies.strides, packed, row_major_strides(use.lies), use.lies.shape, {});
            return packed;
        }

        /// Tensors of any number of elements have at most so many axes that are longer than 1.
        static constexpr std::size_t most_axes = 64;
        using axis_strides = std::array<std::int64_t, most_axes>;

        static axis_strides row_major_strides(const layout& lies)
        {
            axis_strides strides{};
            std::int64_t stride = 1;
            for (std::size_t d = lies.rank(), i = longer_axes(lies.shape); d-- > 0;)
            {
                if (lies.shape[d] == 1) continue;
                strides[--i] = stride;
                stride *= lies.shape[d];
            }
            return strides;
        }

        static std::size_t longer_axes(const extents& shape)
        {
            return shape.size() - static_cast<std::size_t>(std::ranges::count(shape, 1));
        }

        static std::int64_t stride_of(const axis_strides& strides, std::size_t, std::size_t longer) { return strides[longer]; }
        static std::int64_t stride_of(const extents& strides, std::size_t axis, std::size_t) { return strides[axis]; }

        template <class From, class To>
        void copy(const T* from, const From& a, T* to, const To& c, const extents& shape, const scaling<T>& by)
        {
            // Along the result, so that its cache lines are written whole.
            std::array<nest_axis, most_axes> axes;
            std::size_t count = 0;
            const auto goes_before = [](const nest_axis& x, const nest_axis& y) {
                return std::pair(std::abs(x.strides[2]), std::abs(x.strides[0])) > std::pair(std::abs(y.strides[2]), std::abs(y.strides[0]));
            };
            for (std::size_t d = 0; d < shape.size(); ++d)
            {
                if (shape[d] == 1) continue;
                const nest_axis x = {shape[d], {stride_of(a, d, count), 0, stride_of(c, d, count)}};
                std::size_t at = count++;
                for (; at > 0 && goes_before(x, axes[at - 1]); --at) axes[at] = axes[at - 1];
                axes[at] = x;
            }
            nest_axes fused;
            for (std::size_t d = 0; d < count; ++d) fused.add({axes[d].extent, {axes[d].strides[0], 0, axes[d].strides[2]}});
            const std::array<T, 2> factors = {by.alpha, by.beta};
            simd::kernels_for_cpu<T>().update(from, to, factors.data(), fused.axes.data(), fused.rank);
            if (!m_record) return;
            ++m_record->copies;
            m_record->bytes_copied += static_cast<std::size_t>(element_count(shape)) * sizeof(T);
        }

        /// One call for each value of the loops. Contracted loops are innermost and move no result stride, so that a call
        /// adds to what the one before it wrote exactly where its target is the same. A result computed apart is scaled later.
        std::int64_t make_calls(const T* left, const T* right, T* out)
        {
            if constexpr (is_blas_type(dtype_of<T>()))
            {
                if (m_step.call->small)
                    if (const small_gemm<T> kernel(*m_step.call); kernel) return make_small_calls(kernel, left, right, out);
                const scaling<T> first = m_step.tensors[result_tensor].copied ? scaling<T>{} : m_by, later = {first.alpha, T(1)};
                return walk_calls(to_nest(m_step.loops), left, right, out, [&](const T* a, const T* b, T* c, bool accumulate) {
                    plan_calls<T>::call(m_step.op, *m_step.call, a, b, c, accumulate ? later : first);
                });
            }
            else return 0;
        }

        std::int64_t make_small_calls(const small_gemm<T>& kernel, const T* left, const T* right, T* out) const
        {
            const division& d = m_step.threads;
            const nest all = to_nest(m_step.loops);
            for_pieces(d.pieces, [&](std::int64_t piece) {
                nest loops = all;  // of few axes, as the plan saw to: on the stack
                std::array<std::int64_t, 3> at{};
                if (d.of == division::group::loops)
                {
                    nest_axis& x = loops[d.axis];
                    const piece_range part = range_of(d, piece, x.extent);
                    for (std::size_t t = 0; t < 3; ++t) at[t] = part.first * x.strides[t];
                    x.extent = part.length;
                }
                walk_calls(loops, left + at[0], right + at[1], out + at[2], kernel);
            });
            return call_count(m_step);
        }

        template <class Call>
        static std::int64_t walk_calls(const nest& loops, const T* left, const T* right, T* out, const Call& call)
        {
            std::int64_t calls = 0;
            const T* before = nullptr;
            walk(loops, loops.size(), [&](const auto& at) {
                T* const target = out + at[2];
                call(left + at[0], right + at[1], target, target == before);
                before = target;
                ++calls;
            });
            return calls;
        }

        // --- the library's own kernels ---------------------------------------------------------------------------

        void run_tiles(const T* left, const T* right, T* out)
        {
            const tiled_product& t = *m_step.tiles;
            const division& d = m_step.threads;
            const auto workspace = static_cast<std::int64_t>((tile_workspace(m_step, sizeof(T)) + 63) / 64 * 64);
            char* const memory = m_buffers.take<char>(workspace * d.pieces);
            const partial_results<T> results(m_step, out, m_buffers);
            const auto factors = factors_of_pieces();
            std::int64_t* const packed = m_buffers.take<std::int64_t>(d.pieces);
            const auto axis_count = static_cast<std::int64_t>(t.rows.size() + t.columns.size() + t.contracted.size());
            const auto loop_count = static_cast<std::int64_t>(m_step.loops.size());
            simd::tile_axis* const all_axes = m_buffers.take<simd::tile_axis>(axis_count * d.pieces);
            simd::nest_axis* const all_loops = m_buffers.take<simd::nest_axis>(loop_count * d.pieces);
            for_pieces(d.pieces, [&](std::int64_t piece) {
                simd::tile_axis* axes = all_axes + piece * axis_count;
                simd::nest_axis* const loops = all_loops + piece * loop_count;
                simd::tile_task<T> task{left, right, results.of(piece), loops, static_cast<int>(m_step.loops.size()), {}, {}, {}, t.staged,
                                        factors[piece == 0 || !d.sums ? 0 : 1].data(), memory + piece * workspace, mirrors(), 0, exceeds_caches(), t.conjugate_left, t.conjugate_right};
                const auto group = [&](const std::vector<tiled_axis>& from, division::group which) {
                    const simd::tile_axes result{axes, static_cast<int>(from.size())};
                    for (std::size_t i = 0; i < from.size(); ++i)
                    {
                        *axes = {from[i].extent, {from[i].strides[0], from[i].strides[1]}, from[i].tile};
                        if (d.of == which && d.axis == i) take_piece(task, which, *axes, piece);
                        else if (task.mirrored && d.of == division::group::rows && which == division::group::columns)
                            end_at_diagonal(task, *axes, piece);
                        ++axes;
                    }
                    return result;
                };
                for (std::size_t i = 0; i < m_step.loops.size(); ++i)
                {
                    const loop_axis& x = m_step.loops[i];
                    loops[i] = {x.extent, {x.strides[0], x.strides[1], x.strides[2]}};
                    if (d.of != division::group::loops || d.axis != i) continue;
                    const auto [first, length] = range_of(d, piece, x.extent);
                    task.a += first * x.strides[0], task.b += first * x.strides[1], task.c += first * x.strides[2];
                    loops[i].extent = length;
                }
                task.rows = group(t.rows, division::group::rows);
                task.columns = group(t.columns, division::group::columns);
                task.contracted = group(t.contracted, division::group::contracted);
                packed[piece] = simd::kernels_for_cpu<T>().tiles(task);
            });
            results.add(d.pieces);
            if (m_record)
                for (std::int64_t piece = 0; piece < d.pieces; ++piece) m_record->bytes_packed += static_cast<std::size_t>(packed[piece]) * sizeof(T);
        }

        /// alpha and beta for the piece that writes the result, and for one that has a result of its own.
        std::array<std::array<T, 2>, 2> factors_of_pieces() const { return {{{m_by.alpha, m_by.beta}, {m_by.alpha, T{}}}}; }

        /// Whether a product of an operand with itself computes one triangle only: beta would have to be added to the other one, too.
        /// And alpha x x^H is its own conjugate transpose only if alpha is real.
        bool mirrors() const
        {
            if constexpr (!std::is_arithmetic_v<T>)
                if ((m_step.op == kernel::herk || m_step.op == kernel::batched_herk) && m_by.alpha != T(std::real(m_by.alpha))) return false;
            return is_rank_k(m_step.op) && (m_by.beta == T{} || m_step.tensors[result_tensor].copied);
        }

        /// Columns right of a piece's last row are other pieces' mirrors.
        void end_at_diagonal(simd::tile_task<T>& task, simd::tile_axis& columns, std::int64_t piece) const
        {
            const auto [first, length] = range_of(m_step.threads, piece, columns.extent);
            task.first_row = first;
            columns.extent = first + length;
        }

        void take_piece(simd::tile_task<T>& task, division::group which, simd::tile_axis& x, std::int64_t piece) const
        {
            const auto [first, length] = range_of(m_step.threads, piece, x.extent);
            if (which != division::group::columns) task.a += first * x.strides[0];
            if (which == division::group::rows) task.c += first * x.strides[1];
            if (which == division::group::columns) task.b += first * x.strides[0], task.c += first * x.strides[1];
            if (which == division::group::contracted) task.b += first * x.strides[1];
            x.extent = length;
        }

        void run_loops(const T* left, const T* right, T* out)
        {
            double turns = 1;
            for (const loop_axis& x : m_step.loops) turns *= static_cast<double>(x.extent);
            if (turns <= static_cast<double>(tiny_iterations)) return run_tiny_loops(left, right, out, turns == 0);
            const division& d = m_step.threads;
            const std::size_t rank = m_step.loops.size();
            const partial_results<T> results(m_step, out, m_buffers);
            const auto factors = factors_of_pieces();
            std::optional<blocked_nest<T>> blocks;
            if (std::ranges::any_of(m_step.tensors, &tensor_use::copied)) blocks.emplace(m_step, adds());
            const std::int64_t workspace = blocks ? blocks->workspace() : 0;
            T* const buffers = m_buffers.take<T>(workspace * d.pieces);
            std::int64_t* const copied = m_buffers.take<std::int64_t>(workspace > 0 ? d.pieces : 0);
            for_pieces(d.pieces, [&](std::int64_t piece) {
                std::array<simd::nest_axis, 64> axes;
                std::array<std::int64_t, 3> at{};
                for (std::size_t i = 0; i < rank; ++i)
                {
                    const loop_axis& x = m_step.loops[i];
                    axes[i] = {x.extent, {x.strides[0], x.strides[1], x.strides[2]}};
                    if (d.of != division::group::loops || d.axis != i) continue;
                    const piece_range part = range_of(d, piece, x.extent);
                    for (std::size_t tensor = 0; tensor < 3; ++tensor) at[tensor] = part.first * x.strides[tensor];
                    axes[i].extent = part.length;
                }
                const T* const a = left + at[0];
                const T* const b = right ? right + at[1] : nullptr;
                T* const c = results.of(piece) + at[2];
                const T* const by = factors[piece == 0 || !d.sums ? 0 : 1].data();
                const auto run = [this](auto... block) { run_nest(block...); };
                if (m_step.op == kernel::permute) simd::kernels_for_cpu<T>().update(a, c, by, axes.data(), static_cast<int>(rank));
                else if (!blocks && adds()) run_cleared(a, b, c, axes.data(), static_cast<int>(rank));
                else if (!blocks) run(a, b, c, axes.data(), static_cast<int>(rank));
                else copied[piece] = blocks->run(axes.data(), a, b, c, buffers + piece * workspace, by, run);
            });
            results.add(d.pieces);
            if (!m_record) return;
            for (const tensor_use& use : m_step.tensors) m_record->copies += use.copied ? 1 : 0;
            for (std::int64_t piece = 0; copied && piece < d.pieces; ++piece) m_record->bytes_copied += static_cast<std::size_t>(copied[piece]) * sizeof(T);
        }

        /// Few turns: the loops of generic_loop.hpp, and a result that is scaled first in a buffer on the stack. No turn at all
        /// leaves  beta * result.
        void run_tiny_loops(const T* left, const T* right, T* out, bool empty)
        {
            const nest axes = to_nest(m_step.loops);
            if (m_by.is_trivial()) return run_generic_loops(m_step, left, right, out, axes);
            if (empty) return scale_loop(out, axes, m_by.beta);
            if (m_step.op == kernel::permute) return update_loop(left, out, axes, m_by);
            std::array<T, static_cast<std::size_t>(tiny_iterations)> apart;
            run_generic_loops(m_step, left, right, apart.data(), computed_apart(m_step.loops));
            update_loop<T>(apart.data(), out, put_into_place(m_step.loops), m_by);
        }

        /// Whether a result is better written past the caches: it can't stay there beside the operands, and is no more than two thirds of what
        /// moves. (What is written alone is written slower that way, and most of all to memory that is new to the process.)
        bool exceeds_caches() const
        {
            constexpr std::int64_t caches = 32 << 20;
            const auto elements = [this](std::size_t tensor) {
                const layout& lies = m_step.tensors[tensor].lies;
                std::int64_t n = 1;
                for (std::size_t d = 0; d < lies.rank(); ++d)
                    if (lies.strides[d] != 0) n *= lies.shape[d];
                return n;
            };
            const std::int64_t result = elements(result_tensor), read = elements(left_tensor) + elements(right_tensor);
            return !m_step.tensors[result_tensor].copied && 2 * read >= result && read + result >= caches / static_cast<std::int64_t>(sizeof(T));
        }

        bool adds() const
        {
            switch (m_step.op)
            {
            case kernel::permute:
            case kernel::scale:
            case kernel::multiply:
            case kernel::ger: return false;
            default: return true;
            }
        }

        /// Adds up a nest whose result is cleared first, as much of it at a time as stays in the cache until it is added to.
        void run_cleared(const T* left, const T* right, T* out, simd::nest_axis* axes, int rank) const
        {
            constexpr std::int64_t part = (256 << 10) / sizeof(T);
            std::int64_t elements = 1;
            for (int d = 0; d < rank; ++d)
                if (axes[d].strides[result_tensor] != 0) elements *= axes[d].extent;
            simd::nest_axis& outer = axes[0];
            const std::int64_t extent = outer.extent;
            const bool divides = outer.strides[result_tensor] != 0 && elements > part;
            const std::int64_t rows = divides ? std::max<std::int64_t>(extent * part / elements, 1) : extent;
            for (std::int64_t first = 0; first < extent; first += rows)
            {
                outer.extent = std::min(rows, extent - first);
                T* const c = out + first * outer.strides[result_tensor];
                clear(c, axes, rank);
                run_nest(left + first * outer.strides[left_tensor], right ? right + first * outer.strides[right_tensor] : nullptr, c, axes, rank);
            }
        }

        void run_nest(const T* left, const T* right, T* out, const simd::nest_axis* axes, int rank) const
        {
            const simd::kernels<T>& k = simd::kernels_for_cpu<T>();
            switch (m_step.op)
            {
            case kernel::reduce: return k.reduce(left, out, axes, rank);
            case kernel::scale:
            case kernel::multiply:
            case kernel::ger: return k.multiply(left, right, out, axes, rank, exceeds_caches());
            default: return k.contract(left, right, out, axes, rank);
            }
        }

        const step& m_step;
        scaling<T> m_by;
        bool m_is_scaled;
        step_buffers m_buffers;
        recorder* m_record;
        double m_copy_seconds = 0;
    };
}

#endif
