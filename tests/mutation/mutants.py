# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) the xeinsum authors
"""The faults that run.py plants, one at a time: (file, text, replacement, what goes wrong, suites likely to see it).

The text stands once in the file; the replacement compiles, and does something else. Neighbours share a file where they can: it is compiled less often."""

MUTANTS = [
    # --- subscripts and equations
    ("src/subscripts/equation.cpp", "i <= x.operand_count()", "i < x.operand_count()", "equations of other outputs are equal", "core"),
    ("src/subscripts/rendering.cpp", "return width(printable(text.substr(0, byte)));", "return printable(text.substr(0, byte)).size();", "the caret counts bytes, not characters", "core"),
    # --- paths
    ("src/path/left.cpp", "{0, left - 1}", "{0, 1}", "the product is forgotten for the next two operands", "core plan"),
    ("src/path/network.cpp", "all.size() > product.size() ? 2.0 : 1.0", "all.size() >= product.size() ? 2.0 : 1.0", "an outer product is charged for sums", "network"),
    ("src/path/network.cpp", "std::max(std::min(left_first, right_first), own[left] + own[right] + own[node])", "std::max(std::min(left_first, right_first), own[left] + own[node])", "the right factor takes no memory", "network"),
    ("src/path/network.cpp", "if (first > second) std::swap(first, second);", "", "positions of a pair are not in order", "core search"),
    ("src/path/network.cpp", "operands[i].shape[axis] == e.sizes[id]) terms[i]", "operands[i].shape[axis] <= e.sizes[id]) terms[i]", "an axis that broadcasts is taken for one of full extent", "network"),
    ("src/path/greedy.cpp", "!m_alive[next.left] || !m_alive[next.right]", "!m_alive[next.left] && !m_alive[next.right]", "a tensor is contracted twice", "search"),
    ("src/path/optimal_connected.cpp", "made.labels.size() < all.size() ? 2 * flops : flops", "flops", "sums cost nothing in the search", "search"),
    ("src/path/optimal_connected.cpp", "if (m_uses[id] == 0 && (m_members", "if ((m_members", "the search sums over labels of the output", "search"),
    # --- what a step becomes
    ("src/plan/blas_shape.cpp", "return outer_stride >= inner ?", "return outer_stride >= 1 ?", "a leading dimension below the row's length", "plan execute property"),
    ("src/plan/blas_shape.cpp", "call.transpose_left = a->row_major == call.column_major", "call.transpose_left = a->row_major != call.column_major", "the left matrix is transposed the other way", "plan execute"),
    ("src/plan/blas_shape.cpp", "if (stride == 0 || stride >", "if (stride >", "BLAS gets an increment of 0", "plan execute property"),
    ("src/plan/blas_shape.cpp", "if (inner > 1 && inner_stride != 1)", "if (inner > 1 && inner_stride < 1)", "a strided row is taken for a contiguous one", "plan execute property"),
    ("src/plan/blas_lowering.cpp", "inner.strides[t] * inner.extent", "inner.strides[t] * outer.extent", "axes that do not continue each other are fused", "plan property"),
    ("src/plan/blas_lowering.cpp", "s.inputs = {1, 0};", "s.inputs = {0, 1};", "vector and matrix are exchanged", "plan execute"),
    ("src/plan/blas_choice.cpp", "c.transpose_left != c.transpose_right", "c.transpose_left == c.transpose_right", "a square matrix times itself is taken for its own transpose", "rank_k calls"),
    ("src/plan/blas_choice.cpp", "complex_limits = {32768, 4095, 10000}", "complex_limits = {262144, 4096, 10000}", "complex products wake threads of OpenBLAS's own", "lowering"),
    ("src/execute/blocked_nest.hpp", "if (m_adds && begins) clear(", "if (m_adds && begins && apart) clear(", "sums in place are added to what was there before", "blocks property"),
    ("src/plan/division.cpp", "length, (extent + length - 1) / length, false}", "length, extent / length, false}", "the last piece is dropped", "lowering property"),
    ("src/plan/division.cpp", "            d.sums = d.pieces > 1;\n            return d;", "            return d;", "sums of the pieces are not added up", "lowering"),
    ("src/plan/division.cpp", "outer->strides = x->strides;", "", "a fused axis keeps the outer stride", "property lowering"),
    ("src/plan/tile_lowering.cpp", "axes.back().strides = next;", "", "a fused axis of tiles keeps the outer stride", "lowering property"),
    ("src/plan/tile_lowering.cpp", "t.rows[0].strides[0] == t.columns[0].strides[0] && ", "", "a square matrix times itself is mirrored", "rank_k"),
    ("src/plan/blocks.cpp", "strides[d] = moves ? reach : 0;", "strides[d] = 1;", "all axes of a block move by one element", "blocks property"),
    ("src/execute/simd/matrices.hpp", "rest < width ? rest - width : 0", "0", "the last vector of a row does not reach back", "blocks property"),
    ("src/execute/simd/matrices.hpp", "lanes_from<T>(Halves == 0 ? -last : 0)", "lanes_from<T>(0)", "lanes that are there already are added again", "blocks property"),
    ("src/execute/simd/matrices.hpp", "lanes_from<T, H::bytes>(Halves > 0 ? -last : 0)", "lanes_from<T, H::bytes>(0)", "lanes of half a vector that are there already are added again", "blocks property"),
    ("src/execute/simd/dots.hpp", "lanes_from<T>(lanes - (n - k))", "lanes_from<T>(0)", "sums that end within a vector add some products again", "simd property"),
    ("src/execute/simd/dots.hpp", "j < m_j.extent; ++j) rows_from", "j < part; ++j) rows_from", "the last columns of a matrix of dots are left out", "simd property"),
    ("src/execute/simd/fold.hpp", "at += v % 2 * groups", "at += v % 2", "sums go to each other's places", "simd property"),
    ("src/execute/simd/reduce.hpp", "masked(terms(r + k * part, n - lanes), fresh)", "terms(r + k * part, n - lanes)", "short rows that end within a vector add some terms again", "simd property"),
    ("src/plan/division.cpp", "x.strides[result_tensor] == 0 ? 0 : x.extent", "x.strides[result_tensor] == 0 ? x.extent : 0", "dots are divided along what is summed", "lowering"),
    ("src/plan/blocks.cpp", "if (blocks > 1) again = turns;", "again = turns;", "copies are counted as if made anew", "blocks"),
    ("src/plan/loop_lowering.cpp", "use.lies.strides[d] = before.lies.strides[at];", "use.lies.strides[d] = before.lies.strides[d];", "a copy takes the strides of other axes", "blocks lowering property"),
    ("src/plan/loop_lowering.cpp", "problem.scaled && op != kernel::permute", "problem.scaled && op == kernel::permute", "alpha and beta are dropped in loops", "scaling property"),
    ("src/plan/kept_plans.cpp", "e->key == key && e->threads == threads", "e->key == key", "a plan that was kept is taken for other threads", "kept_plans"),
    ("src/plan/kept_plans.cpp", "(key.conjugated >> i & 1u) != 0", "(key.conjugated >> i & 1u) == 0", "the plan that is kept conjugates the other operands", "kept_plans"),
    ("src/plan/memory.cpp", "take(pieces, in_lines(tile_workspace", "take(1, in_lines(tile_workspace", "the threads share a workspace for one", "lowering networks"),
    ("src/plan/slicing.cpp", "operand_steps.push_back(stride * chunks[id])", "operand_steps.push_back(stride)", "slices overlap", "networks"),
    ("src/plan/slicing.cpp", "== e.sizes[id]) stride += how", "== e.sizes[id]) stride = how", "slices of a diagonal leave it", "networks"),
    ("src/plan/constants.cpp", "m_constant[left] && m_constant[right]", "m_constant[left] || m_constant[right]", "products of what changes are kept", "bound_plan"),
    # --- how it runs
    ("src/execute/mirror.hpp", "conjugated ? std::conj(c[i * row_stride + j]) : c[i * row_stride + j]", "c[i * row_stride + j]", "the mirror is not conjugated", "rank_k"),
    ("src/execute/mirror.hpp", "            across(i, end, i, end);\n", "", "the triangle in the diagonal's blocks is not mirrored", "rank_k"),
    ("src/execute/split.hpp", "if (l > 0) part.beta = T(1);", "", "sums that are split overwrite each other", "split"),
    ("src/execute/split.hpp", "first + (n - 1) * increment", "first + n * increment", "a reversed vector begins one too early", "split execute"),
    ("src/execute/blas.hpp", "{columns, {0, 0, 1}}}, by.beta);", "{columns, {0, 0, 1}}}, T(1));", "a ger adds to what was there", "scaling execute"),
    ("src/execute/blas.hpp", "const T last_x = incx < 0 ? *x :", "const T last_x = incx < 0 ? x[n - 1] :", "a reversed complex vector ends elsewhere", "execute property"),
    ("src/execute/partial_results.hpp", "for (std::int64_t i = 1; i < pieces; ++i) simd", "for (std::int64_t i = 2; i < pieces; ++i) simd", "a thread's sums are lost", "lowering"),
    ("src/execute/engine.hpp", "target, target == before);", "target, false);", "calls that sum overwrite each other", "execute property"),
    # --- similarity
    ("src/similarity/nearest.cpp", "score == than && index > than_index", "score == than && index < than_index", "of equals the last is nearest", "similarity_search"),
    ("src/similarity/nearest.cpp", "own.offer(scores[j], tile.row + i);", "own.offer(scores[j], tile.row);", "neighbours below the diagonal have the tile's first index", "similarity_search"),
    ("src/similarity/similar.cpp", "on_diagonal ? i + 1 : 0", "on_diagonal ? i : 0", "vectors are similar to themselves", "similarity_search"),
    ("src/similarity/tiles.cpp", "std::copy_n(scores + i * step, columns, scores + i * columns)", "static_cast<void>(scores)", "rows of the last tiles lie as far apart as whole ones", "similarity_search"),
    ("src/similarity/normalize.cpp", "if (m_x.length < few)", "if (m_x.length < few - few)", "norms of short vectors depend on the number of vectors", "similarity_search"),
    ("src/similarity/normalize.cpp", "divide(to, n, 1, norm.rest, to);", "", "huge vectors are normalised by their largest element", "similarity similarity_search"),
    # --- the command
    ("src/cli/npy_header.cpp", "major == 1 ? 10 : 12", "major <= 2 ? 10 : 12", "a header of version 2 is misread", "npy"),
    ("src/cli/npy.cpp", "complex ? size_of(type) / 2", "complex ? size_of(type)", "real and imaginary parts are swapped as one number", "npy"),
    ("src/cli/npy.cpp", "if (present > header.data_size)", "if (present > header.data_size + 1)", "a trailing byte is let in", "npy"),
    ("src/cli/labels.cpp", "if (line.ends_with('\\r')) line.remove_suffix(1);", "", "names keep a carriage return", "command_cosine"),
    ("src/cli/atomic_file.cpp", "if (!m_renamed) ::unlink(m_path.c_str());", "", "what is unfinished stays behind", "atomic_file"),
    ("src/cli/text_forms.cpp", "std::int64_t{1} << 10}", "std::int64_t{1000}}", "a KiB has 1000 bytes", "text_forms"),
    # --- headers
    ("include/xeinsum/detail/combination.hpp", "right::visit(std::get<1>(e.arguments()), sign_of<F> < 0 ? by.negated() : by, on_term, on_rest);", "right::visit(std::get<1>(e.arguments()), by, on_term, on_rest);", "what is subtracted is added", "expression"),
    ("include/xeinsum/similarity.hpp", "x < T(-1) ? T(-1) : x > T(1) ? T(1) : x", "x > T(1) ? T(1) : x", "similarities below -1 are not clamped", "similarity"),
    # --- kernels, the same for every instruction set
    ("src/execute/small_product.cpp", "axes_of(m, m.columns, 1)", "axes_of(m, m.rows, 1)", "rows of a small scaled product overlap", "tiny scaling assignments"),
    ("include/xeinsum/detail/tiny_program.hpp", "axis(of_right, s.matrices[2])", "axis(of_right, s.matrices[1])", "a small right matrix is taken for its transpose", "tiny"),
    ("src/execute/simd/reduce.hpp", "if (is_long) i = places * end;", "if (is_long) i = places * end + 1;", "a long row's tail loses its first element", "simd property"),
    ("src/execute/simd/update.hpp", "writes(is_number(beta, 0))", "writes(true)", "beta is dropped", "simd scaling"),
]
