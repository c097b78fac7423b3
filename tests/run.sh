#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) the xeinsum authors
#
# Installs what is missing, builds everything with warnings as errors and runs every test through CTest.
# Usage: tests/run.sh [PRESET]; the preset is `test`, or `asan` for the sanitizers, by clang 16.
set -euo pipefail
cd "$(dirname "$0")/.."
preset=${1:-test}
packages=(build test)
[ "$preset" != asan ] || packages+=(clang)
.ci/dependencies.sh "${packages[@]}"

cmake --preset "$preset"
cmake --build --preset "$preset"
ctest --preset "$preset" -j2
