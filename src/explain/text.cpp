// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include <xeinsum/explain.hpp>

#include <algorithm>
#include <array>
#include <ostream>
#include <sstream>
#include <vector>

#include <xeinsum/detail/tiny.hpp>

#include "../plan/blocks.hpp"
#include "tree.hpp"

namespace xeinsum
{
    namespace
    {
        using std::string;

        using detail::counted;

        string bytes(std::size_t n)
        {
            if (n < 10240) return std::to_string(n) + " B";
            if (n < (std::size_t{10} << 20)) return counted(static_cast<double>(n) / 1024) + " KiB";
            return counted(static_cast<double>(n) / (1024.0 * 1024.0)) + " MiB";
        }

        /// Writes a plan's explanation. All that it says is read from the plan.
        class text_writer
        {
        public:
            explicit text_writer(const plan& p) : m_plan(p), m_bound(p.bound()) {}

            string run()
            {
                header();
                for (std::size_t i = 0; i < m_plan.steps().size(); ++i) step_block(i);
                totals();
                return m_out.str();
            }

        private:
            /// A line of two columns.
            void row(const string& what, const string& text)
            {
                m_out << "  " << what << string(what.size() < 18 ? 18 - what.size() : 1, ' ') << text << "\n";
            }

            string names(const label_ids& ids) const
            {
                string text;
                for (const label_id id : ids)
                {
                    const bool separate = m_bound.kind == label_kind::integers && !text.empty();
                    text.append(separate ? "," : "").append(m_bound.name(id));
                }
                return text.empty() ? "(scalar)" : text;
            }

            string slot_name(std::size_t slot) const
            {
                const std::size_t n = m_plan.shapes().size();
                return slot < n ? "operand " + std::to_string(slot) : "result of step " + std::to_string(slot - n + 1);
            }

            void header()
            {
                m_out << "einsum \"" << to_string(m_plan.equation()) << "\", " << to_string(m_plan.how().type) << "\n";
                for (std::size_t i = 0; i < m_plan.shapes().size(); ++i)
                    row("operand " + std::to_string(i), names(m_bound.operands[i]) + "  " + to_string(m_plan.shapes()[i]));
                row("result", names(m_bound.output) + "  " + to_string(m_plan.result_shape()));
                if (m_plan.shapes().size() > 2) row("path", to_string(m_plan.path()));
                if (m_plan.how().lowering != lowering_strategy::automatic)
                    row("lowering", string(to_string(m_plan.how().lowering)) + ", as asked");
                if (m_plan.how().memory_limit) row("memory limit", bytes(*m_plan.how().memory_limit));
                for (const slice_axis& s : m_plan.slices())
                    row("in slices of " + m_bound.name(s.label), std::to_string(s.chunk) + " of " + std::to_string(s.extent) + " at a time" +
                                                                     (s.summed ? ", which add up" : ""));
                if (m_plan.shapes().size() > 2 && m_plan.shapes().size() <= most_operands_of_a_tree) m_out << "\n" << detail::tree_text(m_plan);
            }

            /// Larger ones would be wider than a screen.
            static constexpr std::size_t most_operands_of_a_tree = 32;

            /// How many values of a label a step works on.
            std::int64_t size_of_label(label_id id) const
            {
                const auto at = std::ranges::find(m_plan.slices(), id, &slice_axis::label);
                return at == m_plan.slices().end() ? m_bound.sizes[id] : at->chunk;
            }

            void step_block(std::size_t i)
            {
                const step& s = m_plan.steps()[i];
                m_out << "\nstep " << i + 1 << ": " << to_string(s.op) << "  ";
                for (std::size_t t = 0; t < s.inputs.size(); ++t) m_out << (t ? "," : "") << ordered(s, t);
                m_out << "->" << ordered(s, result_tensor) << "\n";
                roles(s);
                if (s.conjugated) row("values", "conjugated on the way");
                for (std::size_t t = 0; t < s.inputs.size(); ++t) tensor_line(s, t, slot_name(s.inputs[t]));
                const bool last = i + 1 == m_plan.steps().size();
                tensor_line(s, result_tensor, last ? "result" : slot_name(m_plan.shapes().size() + i));
                if (s.tiles) tile_lines(s);
                else call_line(s);
                if (s.in_blas) row("in BLAS", call_name(*s.in_blas) + call_text(s, *s.in_blas));
                if (s.threads.pieces > 1) row("threads", pieces_text(s));
                row("cost", counted(s.price.flops) + (is_rank_k(s.op) ? " flops, about half of which are made, " : " flops, ") + counted(s.price.size) +
                                (s.price.size == 1 ? " element" : " elements") + " of result");
            }

