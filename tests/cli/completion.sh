#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) the xeinsum authors
#
# What bash completes: every subcommand, every option that --help tells, values, files. Usage: completion.sh COMMAND COMPLETIONS
set -euo pipefail
command=$1
source "$2"
failed=0

# expect "line to complete" word...: exactly these words come.
expect() {
  read -ra COMP_WORDS <<< "$1"
  [[ $1 == *" " ]] && COMP_WORDS+=("")
  COMP_WORDS[0]=$command
  COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
  _xeinsum
  local found
  found=$(printf '%s\n' "${COMPREPLY[@]}" | sort | tr '\n' ' ')
  shift
  if [ "$found" != "$(printf '%s\n' "$@" | sort | tr '\n' ' ')" ]; then
    echo "completion of '${COMP_WORDS[*]:1}': $found"
    failed=1
  fi
}

cd "$(mktemp -d)"
trap 'rm -rf "$PWD"' EXIT
touch words.npy words.txt
expect "xeinsum " run explain cosine info --help --version
expect "xeinsum ex" explain
expect "xeinsum explain --format " text json svg html
expect "xeinsum explain --format s" svg
expect "xeinsum explain --dtype c" c64 c128
expect "xeinsum run --path opt" optimal
expect "xeinsum cosine --undefined " zero nan error
expect "xeinsum cosine wo" words.npy words.txt
expect "xeinsum cosine --labels wo" words.npy words.txt
expect "xeinsum cosine --quiet wo" words.npy words.txt
for number in "cosine --top-k" "cosine --threshold" "cosine --eps" "run --threads" "explain --memory-limit"; do
  expect "xeinsum $number "
done
expect "xeinsum cosine words.npy --top-k 3 --lab" --labels
for subcommand in run explain cosine info; do
  mapfile -t told < <("$command" $subcommand --help | grep -oE '^ +(-[a-zA-Z],)?--[a-z-]+' | grep -oE -- '--[a-z-]+')
  [ "${#told[@]}" -gt 0 ] || { echo "no options in the help of $subcommand"; failed=1; }
  expect "xeinsum $subcommand -" "${told[@]}"
done
exit $failed
