#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) the xeinsum authors
"""Writes the code of pages to FOLDER as programs NAME.cpp, and what they are to print to NAME.txt; prints their names. Usage: extract.py FOLDER PAGE...

A cpp block with main() is a program, page_N. All others of a page are the functions of one program, page_fragments; each begins with what the page's
last comment `<!-- given ... -->` above it declares. The text block below a cpp block is what that prints."""
import pathlib
import re
import sys

PART = re.compile(r"^<!-- given\n(?P<given>.*?)^-->|^```cpp\n(?P<code>.*?)^```\n(?:\s*^```text\n(?P<text>.*?)^```\n)?", re.MULTILINE | re.DOTALL)
INCLUDE = re.compile(r"^#include .*\n", re.MULTILINE)
HEAD = """#include <complex>
#include <iostream>
#include <sstream>
#include <stop_token>
#include <vector>
#include <xeinsum/xeinsum.hpp>
#include <xtensor/xadapt.hpp>
#include <xtensor/xio.hpp>
#include <xtensor/xmath.hpp>
#include <xtensor/xrandom.hpp>
#include <xtensor/xview.hpp>
using xeinsum::einsum;
"""


def fragments_program(fragments):
    """One function for each; what the page does not show of their output is not shown."""
    functions, calls = [], []
    for number, (given, code, text) in enumerate(fragments, 1):
        functions.append(f"static void fragment_{number}()\n{{\n{given}{{\n{INCLUDE.sub('', code)}}}\n}}\n")
        quiet = "" if text else "std::ostringstream unseen; std::streambuf* const shown = std::cout.rdbuf(unseen.rdbuf()); "
        calls.append(f"    {{ {quiet}fragment_{number}();{'' if text else ' std::cout.rdbuf(shown);'} }}\n")
    return HEAD + "".join(functions) + "int main()\n{\n" + "".join(calls) + "}\n"


def programs(page):
    whole, fragments, given = [], [], ""
    for part in PART.finditer(page.read_text()):
        if part["given"] is not None:
            given = part["given"]
        elif "int main(" in part["code"]:
            whole.append((part["code"], part["text"]))
        else:
            fragments.append((given, part["code"], part["text"]))
    yield from ((f"{page.stem.lower()}_{number}", *program) for number, program in enumerate(whole, 1))
    if fragments:
        yield f"{page.stem.lower()}_fragments", fragments_program(fragments), "".join(text or "" for _, _, text in fragments)


def main():
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    names = []
    for page in map(pathlib.Path, sys.argv[2:]):
        for name, code, text in programs(page):
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
