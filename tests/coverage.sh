#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Print which part of the hosted driver files the tests have run, kernel by kernel, and fail where it is less than
# tests/coverage-floor.txt, or where lines are not reached that tests/coverage-unreached.txt does not excuse.
# usage: coverage.sh BUILD_DIR   (a build of the preset coverage whose tests have run). Writes BUILD_DIR/coverage.txt.
# Both page sizes count together: a line is reached when it was reached in either.
set -u -o pipefail
build=${1:?BUILD_DIR}
here=$(dirname "$(readlink -f "$0")")
floor=$here/coverage-floor.txt
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
[ -s "$build/kernel/kernels.txt" ] || { echo "coverage: found no kernels in $build/kernel/kernels.txt"; exit 1; }

# What is compiled for a file of a kernel; rows of kernels that are not in this build are left out, and said.
while read -r kernel path lines branches; do
	case $kernel in '#'* | '') continue ;; esac
	id=$(awk -F'|' -v k="$kernel" '$1 == k { print $2 }' "$build/kernel/kernels.txt")
	[ -n "$id" ] || { echo "coverage: $kernel is not in this build"; continue; }
	file=$(awk -v p="${path%#*}" '$1 == p { print $2 }' "$build/kernel/$id.files")
	echo "$kernel $path $lines $branches ${file:-none}"
done <"$floor" >"$work/rows"
grep '^coverage:' "$work/rows" | sort -u
sed -i '/^coverage:/d' "$work/rows"

# Only the files of the table: gcov of everything would take minutes.
filters=()
while read -r _ _ _ _ file; do
	filters+=(--filter "$(printf '%s' "$file" | sed 's/[.+]/\\&/g')\$")
done <"$work/rows"
if ! gcovr -r / --object-directory "$build" --gcov-ignore-parse-errors "${filters[@]}" --exclude-throw-branches \
	--json "$work/coverage.json" "$build/kernel-model" >"$work/log" 2>&1; then
	cat "$work/log"
	exit 1
fi

"$here/coverage.py" "$work/coverage.json" "$work/rows" "$here/coverage-unreached.txt" >"$build/coverage.txt"
status=$?
printf '\nCoverage of the hosted driver files (build/coverage/coverage.txt)\n'
cat "$build/coverage.txt"
exit $status
