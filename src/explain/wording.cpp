// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include "wording.hpp"

#include <algorithm>
#include <array>
#include <iomanip>
#include <utility>

#include <xeinsum/detail/tiny.hpp>

#include "../plan/blas_choice.hpp"
#include "../plan/blocks.hpp"

namespace xeinsum::detail
{
    std::string counted(double x)
    {
        text_stream out;
        out.precision(4);
        out << x;
        return out.str();
    }

    std::string bytes_text(std::size_t n) { return bytes_text(static_cast<double>(n)); }

    std::string bytes_text(double n)
    {
        constexpr double few = 10240;
        if (n < few) return std::to_string(static_cast<std::size_t>(n)) + " B";
        constexpr std::array<const char*, 5> units = {" KiB", " MiB", " GiB", " TiB", " PiB"};
        std::size_t unit = 0;
        for (n /= 1024; n >= few && unit + 1 < units.size(); ++unit) n /= 1024;
        return counted(n) + units[unit];
    }

    namespace
    {
        std::string seconds_text(double s)
        {
            if (s < 1e-3) return counted(s * 1e6) + " us";
            return s < 1 ? counted(s * 1e3) + " ms" : counted(s) + " s";
        }

        std::string rate_text(double flops, double seconds) { return seconds > 0 ? "; " + counted(flops / seconds * 1e-9) + " GFLOP/s" : ""; }

        bool holds(const step& s, std::size_t t, label_id id)
        {
            return std::ranges::find(s.tensors[t].labels, id) != s.tensors[t].labels.end();
        }

        /// A mirror serves no result that something is added to.
        std::string unless_beta(const step& s) { return s.scaled ? " (all computed if beta is not 0)" : ""; }

        const label_ids& divided_labels(const step& s)
        {
            switch (s.threads.of)
            {
            case division::group::rows: return s.tiles->rows[s.threads.axis].labels;
            case division::group::columns: return s.tiles->columns[s.threads.axis].labels;
            case division::group::contracted: return s.tiles->contracted[s.threads.axis].labels;
            default: return s.loops[s.threads.axis].labels;
            }
        }

        bool is_matrix(kernel op, std::size_t t)
        {
            if (is_gemm(op)) return true;
            if (op == kernel::gemv || op == kernel::batched_gemv) return t == left_tensor;
            return op == kernel::ger && t == result_tensor;
        }

        std::string flags(const step& s, std::size_t t)
        {
            if (!s.call) return "";
            if (!is_matrix(s.op, t)) return ", increment " + std::to_string(s.call->steps[t]);
            std::string text = ", leading dimension " + std::to_string(s.call->steps[t]);
            if (t == left_tensor && s.call->transpose_left) text += ", transposed by flag";
            if (t == right_tensor && s.call->transpose_right) text += ", transposed by flag";
            return text;
        }

        char prefix(dtype d)
        {
            switch (d)
            {
            case dtype::float32: return 's';
            case dtype::float64: return 'd';
            case dtype::complex64: return 'c';
            default: return 'z';
            }
        }

        /// A column-major result is the transposed product, row-major.
        void ger_text(text_stream& out, const step& s, const blas_call& c, bool complex)
        {
            const bool t = c.column_major;
            out << (complex ? "geru" : "ger") << "(RowMajor, " << (t ? c.n : c.m) << ", " << (t ? c.m : c.n) << (s.scaled ? ", alpha, " : ", 1, ")
                << (t ? "B, " : "A, ") << c.steps[t ? 1 : 0] << (t ? ", A, " : ", B, ") << c.steps[t ? 0 : 1] << ", C, "
                << c.steps[2] << (s.scaled ? ") on beta * C" : ") on zeros");
        }
    }

    std::string took_text(const trace& t, std::size_t step)
    {
        double seconds = 0, copies = 0, runs = 0;
        for (const recorder::entry& e : t.record.steps)
            if (e.step == step) seconds += e.seconds, copies += e.copy_seconds, ++runs;
        std::string text = seconds_text(seconds);
        if (copies > 0) text += ", of it " + seconds_text(copies) + " in whole copies";
        if (runs > 1) text += ", in " + counted(runs) + " slices";
        return text + rate_text(runs * t.of.steps()[step].price.flops, seconds);
    }

