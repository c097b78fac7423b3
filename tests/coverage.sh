#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) the xeinsum authors
#
# Lines and branches of include/ and src/ that the tests reach, file by file. Branches to where an exception is thrown, and those that no program can take, do not count.
# Usage: tests/coverage.sh [build|test|report]; all three unless one is given. Compiled with little optimisation, for lines to be what they were.
set -euo pipefail
cd "$(dirname "$0")/.."
only=${1:-}
.ci/dependencies.sh build test coverage

if [ "${only:-build}" = build ]; then
  [ -f build/coverage/CMakeCache.txt ] || cmake --preset coverage
  cmake --build --preset coverage
fi
if [ "${only:-test}" = test ]; then
  find build/coverage -name '*.gcda' -delete
  ctest --test-dir build/coverage -j2 --output-on-failure -E cli_faults
  # Where no file may grow beyond 4 KiB the counters can't be written, which ends the program before it says so.
  (cd build/coverage/tests/cli && ./test_cli_faults --run_test='!*/a_full_disk_leaves_what_was_there')
fi
if [ "${only:-report}" = report ]; then
  gcovr --root . --object-directory build/coverage --filter src/ --filter include/ --exclude-throw-branches --exclude-unreachable-branches -j2 \
    --json-summary build/coverage/summary.json --txt build/coverage/lines.txt
  sed -n '/^File/,$p' build/coverage/lines.txt
  python3 - build/coverage/summary.json <<'END'
import json, sys
files = json.load(open(sys.argv[1]))
groups = {"src without the kernels": lambda name: name.startswith("src/") and "/simd/" not in name, "kernels": lambda name: "/simd/" in name,
          "include": lambda name: name.startswith("include/"), "all": lambda name: True}
for group, holds in groups.items():
    of = [file for file in files["files"] if holds(file["filename"])]
    for what in ("line", "branch"):
        covered, total = (sum(file[f"{what}_{count}"] for file in of) for count in ("covered", "total"))
        print(f"{group:24} {what:7} {covered:6} of {total:6}: {100 * covered / total:.1f}%")
END
fi
