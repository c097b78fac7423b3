#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) the xeinsum authors
"""Writes every whole program of a page (a cpp block with main) to FOLDER/page_N.cpp, and the text block below it, what it prints, to page_N.txt.
Prints their names. Usage: extract.py FOLDER PAGE..."""
import pathlib
import re
import sys

PROGRAM = re.compile(r"^```cpp\n(.*?)^```\n(?:\s*^```text\n(.*?)^```\n)?", re.MULTILINE | re.DOTALL)


def main():
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    names = []
    for page in map(pathlib.Path, sys.argv[2:]):
        programs = [found.groups() for found in PROGRAM.finditer(page.read_text()) if "int main(" in found.group(1)]
        for number, (code, text) in enumerate(programs, 1):
            name = f"{page.stem.lower()}_{number}"
            for ending, content in ((".cpp", code), (".txt", text)):
                file = folder / (name + ending)
                if content is None:
                    file.unlink(missing_ok=True)
                elif not file.exists() or file.read_text() != content:
                    file.write_text(content)
            names.append(name)
    print(";".join(names), end="")


if __name__ == "__main__":
    main()
