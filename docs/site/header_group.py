#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) the xeinsum authors
"""Prints a header as Doxygen is to read it: what stands in namespace xeinsum is a group, named as the file is, which a page can show as a whole."""
import pathlib
import sys


def main():
    header = pathlib.Path(sys.argv[1])
    expects_brace = inside = False
    for line in header.read_text().splitlines():
        if line == "{" and expects_brace:
            # On the same line: those below keep their numbers.
            line += f" /** \\addtogroup {header.stem}\n@{{ */"
            inside = True
        elif line == "}" and inside:
            line = "/** @} */ }"
            inside = False
        expects_brace = line == "namespace xeinsum"
        print(line)


if __name__ == "__main__":
    main()
