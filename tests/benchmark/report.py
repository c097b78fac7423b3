#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) the xeinsum authors
"""Turns what xeinsum_ratios --json and xeinsum_benchmark wrote into tables of docs/performance.md."""
import argparse
import csv
import json
import pathlib

import sections

HERE = pathlib.Path(__file__).resolve().parent
SLOWEST = 20  # random cases that are shown


def reference(threads):
    """TBLIS' and torch's ratio to an equal GEMM by subscripts, from the machine of tccg_reference.tsv."""
    lines = [l for l in (HERE / "cases/tccg_reference.tsv").read_text().splitlines() if not l.startswith("#")]
    result = {}
    for row in csv.DictReader(lines, delimiter="\t"):
        gemm = row[f"gemm_{threads}t"]
        result[row["subscripts"]] = ["-" if "-" in (gemm, row[f"{name}_{threads}t"]) else f"{float(row[f'{name}_{threads}t']) / float(gemm):.2f}"
                                     for name in ("tblis", "torch")]
    return result


def about(summary):
    return (f"{sections.cpu()}; OpenBLAS kernel {summary['blas_kernel']}; {summary['dtype']}, threads: {summary['threads']}. "
            f"{summary['count']} cases; ratio: geometric mean **{summary['geometric_mean']:.3f}**, minimum **{summary['p0']:.2f}**, "
            f"{summary['below_0.6']} below 0.6; percentiles "
            + ", ".join(f"{p}: {summary[f'p{p}']:.2f}" for p in (5, 10, 25, 50, 75, 90)) + ".")


def ratios(file):
    *cases, summary = map(json.loads, pathlib.Path(file).read_text().splitlines())
    header = ["case", "subscripts", "ceiling", "ms", "ceiling ms", "GFLOP/s", "GB/s", "ratio"]
    shown = sorted(cases, key=lambda c: c["ratio"])[:SLOWEST] if summary["summary"] == "random" else cases
    rows = [[c["id"], sections.short(c["subscripts"]), c["ceiling"], sections.milliseconds(c["seconds"]), sections.milliseconds(c["ceiling_seconds"]),
             f"{c['gflops']:.1f}", f"{c['gbytes']:.1f}", f"{c['ratio']:.2f}"] for c in shown]
    if summary["summary"] == "tccg" and summary["threads"] in (1, 2) and summary["dtype"] == "f32":
        header += ["TBLIS, reference", "torch, reference"]
        known = reference(summary["threads"])
        rows = [row + known.get(c["subscripts"], ["-", "-"]) for row, c in zip(rows, shown)]
    name = f"ratios-{summary['summary']}-{summary['dtype']}-{summary['threads']}t"
    return name, about(summary) + "\n\n" + sections.table(header, rows, text_columns=3)


def overhead(file):
    measured = json.loads(pathlib.Path(file).read_text())["benchmarks"]
    unit = {"ns": 1, "us": 1e3, "ms": 1e6}
    rows = []
    for b in sorted(measured, key=lambda x: x["run_name"]):
        if b.get("aggregate_name") != "median":
            continue
        nanoseconds = b["real_time"] * unit[b["time_unit"]]
        text = f"{nanoseconds:.3g} ns" if nanoseconds < 1e3 else f"{nanoseconds / 1e3:.3g} us" if nanoseconds < 1e6 else f"{nanoseconds / 1e6:.3g} ms"
        rows.append([b["run_name"].removesuffix("/real_time"), text, f"{b['GOP/s']:.1f}" if "GOP/s" in b else ""])
    return "overhead", f"{sections.cpu()}. Medians.\n\n" + sections.table(["what", "time", "Gop/s"], rows, text_columns=1)


def paths(file):
    """xeinsum_paths writes its tables itself."""
    return "paths", f"{sections.cpu()}; one thread.\n\n{pathlib.Path(file).read_text()}"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kind", choices=["ratios", "overhead", "paths"])
    parser.add_argument("file")
    parser.add_argument("--write", metavar="PAGE", help="refreshes the generated section of this file")
    asked = parser.parse_args()
    name, text = {"ratios": ratios, "overhead": overhead, "paths": paths}[asked.kind](asked.file)
    if asked.write:
        sections.write(asked.write, name, text)
    else:
        print(text)


if __name__ == "__main__":
    main()
