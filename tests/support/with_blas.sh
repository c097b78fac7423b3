#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) the xeinsum authors
#
# Runs a program with another BLAS than it was linked with: the loader finds that one under the names that the program asks for.
# Usage: tests/support/with_blas.sh openblas-pthread|openblas-openmp|openblas-serial|blis|reference COMMAND...
set -euo pipefail
declare -A library=(
  [openblas-pthread]=openblas-pthread/libopenblas.so.0
  [openblas-openmp]=openblas-openmp/libopenblas.so.0
  [openblas-serial]=openblas-serial/libopenblas.so.0
  [blis]=blis-openmp/libblis.so.4
  [reference]=blas/libblas.so.3
)
target=/usr/lib/$(${CXX:-c++} -print-multiarch)/${library[$1]:?"no BLAS of this name is known"}
[ -f "$target" ] || { echo "$target is not there: .ci/dependencies.sh blas" >&2; exit 1; }
shift
names=$(mktemp -d)
trap 'rm -rf "$names"' EXIT
for soname in libopenblas.so.0 libblis.so.4 libblas.so.3; do ln -s "$target" "$names/$soname"; done
LD_LIBRARY_PATH=$names${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH} "$@"
