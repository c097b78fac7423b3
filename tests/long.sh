#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) the xeinsum authors
#
# What takes too long for every change, part by part, and a table of what passed. Usage: tests/long.sh [PART...]; all of them unless some are named:
#
#   asan      every test that runs something, under AddressSanitizer and UndefinedBehaviorSanitizer, by clang 16
#   tsan      the test of concurrency under ThreadSanitizer
#   blas      all that runs the library, with each BLAS
#   stress    eight threads, forks, and regions of OpenMP and TBB, ten minutes for each of three BLAS
#   fuzz      each fuzzer for half an hour, two at a time
#   coverage  lines and branches that the tests reach
#   mutation  faults planted one at a time
set -euo pipefail
cd "$(dirname "$0")/.."

run() {
  case $1 in
    asan | tsan) tests/run.sh "$1" ;;
    blas) tests/run.sh && tests/blas.sh full ;;
    stress) tests/stress/run.sh 10 ;;
    fuzz) tests/fuzz/run.sh 1800 ;;
    coverage) tests/coverage.sh ;;
    mutation) tests/mutation/run.py ;;
  esac
}

all=(asan tsan blas stress fuzz coverage mutation)
parts=("$@")
[ ${#parts[@]} -gt 0 ] || parts=("${all[@]}")
for part in "${parts[@]}"; do
  printf '%s\n' "${all[@]}" | grep -qxF -- "$part" || { echo "tests/long.sh: there is no part '$part'; there are ${all[*]}" >&2; exit 2; }
done

table= failed=0
for part in "${parts[@]}"; do
  echo "--- $part"
  began=$SECONDS outcome=passed
  run "$part" || { outcome=failed; failed=1; }
  table+=$(printf '%-9s %s %6d s' "$part" "$outcome" $((SECONDS - began)))$'\n'
done
printf '%s' "$table"
exit $failed
