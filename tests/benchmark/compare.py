#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) the xeinsum authors
"""Times the library and its rivals in turns, in one run, with the same number of threads and a fresh result on every side.

The number of threads comes from the environment, as BLAS libraries read it when they are loaded: run.sh sets it.
"""
import argparse
import ctypes
import json
import math
import os
import pathlib
import statistics
import subprocess
import sys
import time

import programs
import sections

HERE = pathlib.Path(__file__).resolve().parent
LONGEST = 2.0  # seconds; a contender slower than this is timed once
SHORTEST = 5e-4  # seconds; calls shorter than this are timed in groups
WARM = 0.03  # seconds of calls at the beginning of a turn that are not counted
LONG = 10 * WARM  # seconds; what a call this long finds cold at its beginning is no matter
PAUSE = 0.15  # seconds before a turn, if there are threads: those of the contender before spin on for a while
MOST_ELEMENTS, MOST_FLOPS = 1e8, 1e11  # of an order of products that a contender takes; beyond, it is not asked
NUMPY_WORK = 2e10  # flops of a contraction with batch labels, which NumPy does in one plain loop, that are still tried
DTYPES = {"f32": "float32", "f64": "float64", "i32": "int32", "i64": "int64"}


class Refused(Exception):
    """A contender that can't do a case."""


class Server:
    """A program that answers requests for times, one JSON object a line."""

    def __init__(self, name, command):
        self.name = name
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, request):
        try:
            self.process.stdin.write(json.dumps(request) + "\n")
            self.process.stdin.flush()
            line = self.process.stdout.readline()
        except BrokenPipeError:
            line = ""
        if not line:
            sys.exit(self.process.wait() or 1)
        answer = json.loads(line)
        if "error" in answer:
            raise Refused(answer["error"])
        return answer

    def timer(self, case, threads):
        request = {"subscripts": case["subscripts"], "shapes": case["shapes"], "dtype": case["dtype"], "threads": threads,
                   "same_operand": case.get("same_operand", False), "fresh_output": True}
        return lambda group: self.ask({**request, "group": group})["seconds"][0]


class Function:
    """A rival within this process: `prepare` turns NumPy arrays into operands, `call` contracts them."""

    def __init__(self, name, prepare, call):
        self.name, self.prepare, self.call = name, prepare, call

    def timer(self, case, threads):
        operands = [self.prepare(x) for x in case["arrays"]]
        if self.name == "NumPy" and case["batch"] and case["work"] > NUMPY_WORK:
            raise Refused("too slow")
        if self.name == "NumPy" and len(operands) > 2 and takes_many_at_once(case["subscripts"], operands):
            raise Refused("too slow")
        if self.name.startswith("torch") and len(operands) > 2 and from_the_left(case)[0] == math.inf:
            raise Refused("an order from the left is too large")

        if self.returns_view(case["subscripts"], operands):
            raise Refused("returns a view")

        def run(group):
            start = time.perf_counter()
            for _ in range(group):
                result = self.call(case["subscripts"], *operands)
            seconds = time.perf_counter() - start
            del result
            return seconds / group
        return run


    def returns_view(self, subscripts, operands):
        """Whether the result is an operand's own memory: nothing was computed. Only one operand can be so."""
        if len(operands) != 1:
            return False
        address = (lambda x: x.data_ptr()) if hasattr(operands[0], "data_ptr") else (lambda x: x.__array_interface__["data"][0])
        result = self.call(subscripts, *operands)
        return hasattr(result, "ndim") and result.ndim > 0 and address(result) == address(operands[0])


def contenders(build, threads):
    import numpy
    ours = Server("xeinsum", [programs.find(build, "xeinsum_ratios"), "--serve"])
    found = [ours]
    try:
        import torch
        torch.set_num_threads(threads)
        torch.set_grad_enabled(False)
        found.append(Function("torch", torch.from_numpy, torch.einsum))
        found.append(Function("torch contiguous", torch.from_numpy, lambda s, *x: torch.einsum(s, *x).contiguous()))
    except ImportError:
        print("torch is not installed", file=sys.stderr)
    found.append(Function("NumPy", lambda x: x, lambda s, *x: numpy.einsum(s, *x, optimize=True)))
    try:
        import opt_einsum
        found.append(Function("opt_einsum", lambda x: x, opt_einsum.contract))
    except ImportError:
        pass
    if (build / "xeinsum_eigen_tensor").exists():
        found.append(Server("Eigen Tensor", [build / "xeinsum_eigen_tensor"]))
    return found


