#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) the xeinsum authors
#
# Installs the Debian packages in a root of their own, which has nothing but Debian's base, and builds the consumer there by CMake and by
# pkg-config. By hand: it wants to be root, needs mmdebstrap, and fetches some 200 MB.
# Usage: clean_root.sh FOLDER_OF_DEBS [ROOT]; XEINSUM_SOURCES names a sources.list that is not the default mirror's
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
packages=$(cd "$1" && pwd)
root=${2:-$(mktemp -d)}
trap 'rm -rf "$root"' EXIT

release=$(. /etc/os-release && echo "$VERSION_CODENAME")
mmdebstrap --quiet --mode=root --variant=apt "$release" "$root" ${XEINSUM_SOURCES:+"$XEINSUM_SOURCES"}
mkdir "$root/packages"
cp "$packages"/*.deb "$root/packages"
cp -r "$here/project" "$root/project"
in_root() { chroot "$root" /usr/bin/env PATH=/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive LC_ALL=C "$@"; }
in_root apt-get update -qq

# The command needs what its package says and no more.
in_root sh -c 'apt-get install -y -qq --no-install-recommends ./packages/xeinsum_*.deb '
in_root xeinsum info
in_root xeinsum explain 'ij,jk->ik' 3x4 4x5 > /dev/null
# What builds against the library brings its own compiler.
in_root sh -c 'apt-get install -y -qq --no-install-recommends ./packages/libxeinsum-dev_*.deb g++ cmake make pkg-config'
in_root sh -c 'cmake -S project -B build > /dev/null && cmake --build build > /dev/null && build/xeinsum_consumer'
in_root sh -c 'g++ -std=c++20 project/xeinsum_consumer.cpp -o consumer $(pkg-config --cflags --libs xeinsum) && ./consumer'
# They go as they came.
in_root sh -c 'apt-get purge -y -qq libxeinsum-dev xeinsum > /dev/null && ! command -v xeinsum'
echo "The packages work in a clean root"
