#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) the xeinsum authors
"""Times small matrix products through the library, BLAS, xtensor-blas, Eigen, NumPy and torch, in turns, in one run."""
import argparse
import collections
import importlib.util
import json
import statistics
import subprocess
import timeit

import programs
import sections

SIZES = [2, 4, 8, 16, 32, 64]


def compiled(build):
    """Nanoseconds of every C++ contender, by name and size."""
    said = subprocess.run([programs.find(build, "xeinsum_benchmark"), "--benchmark_filter=^small/", "--benchmark_min_time=0.02",
                           "--benchmark_format=json"], check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    result = {}
    for b in json.loads(said.stdout)["benchmarks"]:
        _, size, name = b["name"].split("/")[:3]
        result[name, int(size)] = b["cpu_time"] * {"ns": 1, "us": 1e3}[b["time_unit"]]
    return result


def call(function, *operands):
    count = 2000
    return timeit.timeit(lambda: function("ij,jk->ik", *operands), number=count) / count * 1e9


def scripted():
    result = {}
    if importlib.util.find_spec("numpy"):
        import numpy
        for n in SIZES:
            result["numpy.einsum", n] = call(numpy.einsum, numpy.ones((n, n)), numpy.ones((n, n)))
    if importlib.util.find_spec("torch"):
        import torch
        torch.set_num_threads(1)
        for n in SIZES:
            ones = torch.ones((n, n), dtype=torch.float64)
            result["torch.einsum", n] = call(torch.einsum, ones, ones)
    return result


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", required=True, help="the folder of xeinsum_benchmark")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--write", metavar="PAGE", help="refreshes the generated section of this file")
    asked = parser.parse_args()
    times = collections.defaultdict(list)
    for _ in range(asked.rounds):
        for measured in (compiled(asked.build), scripted()):
            for key, value in measured.items():
                times[key].append(value)
    names = list(dict.fromkeys(name for name, _ in times))
    rows = [[name] + [f"{statistics.median(times[name, n]):.3g}" if (name, n) in times else "-" for n in SIZES] for name in names]
    text = f"{sections.cpu()}; one thread, float64, nanoseconds; medians of {asked.rounds} rounds.\n\n"
    text += sections.table(["n x n times n x n"] + [str(n) for n in SIZES], rows, text_columns=1)
    if asked.write:
        sections.write(asked.write, "small", text)
    else:
        print(text)


if __name__ == "__main__":
    main()
