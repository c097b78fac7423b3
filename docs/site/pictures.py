#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) the xeinsum authors
"""Draws the pictures that the pages show, docs/pictures/NAME.svg for each line of pictures.txt, or checks that they are what is drawn now.
Usage: pictures.py write|check COMMAND"""
import os
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
FOLDER = HERE.parent / "pictures"
# A plan depends on the threads that it may use.
ONE_THREAD = dict(os.environ, OPENBLAS_NUM_THREADS="1", XEINSUM_NUM_THREADS="1")


def drawn(command, asked):
    return subprocess.run([command, "explain", *asked, "--format", "svg"], env=ONE_THREAD, check=True, capture_output=True, text=True).stdout


def main():
    what, command = sys.argv[1:]
    lines = [line.split() for line in (HERE / "pictures.txt").read_text().splitlines() if line and not line.startswith("#")]
    stale = []
    for name, *asked in lines:
        file, picture = FOLDER / f"{name}.svg", drawn(command, asked)
        if what == "write":
            file.write_text(picture)
        elif not file.exists() or file.read_text() != picture:
            stale.append(file.name)
    unknown = {file.stem for file in FOLDER.glob("*.svg")} - {name for name, *_ in lines}
    stale += [f"{name}.svg, which pictures.txt does not name" for name in sorted(unknown)]
    if stale:
        sys.exit(f"{len(stale)} pictures are not what is drawn now (docs/site/pictures.py write COMMAND draws them): " + ", ".join(stale))


if __name__ == "__main__":
    main()
