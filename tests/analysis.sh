#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) the xeinsum authors
#
# clang-tidy (.clang-tidy) and cppcheck (tests/support/cppcheck.txt) over src/ and what it includes of include/; a finding is an error.
# Usage: tests/analysis.sh [BUILD]; BUILD, build/test unless given, has been configured with the presets' compile_commands.json.
set -euo pipefail
cd "$(dirname "$0")/.."
build=${1:-build/test}
.ci/dependencies.sh analysis

listed=$(/usr/bin/python3 tests/support/analysis_units.py "$build" "$build/analysis")
mapfile -t units <<< "$listed"
status=0
printf '%s\0' "${units[@]}" | xargs -0 -P2 -n1 clang-tidy-16 -quiet -p "$build/analysis" 2> >(grep -v 'warnings generated' >&2) || status=1
cppcheck -q -j2 --std=c++20 --language=c++ --enable=warning,performance,portability --inline-suppr --suppressions-list=tests/support/cppcheck.txt \
  --error-exitcode=1 -I include -I src --template='{file}:{line}: {severity}: {message} [{id}]' src || status=1
exit $status
