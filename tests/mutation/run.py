#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) the xeinsum authors
"""Plants the faults of mutants.py one at a time in a copy of the sources and shows which suite sees each.

Usage: run.py [--scratch DIR] [--likely] [--list] [FIRST[-LAST]]...      numbers as --list shows them; all unless given

--likely runs the suites that the table names, and no others: a fault that survives these is to be tried again without it.
Builds in DIR (build/mutation) by preset `mutation`, again and again what a fault touches. Exit status 1 if a fault survives, 2 if the table is wrong:
its text is not there once, or the result does not compile."""
import argparse
import pathlib
import shutil
import subprocess
import sys

from mutants import MUTANTS

ROOT = pathlib.Path(__file__).resolve().parents[2]
# Behind those that the table names: quick ones first.
ALL = ("core plan network search json bound_plan explain golden execute split kept_plans scaling trace calls conformance text_forms npy npy_table atomic_file command command_run "
       "command_cosine lowering blocks networks tiny rank_k similarity similarity_search expression einsum property property_integers property_others assignments simd").split()


class TableError(Exception):
    pass


def run(command, **how):
    return subprocess.run([str(x) for x in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **how)


def copy_sources(to):
    listed = run(["git", "-C", ROOT, "ls-files", "-z", "--cached", "--others", "--exclude-standard"]).stdout
    for name in filter(None, listed.split("\0")):
        source, target = ROOT / name, to / name
        if not source.is_file() or (target.is_file() and target.read_bytes() == source.read_bytes()):
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(source, target)


def planted(text, mutant):
    file, old, new, what, _ = mutant
    if text.count(old) != 1:
        raise TableError(f"{file}: '{old}' stands {text.count(old)} times, not once")
    if old == new:
        raise TableError(f"{file}: '{old}' is replaced by itself")
    return text.replace(old, new)


def passes(build, suite):
    """Whether the suite passes; None where the build has no such suite."""
    target = f"test_{suite}"
    made = run(["cmake", "--build", build, "--target", target, "--parallel", "2"])
    if made.returncode != 0:
        if "No rule to make target" in made.stdout and target in made.stdout:
            return None
        raise TableError(made.stdout[-2000:])
    # What does not end is seen, too.
    return run(["ctest", "--test-dir", build, "-R", f"^{suite}$", "--timeout", "300", "--no-tests=error"]).returncode == 0


def first_to_fail(build, suites):
    for suite in suites:
        if passes(build, suite) is False:
            return suite
    return None


def try_mutant(scratch, build, number, mutant, only_likely):
    file, _, _, what, likely = mutant
    path = scratch / file
    original = path.read_text()
    path.write_text(planted(original, mutant))
    try:
        named = likely.split()
        suite = first_to_fail(build, named + [s for s in ALL if s not in named and not only_likely])
    finally:
        path.write_text(original)
    print(f"{number:3} {file}: {what}: " + (f"caught by {suite}" if suite else "SURVIVED"), flush=True)
    return suite is not None


def chosen(ranges):
    if not ranges:
        return range(1, len(MUTANTS) + 1)
    numbers = []
    for text in ranges:
        first, _, last = text.partition("-")
        numbers += range(int(first), int(last or first) + 1)
    return numbers


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--scratch", type=pathlib.Path, default=ROOT / "build/mutation")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--likely", action="store_true")
    parser.add_argument("numbers", nargs="*")
    how = parser.parse_args()
    for mutant in MUTANTS:
        planted((ROOT / mutant[0]).read_text(), mutant)
    if how.list:
        for number, (file, _, _, what, suites) in enumerate(MUTANTS, 1):
            print(f"{number:3} {file}: {what} ({suites})")
        return 0
    scratch, build = how.scratch.resolve(), how.scratch.resolve() / "build/mutation"
    copy_sources(scratch)
    # Again if it was configured before: for targets that are new.
    made = run(["cmake", build] if (build / "CMakeCache.txt").is_file() else ["cmake", "--preset", "mutation"], cwd=scratch)
    if made.returncode != 0:
        raise TableError(made.stdout)
    numbers = chosen(how.numbers)
    suites = sorted({s for n in numbers for s in MUTANTS[n - 1][4].split()})
    if wrong := first_to_fail(build, suites):
        raise TableError(f"{wrong} fails as it is")
    caught = sum([try_mutant(scratch, build, n, MUTANTS[n - 1], how.likely) for n in numbers])
    print(f"{caught} of {len(numbers)} caught")
    return 0 if caught == len(numbers) else 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except TableError as e:
        print(f"run.py: {e}", file=sys.stderr)
        sys.exit(2)
