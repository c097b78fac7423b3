#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) the xeinsum authors
"""Checks that every relative link and picture of Markdown pages leads to a file that exists, and to a heading of it. Usage: links.py PAGE..."""
import functools
import pathlib
import re
import sys

CODE = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ +(.*?) *$", re.MULTILINE)


@functools.cache
def anchors(page):
    """As GitHub and MyST name them: lower case, words joined by hyphens, no other punctuation."""
    headings = HEADING.findall(CODE.sub("", page.read_text()))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def fault(page, link):
    path, _, anchor = link.partition("#")
    target = (page.parent / path).resolve() if path else page
    if not target.exists():
        return "no such file"
    if anchor and (target.suffix != ".md" or anchor not in anchors(target)):
        return "no such heading"
    return None


def main():
    found = [(page, link) for page in map(pathlib.Path, sys.argv[1:]) for link in LINK.findall(re.sub(r"`[^`\n]*`", "", CODE.sub("", page.read_text())))]
    local = [(page, link) for page, link in found if not re.match(r"[a-z]+:", link)]
    if not local:
        sys.exit("no links found")
    dead = [f"{page}: {link}: {what}" for page, link in local if (what := fault(page, link))]
    if dead:
        sys.exit("\n".join(dead))


if __name__ == "__main__":
    main()