def loaded_blas():
    """Files of the BLAS libraries in this process, with the kernel that OpenBLAS chose."""
    names = {line.split()[-1] for line in open("/proc/self/maps") if "blas" in line.split()[-1].rsplit("/", 1)[-1]}
    result = []
    for path in sorted(names):
        library = ctypes.CDLL(path)
        if hasattr(library, "openblas_get_corename"):
            library.openblas_get_corename.restype = ctypes.c_char_p
            result.append(f"{pathlib.Path(path).name} ({library.openblas_get_corename().decode()})")
    return result


def read_cases(name, scale, pattern, dtype):
    path = HERE / "cases" / f"{name}.jsonl"
    cases = [json.loads(line) for line in (path if path.exists() else pathlib.Path(name)).read_text().splitlines()]
    for case in cases:
        case["dtype"] = dtype
        case["shapes"] = [[max(min(n, 4), round(n / scale)) for n in shape] for shape in case["shapes"]]
    if name == "networks":
        cases = [c for c in cases if c["n_operands"] > 2 and "subscripts" in c and work_of_best_path(c) < MOST_FLOPS]
    return [c for c in cases if pattern in c["id"] or pattern in c["subscripts"]]


def work_of_best_path(case):
    return min(float(case[by]["flops"]) for by in ("oe_greedy", "oe_optimal") if by in case)


def integer_cases():
    return [{"id": f"integers_{DTYPES[d]}", "subscripts": "ij,jk->ik", "shapes": [[512, 512], [512, 512]], "dtype": d} for d in ("i32", "i64")]


def takes_many_at_once(subscripts, operands):
    """Whether NumPy's path, whose products may not be larger than the largest operand, ends with a long loop over many operands at once."""
    import numpy
    path, text = numpy.einsum_path(subscripts, *operands, optimize=True)
    flops = float(text.split("Optimized FLOP count:")[1].split()[0])
    return any(len(step) > 2 for step in path[1:]) and flops > NUMPY_WORK / 10


def from_the_left(case):
    """Elements of the largest product, and flops, of an order from the left, which is torch's where opt_einsum is not
    installed; infinite where either passes its limit."""
    terms, output = case["subscripts"].split("->")
    terms = terms.split(",")
    extent = {l: n for term, shape in zip(terms, case["shapes"]) for l, n in zip(term, shape)}
    size = lambda labels: math.prod(extent[l] for l in labels)
    product, largest, flops = set(terms[0]), 0, 0
    for i in range(1, len(terms)):
        both = product | set(terms[i])
        product = both & (set(output) | set("".join(terms[i + 1:])))
        flops += 2 * size(both)
        largest = max(largest, size(product))
    return (math.inf, math.inf) if largest > MOST_ELEMENTS or flops > MOST_FLOPS else (largest, flops)


def complete(case):
    """Adds operands and what decides whether NumPy is asked."""
    import numpy
    rng = numpy.random.default_rng(1)

    def array(shape):
        if case["dtype"].startswith("i"):
            return rng.integers(-8, 8, shape, dtype=DTYPES[case["dtype"]])
        values = rng.random(shape, dtype=DTYPES[case["dtype"]])
        values -= 0.5
        return values
    if case.get("same_operand"):
        arrays = [array(case["shapes"][0])] * len(case["shapes"])
    else:
        arrays = [array(shape) for shape in case["shapes"]]
    terms, output = case["subscripts"].split("->")
    terms = terms.split(",")
    extent = {l: n for term, shape in zip(terms, case["shapes"]) for l, n in zip(term, shape)}
    work = 2.0
    for n in extent.values():
        work *= n
    batch = len(terms) == 2 and any(l in terms[0] and l in terms[1] for l in output)
    return {**case, "arrays": arrays, "work": work, "batch": batch}


def warm_up(timer):
    """Calls that are not counted: the contender before, in another process, left its own data in the caches and the core asleep."""
    start = time.perf_counter()
    timer(1)
    while time.perf_counter() - start < WARM:
        timer(1)


def measure(case, everyone, threads, rounds, cap):
    """Median seconds of each contender by name; None of one that refused."""
    case = complete(case)
    samples, timers, firsts, groups = {}, {}, {}, {}
    for contender in everyone:
        try:
            timer = contender.timer(case, threads)
            first = timer(1)
            if first < LONG:
                first = timer(1)
            timers[contender.name], firsts[contender.name], groups[contender.name] = timer, first, max(1, int(SHORTEST / first))
            samples[contender.name] = [first] if first >= LONGEST else []
        except Refused:
            pass
        except (RuntimeError, ValueError) as error:
            print(f"{case['id']}: {contender.name}: {str(error).splitlines()[0]}", file=sys.stderr)
    start = time.perf_counter()
    for turn in range(rounds):
        for name, timer in timers.items():
            if not samples[name] or samples[name][0] < LONGEST:
                time.sleep(PAUSE if threads > 1 else 0)
                if firsts[name] < LONG:
                    warm_up(timer)
                samples[name].append(timer(groups[name]))
        if turn > 0 and time.perf_counter() - start > cap:
            break
    return {c.name: statistics.median(samples[c.name]) if samples.get(c.name) else None for c in everyone}


