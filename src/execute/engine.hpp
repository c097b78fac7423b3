// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_SRC_EXECUTE_ENGINE_HPP
#define XEINSUM_SRC_EXECUTE_ENGINE_HPP

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include <xeinsum/detail/tiny.hpp>
#include <xeinsum/execute.hpp>

#include "../plan/division.hpp"
#include "aligned_buffer.hpp"
#include "blas.hpp"
#include "blocked_nest.hpp"
#include "pieces.hpp"
#include "simd/kernels.hpp"
#include "small_gemm.hpp"

namespace xeinsum::detail
{
    /// Runs a step for a value type that the library is compiled for: on BLAS, in tiles, or by loops, as the plan says.
    template <class T>
    class compiled_engine
    {
    public:
        static void run(const step& s, const T* left, const T* right, T* out, const scaling<T>* by, recorder* record)
        {
            compiled_engine(s, by, record).run(left, right, out);
        }

    private:
        compiled_engine(const step& s, const scaling<T>* by, recorder* record)
            : m_step(s), m_by(by ? *by : scaling<T>{}), m_scaled(by), m_record(record)
        {
        }

        void run(const T* left, const T* right, T* out)
        {
            std::int64_t calls = 0;
            if (out && m_step.tiles) run_tiles(left, right, out);
            else if (out && m_step.call)
                with_copies(left, right, out, [&](const T* a, const T* b, T* c) { calls = make_calls(a, b, c); });
            else if (out) run_loops(left, right, out);
            if (m_record) m_record->steps.push_back(entry_of(m_step, calls, m_scaled));
        }

        // --- copies and BLAS -------------------------------------------------------------------------------------

        /// Copies what the plan wants copied around compute(left, right, out).
        template <class Compute>
        void with_copies(const T* left, const T* right, T* out, Compute compute)
        {
            const tensor_use& result = m_step.tensors[result_tensor];
            const aligned_buffer<T> packed_left = pack(left, m_step.tensors[left_tensor]);
            const aligned_buffer<T> packed_right = pack(right, m_step.tensors[right_tensor]);
            const aligned_buffer<T> computed(result.copied ? result.lies.size() : 0);
            compute(packed_left.get() ? packed_left.get() : left, packed_right.get() ? packed_right.get() : right,
                    result.copied ? computed.get() : out);
            if (result.copied) copy(computed.get(), row_major(result.lies.shape), out, result.lies, m_by);
        }

        aligned_buffer<T> pack(const T* from, const tensor_use& use)
        {
            aligned_buffer<T> packed(use.copied ? use.lies.size() : 0);
            if (use.copied) copy(from, use.lies, packed.get(), row_major(use.lies.shape));
            return packed;
        }

