#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# "phbsim validate": docs/validation.md is what the program says today (rows that take many runs are compared by their
# names only), formats agree with each other, and the exit status is as documented.
. "$(dirname "$0")/lib.sh"
export PHBSIM_DATA_DIR=$source/workloads

# section ID FILE - from the heading of row ID to the next one.
section() {
	awk -v id="$1" '/^## / { on = $2 == id ":" } on' "$2"
}

run validate --quick --format markdown
check "exit status $status, expected 0" [ "$status" = 0 ]
cp .out quick.md
rows=$(sed -n 's/^## \(V[0-9]*\):.*/\1/p' quick.md)
check "at least 19 rows, found $(wc -w <<<"$rows")" [ "$(wc -w <<<"$rows")" -ge 19 ]
for row in $rows; do
	check "docs/validation.md is not what $row says now; phbsim validate --format markdown > docs/validation.md" \
		diff <(section "$row" "$source/docs/validation.md") <(section "$row" quick.md)
done
for row in $(seq -f V%g 26); do
	check "docs/validation.md without $row" grep -q "^## $row: " "$source/docs/validation.md"
done

run validate --row V3 --row V22
check 'text has both rows' [ "$(grep -c '^V' .out)" = 2 ]
check 'and a sum' grep -qx '2 pass, 0 miss, 0 not available' .out
cp .out first
run validate --row V3 --row V22
check 'the same bytes again' cmp -s first .out

run validate --row V3 --row V26 --format json
check 'JSON agrees' python3 - .out <<'PYTHON'
import json, sys
all = json.load(open(sys.argv[1]))
rows = {row["id"]: row for row in all["rows"]}
assert all["pass"] == 1 and all["not_available"] == 1 and not all["miss"]
assert rows["V26"]["verdict"] == "n/a" and rows["V26"]["note"] and not rows["V26"]["measures"]
m = rows["V3"]["measures"][0]
assert m["pass"] and m["role"] == "validates" and m["low"] <= m["model"] <= m["high"]
PYTHON

# A miss: figures that are not there. It is told, and only --strict makes it an exit status.
mkdir -p data/machines
cp -r "$source/workloads/machines" data
sed -i 's/walkers: 6 /walkers: 12/' data/machines/x86-pciebench.yaml
PHBSIM_DATA_DIR=$work/data run validate --row V9
check 'a miss is told' grep -q '^V9 *miss' .out
check "a miss without --strict: exit status $status" [ "$status" = 0 ]
PHBSIM_DATA_DIR=$work/data run validate --row V9 --strict
check "a miss with --strict: exit status $status" [ "$status" = 1 ]
run validate --row V9 --strict
check "no miss with --strict: exit status $status" [ "$status" = 0 ]

run validate --row V99
check 'unknown row' grep -q 'found the row "V99", expected V1 to V26' .err
check "unknown row: exit status $status" [ "$status" = 2 ]
run validate --format xml
check 'unknown format' grep -q 'found the format "xml", expected text, markdown or json' .err
verdict 50
