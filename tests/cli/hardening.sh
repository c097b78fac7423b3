#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) the xeinsum authors
#
# What src/cli/hardening.cmake asks for is in the program. Usage: hardening.sh PROGRAM
set -euo pipefail
program=$1
failed=0

# expect WHAT TEXT PATTERN
expect() {
  grep -qE "$3" <<< "$2" || { echo "$program: $1 is missing"; failed=1; }
}

headers=$(readelf --wide --file-header --program-headers --dynamic "$program")
symbols=$(readelf --wide --dyn-syms "$program")
expect "a position-independent program" "$headers" 'Type: +DYN'
expect "relocations that are read-only" "$headers" 'GNU_RELRO'
expect "binding before the program starts" "$headers" 'BIND_NOW|FLAGS_1.* NOW'
expect "a stack that is not executable" "$headers" 'GNU_STACK .* RW +0x'
expect "the stack protector" "$symbols" '__stack_chk_fail'
expect "a fortified function" "$symbols" '__[a-z]+_chk'
case $(uname -m) in
  x86_64) expect "control-flow protection" "$(objdump --disassemble=main "$program")" 'endbr64' ;;
esac
exit $failed
