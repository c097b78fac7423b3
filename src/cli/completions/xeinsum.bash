# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) the xeinsum authors
#
# Completion of the command xeinsum for bash. Subcommands, options and their values are read from its own --help.
_xeinsum() {
  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} command=${COMP_WORDS[0]} subcommand= help values
  [ "$COMP_CWORD" -gt 1 ] && subcommand=${COMP_WORDS[1]}
  help=$("$command" $subcommand --help 2> /dev/null) || return 0
  COMPREPLY=()
  if [[ $before == -* ]]; then
    # --format FORMAT:{text,json,svg,html}=text
    values=$(sed -n -E "s/^ +(-[a-zA-Z],)?$before [^ ]*\{([^}]*)\}.*/\2/p" <<< "$help" | tr ',' ' ')
    case $before in
      --dtype) values="f32 f64 c64 c128 i8 i16 i32 i64 u8 u16 u32 u64 bool" ;;
      --path) values="auto left greedy random-greedy optimal" ;;
    esac
    # A number is the user's own: --top-k K
    grep -qE -- "^ +(-[a-zA-Z],)?$before (K|T|N|NUMBER|BYTES)([:= ]|\$)" <<< "$help" && return 0
    if [ -n "$values" ]; then
      mapfile -t COMPREPLY < <(compgen -W "$values" -- "$word")
      return 0
    fi
  fi
  if [ -z "$subcommand" ]; then
    mapfile -t COMPREPLY < <(compgen -W "$(sed -n -E '/^Subcommands:/,/^$/s/^  ([a-z]+) .*/\1/p' <<< "$help") --help --version" -- "$word")
  elif [[ $word == -* ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$(sed -n -E 's/^ +(-[a-zA-Z],)?(--[a-z-]+)( .*|$)/\2/p' <<< "$help")" -- "$word")
  else
    mapfile -t COMPREPLY < <(compgen -f -- "$word")
  fi
}
complete -o filenames -F _xeinsum xeinsum
