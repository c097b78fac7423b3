#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) the xeinsum authors
#
# Runs the tests of a build with one BLAS after the other; nothing is built again.
# Usage: tests/blas.sh [short|full] [BUILD [BLAS...]]; `short` runs what calls BLAS most, with half of the random draws, `full` all that runs the library. BUILD is build/test unless given.
set -euo pipefail
cd "$(dirname "$0")/.."
form=${1:-short}
build=$(realpath "${2:-build/test}")
if [ $# -ge 3 ]; then shift 2; else set -- openblas-pthread openblas-openmp openblas-serial blis reference; fi
.ci/dependencies.sh blas

case $form in
  short)
    tests=(-R '^(calls|einsum|execute|property|rank_k|scaling|split)$')
    export XEINSUM_TEST_DRAWS=${XEINSUM_TEST_DRAWS:-50}
    ;;
  # The first run no BLAS; NumPy, with which the last compares, is bound to the BLAS that it was built for.
  full) tests=(-E '^(consumer_|must_not_compile_|mended_|layers$|doc_links$|doc_phrasebook$)') ;;
  *) echo "tests/blas.sh [short|full] [BUILD [BLAS...]], not '$form'" >&2; exit 2 ;;
esac

failed=()
for blas in "$@"; do
  # A build that found its BLAS by a path of its own would run with that one all the same.
  loaded=$(tests/support/with_blas.sh "$blas" ldd "$build/tests/test_execute")
  grep -qE "lib(open)?bl(a|i)s\.so\.[0-9]+ => /tmp/" <<< "$loaded" || { echo "$build does not take its BLAS from elsewhere: $loaded" >&2; exit 1; }
  echo "--- $blas"
  tests/support/with_blas.sh "$blas" ctest --test-dir "$build" -j2 --output-on-failure "${tests[@]}" || failed+=("$blas")
done
[ ${#failed[@]} -eq 0 ] || { echo "Failed with ${failed[*]}" >&2; exit 1; }
