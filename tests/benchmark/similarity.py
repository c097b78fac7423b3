#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) the xeinsum authors
"""Times cosine similarity: the library, a bare ssyrk with a mirror, torch, NumPy, scikit-learn and FAISS, in turns, in one run."""
import argparse
import importlib.util
import json
import os
import pathlib
import statistics
import subprocess
import time

import programs
import sections

MATRICES = [(100, 700), (1000, 700), (4000, 700), (10000, 700), (20000, 256)]
NEIGHBOURS = [(10000, 100, 10), (100000, 100, 10)]


class Compiled:
    """The C++ side, which stays alive: its vectors are made once."""

    def __init__(self, build):
        self.process = subprocess.Popen([programs.find(build, "xeinsum_similarity")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, **what):
        self.process.stdin.write(json.dumps(what) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def seconds(self, **what):
        return self.ask(**what).get("seconds")


def timed(run):
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def scripted(threads):
    """The seed program in torch, the same lines in NumPy, scikit-learn's function: those that are installed, of a NumPy array."""
    found = {}
    if not importlib.util.find_spec("numpy"):
        return found
    import numpy

    def of_numpy(x, eps=1e-8):
        norm = numpy.linalg.norm(x, axis=1, keepdims=True)
        normalized = x / numpy.maximum(norm, eps)
        return normalized @ normalized.T

    found["numpy"] = of_numpy
    if importlib.util.find_spec("torch"):
        import torch
        torch.set_num_threads(threads)

        def of_torch(x, eps=1e-8):
            h_emb = torch.from_numpy(x)
            a_n = h_emb.norm(dim=1).unsqueeze(1)
            a_norm = h_emb / torch.max(a_n, eps * torch.ones_like(a_n))
            return torch.einsum("bc,cd->bd", a_norm, a_norm.transpose(0, 1))

        found["torch"] = of_torch
    if importlib.util.find_spec("sklearn"):
        from sklearn.metrics.pairwise import cosine_similarity
        found["scikit-learn"] = cosine_similarity
    return found


def in_turns(contenders, rounds, threads):
    """Threads of the turn before spin on for a while, those of this one are asleep, and its data is in no cache: a pause, and a call that is not counted.

    Every other round goes the other way round: large results of whoever comes first after another process were seen to take up to half as long again."""
    times = {name: [] for name in contenders}
    for turn in range(rounds):
        for name, run in list(contenders.items())[:: 1 if turn % 2 == 0 else -1]:
            if threads > 1:
                time.sleep(0.1)
            if threads > 0:
                run()
            times[name].append(run())
    return times


def ratio(times, above, below):
    """The median over the rounds: what else the machine does changes from second to second, and weighs on both of a round."""
    if above not in times or None in times[above]:
        return "-"
    return f"{statistics.median(a / b for a, b in zip(times[above], times[below])):.2f}"


def matrices(compiled, threads, rounds, least, most):
    import numpy
    others = scripted(threads)
    rows = []
    for n, m in MATRICES:
        if not least <= n <= most:
            continue
        x = numpy.random.default_rng(1).standard_normal((n, m), dtype=numpy.float32)
        contenders = {"xeinsum": lambda: compiled.seconds(what="matrix", rows=n, columns=m), "ssyrk": lambda: compiled.seconds(what="syrk", rows=n, columns=m)}
        contenders.update({name: lambda f=f: timed(lambda: f(x)) for name, f in others.items()})
        for run in contenders.values():
            run()
        # What takes a moment only is at the mercy of whatever else the machine does: more rounds.
        turns = 9 * rounds if n < 4000 else rounds if n < 10000 else max(3, rounds // 3)
        times = in_turns(contenders, turns, threads)
        shown = [sections.milliseconds(statistics.median(times["xeinsum"])), ratio(times, "xeinsum", "ssyrk")]
        shown += [ratio(times, name, "xeinsum") for name in ("torch", "numpy", "scikit-learn")]
        rows.append([f"{n} x {m}"] + shown)
        print("  ".join(rows[-1]), flush=True)
    header = ["float32", "ms", "time / ssyrk's", "torch's / time", "NumPy's / time", "scikit-learn's / time"]
    return sections.table(header, rows, text_columns=1)


def neighbours(compiled, threads, rounds, least, most):
    rows = []
    for n, m, k in NEIGHBOURS:
        if not least <= n <= most:
            continue
        peak = compiled.ask(what="top_k", rows=n, columns=m, k=k)["peak_bytes"]
        contenders = {what: lambda what=what: compiled.seconds(what=what, rows=n, columns=m, k=k) for what in ("top_k", "faiss")}
        # Who has a second does without a call that is not counted.
        times = in_turns(contenders, rounds, threads if n < 50000 else 0)
        rows.append([f"{n} x {m}, k = {k}", sections.milliseconds(statistics.median(times["top_k"])), ratio(times, "faiss", "top_k"), f"{peak / 2**20:.0f}"])
        print("  ".join(rows[-1]), flush=True)
    return sections.table(["against itself, float32", "ms", "FAISS's / time", "peak, MiB"], rows, text_columns=1)


def processor():
    """What /proc/cpuinfo calls it, and its widest vectors."""
    lines = pathlib.Path("/proc/cpuinfo").read_text().splitlines()
    told = {key.strip(): value.strip() for key, _, value in (line.partition(":") for line in lines)}
    flags = told.get("flags", "").split()
    return told.get("model name", "an unknown processor") + (", AVX-512" if "avx512f" in flags else ", AVX2" if "avx2" in flags else "")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", required=True, help="the folder of xeinsum_similarity")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--least-rows", type=int, default=0, help="leaves out what has fewer")
    parser.add_argument("--most-rows", type=int, default=10**9, help="leaves out what has more")
    parser.add_argument("--write", metavar="PAGE", help="refreshes the generated section of this file")
    asked = parser.parse_args()
    threads = int(os.environ.get("OMP_NUM_THREADS", os.cpu_count()))
    # The process whose peak is told has no other work behind it.
    searched = neighbours(Compiled(asked.build), threads, max(1, asked.rounds // 3), asked.least_rows, asked.most_rows)
    matrix = matrices(Compiled(asked.build), threads, asked.rounds, asked.least_rows, asked.most_rows)
    text = f"### Cosine similarity, {threads} thread{'s' if threads > 1 else ''}\n\n{processor()}.\n\n{matrix}\n\n{searched}\n"
    if asked.write:
        sections.write(asked.write, f"similarity {threads}t", text)


if __name__ == "__main__":
    main()