    std::string took_text(const trace& t) { return seconds_text(t.seconds) + rate_text(t.of.flops(), t.seconds); }

    std::string wording::names(const label_ids& ids) const
    {
        std::string text;
        for (const label_id id : ids)
        {
            const bool separate = m_bound.kind == label_kind::integers && !text.empty();
            text.append(separate ? "," : "").append(m_bound.name(id));
        }
        return text.empty() ? "(scalar)" : text;
    }

    std::string wording::slot(std::size_t slot) const
    {
        const std::size_t n = m_plan.shapes().size();
        return slot < n ? "operand " + std::to_string(slot) : "result of step " + std::to_string(slot - n + 1);
    }

    std::string wording::equation(const step& s) const
    {
        const auto term = [&](std::size_t t) { return s.tensors[t].labels.empty() ? "" : names(s.tensors[t].labels); };
        std::string text;
        for (std::size_t t = 0; t < s.inputs.size(); ++t) text.append(t ? "," : "").append(term(t));
        return text.append("->").append(term(result_tensor));
    }

    std::int64_t wording::size(label_id id) const
    {
        const auto at = std::ranges::find(m_plan.slices(), id, &slice_axis::label);
        return at == m_plan.slices().end() ? m_bound.sizes[id] : at->chunk;
    }

    label_ids wording::labels(const step& s)
    {
        label_ids all;
        for (const tensor_use& use : s.tensors)
            for (const label_id id : use.labels)
                if (std::ranges::find(all, id) == all.end()) all.push_back(id);
        return all;
    }

    role wording::role_in(const step& s, label_id id) { return role_of(holds(s, left_tensor, id), holds(s, right_tensor, id), holds(s, result_tensor, id)); }

    std::string wording::role_text(const step& s, label_id id) const
    {
        const role r = role_in(s, id);
        if (!is_pairwise(s.op)) return r == role::left_free ? "kept" : "summed";
        const std::string name{to_string(r)};
        if (!s.call && !s.tiles) return name;
        if (is_looped(s, id)) return name + ": looped over";
        switch (r)
        {
        case role::left_free: return name + (s.tiles ? ": rows" : ": M");
        case role::right_free: return name + (s.tiles ? ": columns" : ": N");
        case role::contracted: return name + (s.tiles ? "" : ": K");
        default: return name;
        }
    }

    std::string wording::use(const step& s, std::size_t t) const
    {
        if (s.tiles) return tiled_use(s, t);
        const tensor_use& use = s.tensors[t];
        const std::size_t size = static_cast<std::size_t>(s.call ? use.lies.size() : block_elements(s, t)) * m_plan.element_bytes();
        const std::string buffer = s.call ? "a buffer of " : "blocks of ";
        if (!use.copied) return std::string(t == result_tensor ? "written" : "read") + " in place" + flags(s, t);
        if (t == result_tensor) return "computed in " + buffer + bytes_text(size) + (s.call ? ", then" : ", each then") + " permuted into place";
        return "copied into " + buffer + bytes_text(size) + flags(s, t);
    }

    std::string wording::tiled_use(const step& s, std::size_t t) const
    {
        if (t != result_tensor) return std::string("packed block by block, from where it lies") + ((t == left_tensor ? s.tiles->conjugate_left : s.tiles->conjugate_right) ? ", conjugated" : "");
        if (s.tiles->mirrored) 
            return std::string("written in place up to the diagonal, the other triangle ") + (s.tiles->conjugate_left != s.tiles->conjugate_right ? "its conjugate" : "copied from it") +
                   unless_beta(s);
        if (!s.tiles->staged) return "written in place";
        return "summed up in blocks of " + block_bytes(s.tiles->rows, s.tiles->columns) + ", each then transposed into place";
    }

