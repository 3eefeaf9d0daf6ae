#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# No inline assembly instruction may be left in hosted code: POWER's would be wrong here even where this host's assembler
# happens to know the name (and, or, std ...). Each hosted file is compiled to assembler text as in the build, but for
# sanitizers, which only add to it; between
# #APP and #NO_APP there may be directives only, and data only in sections that are not executed.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT INT TERM HUP
cat >"$work/check.py" <<'END'
import concurrent.futures, json, os, re, shlex, subprocess, sys

DIRECTIVE = re.compile(r"\.(globl|weak|balign|align|p2align|type|size|hidden|local|set|ident|file|loc)\b")
DATA = re.compile(r"\.(asciz|ascii|string|byte|short|long|int|quad|skip|zero|space|4byte|8byte)\b")
TEXT = re.compile(r"(\.(?:asciz|ascii|string)\s+)\".*\"")
LABELS = re.compile(r"^([\w.$\"]+:\s*)+")


def instructions(text):
    """Lines of inline assembly that are not plain data outside of code."""
    found, inside, section = [], False, None
    for line in text.splitlines():
        line = line.strip()
        if line in ("#APP", "#NO_APP"):
            inside, section = line == "#APP", None
            continue
        if not inside or not line or line.startswith("#"):
            continue
        for statement in filter(None, (LABELS.sub("", s.strip()) for s in TEXT.sub(r'\1""', line).split(";"))):
            switch = re.match(r"\.(push)?section\s+\"?([^\",\s]+)(.*)", statement)
            if switch:
                # "ax": allocated and executed
                section = None if switch.group(2).startswith(".text") or "x\"" in switch.group(3) else switch.group(2)
            elif re.match(r"\.(previous|popsection)\b", statement):
                section = None
            elif not DIRECTIVE.match(statement) and not (DATA.match(statement) and section):
                found.append(statement)
    return found


def self_test():
    """The check must see an instruction, data in code, and let an exported symbol pass."""
    assert instructions("#APP\n\tsync\n#NO_APP\n") == ["sync"]
    assert instructions("#APP\n\t.long 0x7c0004ac\n#NO_APP\n") == [".long 0x7c0004ac"]
    assert instructions('#APP\n.section "___k","a"\nx:\n.asciz "a; sync"\n.previous\n#NO_APP\n') == []
    assert instructions("#APP\n# 1 \"f.c\" 1\n#NO_APP\n\tsync\n") == []


def compile_to_text(entry, at):
    arguments, out = shlex.split(entry["command"]), []
    skip = False
    for argument in arguments:
        if skip or argument == "-c":
            skip = False
        elif argument in ("-o", "-MF", "-MT", "-MQ"):
            skip = True
        elif argument not in ("-MD", "-MMD", "--coverage") and not argument.startswith("-fsanitize"):
            out.append(argument)
    subprocess.run(out + ["-w", "-g0", "-S", "-o", at], cwd=entry["directory"], check=True)
    with open(at, encoding="utf-8", errors="replace") as f:
        return instructions(f.read())


def hosted_files(build):
    """Paths of everything that some kernel of the build hosts."""
    files = set()
    with open(f"{build}/kernel/kernels.txt", encoding="utf-8") as f:
        for ident in [line.split("|")[1] for line in f if "|" in line]:
            for kind in ("files", "guest"):
                if os.path.exists(f"{build}/kernel/{ident}.{kind}"):
                    with open(f"{build}/kernel/{ident}.{kind}", encoding="utf-8") as g:
                        files.update(line.split()[1] for line in g)
    return files


def main(build, work):
    self_test()
    files = hosted_files(build)
    with open(f"{build}/compile_commands.json", encoding="utf-8") as f:
        hosted = [e for e in json.load(f) if e["file"] in files]
    missed = files - {e["file"] for e in hosted}
    if len(hosted) < 2 * 2 * 20 or missed:
        sys.exit(f"inline-asm: found {len(hosted)} compilations, expected 80 or more; not compiled: {sorted(missed)}")
    bad = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        jobs = {pool.submit(compile_to_text, e, f"{work}/{i}.s"): e for i, e in enumerate(hosted)}
        for job in concurrent.futures.as_completed(jobs):
            for statement in job.result():
                bad += 1
                print(f"{jobs[job]['file']}: inline assembly: {statement}")
    if bad:
        sys.exit(1)
    print(f"{len(hosted)} hosted compilations contain no inline assembly instruction")


main(sys.argv[1], sys.argv[2])
END
python3 "$work/check.py" "${PHBSIM_BUILD:?}" "$work"