            string ordered(const step& s, std::size_t t) const
            {
                return s.tensors[t].labels.empty() ? "" : names(s.tensors[t].labels);
            }

            static bool holds(const step& s, std::size_t t, label_id id)
            {
                return std::ranges::find(s.tensors[t].labels, id) != s.tensors[t].labels.end();
            }

            void roles(const step& s)
            {
                label_ids all;
                for (const std::size_t t : {left_tensor, right_tensor, result_tensor})
                    for (const label_id id : s.tensors[t].labels)
                        if (std::ranges::find(all, id) == all.end()) all.push_back(id);
                for (const label_id id : all)
                {
                    const role r = role_of(holds(s, 0, id), holds(s, 1, id), holds(s, 2, id));
                    row(m_bound.name(id) + " = " + std::to_string(size_of_label(id)), role_text(s, r, is_looped(s, id)));
                }
            }

            static bool is_looped(const step& s, label_id id)
            {
                return std::ranges::any_of(s.loops, [&](const loop_axis& x) {
                    return std::ranges::find(x.labels, id) != x.labels.end();
                });
            }

            static string role_text(const step& s, role r, bool looped)
            {
                if (!is_pairwise(s.op)) return r == role::left_free ? "kept" : "summed";
                const string name{to_string(r)};
                if (!s.call && !s.tiles) return name;
                if (looped) return name + ": looped over";
                switch (r)
                {
                case role::left_free: return name + (s.tiles ? ": rows" : ": M");
                case role::right_free: return name + (s.tiles ? ": columns" : ": N");
                case role::contracted: return name + (s.tiles ? "" : ": K");
                default: return name;
                }
            }

            void tensor_line(const step& s, std::size_t t, const string& what)
            {
                const tensor_use& use = s.tensors[t];
                const std::size_t size = static_cast<std::size_t>(s.call ? use.lies.size() : detail::block_elements(s, t)) * element_bytes();
                if (s.tiles) return row(what, tiled_text(s, t));
                const string doing = t == result_tensor ? "written" : "read", buffer = s.call ? "a buffer of " : "blocks of ";
                if (!use.copied) row(what, doing + " in place" + flags(s, t));
                else if (t == result_tensor) row(what, "computed in " + buffer + bytes(size) + (s.call ? ", then" : ", each then") + " permuted into place");
                else row(what, "copied into " + buffer + bytes(size) + flags(s, t));
            }

            string tiled_text(const step& s, std::size_t t) const
            {
                if (t != result_tensor) return "packed block by block, from where it lies";
                if (s.tiles->mirrored) return "written in place up to the diagonal, the other triangle copied from it" + unless_beta(s);
                if (!s.tiles->staged) return "written in place";
                return "summed up in blocks of " + block_bytes(s.tiles->rows, s.tiles->columns) + ", each then transposed into place";
            }

            /// A mirror serves no result that something is added to.
            static string unless_beta(const step& s) { return s.scaled ? " (all computed if beta is not 0)" : ""; }

            /// Bytes of the largest block of two groups.
            string block_bytes(const std::vector<tiled_axis>& x, const std::vector<tiled_axis>& y) const
            {
                std::size_t size = element_bytes();
                for (const auto* axes : {&x, &y})
                    for (const tiled_axis& a : *axes) size *= static_cast<std::size_t>(std::min(a.tile, a.extent));
                return bytes(size);
            }

            /// `ab 72, c 300 by 96`: axes, outermost first, with their extents and, if it is less, what a block takes.
            string group_text(const std::vector<tiled_axis>& axes) const
            {
                string text;
                for (const tiled_axis& x : axes)
                {
                    text += (text.empty() ? "" : ", ") + names(x.labels) + " " + std::to_string(x.extent);
                    if (x.tile < x.extent) text += " by " + std::to_string(x.tile);
                }
                return text.empty() ? "1" : text;
            }

