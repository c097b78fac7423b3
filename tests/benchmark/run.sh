#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) the xeinsum authors
#
# Installs what is missing, builds the benchmarks, runs them and refreshes docs/performance.md.
# Usage: tests/benchmark/run.sh [--quick] [tccg|ml|random|networks|similarity|overhead|small|headers|compare]...
# Everything if no part is named. --quick takes minutes, on shrunken cases, and leaves docs/performance.md alone.
set -euo pipefail
cd "$(dirname "$0")/../.."

quick=
parts=()
for argument in "$@"; do
  case $argument in
    --quick) quick=1 ;;
    tccg | ml | random | networks | similarity | overhead | small | headers | compare) parts+=("$argument") ;;
    *) sed -n '5,7s/^# //p' tests/benchmark/run.sh >&2; exit 2 ;;
  esac
done
[ ${#parts[@]} -eq 0 ] && parts=(tccg ml random networks similarity overhead small headers compare)

.ci/dependencies.sh build benchmark
cmake --preset benchmark
cmake --build --preset benchmark

bin=build/benchmark/tests/benchmark
out=$bin/results
mkdir -p "$out"
page=docs/performance.md
[ -n "$quick" ] && page=$out/quick.md

# BLAS and OpenMP read their number of threads when they are loaded.
with_threads() { env OMP_NUM_THREADS="$1" OPENBLAS_NUM_THREADS="$1" XEINSUM_NUM_THREADS="$1" "${@:2}"; }

report() { /usr/bin/python3 tests/benchmark/report.py --write "$page" "$@"; }

ratios()
{
  local cases=$1 options=(--cases "$1")
  [ -n "$quick" ] && options+=(--cap 0.2 --seconds 0.04)
  [ -n "$quick" ] && [ "$cases" = tccg ] && options+=(--scale 3)
  [ -n "$quick" ] && [ "$cases" = random ] && options+=(--count 50 --max-flops 5e8)
  for threads in 1 2; do
    for dtype in f32 f64; do
      local file=$out/$cases-$dtype-${threads}t.jsonl
      echo "ratios: $cases, $dtype, threads $threads" >&2
      with_threads $threads $bin/xeinsum_ratios "${options[@]}" --dtype $dtype --threads $threads --json > "$file"
      report ratios "$file"
    done
  done
}

overhead()
{
  local options=(--benchmark_filter='overhead|integers' --benchmark_repetitions=5 --benchmark_report_aggregates_only=true
    --benchmark_enable_random_interleaving=true)
  [ -n "$quick" ] && options+=(--benchmark_min_time=0.02)
  with_threads 2 $bin/xeinsum_benchmark "${options[@]}" --benchmark_out="$out/overhead.json" --benchmark_out_format=json
  report overhead "$out/overhead.json"
}

networks()
{
  with_threads 1 $bin/xeinsum_paths ${quick:+--rounds 1 --most-operands 30} > "$out/paths.md"
  report paths "$out/paths.md"
  for threads in 1 2; do
    with_threads $threads /usr/bin/python3 tests/benchmark/compare.py --cases networks --dtype f64 --build $bin --write "$page" ${quick:+--cap 0.3 --rounds 3}
  done
}

similarity()
{
  for threads in 1 2; do
    with_threads $threads /usr/bin/python3 tests/benchmark/similarity.py --build $bin --write "$page" ${quick:+--rounds 3 --most-rows 4000}
  done
}

small()
{
  with_threads 1 /usr/bin/python3 tests/benchmark/small.py --build $bin ${quick:+--rounds 2} --write "$page"
}

# How long the compiler takes; nothing is run.
headers()
{
  /usr/bin/python3 tests/benchmark/compile_time.py --build build/benchmark ${quick:+--rounds 1} --write "$page"
}

compare()
{
  local options=(--build $bin --write "$page")
  [ -n "$quick" ] && options+=(--cap 0.3 --rounds 3 --scale 2)
  for threads in 1 2; do
    with_threads $threads /usr/bin/python3 tests/benchmark/compare.py --cases ml "${options[@]}"
    with_threads $threads /usr/bin/python3 tests/benchmark/compare.py --cases tccg --rivals 'torch,torch contiguous' --rounds 3 "${options[@]}"
  done
}

for part in "${parts[@]}"; do
  case $part in
    networks | similarity | overhead | small | headers | compare) "$part" ;;
    *) ratios "$part" ;;
  esac
done
echo "Written: $page"
