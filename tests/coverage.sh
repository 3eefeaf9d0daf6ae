#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Print which part of the hosted driver files the tests have run, and fail where it is less than tests/coverage-floor.txt.
# usage: coverage.sh BUILD_DIR   (a build of the preset coverage whose tests have run). Writes BUILD_DIR/coverage.txt.
# Both page sizes count together: a line is reached when it was reached in either.
set -u -o pipefail
build=${1:?BUILD_DIR}
here=$(dirname "$(readlink -f "$0")")
floor=$here/coverage-floor.txt
tree=$(sed -n 's/^PHBSIM_KERNEL_TREE_6_1:[^=]*=//p' "$build/CMakeCache.txt")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
[ -d "$tree" ] || { echo "coverage: found no kernel tree in $build/CMakeCache.txt"; exit 1; }

# Only the files of the table: gcov of everything would take minutes.
filters=()
while read -r file rest; do
	case $file in '#'* | '') continue ;; esac
	filters+=(--filter "$(printf '%s' "$tree/$file" | sed 's/[.+]/\\&/g')\$")
done <"$floor"
if ! gcovr -r / --object-directory "$build" --gcov-ignore-parse-errors "${filters[@]}" --exclude-throw-branches \
	--csv "$work/coverage.csv" "$build/kernel-model" >"$work/log" 2>&1; then
	cat "$work/log"
	exit 1
fi

awk -F, -v tree="${tree#/}/" '
	FNR == NR && FNR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
	FNR == NR {
		file = $at["filename"]; sub(/^\//, "", file); sub("^" tree, "", file)
		lines[file] = $at["line_total"]; hit[file] = $at["line_covered"]
		branches[file] = $at["branch_total"]; taken[file] = $at["branch_covered"]; next
	}
	/^#/ || !NF { next }
	!head++ { printf "%-46s %13s %7s  %13s %7s\n", "hosted file", "lines", "", "branches", "" }
	{
		split($0, row, " "); f = row[1]
		if (!lines[f]) { printf "%-46s no data\n", f; bad++; next }
		l = 100 * hit[f] / lines[f]; b = branches[f] ? 100 * taken[f] / branches[f] : 100
		verdict = l < row[2] || b < row[3] ? sprintf("  BELOW the floor (%d %%, %d %%)", row[2], row[3]) : ""
		printf "%-46s %5d of %4d %5.1f %%  %5d of %4d %5.1f %%%s\n", f, hit[f], lines[f], l, taken[f], branches[f], b, verdict
		if (verdict != "") bad++
		rows++
	}
	END { exit bad || !rows }' "$work/coverage.csv" FS=' ' "$floor" >"$build/coverage.txt"
status=$?
printf '\nCoverage of the hosted driver files (build/coverage/coverage.txt)\n'
cat "$build/coverage.txt"
exit $status