            void tile_lines(const step& s)
            {
                const tiled_product& t = *s.tiles;
                row("runs on", "the library's own tiles" + why_not_blas(s));
                row("rows", group_text(t.rows));
                row("columns", group_text(t.columns));
                row("contracted", group_text(t.contracted));
                row("packs", "blocks of " + block_bytes(t.rows, t.contracted) + " and " + block_bytes(t.columns, t.contracted) + ", " +
                                 bytes(static_cast<std::size_t>(packed_elements(s)) * element_bytes()) + " in all");
            }

            string pieces_text(const step& s) const
            {
                const division& d = s.threads;
                string text = std::to_string(d.pieces) + (d.triangle ? " pieces of even area, of up to " : " pieces of ") + std::to_string(d.length) +
                              " along " + names(divided_labels(s));
                if (d.sums) text += ", each summed up in a result of its own";
                return text;
            }

            static const label_ids& divided_labels(const step& s)
            {
                switch (s.threads.of)
                {
                case division::group::rows: return s.tiles->rows[s.threads.axis].labels;
                case division::group::columns: return s.tiles->columns[s.threads.axis].labels;
                case division::group::contracted: return s.tiles->contracted[s.threads.axis].labels;
                default: return s.loops[s.threads.axis].labels;
                }
            }

            std::size_t element_bytes() const
            {
                return m_plan.element_bytes();
            }

            static bool is_matrix(kernel op, std::size_t t)
            {
                if (is_gemm(op)) return true;
                if (op == kernel::gemv || op == kernel::batched_gemv) return t == left_tensor;
                return op == kernel::ger && t == result_tensor;
            }

            static string flags(const step& s, std::size_t t)
            {
                if (!s.call) return "";
                if (!is_matrix(s.op, t)) return ", increment " + std::to_string(s.call->steps[t]);
                string text = ", leading dimension " + std::to_string(s.call->steps[t]);
                if (t == left_tensor && s.call->transpose_left) text += ", transposed by flag";
                if (t == right_tensor && s.call->transpose_right) text += ", transposed by flag";
                return text;
            }

            static char prefix(dtype d)
            {
                switch (d)
                {
                case dtype::float32: return 's';
                case dtype::float64: return 'd';
                case dtype::complex64: return 'c';
                default: return 'z';
                }
            }

            void call_line(const step& s)
            {
                if (!s.call) return row("runs on", "the library's own loops" + why_not_blas(s));
                const std::int64_t calls = call_count(s);
                const label_ids added = looped_contracted(s);
                if (!added.empty()) row("sums", "over " + names(added) + ": the first call of a target " + (s.scaled ? "takes beta" : "writes it") + ", the others add (beta 1)");
                row("calls", (calls != 1 ? std::to_string(calls) + " x " : "") + call_name(*s.call) + call_text(s, *s.call));
            }

            string call_name(const blas_call& c) const { return (c.small ? "libxsmm " : "cblas_") + string(1, prefix(m_plan.how().type)); }

            static label_ids looped_contracted(const step& s)
            {
                label_ids ids;
                for (const loop_axis& x : s.loops)
                    for (const label_id id : x.labels)
                        if (!holds(s, result_tensor, id)) ids.push_back(id);
                return ids;
            }

            /// What the plan shows of it: dtype, extents, the strategy that was asked for, a call that threads spoke against. Whether
            /// another one was not to be had in place or not worth while is not kept.
            string why_not_blas(const step& s) const
            {
                if (!is_blas(s.op)) return "";
                if (!is_blas_type(m_plan.how().type)) return ": BLAS has no " + string(to_string(m_plan.how().type));
                if (values_of_labels(s) == 0) return ": an extent is 0, there is nothing to multiply";
                if (m_plan.how().lowering != lowering_strategy::automatic) return "";
                if (values_of_labels(s) <= static_cast<double>(detail::tiny_iterations)) return ": too small for a BLAS call";
                if (s.op == kernel::ger) return ": BLAS would add to a result of zeros";
                if (s.in_blas) return ": BLAS would wake threads of its own, or not use those of the plan";
                if (s.tiles && s.tiles->mirrored) return ": large mirrors, and many of them, are copied sooner there";
                return ": BLAS would need copies, many small calls or longer sums";
            }

            double values_of_labels(const step& s) const
            {
                label_ids all;
                for (const tensor_use& use : s.tensors)
                    for (const label_id id : use.labels)
                        if (std::ranges::find(all, id) == all.end()) all.push_back(id);
                double n = 1;
                for (const label_id id : all) n *= static_cast<double>(size_of_label(id));
                return n;
            }