        void copy(const T* from, const layout& a, T* to, const layout& c, const scaling<T>& by = {})
        {
            std::vector<loop_axis> loops;
            for (std::size_t d = 0; d < a.rank(); ++d) loops.push_back({{}, a.shape[d], {a.strides[d], 0, c.strides[d]}});
            loops = normalized(std::move(loops));
            std::array<simd::nest_axis, 64> axes;
            for (std::size_t d = 0; d < loops.size(); ++d)
                axes[d] = {loops[d].extent, {loops[d].strides[0], 0, loops[d].strides[2]}};
            const std::array<T, 2> factors = {by.alpha, by.beta};
            simd::kernels_for_cpu<T>().update(from, to, factors.data(), axes.data(), static_cast<int>(loops.size()));
            if (!m_record) return;
            ++m_record->copies;
            m_record->bytes_copied += static_cast<std::size_t>(a.size()) * sizeof(T);
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
            std::vector<nest> copies(static_cast<std::size_t>(d.pieces), to_nest(m_step.loops));
            for_pieces(d.pieces, [&](std::int64_t piece) {
                nest& loops = copies[static_cast<std::size_t>(piece)];
                std::array<std::int64_t, 3> at{};
                if (d.of == division::group::loops)
                {
                    nest_axis& x = loops[d.axis];
                    for (std::size_t t = 0; t < 3; ++t) at[t] = piece * d.length * x.strides[t];
                    x.extent = piece_length(piece, x.extent);
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

        /// The results that pieces of a summed axis write to: the first one the step's own, the others theirs.
        class partial_results
        {
        public:
            partial_results(const step& s, T* out)
                : m_size(s.threads.sums ? s.tensors[result_tensor].lies.size() : 0), m_out(out), m_others(m_size * (s.threads.pieces - 1))
            {
            }

            T* of(std::int64_t piece) const { return piece == 0 || m_size == 0 ? m_out : m_others.get() + (piece - 1) * m_size; }

            void clear_others(std::int64_t pieces) const { std::fill_n(m_others.get(), m_size * (pieces - 1), T{}); }

            /// The result and its likes lie without gaps: they are added as one row.
            void add(std::int64_t pieces) const
            {
                if (m_size == 0) return;
                const simd::nest_axis row = {m_size, {1, 0, 1}};
                for (std::int64_t i = 1; i < pieces; ++i) simd::kernels_for_cpu<T>().reduce(of(i), m_out, &row, 1);
            }

        private:
            std::int64_t m_size;
            T* m_out;
            aligned_buffer<T> m_others;
        };

        /// How much of the divided axis a piece takes.
        std::int64_t piece_length(std::int64_t piece, std::int64_t extent) const
        {
            return std::min(m_step.threads.length, extent - piece * m_step.threads.length);
        }

        void run_tiles(const T* left, const T* right, T* out)
        {
            const tiled_product& t = *m_step.tiles;
            const division& d = m_step.threads;
            const auto workspace = static_cast<std::int64_t>((tile_workspace(m_step, sizeof(T)) + 63) / 64 * 64);
            const aligned_buffer<char> memory(workspace * d.pieces);
            const partial_results results(m_step, out);
            const auto factors = factors_of_pieces();
            std::vector<std::int64_t> packed(static_cast<std::size_t>(d.pieces));
            const std::size_t axis_count = t.rows.size() + t.columns.size() + t.contracted.size();
            std::vector<simd::tile_axis> all_axes(axis_count * static_cast<std::size_t>(d.pieces));
            std::vector<simd::nest_axis> all_loops(m_step.loops.size() * static_cast<std::size_t>(d.pieces));
            for_pieces(d.pieces, [&](std::int64_t piece) {
                simd::tile_axis* axes = all_axes.data() + static_cast<std::size_t>(piece) * axis_count;
                simd::nest_axis* const loops = all_loops.data() + static_cast<std::size_t>(piece) * m_step.loops.size();
                simd::tile_task<T> task{left, right, results.of(piece), loops, static_cast<int>(m_step.loops.size()), {}, {}, {}, t.staged,
                                        factors[piece == 0 || !d.sums ? 0 : 1].data(), memory.get() + piece * workspace};
                const auto group = [&](const std::vector<tiled_axis>& from, division::group which) {
                    const simd::tile_axes result{axes, static_cast<int>(from.size())};
                    for (std::size_t i = 0; i < from.size(); ++i)
                    {
                        *axes = {from[i].extent, {from[i].strides[0], from[i].strides[1]}, from[i].tile};
                        if (d.of == which && d.axis == i) take_piece(task, which, *axes, piece);
                        ++axes;
                    }
                    return result;
                };
                for (std::size_t i = 0; i < m_step.loops.size(); ++i)
                {
                    const loop_axis& x = m_step.loops[i];
                    loops[i] = {x.extent, {x.strides[0], x.strides[1], x.strides[2]}};
                    if (d.of != division::group::loops || d.axis != i) continue;
                    const std::int64_t first = piece * d.length;
                    task.a += first * x.strides[0], task.b += first * x.strides[1], task.c += first * x.strides[2];
                    loops[i].extent = piece_length(piece, x.extent);
                }
                task.rows = group(t.rows, division::group::rows);
                task.columns = group(t.columns, division::group::columns);
                task.contracted = group(t.contracted, division::group::contracted);
                packed[static_cast<std::size_t>(piece)] = simd::kernels_for_cpu<T>().tiles(task);
            });
            results.add(d.pieces);
            if (m_record)
                for (const std::int64_t n : packed) m_record->bytes_packed += static_cast<std::size_t>(n) * sizeof(T);
        }

        /// alpha and beta for the piece that writes the result, and for one that has a result of its own.
        std::array<std::array<T, 2>, 2> factors_of_pieces() const { return {{{m_by.alpha, m_by.beta}, {m_by.alpha, T{}}}}; }

        void take_piece(simd::tile_task<T>& task, division::group which, simd::tile_axis& x, std::int64_t piece) const
        {
            const std::int64_t first = piece * m_step.threads.length;
            if (which != division::group::columns) task.a += first * x.strides[0];
            if (which == division::group::rows) task.c += first * x.strides[1];
            if (which == division::group::columns) task.b += first * x.strides[0], task.c += first * x.strides[1];
            if (which == division::group::contracted) task.b += first * x.strides[1];
            x.extent = piece_length(piece, x.extent);
        }

        void run_loops(const T* left, const T* right, T* out)
        {
            double turns = 1;
            for (const loop_axis& x : m_step.loops) turns *= static_cast<double>(x.extent);
            if (turns <= static_cast<double>(tiny_iterations)) return run_tiny_loops(left, right, out, turns == 0);
            const division& d = m_step.threads;
            const std::size_t rank = m_step.loops.size();
            const partial_results results(m_step, out);
            const auto factors = factors_of_pieces();
            std::optional<blocked_nest<T>> blocks;
            if (std::ranges::any_of(m_step.tensors, &tensor_use::copied)) blocks.emplace(m_step, adds());
            const std::int64_t workspace = blocks ? blocks->workspace() : 0;
            const aligned_buffer<T> buffers(workspace * d.pieces);
            if (adds() && !m_step.tensors[result_tensor].copied)
            {
                fill_zero(out, to_nest(m_step.loops));
                results.clear_others(d.pieces);
            }
            std::vector<std::int64_t> copied(static_cast<std::size_t>(d.pieces));
            for_pieces(d.pieces, [&](std::int64_t piece) {
                std::array<simd::nest_axis, 64> axes;
                std::array<std::int64_t, 3> at{};
                for (std::size_t i = 0; i < rank; ++i)
                {
                    const loop_axis& x = m_step.loops[i];
                    axes[i] = {x.extent, {x.strides[0], x.strides[1], x.strides[2]}};
                    if (d.of != division::group::loops || d.axis != i) continue;
                    for (std::size_t tensor = 0; tensor < 3; ++tensor) at[tensor] = piece * d.length * x.strides[tensor];
                    axes[i].extent = piece_length(piece, x.extent);
                }
                const T* const a = left + at[0];
                const T* const b = right ? right + at[1] : nullptr;
                T* const c = results.of(piece) + at[2];
                const T* const by = factors[piece == 0 || !d.sums ? 0 : 1].data();
                const auto run = [this](auto... block) { run_nest(block...); };
                if (m_step.op == kernel::permute) simd::kernels_for_cpu<T>().update(a, c, by, axes.data(), static_cast<int>(rank));
                else if (!blocks) run(a, b, c, axes.data(), static_cast<int>(rank));
                else copied[static_cast<std::size_t>(piece)] = blocks->run(axes.data(), a, b, c, buffers.get() + piece * workspace, by, run);
            });
            results.add(d.pieces);
            if (!m_record) return;
            for (const tensor_use& use : m_step.tensors) m_record->copies += use.copied ? 1 : 0;
            for (const std::int64_t n : copied) m_record->bytes_copied += static_cast<std::size_t>(n) * sizeof(T);
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

        void run_nest(const T* left, const T* right, T* out, const simd::nest_axis* axes, int rank) const
        {
            const simd::kernels<T>& k = simd::kernels_for_cpu<T>();
            switch (m_step.op)
            {
            case kernel::reduce: return k.reduce(left, out, axes, rank);
            case kernel::scale:
            case kernel::multiply:
            case kernel::ger: return k.multiply(left, right, out, axes, rank);
            default: return k.contract(left, right, out, axes, rank);
            }
        }

        const step& m_step;
        scaling<T> m_by;
        const scaling<T>* m_scaled;
        recorder* m_record;
    };
}

#endif
