#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The driver of 2013 is what its patch text holds: taken from it once more, by another program, with the two damaged HTML entities
# undone and nothing else. Skipped where the text is not at hand.
set -u -o pipefail
source=${PHBSIM_SOURCE:?the checkout} build=${PHBSIM_BUILD:?the build}
driver=$build/imports/seed-2013/tree/drivers/vfio/vfio_iommu_spapr_tce.c
if [ ! -f "$driver" ]; then
	echo 'SKIPPED: the driver of 2013 against its patch text: found no such text (PHBSIM_SEED), expected ../shared/seed'
	exit 77
fi
text=$(sed -n 's/^PHBSIM_SEED:[^=]*=//p' "$build/CMakeCache.txt")
[ -n "$text" ] || text=${PHBSIM_SEED:-$source/../shared/seed}
[ ! -d "$text" ] || text=$(echo "$text"/*.txt)
python3 - "$text" "$driver" "$build/kernel/kernels_generated.c" <<'END'
import hashlib, sys

raw = open(sys.argv[1], "rb").read()
lines = raw.decode("utf-8").split("\n")
start = [i for i, line in enumerate(lines) if line.startswith("@@ -0,0 +1,")]
assert len(start) == 1, f"found {len(start)} hunks that add a file, expected 1"
count = int(lines[start[0]].split("+1,")[1].split()[0])
body = lines[start[0] + 1:start[0] + 1 + count]
assert len(body) == count and all(line.startswith("+") for line in body)
repaired = [line[1:].replace("\u00a4", "&curren").replace("\u00b6", "&para") for line in body]
want = ("\n".join(repaired) + "\n").encode()
got = open(sys.argv[2], "rb").read()
assert got == want, "the imported driver differs from the patch text"
assert want.isascii(), "another damage than the two entities"

# No other byte was touched: undoing the repair gives the text back.
assert want.decode().replace("&curren", "\u00a4").replace("&para", "\u00b6") == "\n".join(line[1:] for line in body) + "\n"
table = open(sys.argv[3], encoding="utf-8").read().split("hosted_seed_2013[] = {")[1].split("};")[0]
digest = hashlib.sha256(want).hexdigest()
assert digest in table, "the program's table has another sum"
print(f"{count} lines of {hashlib.sha256(raw).hexdigest()} are the driver {digest}")
END
