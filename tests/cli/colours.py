#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) the xeinsum authors
"""Explanations are coloured on a terminal only, and not there if NO_COLOR is set. Usage: colours.py COMMAND"""
import os
import pty
import re
import subprocess
import sys

ESCAPE = re.compile(rb"\x1b\[[0-9;]*m")


def explained(command, on_terminal, **environment):
    arguments = [command, "explain", "bij,bjk->bik", "8x200x300", "8x300x250"]
    variables = {**{name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "TERM")}, **environment}
    if not on_terminal:
        return subprocess.run(arguments, env=variables, check=True, capture_output=True).stdout
    ours, terminal = pty.openpty()
    with subprocess.Popen(arguments, env=variables, stdout=terminal, stdin=subprocess.DEVNULL) as process:
        os.close(terminal)
        shown = b""
        try:
            while part := os.read(ours, 65536):
                shown += part
        except OSError:  # how Linux says that the other end is closed
            pass
    os.close(ours)
    assert process.returncode == 0, process.returncode
    return shown.replace(b"\r\n", b"\n")


def main():
    command = sys.argv[1]
    plain = explained(command, False, TERM="xterm")
    assert b"left free" in plain and not ESCAPE.search(plain), plain
    coloured = explained(command, True, TERM="xterm")
    for begin, line in ((b"1", b"step 1"), (b"35", b"  b = 8 "), (b"34", b"  i = 200"), (b"31", b"  j = 300"), (b"32", b"  k = 250")):
        assert b"\x1b[" + begin + b"m" + line in coloured, (line, coloured)
    assert ESCAPE.sub(b"", coloured) == plain, coloured
    assert explained(command, True, TERM="xterm", NO_COLOR="") == coloured
    assert explained(command, True, TERM="xterm", NO_COLOR="1") == plain
    assert explained(command, True, TERM="dumb") == plain


if __name__ == "__main__":
    main()
