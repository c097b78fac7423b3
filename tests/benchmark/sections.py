# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) the xeinsum authors
"""The generated sections of docs/performance.md: text between a pair of markers that carry the section's name."""
import math
import pathlib
import platform
import re


def write(path, name, text):
    """Replaces the section, or adds it at the end of the file."""
    begin, end = f"<!-- begin generated {name} -->", f"<!-- end generated {name} -->"
    file = pathlib.Path(path)
    before = file.read_text() if file.exists() else ""
    section = f"{begin}\n{text.strip()}\n{end}"
    pattern = re.compile(re.escape(begin) + ".*?" + re.escape(end), re.DOTALL)
    after = pattern.sub(lambda _: section, before) if pattern.search(before) else f"{before.rstrip()}\n\n{section}\n"
    file.write_text(after)


def table(header, rows, text_columns=2):
    """A Markdown table; columns after the first ones are numbers and stand to the right."""
    rule = ["---" if i < text_columns else "---:" for i in range(len(header))]
    return "\n".join("| " + " | ".join(row) + " |" for row in [header, rule, *rows])


def milliseconds(seconds):
    """Three digits, or a dash for what was not measured."""
    if seconds is None:
        return "-"
    value = seconds * 1e3
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}"


def geometric_mean(values):
    return math.exp(sum(map(math.log, values)) / len(values))


def short(subscripts, limit=28):
    return f"`{subscripts if len(subscripts) <= limit else subscripts[:limit - 3] + '...'}`"


def cpu():
    """The CPU's name as Linux tells it."""
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.processor()
