#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) the xeinsum authors
"""Runs every row of the phrase book, `| what | NumPy | xeinsum | steps |`, in C++ and in NumPy, and compares.

Usage: phrasebook.py generate PAGE OUT.cpp...     C++ programs of the rows, which are dealt out to them
       phrasebook.py check PAGE PROGRAM...        runs them, evaluates the NumPy cells, and compares dtype, shape, values and steps

Inputs are the containers that the page's cpp block makes with from_shape, filled anew for every row by a rule that both sides know. A cell may
have several statements: the last one's value is compared. Where that is an assignment in NumPy, what it assigns to is compared instead: the name
that it begins with, in both languages. `steps` are the kernels of the plans of the cell's einsums."""
import ast
import pathlib
import re
import subprocess
import sys

BLOCK = re.compile(r"^```cpp\n(.*?)^```$", re.MULTILINE | re.DOTALL)
ALIAS = re.compile(r"using (\w+) = xt::xtensor<(\w+), \d+>;")
INPUT = re.compile(r"\b(\w+) = (\w+)::from_shape\(\{([\d, ]+)\}\)")
HEADER = ["what", "NumPy", "xeinsum", "steps"]
FEWEST_ROWS = 50
TOLERANCE = 1e-12  # relative to the row's largest value

TOOLS = """#include <initializer_list>
#include <iomanip>
#include <iostream>
#include <string>

namespace
{
    template <class C>
    void fill(C& c, long input)
    {
        using value = typename C::value_type;
        long k = 3 * input - 1;
        const auto next = [&] { return ++k, (k * k * k + input) % 17 - 8; };
        for (value& e : c)
            if constexpr (std::is_same_v<value, bool>) e = next() > 0;
            else if constexpr (xtl::is_complex<value>::value)
            {
                const auto real = static_cast<double>(next());
                e = value(real, static_cast<double>(next()));
            }
            else e = static_cast<value>(next());
    }

    std::string steps(std::initializer_list<xeinsum::plan> plans)
    {
        std::string names;
        for (const xeinsum::plan& p : plans)
            for (const xeinsum::step& s : p.steps()) names += (names.empty() ? "" : ", ") + std::string(to_string(s.op));
        return names;
    }

    template <class E>
    void show(int row, const std::string& names, const E& e)
    {
        if constexpr (xt::is_xexpression<E>::value)
        {
            using value = std::decay_t<typename E::value_type>;
            const xt::xarray<value> all = e;
            std::cout << row << "|" << names << "|" << xeinsum::to_string(xeinsum::dtype_of<value>()) << "|";
            for (const std::size_t extent : all.shape()) std::cout << extent << " ";
            std::cout << "|" << std::setprecision(17);
            for (const value& x : all) std::cout << std::real(x) << " " << std::imag(x) << " ";
            std::cout << std::endl;
        }
        else if constexpr (std::is_same_v<E, xeinsum::contraction_path>)
        {
            xt::xarray<std::int64_t> pairs = xt::zeros<std::int64_t>({e.size(), std::size_t{2}});
            for (std::size_t i = 0; i < e.size(); ++i) pairs(i, 0) = static_cast<std::int64_t>(e[i].at(0)), pairs(i, 1) = static_cast<std::int64_t>(e[i].at(1));
            show(row, names, pairs);
        }
        else show(row, names, xt::xarray<E>(e));
    }
}
"""


def read(page):
    """The page's cpp block, its inputs as name, type and shape, and the rows as lists of cells, code without its backticks."""
    text = page.read_text(encoding="utf-8")
    block = BLOCK.search(text).group(1)
    types = dict(ALIAS.findall(block))
    inputs = [(name, types[alias], tuple(map(int, shape.split(",")))) for name, alias, shape in INPUT.findall(block)]
    rows, table = [], False
    for line in text.splitlines():
        cells = [cell.strip().replace(r"\|", "|") for cell in re.split(r"(?<!\\)\|", line)[1:-1]] if line.startswith("|") else None
        if cells == HEADER:
            table = True
        elif cells is None:
            table = False
        elif table and set("".join(cells)) != {"-"}:
            if len(cells) != len(HEADER) or not all(re.fullmatch("`[^`]+`", cell) for cell in cells[1:3]):
                sys.exit(f"no row of a phrase book: {line}")
            rows.append([cells[0], cells[1].strip("`"), cells[2].strip("`"), cells[3]])
    if len(rows) < FEWEST_ROWS:
        sys.exit(f"only {len(rows)} rows found in {page}")
    return block, inputs, rows


