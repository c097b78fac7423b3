#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) the xeinsum authors
#
# Installs what is missing, builds, and shows the main job on real input: the similarity matrix against the pairwise
# loop, the nearest words of a table of word vectors, and how the contraction behind both maps to BLAS.
set -euo pipefail
cd "$(dirname "$0")/.."
.ci/dependencies.sh build

cmake --preset demo
cmake --build --preset demo
bin=build/demo/examples
xeinsum=build/demo/src/cli/xeinsum

title() { printf '\n== %s\n' "$1"; }
title "The seed program: cosine similarity by one einsum"
"$bin/02_cosine_similarity"
title "Nearest words, 10,000 words x 100 (examples/data)"
"$bin/03_nearest_words" examples/data
title "xeinsum explain 'bc,cd->bd' 100x700 700x100 --dtype f32"
"$xeinsum" explain 'bc,cd->bd' 100x700 700x100 --dtype f32
title "xeinsum info"
"$xeinsum" info
