#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) the xeinsum authors
"""Measures what the library costs the compiler: the header over xtensor's own, and each further literal."""
import argparse
import os
import pathlib
import shutil
import statistics
import subprocess
import tempfile
import time

import sections

HERE = pathlib.Path(__file__).resolve().parent
LITERALS = 20
XTENSOR = "#include <xtensor/xarray.hpp>\n#include <xtensor/xtensor.hpp>\n#include <xtensor/xview.hpp>\n#include <xtensor/xstrided_view.hpp>\n" \
          "#include <xtensor/xmath.hpp>\n#include <xtensor/xnoalias.hpp>\n#include <xtensor/xbroadcast.hpp>\n#include <xtensor/xbuilder.hpp>\n" \
          "#include <xtensor/xcomplex.hpp>\n#include <xtensor/xscalar.hpp>\n"
EINSUM = XTENSOR + "#include <xeinsum/einsum.hpp>\n"


def literals(count):
    """A function that evaluates so many einsums, each of a literal of its own."""
    names = [f'"{a}{b},{b}{c}->{a}{c}"' for a in "abcdefg" for b in "hijklmn" for c in "opqrstu"]
    body = "".join(f"    xt::noalias(r) = xeinsum::einsum<{name}>(x, y);\n" for name in names[:count])
    return EINSUM + "void f(const xt::xtensor<double, 2>& x, const xt::xtensor<double, 2>& y, xt::xtensor<double, 2>& r)\n{\n" + body + "}\n"


def parsed(count):
    """The same literals, of which the compiler only parses the subscripts and checks the ranks."""
    names = [f'"{a}{b},{b}{c}->{a}{c}"' for a in "abcdefg" for b in "hijklmn" for c in "opqrstu"]
    body = "".join(f"static_assert(xeinsum::detail::result_rank<{name}, 2, 2>() == 2);\n" for name in names[:count])
    return EINSUM + body


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", required=True, help="a configured build folder: its generated headers are used")
    parser.add_argument("--compilers", nargs="*", default=["g++", "clang++-16"], help="those that are not there are left out")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--write", metavar="PAGE", help="refreshes the generated section of this file")
    asked = parser.parse_args()
    sources = {"xtensor": XTENSOR, "einsum": EINSUM, "parsed": parsed(LITERALS), "one": literals(1), "many": literals(1 + LITERALS)}
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for compiler in filter(shutil.which, asked.compilers):
            for level in ("-O0", "-O2"):
                times = {name: [] for name in sources}
                for _ in range(asked.rounds):
                    for name, text in sources.items():
                        file = pathlib.Path(folder, name + ".cpp")
                        file.write_text(text)
                        start = time.perf_counter()
                        subprocess.run([compiler, "-std=c++20", level, "-c", file, "-o", os.devnull, f"-I{HERE.parents[1] / 'include'}",
                                        f"-I{asked.build}/include"], check=True)
                        times[name].append(time.perf_counter() - start)
                median = {name: statistics.median(values) for name, values in times.items()}
                rows.append([f"{compiler} {level}", f"{median['xtensor']:.2f} s", f"{median['einsum'] - median['xtensor']:.2f} s",
                             f"{(median['parsed'] - median['einsum']) / LITERALS * 1e3:.0f} ms",
                             f"{median['one'] - median['einsum']:.2f} s", f"{(median['many'] - median['one']) / LITERALS * 1e3:.0f} ms"])
    text = f"{sections.cpu()}; medians of {asked.rounds} rounds.\n\n" + sections.table(
        ["compiler", "xtensor's headers", "einsum.hpp over them", "a literal, checked", "the first assignment", "each further literal, assigned"], rows, text_columns=1)
    if asked.write:
        sections.write(asked.write, "compile-time", text)
    else:
        print(text)


if __name__ == "__main__":
    main()
