# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) the xeinsum authors
"""Prints what tests/analysis.sh has clang-tidy read, one a line. What a header holds is looked at once in each unit, and is most of the time it takes: so the
sources of a folder are one unit, FOLDER/NAME.cpp, which includes them all, where their names allow. FOLDER/compile_commands.json has all commands.

Usage: analysis_units.py BUILD FOLDER"""

import json
import os
import shlex
import sys

ALONE = ("src/path", "src/plan")  # names of one source mean something else in another
# The kernels and what calls BLAS in every type: thousands of instances of the same templates take clang-tidy minutes. What is little beside CLI11's header.
LEFT_OUT = ("src/execute/simd/", "src/execute/execute.cpp", "src/cli/command_line.cpp", "src/cli/arguments.cpp")


def units(commands, root, folder):
    together = {}
    for entry in commands:
        path = os.path.relpath(entry["file"], root)
        if not path.startswith("src/") or path.startswith(LEFT_OUT):
            continue
        if os.path.dirname(path) in ALONE:
            yield entry
        else:
            together.setdefault(os.path.dirname(path), []).append(entry)
    for name, entries in together.items():
        unit = os.path.join(folder, name.replace("/", "_") + ".cpp")
        with open(unit, "w") as out:
            out.writelines(f'#include "{entry["file"]}"\n' for entry in entries)
        command = shlex.split(entries[0]["command"])
        command[command.index(entries[0]["file"])] = unit
        # A name of one source may hide one of another; the compiler has been asked about each.
        yield {"directory": entries[0]["directory"], "file": unit, "command": shlex.join(command + ["-Wno-shadow"])}


build, folder = map(os.path.abspath, sys.argv[1:])
root = os.getcwd()
os.makedirs(folder, exist_ok=True)
with open(os.path.join(build, "compile_commands.json")) as file:
    found = list(units(json.load(file), root, folder))
if not found:
    sys.exit(f"{build} has no command for a source in {root}/src: configure it with the preset test")
with open(os.path.join(folder, "compile_commands.json"), "w") as file:
    json.dump(found, file)
# The largest first: two run at a time.
found.sort(key=lambda entry: entry["file"].startswith(root + "/src"))
print("\n".join(entry["file"] for entry in found))
