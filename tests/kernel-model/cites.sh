#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Pages that name lines of the kernels are right: the line holds the word that they quote. Lines move with Debian's updates, so a
# kernel of another version than the pages name is left out, and said.
set -u -o pipefail
python3 - "${PHBSIM_BUILD:?}/kernel/kernels.txt" "${PHBSIM_SOURCE:?}" <<'END'
import os, re, sys

VERSIONS = ["6.1.192", "6.12.117"]  # that the pages name, in the order of their numbers
trees = {}
for line in open(sys.argv[1], encoding="utf-8"):
    _, _, version, tree, _ = line.strip().split("|")
    trees.setdefault(version, tree)
FOLDERS = ["drivers/vfio", "drivers/iommu", "arch/powerpc/kernel", "arch/powerpc/mm/book3s64", "arch/powerpc/platforms/powernv",
           "arch/powerpc/include/asm", "virt/kvm", "arch/powerpc/kvm"]
checked, wrong, cache = 0, [], {}


def line_of(version, file, number):
    key = version, file
    if key not in cache:
        path = next((p for f in FOLDERS for p in [f"{trees[version]}/{f}/{file}"] if os.path.exists(p)), None)
        cache[key] = open(path, encoding="utf-8").read().splitlines() if path else None
    lines = cache[key]
    return None if lines is None or not 0 < number <= len(lines) else lines[number - 1]


def check(where, version, file, number, word):
    global checked
    if version not in trees or number == "-":
        return
    checked += 1
    text = line_of(version, file, int(number))
    if text is None or (word and word not in text):
        wrong.append(f"{where}: {version} {file}:{number}: found \"{(text or '(no such line)').strip()}\", expected \"{word}\"")


def pairs(where, cite, word, files):
    """'[file.c:]N M': lines of the two kernels; @files: of each when none is named."""
    match = re.fullmatch(r"(?:([\w-]+\.[ch]):)?(\d+|-) (\d+|-)", cite)
    if not match:
        wrong.append(f"{where}: found \"{cite}\", expected FILE:LINE LINE")
        return
    for version, file, number in zip(VERSIONS, [match[1] or f for f in files], match.group(2, 3)):
        check(where, version, "vfio_iommu_spapr_tce.c" if file == "spapr_tce.c" else file, number, word)


files = []
for n, line in enumerate(open(f"{sys.argv[2]}/docs/vfio-ioctls.md", encoding="utf-8"), 1):
    if line.startswith("## "):
        eeh = line.startswith("## EEH_PE_OP")
        files = ["vfio_spapr_eeh.c" if eeh else "vfio_iommu_spapr_tce.c", "vfio_iommu_spapr_tce.c"]
    cells = [c.strip() for c in line.strip().strip("|").split("|")] if line.startswith("| ") else []
    if len(cells) == 7 and re.search(r"\d", cells[5]):
        word = re.search(r"`([^`]+)`", cells[6])
        pairs(f"vfio-ioctls.md:{n}", cells[5], word[1] if word else "", files)
rows = 0
for n, line in enumerate(open(f"{sys.argv[2]}/docs/findings.md", encoding="utf-8"), 1):
    for cite in re.finditer(r"`([^`]+)` \(([\w-]+\.[ch]:(?:\d+|-) (?:\d+|-))\)", line):
        rows += 1
        pairs(f"findings.md:{n}", cite[2], cite[1], ["", ""])
for version in VERSIONS:
    if version not in trees:
        print(f"{version} is not in this build: its lines were not looked at")
print("\n".join(wrong))
print(f"{checked} lines, {len(wrong)} wrong")
if not checked:
    sys.exit(77)
sys.exit(bool(wrong) or rows < 25)
END