def split(code):
    """The statements of a NumPy cell but the last, the last one, and the name that it assigns to (None: it is an expression)."""
    *before, last = map(ast.unparse, ast.parse(code).body)
    return before, last, None if isinstance(ast.parse(last).body[0], ast.Expr) else re.match(r"\w+", last).group()


def einsums(code):
    """The calls of einsum in a C++ cell."""
    for call in re.finditer(r"\beinsum(<\"[^\"]*\">)?\(", code):
        end, depth = call.end(), 1
        while depth:
            depth += {"(": 1, ")": -1}.get(code[end], 0)
            end += 1
        yield code[call.start():end]


def generate(page, out, part, parts):
    block, inputs, rows = read(page)
    # The page's own names become members, so that they shadow nothing in the headers, and each row has an object, so inputs, of its own.
    outside = [line for line in block.splitlines() if re.match(r"#include|using \w+::", line)]
    members = [line for line in block.splitlines() if line not in outside]
    fills = " ".join(f"fill({name}, {i});" for i, (name, _, _) in enumerate(inputs, 1))
    functions, calls = [], []
    for number, (_, numpy, cell, _) in list(enumerate(rows, 1))[part::parts]:
        before, _, last = cell.rpartition("; ")
        target = split(numpy)[2]
        plans = ", ".join(call + ".plan()" for call in einsums(cell))
        run = f"{last}; show({number}, steps({{{plans}}}), {target});" if target else f"show({number}, steps({{{plans}}}), {last});"
        functions.append(f"    void row_{number}() {{ {before}{'; ' if before else ''}{run} }}")
        calls.append(f"    rows().row_{number}();")
    out.write_text("\n".join([*outside, TOOLS, "struct rows\n{", f"    rows() {{ {fills} }}", *members, *functions, "};\n",
                              "int main()\n{", *calls, "}\n"]), encoding="utf-8")


def filled(number, dtype, shape):
    kind = {"double": "float64", "float": "float32", "complex": "complex128", "int8_t": "int8"}.get(dtype, dtype)
    k = np.arange(np.prod(shape) * (2 if kind == "complex128" else 1)) + 3 * number
    values = (k**3 + number) % 17 - 8
    return (values > 0 if kind == "bool" else values[0::2] + 1j * values[1::2] if kind == "complex128" else values.astype(kind)).reshape(shape)


def evaluate(code, inputs):
    scope = {"np": np, **{name: filled(i, dtype, shape) for i, (name, dtype, shape) in enumerate(inputs, 1)}}
    before, last, target = split(code)
    exec("\n".join(before + ([last] if target else [])), scope)
    return np.asarray(scope[target] if target else eval(last, scope))


def check(page, programs):
    _, inputs, rows = read(page)
    printed = "".join(subprocess.run([program], check=True, stdout=subprocess.PIPE, text=True).stdout for program in programs)
    said = {int(line.split("|")[0]): line.split("|")[1:] for line in printed.splitlines()}
    wrong = []
    for number, (what, numpy, cell, steps) in enumerate(rows, 1):
        ran, dtype, shape, values = said[number]
        got = np.array(values.split(), float).reshape(-1, 2) @ [1, 1j]
        want = evaluate(numpy, inputs)
        faults = [f"{name} {a}, not {b}" for name, a, b in [("dtype", dtype, str(want.dtype)), ("steps", ran, steps),
                                                           ("shape", tuple(map(int, shape.split())), want.shape)] if a != b]
        if got.size == want.size and not np.all(abs(got - want.ravel()) <= TOLERANCE * np.max(abs(want), initial=0)):
            faults.append(f"values {got}, not {want.ravel()}")
        wrong += [f"row {number}, {what}: `{numpy}`, `{cell}`: {fault}" for fault in faults]
    sys.exit("\n".join(wrong) or print(f"{len(rows)} rows"))


if __name__ == "__main__":
    if sys.argv[1] == "generate":
        for part, out in enumerate(sys.argv[3:]):
            generate(pathlib.Path(sys.argv[2]), pathlib.Path(out), part, len(sys.argv) - 3)
    else:
        import numpy as np
        check(pathlib.Path(sys.argv[2]), sys.argv[3:])
