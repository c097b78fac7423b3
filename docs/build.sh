#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) the xeinsum authors
#
# Builds the documentation site in build/docs/html from nothing: the packages that are missing, the pictures, the reference, the pages.
# Every warning is an error. Usage: docs/build.sh [COMMAND], where COMMAND is a built `xeinsum`, which draws the pictures.
set -euo pipefail
cd "$(dirname "$0")/.."

.ci/dependencies.sh build docs
command=${1:-}
if [ -z "$command" ]; then
  cmake --preset release > /dev/null
  cmake --build build/release --parallel 2 --target xeinsum_command > /dev/null
  command=build/release/src/cli/xeinsum
fi
/usr/bin/python3 docs/site/pictures.py check "$command"
/usr/bin/python3 docs/site/links.py README.md CHANGELOG.md docs/*.md docs/*/*.md

out=build/docs
rm -rf "$out"
mkdir -p "$out"
(cat docs/site/Doxyfile && echo "OUTPUT_DIRECTORY = $out") | doxygen -
XEINSUM_DOXYGEN_XML="$PWD/$out/xml" sphinx-build -q -W --keep-going -j 2 -c docs/site -d "$out/doctrees" docs "$out/html"
echo "The site is in $out/html/index.html"