            string call_text(const step& s, const blas_call& c) const
            {
                const string alpha = s.scaled ? "alpha" : "1", beta = s.scaled ? "beta" : "0";
                const bool complex = m_plan.how().type >= dtype::complex64;
                const string order = c.column_major ? "ColMajor" : "RowMajor";
                const auto trans = [](bool t, bool conjugated) { return conjugated ? "ConjTrans" : t ? "Trans" : "NoTrans"; };
                std::ostringstream out;
                switch (s.op)
                {
                case kernel::dot:
                case kernel::batched_dot:
                    out << (s.scaled ? "alpha * " : "") << (c.conjugate_left || c.conjugate_right ? "dotc_sub(" : complex ? "dotu_sub(" : "dot(") << c.k << (c.conjugate_right ? ", B, " : ", A, ")
                        << c.steps[c.conjugate_right ? 1 : 0] << (c.conjugate_right ? ", A, " : ", B, ") << c.steps[c.conjugate_right ? 0 : 1] << ")" << (s.scaled ? " + beta * C" : "");
                    break;
                case kernel::gemv:
                case kernel::batched_gemv:
                    out << "gemv(" << order << ", " << trans(c.transpose_left, c.conjugate_left) << ", " << (c.transpose_left ? c.k : c.m) << ", "
                        << (c.transpose_left ? c.m : c.k) << ", " << alpha << ", A, " << c.steps[0] << ", B, " << c.steps[1] << ", " << beta << ", C, "
                        << c.steps[2] << ")";
                    break;
                case kernel::ger: ger_text(out, s, c, complex); break;
                case kernel::syrk:
                case kernel::herk:
                case kernel::batched_syrk:
                case kernel::batched_herk:
                    out << (c.conjugate_left || c.conjugate_right ? "herk(" : "syrk(") << order << (c.column_major ? ", Upper, " : ", Lower, ")
                        << trans(c.transpose_left, c.conjugate_left) << ", " << c.m << ", " << c.k << ", " << alpha << ", A, " << c.steps[0] << ", 0, C, "
                        << c.steps[2] << "), then the other triangle copied from it" << (s.scaled ? "; gemm if beta is not 0" : "");
                    break;
                default:
                    out << "gemm(" << order << ", " << trans(c.transpose_left, c.conjugate_left) << ", " << trans(c.transpose_right, c.conjugate_right) << ", " << c.m
                        << ", " << c.n << ", " << c.k << ", " << alpha << ", A, " << c.steps[0] << ", B, " << c.steps[1] << ", " << beta << ", C, "
                        << c.steps[2] << ")";
                }
                return out.str();
            }

            /// A column-major result is the transposed product, row-major.
            static void ger_text(std::ostringstream& out, const step& s, const blas_call& c, bool complex)
            {
                const bool t = c.column_major;
                out << (complex ? "geru" : "ger") << "(RowMajor, " << (t ? c.n : c.m) << ", " << (t ? c.m : c.n) << (s.scaled ? ", alpha, " : ", 1, ")
                    << (t ? "B, " : "A, ") << c.steps[t ? 1 : 0] << (t ? ", A, " : ", B, ") << c.steps[t ? 0 : 1] << ", C, "
                    << c.steps[2] << (s.scaled ? ") on beta * C" : ") on zeros");
            }

            void totals()
            {
                if (!m_plan.slices().empty())
                    m_out << "\nslices  " << counted(m_plan.slice_count()) << ", which make " << counted(m_plan.slicing_overhead())
                          << " times the flops of the whole\n";
                m_out << "\ntotal  " << counted(m_plan.flops()) << " flops (one loop nest over all labels: "
                      << counted(m_plan.naive_flops()) << "), " << m_plan.copies() << (m_plan.copies() == 1 ? " copy" : " copies")
                      << " (" << bytes(m_plan.bytes_copied()) << "), "
                      << (m_plan.bytes_packed() > 0 ? bytes(m_plan.bytes_packed()) + " packed in blocks, " : "") << "peak workspace " << bytes(m_plan.peak_memory()) << "\n";
            }

            const plan& m_plan;
            const bound_equation& m_bound;
            std::ostringstream m_out;
        };
    }

    string to_text(const plan& p) { return text_writer(p).run(); }

    std::ostream& operator<<(std::ostream& out, const explanation& e) { return out << to_text(e.of); }

    std::ostream& operator<<(std::ostream& out, const plan& p) { return out << to_text(p); }
}
