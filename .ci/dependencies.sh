#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) the xeinsum authors
#
# Installs the Debian / Ubuntu packages that are missing. Usage: .ci/dependencies.sh [build] [test] [package] [clang] [docs] [benchmark] [blas] [stress]
#        [analysis] [coverage]
set -euo pipefail

declare -A packages=(
  [build]="g++ cmake make libxtensor-dev libxtensor-blas-dev libopenblas-dev libcli11-dev nlohmann-json3-dev"
  [test]="libboost-test-dev binutils pkg-config libxsmm-dev python3-jsonschema python3-numpy dpkg-dev file help2man"
  [package]="dpkg-dev file help2man"
  [clang]="clang-16 libclang-rt-16-dev libomp-16-dev"
  [docs]="doxygen python3-sphinx python3-breathe python3-myst-parser furo"
  [benchmark]="libbenchmark-dev libeigen3-dev python3-numpy python3-torch python3-sklearn libfaiss-dev"
  [blas]="libopenblas-pthread-dev libopenblas-openmp-dev libopenblas-serial-dev libblis-openmp-dev libblas-dev"
  [stress]="libtbb-dev"
  [analysis]="clang-tidy-16 cppcheck"
  [coverage]="gcovr"
)

missing=()
for group in "$@"; do
  for package in ${packages[$group]}; do
    dpkg-query -W -f='${Status}' "$package" 2> /dev/null | grep -q 'install ok installed' || missing+=("$package")
  done
done
[ ${#missing[@]} -eq 0 ] && exit 0

if [ "$(id -u)" -eq 0 ]; then as_root=(); else as_root=(sudo); fi
echo "Installing ${missing[*]}"
"${as_root[@]}" apt-get update -qq
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" > /dev/null