    std::string wording::block_bytes(const std::vector<tiled_axis>& x, const std::vector<tiled_axis>& y) const
    {
        std::size_t size = m_plan.element_bytes();
        for (const auto* axes : {&x, &y})
            for (const tiled_axis& a : *axes) size *= static_cast<std::size_t>(std::min(a.tile, a.extent));
        return bytes_text(size);
    }

    std::string wording::group(const std::vector<tiled_axis>& axes) const
    {
        std::string text;
        for (const tiled_axis& x : axes)
        {
            text += (text.empty() ? "" : ", ") + names(x.labels) + " " + std::to_string(x.extent);
            if (x.tile < x.extent) text += " by " + std::to_string(x.tile);
        }
        return text.empty() ? "1" : text;
    }

    std::string wording::pieces(const step& s) const
    {
        const division& d = s.threads;
        const label_ids& labels = divided_labels(s);
        std::int64_t extent = 1;
        for (const label_id id : labels) extent *= size(id);
        std::string text = std::to_string(d.pieces) + (d.triangle ? " pieces of even area, of up to " : extent % d.length == 0 ? " pieces of " : " pieces of up to ") +
                           std::to_string(d.length) + " along " + names(labels);
        if (d.sums) text += ", each summed up in a result of its own";
        return text;
    }

    std::string wording::function(const blas_call& c) const { return (c.small ? "libxsmm " : "cblas_") + std::string(1, prefix(m_plan.how().type)); }

    bool wording::is_looped(const step& s, label_id id)
    {
        return std::ranges::any_of(s.loops, [&](const loop_axis& x) { return std::ranges::find(x.labels, id) != x.labels.end(); });
    }

    label_ids wording::looped(const step& s)
    {
        label_ids ids;
        for (const loop_axis& x : s.loops)
            for (const label_id id : x.labels) ids.push_back(id);
        return ids;
    }

    std::vector<std::pair<std::string, std::string>> wording::how_it_runs(const step& s) const
    {
        std::vector<std::pair<std::string, std::string>> lines;
        const auto say = [&](std::string what, std::string text) { lines.emplace_back(std::move(what), std::move(text)); };
        if (s.conjugated) say("values", "conjugated on the way");
        if (s.call)
        {
            label_ids added;
            for (const label_id id : looped(s))
                if (!holds(s, result_tensor, id)) added.push_back(id);
            if (!added.empty())
                say("sums", "over " + names(added) + ": the first call of a target " + (s.scaled ? "takes beta" : "writes it") + ", the others add (beta 1)");
            const std::int64_t calls = call_count(s);
            say("calls", (calls != 1 ? std::to_string(calls) + " x " : "") + call(s, *s.call));
        }
        else if (s.tiles)
        {
            const tiled_product& t = *s.tiles;
            say("runs on", "the library's own tiles" + why_not_blas(s));
            say("rows", group(t.rows));
            say("columns", group(t.columns));
            say("contracted", group(t.contracted));
            say("packs", "blocks of " + block_bytes(t.rows, t.contracted) + " and " + block_bytes(t.columns, t.contracted) + ", " +
                             bytes_text(static_cast<std::size_t>(packed_elements(s)) * m_plan.element_bytes()) + " in all");
        }
        else
            say("runs on", "the library's own loops" + why_not_blas(s));
        if (s.in_blas) say("in BLAS", call(s, *s.in_blas));
        if (s.threads.pieces > 1) say("threads", pieces(s));
        return lines;
    }

    bool wording::is_narrow(const step& s) const
    {
        double rows = 1, columns = 1, depth = 1;
        for (const label_id id : labels(s))
            if (const role r = role_in(s, id); r != role::batch) (r == role::left_free ? rows : r == role::right_free ? columns : depth) *= static_cast<double>(size(id));
        return detail::is_narrow(s.op, rows, columns, depth);
    }

