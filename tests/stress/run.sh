#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) the xeinsum authors
#
# Runs the stress test with OpenBLAS on threads of its own, OpenBLAS on OpenMP, and BLIS. Usage: tests/stress/run.sh [MINUTES [BLAS...]]; 10 minutes each unless given,
# half of them with processes forked in between. Builds what it needs of preset `test`.
set -euo pipefail
cd "$(dirname "$0")/../.."
minutes=${1:-10}
shift || true
.ci/dependencies.sh build test blas stress
[ -f build/test/CMakeCache.txt ] || cmake --preset test
cmake --build --preset test --target test_stress
[ $# -gt 0 ] || set -- openblas-pthread openblas-openmp blis
failed=()
for blas in "$@"; do
  echo "--- $blas"
  XEINSUM_STRESS_SECONDS=$((minutes * 30)) tests/support/with_blas.sh "$blas" build/test/tests/stress/test_stress || failed+=("$blas")
done
[ ${#failed[@]} -eq 0 ] || { echo "Failed with ${failed[*]}" >&2; exit 1; }
