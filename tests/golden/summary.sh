#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Summaries of stories, on Debian's kernels, as a person sees them, compared with files; each fits a screen. After a
# change on purpose: PHBSIM_BIN=build/release/cli/phbsim tests/golden/summary.sh --update, and read the difference
# before committing it.
set -u -o pipefail
bin=${PHBSIM_BIN:?the program}
here=$(dirname "$(readlink -f "$0")")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
wrong=0

for pair in first-light:linux-6.1 first-light:linux-6.12 seed-flow:linux-6.1 eeh-recovery:linux-6.1 eeh-recovery:linux-6.12; do
	scenario=${pair%:*} kernel=${pair#*:}
	golden=$here/$scenario-$kernel.txt
	"$bin" run "$scenario" --kernel "$kernel" --seed 1 --out "$work/out" >"$work/stdout" 2>&1 ||
		{ cat "$work/stdout"; exit 1; }
	# Debian updates the kernel within a series: its last number is not ours to fix.
	sed -E 's/Linux ([0-9]+\.[0-9]+)\.[0-9]+/Linux \1.N/' "$work/out/summary.txt" >"$work/summary"
	if [ "${1:-}" = --update ]; then
		cp "$work/summary" "$golden"
		continue
	fi
	diff -u "$golden" "$work/summary" ||
		{ echo "the summary of $scenario differs from tests/golden/${golden##*/}"; wrong=1; }
	awk 'length($0) > 100 { print FILENAME ": line " FNR " is wider than 100 columns"; bad = 1 }
	     END { if (NR > 40) { print NR " lines, expected at most 40"; bad = 1 } exit bad }' "$work/summary" || wrong=1
done
exit $wrong