    std::string wording::why_not_blas(const step& s) const
    {
        double values = 1;
        for (const label_id id : labels(s)) values *= static_cast<double>(size(id));
        if (!is_blas(s.op)) return "";
        if (!is_blas_type(m_plan.how().type)) return ": BLAS has no " + std::string(to_string(m_plan.how().type));
        if (values == 0) return ": an extent is 0, there is nothing to multiply";
        if (m_plan.how().lowering != lowering_strategy::automatic) return "";
        if (values <= static_cast<double>(tiny_iterations)) return ": too small for a BLAS call";
        if (s.op == kernel::ger) return ": BLAS would add to a result of zeros";
        if (s.in_blas) return ": BLAS would wake threads of its own, or not use those of the plan";
        if (s.tiles && s.tiles->mirrored) return ": large mirrors, and many of them, are copied sooner there";
        if (!s.tiles && is_narrow(s)) return ": BLAS would copy all of the larger operand for few rows or columns";
        return ": BLAS would need copies, many small calls or longer sums";
    }

    std::string wording::call(const step& s, const blas_call& c) const
    {
        const std::string alpha = s.scaled ? "alpha" : "1", beta = s.scaled ? "beta" : "0";
        const bool complex = m_plan.how().type >= dtype::complex64;
        const std::string order = c.column_major ? "ColMajor" : "RowMajor";
        const auto trans = [](bool t, bool conjugated) { return conjugated ? "ConjTrans" : t ? "Trans" : "NoTrans"; };
        text_stream out;
        out << function(c);
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

    std::string wording::price(const step& s)
    {
        return counted(s.price.flops) + (is_rank_k(s.op) ? " flops, about half of which are made, " : " flops, ") + counted(s.price.size) +
               (s.price.size == 1 ? " element" : " elements") + " of result" + (s.sliced ? ", in each slice" : "");
    }

    double wording::least_bytes(const step& s) const
    {
        const std::size_t operands = is_rank_k(s.op) ? 1 : s.inputs.size();  // both are the same
        double elements = static_cast<double>(s.tensors[result_tensor].lies.size());
        for (std::size_t t = 0; t < operands; ++t) elements += static_cast<double>(s.tensors[t].lies.size());
        return elements * static_cast<double>(m_plan.element_bytes());
    }

    double wording::intensity(const step& s) const
    {
        const double bytes = least_bytes(s);
        return bytes > 0 ? s.price.flops / bytes : 0;
    }

    bool wording::is_compute_bound(const step& s) const
    {
        constexpr double cache = 1 << 20, from_memory = 40, from_cache = 8;  // bytes; flops for each element
        return intensity(s) * static_cast<double>(m_plan.element_bytes()) >= (least_bytes(s) > cache ? from_memory : from_cache);
    }

    std::string wording::balance(const step& s) const
    {
        const double bytes = least_bytes(s);
        if (bytes == 0) return "";
        text_stream out;
        out << std::setprecision(3) << intensity(s) << " flops a byte (" << bytes_text(bytes) << " at least): "
            << (is_compute_bound(s) ? "compute-bound" : "memory-bound");
        return out.str();
    }

    std::string wording::slices() const
    {
        if (m_plan.slices().empty()) return "";
        std::string chunks;
        for (const slice_axis& s : m_plan.slices())
            chunks += (chunks.empty() ? "" : ", ") + m_plan.bound().name(s.label) + " by " + std::to_string(s.chunk);
        return counted(m_plan.slice_count()) + " (" + chunks + "), which make " + counted(m_plan.slicing_overhead()) + " times the flops of the whole";
    }

    std::string wording::totals() const
    {
        std::string text = counted(m_plan.flops()) + " flops (one loop nest over all labels: " + counted(m_plan.naive_flops()) + "), ";
        text += std::to_string(m_plan.copies()) + (m_plan.copies() == 1 ? " copy (" : " copies (") + bytes_text(m_plan.bytes_copied()) + "), ";
        if (m_plan.bytes_packed() > 0) text += bytes_text(m_plan.bytes_packed()) + " packed in blocks, ";
        return text + "peak workspace " + bytes_text(m_plan.peak_memory());
    }
}
