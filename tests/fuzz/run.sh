#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) the xeinsum authors
#
# Builds the fuzzers by clang 16 and runs each for so many seconds, two at a time, from the inputs that are kept. New ones join
# build/asan/corpus/. Usage: tests/fuzz/run.sh [SECONDS [NAME...]]; 60 seconds, all of them.
set -euo pipefail
cd "$(dirname "$0")/../.."
seconds=${1:-60}
declare -A longest=([subscripts]=256 [plan]=512 [einsum]=256 [npy]=1024 [plan_json]=2048 [arguments]=512)  # bytes of an input
names=("${@:2}")
[ ${#names[@]} -gt 0 ] || names=(subscripts plan einsum npy plan_json arguments)
for name in "${names[@]}"; do
  [ -n "${longest[$name]:-}" ] || { echo "run.sh: there is no fuzzer '$name'; there are ${!longest[*]}" >&2; exit 2; }
done

.ci/dependencies.sh build test clang
cmake --preset asan > /dev/null
cmake --build --preset fuzz

build=build/asan
# One thread each: what is divided is divided all the same, on one.
export OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1
export ASAN_OPTIONS=allow_addr2line=1${ASAN_OPTIONS:+:$ASAN_OPTIONS}

fuzz() {
  local name=$1 inputs=("$build/corpus/$1")
  mkdir -p "${inputs[0]}" "$build/crashes/$name"
  for kept in corpus regressions; do
    [ ! -d "tests/fuzz/$kept/$name" ] || inputs+=("tests/fuzz/$kept/$name")
  done
  "$build/tests/fuzz/fuzz_$name" -max_total_time="$seconds" -timeout=20 -rss_limit_mb=2048 -max_len="${longest[$name]}" \
    -dict="tests/fuzz/$name.dict" -artifact_prefix="$build/crashes/$name/" -print_final_stats=1 "${inputs[@]}" \
    > "$build/$name.log" 2>&1 || touch "$build/$name.failed"
}

for name in "${names[@]}"; do
  rm -f "$build/$name.failed"
  while [ "$(jobs -rp | wc -l)" -ge 2 ]; do wait -n; done
  fuzz "$name" &
done
wait

# The last number behind a word of a log.
number() { { grep -oE "$2 *[0-9]+" "$build/$1.log" || echo "$2 0"; } | tail -n 1 | grep -oE '[0-9]+$'; }

printf '%-12s %12s %9s %8s\n' fuzzer executions coverage seconds
for name in "${names[@]}"; do
  printf '%-12s %12s %9s %8s\n' "$name" "$(number "$name" 'executed_units:')" "$(number "$name" 'cov:')" "$(number "$name" 'runs in')"
done

failed=0
for name in "${names[@]}"; do
  [ -e "$build/$name.failed" ] || continue
  failed=1
  echo
  echo "fuzz_$name found something; its last words, of $build/$name.log:"
  { grep -E 'broken:|runtime error:|ERROR:|SUMMARY:' "$build/$name.log" || tail -n 5 "$build/$name.log"; } | head -n 8
  reproducer=$(grep -oE "$build/crashes/$name/[a-z]+-[0-9a-f]+" "$build/$name.log" | tail -n 1 || true)
  [ -z "$reproducer" ] || echo "Again: $build/tests/fuzz/fuzz_$name $reproducer; once it is mended, the file belongs into tests/fuzz/regressions/$name/"
done
exit $failed
