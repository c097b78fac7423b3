# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) the xeinsum authors
"""The programs that are built for benchmarks."""
import pathlib
import sys


def find(build, name):
    """The path of one of them; ends with a message if it is not there."""
    path = pathlib.Path(build, name).resolve()
    if not path.is_file():
        sys.exit(f"there is no {name} in {path.parent}: tests/benchmark/run.sh builds it, into build/benchmark/tests/benchmark")
    return str(path)
