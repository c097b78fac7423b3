// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_SRC_EXPLAIN_WORDING_HPP
#define XEINSUM_SRC_EXPLAIN_WORDING_HPP

#include <cstddef>
#include <cstdint>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include <xeinsum/plan.hpp>
#include <xeinsum/trace.hpp>

namespace xeinsum::detail
{
    /// Text that throws std::bad_alloc where a stream would end in the middle and say nothing.
    struct text_stream : std::ostringstream
    {
        text_stream() { exceptions(std::ios::badbit); }
    };

    /// A count with at most four digits: `9.8e+06`, `42`.
    std::string counted(double x);

    /// `640 B`, `16 KiB`, `35.5 MiB`, up to PiB: the largest unit of which there are ten at least.
    std::string bytes_text(std::size_t n);
    /// The same of bytes that 64 bits do not count.
    std::string bytes_text(double n);

    /// How long a step took, in all slices: `1.2 ms, of it 0.3 ms in whole copies; 58 GFLOP/s`.
    std::string took_text(const trace& t, std::size_t step);
    /// How long all took.
    std::string took_text(const trace& t);

    /// What is said of a plan, in words that the text, the tree and the pictures share. All of it is read from the plan.
    class wording
    {
    public:
        explicit wording(const plan& p) : m_plan(p), m_bound(p.bound()) {}

        /// `bc`; of integer labels `0,12`; `(scalar)` if there are none.
        std::string names(const label_ids& ids) const;
        /// `operand 0`, `result of step 2`.
        std::string slot(std::size_t slot) const;
        /// `bc,cd->bd`: what a step computes, labels in the order in which its kernel walks them.
        std::string equation(const step& s) const;
        /// How many values of a label a step works on: those of a slice, if it is sliced.
        std::int64_t size(label_id id) const;
        /// Every label of a step once, the left operand's first.
        static label_ids labels(const step& s);
        /// What a label is in a step.
        static role role_in(const step& s, label_id id);
        /// `contracted: K`, `batch: looped over`, `left free: rows`.
        std::string role_text(const step& s, label_id id) const;
        /// How the step reads an operand, or writes its result: `read in place, leading dimension 700, transposed by flag`.
        std::string use(const step& s, std::size_t tensor) const;
        /// The call with every argument: `cblas_sgemm(RowMajor, NoTrans, Trans, 100, 100, 700, 1, A, 700, B, 700, 0, C, 100)`.
        std::string call(const step& s, const blas_call& c) const;
        /// Whether a loop goes over the label, around the call or the tiles.
        static bool is_looped(const step& s, label_id id);
        /// The labels of those loops.
        static label_ids looped(const step& s);
        /// What runs the step, as lines of a word and a text: `calls`, `runs on`, `rows`, `packs`, `threads` ...
        std::vector<std::pair<std::string, std::string>> how_it_runs(const step& s) const;
        /// `1.4e+07 flops, 10000 elements of result`.
        static std::string price(const step& s);
        /// Bytes of a step's operands and result, each once: it moves no less.
        double least_bytes(const step& s) const;
        /// Flops for each of those bytes.
        double intensity(const step& s) const;
        /// Whether arithmetic is expected to set a step's pace, not memory: one core makes some 40 flops while memory gives it one
        /// element, and 8 while a cache does, where all of it fits 1 MiB.
        bool is_compute_bound(const step& s) const;
        /// `167 flops a byte (11.4 MiB at least): compute-bound`; empty if nothing moves.
        std::string balance(const step& s) const;
        /// `8, which make 1.2 times the flops of the whole`; empty without slices.
        std::string slices() const;
        /// Flops of the whole plan, its copies, what it packs, its peak memory.
        std::string totals() const;

    private:
        /// `: BLAS has no int32`, or nothing where there is nothing to explain.
        ///
        /// What the plan shows of it: dtype, extents, the strategy that was asked for, a call that threads spoke against. Whether
        /// another one was not to be had in place or not worth while is not kept.
        std::string why_not_blas(const step& s) const;
        /// Whether a product is of a few rows or columns.
        bool is_narrow(const step& s) const;
        /// `ab 72, c 300 by 96`: axes, outermost first, with their extents and, if it is less, what a block takes.
        std::string group(const std::vector<tiled_axis>& axes) const;
        /// Bytes of the largest block of two groups.
        std::string block_bytes(const std::vector<tiled_axis>& x, const std::vector<tiled_axis>& y) const;
        /// `4 pieces of 25 along b`.
        std::string pieces(const step& s) const;
        std::string tiled_use(const step& s, std::size_t tensor) const;
        std::string function(const blas_call& c) const;

        const plan& m_plan;
        const bound_equation& m_bound;
    };
}

#endif
