#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Table of what tests reached of hosted files. Called by tests/coverage.sh, which says what is compiled for each row.

usage: coverage.py COVERAGE_JSON ROWS UNREACHED     exit status 1: less than the floor, or another line than UNREACHED lists
ROWS: KERNEL PATH LINES BRANCHES FILE; PATH#NAME is the block "#ifdef NAME" of the file. COVERAGE_JSON: of gcovr --json.
"""
import json
import re
import sys


def source_of(file):
    with open(file, encoding="utf-8", errors="replace") as source:
        return source.read().splitlines()


def block(source, name):
    """First and last line number of "#ifdef NAME"; of all without a name."""
    if not name:
        return 1, len(source)
    begin = next(i for i, line in enumerate(source) if re.match(rf"#ifdef {name}\s*$", line))
    end = next(i for i in range(begin, len(source)) if re.match(rf"#endif /\* {name} \*/", source[i]))
    return begin + 1, end + 1


def unreached(rows, kernel, path, source, missing):
    """What is wrong with the list: lines that it does not name, entries that name nothing."""
    left, wrong = set(missing), []
    for count, text, reason in rows:
        named = {i + 1 + n for i, line in enumerate(source) if line.strip().startswith(text) for n in range(1, count + 1)}
        if not named & set(missing):
            wrong.append(f"{kernel} {path}: \"{text}\" is reached now or gone: take it from the list")
        if not reason:
            wrong.append(f"{kernel} {path}: \"{text}\" has no reason")
        left -= named
    wrong += [f"{kernel} {path}:{line} is not reached: {source[line - 1].strip()}" for line in sorted(left)]
    return wrong


def listed(path):
    table = {}
    for line in open(path, encoding="utf-8"):
        if line.strip() and not line.startswith("#"):
            row, _, reason = line.partition(" | ")
            kernel, file, count, text = row.split(" ", 3)
            table.setdefault((kernel, file), []).append((int(count), text.strip(), reason.strip()))
    return table


def main():
    coverage = {"/" + f["file"].lstrip("/"): f["lines"] for f in json.load(open(sys.argv[1], encoding="utf-8"))["files"]}
    lists, last, bad, wrong = listed(sys.argv[3]), None, 0, []
    for row in open(sys.argv[2], encoding="utf-8"):
        kernel, path, floor_lines, floor_branches, file = row.split()
        if kernel != last:
            print(f"{chr(10) if last else ''}{kernel:<56} {'lines':>13} {'':7}  {'branches':>13}")
            last = kernel
        if not coverage.get(file):
            print(f"{path:<56} no data")
            bad += 1
            continue
        source = source_of(file)
        first, end = block(source, path.partition("#")[2])
        lines = [x for x in coverage[file] if first <= x["line_number"] <= end and not x.get("gcovr/noncode")]
        branches = [b for x in lines for b in x["branches"]]
        hit, taken = sum(x["count"] > 0 for x in lines), sum(b["count"] > 0 for b in branches)
        part, share = 100 * hit / len(lines), 100 * taken / len(branches) if branches else 100
        low = part < int(floor_lines) or share < int(floor_branches)
        print(f"{path:<56} {hit:>5} of {len(lines):>4} {part:>5.1f} %  {taken:>5} of {len(branches):>4} {share:>5.1f} %"
              + (f"  BELOW the floor ({floor_lines} %, {floor_branches} %)" if low else ""))
        bad += low
        if (kernel, path) in lists:
            missing = [x["line_number"] for x in lines if not x["count"]]
            wrong += unreached(lists[kernel, path], kernel, path, source, missing)
    for text in wrong:
        print(text)
    return bool(bad or wrong or not last)


sys.exit(main())