def verdict(results):
    """Lines about how the library fares in all."""
    ours = "xeinsum"
    rivals = {case["id"]: [t for n, t in times.items() if n != ours and t] for case, times in results}
    lead = {case["id"]: min(rivals[case["id"]]) / times[ours] for case, times in results if rivals[case["id"]]}
    if not lead:
        return lead, ["No rival took any case."]
    worst = min(lead, key=lead.get)
    lines = [f"Fastest in {sum(x >= 1 for x in lead.values())} of {len(lead)} cases. "
             f"Best rival's time / ours: minimum {lead[worst]:.2f} (`{worst}`), geometric mean {sections.geometric_mean(lead.values()):.2f}."]
    for rival in ("torch", "torch contiguous", "NumPy", "opt_einsum", "Eigen Tensor"):
        both = [times[rival] / times[ours] for _, times in results if times.get(rival)]
        if both:
            lines.append(f"{rival}'s time / ours, geometric mean over {len(both)} cases: {sections.geometric_mean(both):.2f}.")
    return lead, lines


def report(results, everyone, about):
    lead, lines = verdict(results)
    names = [c.name for c in everyone]
    rows = [[case["id"], sections.short(case["subscripts"]), *(sections.milliseconds(times[n]) for n in names), f"{lead[case['id']]:.2f}" if case["id"] in lead else "-"]
            for case, times in results]
    header = ["case", "subscripts", *names, "best rival / ours"]
    return "\n\n".join([about, sections.table(header, rows), "\n".join(f"- {line}" for line in lines)])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cases", default="ml", help="tccg, ml, networks, or a file of JSON lines")
    parser.add_argument("--filter", default="", help="only cases whose name or subscripts hold this")
    parser.add_argument("--dtype", default="f32", choices=["f32", "f64"])
    parser.add_argument("--scale", type=float, default=1, help="divides every extent, for a quick run")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--cap", type=float, default=4, help="seconds after which a case has no further round")
    parser.add_argument("--rivals", metavar="NAMES", help="only these, e.g. 'torch,torch contiguous': with all of them large cases take hours")
    parser.add_argument("--build", type=pathlib.Path, default=HERE.parents[1] / "build/benchmark/tests/benchmark")
    parser.add_argument("--write", metavar="FILE", help="refreshes the generated section of this file")
    asked = parser.parse_args()
    threads = int(os.environ.get("OMP_NUM_THREADS", "0"))
    if not threads:
        print("compare.py: OMP_NUM_THREADS is not set; run.sh sets all that must be set before libraries are loaded", file=sys.stderr)
        return 2

    everyone = contenders(asked.build.resolve(), threads)
    if asked.rivals:
        everyone = everyone[:1] + [c for c in everyone[1:] if c.name in asked.rivals.split(",")]
    blas = everyone[0].ask({"blas": True})
    about = (f"{sections.cpu()}; {blas['library']} {blas['version']}, kernel {blas['kernel']}; rivals load {', '.join(loaded_blas())}. "
             f"Threads: {threads}. {DTYPES[asked.dtype]}. Milliseconds, medians of turns. Allocation: every side plans and allocates a "
             "fresh result in each call; operands of 4 MiB and more lie in huge pages on every side. torch (without contiguous) and NumPy may return a permuted view of it; where they "
             "return a view of the operand itself, nothing is computed and no time is shown.")
    print(about, file=sys.stderr)

    results = []
    for case in read_cases(asked.cases, asked.scale, asked.filter, asked.dtype) + (integer_cases() if asked.cases == "ml" and not asked.filter else []):
        times = measure(case, everyone, threads, asked.rounds, asked.cap)
        if times["xeinsum"]:
            results.append((case, times))
            print(case["id"], *(f"{n} {sections.milliseconds(t)}" for n, t in times.items()), sep="  ", file=sys.stderr)
        elif asked.cases == "networks":
            print(case["id"], "is not measured: the library refused it", file=sys.stderr)
    if not results:
        print("compare.py: no case was measured", file=sys.stderr)
        return 2
    text = report(results, everyone, about)
    print(text)
    if asked.write:
        sections.write(asked.write, f"compare-{asked.cases}-{asked.dtype}-{threads}t", text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
