#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) the xeinsum authors
"""Checks what to_json() writes against docs/plan.schema.json: the golden files, and what the command prints. Usage: schema.py SCHEMA GOLDEN COMMAND"""
import copy
import json
import pathlib
import subprocess
import sys

import jsonschema

SHOWN = [
    ["ij,jk,kl->il", "10x200", "200x30", "30x5"],
    ["ab,bc,cd->ad", "2000x9", "9x2000", "2000x9", "--memory-limit", "1MiB"],
    ["bij,bjk->bik", "16x64x32", "16x32x48", "--dtype", "f32"],
    [",i->i", "-", "100", "--dtype", "i16"],
    ["...ij,...jk->...ik", "5x2x3", "3x4"],
    ["ik,jk->ij", "300x200", "300x200", "--same"],
    ["ij->ji", "0x3"],
]


def main():
    schema_file, golden, command = sys.argv[1:]
    schema = json.loads(pathlib.Path(schema_file).read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    check = jsonschema.Draft202012Validator(schema)
    plans = {file.name: json.loads(file.read_text()) for file in sorted(pathlib.Path(golden).glob("*.json"))}
    for asked in SHOWN:
        shown = subprocess.run([command, "explain", *asked, "--format", "json"], capture_output=True, text=True, check=True)
        plans[" ".join(asked)] = json.loads(shown.stdout)
    wrong = [f"{name}: {error.json_path}: {error.message}" for name, plan in plans.items() for error in check.iter_errors(plan)]
    # A schema that takes anything would find nothing.
    some = next(iter(plans.values()))
    for member in schema["required"]:
        lacking = copy.deepcopy(some)
        del lacking[member]
        if check.is_valid(lacking):
            wrong.append(f"the schema does without '{member}'")
    if check.is_valid(some | {"more": 1}) or check.is_valid(some | {"flops": "many"}):
        wrong.append("the schema takes what it does not name")
    if len(plans) < 20:
        wrong.append(f"only {len(plans)} plans found")
    print("\n".join(wrong) if wrong else f"{len(plans)} plans are valid")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
