#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# House rules that a machine can check (docs/style.md). Prints each breach; exit 1 if there is one.
# usage: tidy.sh [SOURCE_DIR]
set -u -o pipefail
src=${1:-${PHBSIM_SOURCE:?SOURCE_DIR}}
cd "$src" || exit 2
bad=$(mktemp)
trap 'rm -f "$bad"' EXIT

if git rev-parse --is-inside-work-tree >/dev/null 2>&1; then
	mapfile -t all < <(git ls-files -co --exclude-standard | while read -r f; do [ -f "$f" ] && echo "$f"; done)
else
	mapfile -t all < <(find . -type f ! -path './build/*' ! -path './out/*' ! -path './.git/*' | sed 's|^\./||')
fi
[ ${#all[@]} -gt 50 ] || { echo "found ${#all[@]} files, expected the whole project"; exit 2; }

# matching REGEX - the files whose name matches.
matching() {
	printf '%s\n' "${all[@]}" | grep -E "$1"
}
breach() {
	sed "s|\$|: $1|" >>"$bad"
}

# Every source says its licence on its first line (the second after "#!").
matching '\.(c|h|cpp|S|sh|cmake)$|CMakeLists\.txt$|^(phbsim|test|\.ci/run|bench/run)$' | while read -r f; do
	awk 'NR == 1 && /^#!/ { next } { ok = /SPDX-License-Identifier: GPL-2\.0-only/; exit } END { exit !ok }' "$f" || echo "$f"
done | breach 'no "SPDX-License-Identifier: GPL-2.0-only" on the first line'

# Nothing unfinished. (The words are spelled so that this file does not match.)
matching '\.(c|h|cpp|S|sh|cmake|txt|yaml|md)$|^(phbsim|test)$' | grep -v '^docs/style\.md$' |
	xargs grep -nEw 'TO''DO|FIX''ME|X''XX' | breach 'unfinished work belongs into an issue'
matching '\.(c|h|cpp|S)$' | xargs grep -nE '^[ 	]*#[ 	]*if[ 	]+0\b' | breach 'dead code'

# The project speaks of the project: no path of one machine, no package server.
printf '%s\n' "${all[@]}" | grep -v '^COPYING$' |
	xargs grep -nIE '(^|[^A-Za-z0-9_.~}-])/(work|farm|root|home)/[a-z]|/tmp/[a-z]+_jobs|https?://(deb|registry)\.' |
	breach 'a path of one machine'

# Each folder explains itself, briefly.
for folder in sim hw kernel-model vfio-model kvm-model workloads cli bench tests docs cmake; do
	if [ ! -f $folder/README.md ]; then
		echo "$folder" | breach 'no README.md'
	elif [ "$(wc -l <$folder/README.md)" -gt 40 ]; then
		echo "$folder/README.md" | breach 'longer than 40 lines'
	fi
done

# A page that is referred to is there.
printf '%s\n' "${all[@]}" | xargs grep -noIE '\bdocs/[a-z0-9_-]+\.md' | while IFS=: read -r f line page; do
	[ -f "$page" ] || echo "$f:$line: $page"
done | breach 'no such page'

# Files and lines that can be read. Register layouts and tables of headers are exempt from the length of a header.
matching '\.(c|cpp)$' | while read -r f; do
	lines=$(wc -l <"$f")
	case $f in tests/*) most=1000 ;; *) most=800 ;; esac
	if [ "$lines" -gt $most ]; then echo "$f: $lines lines"; fi
done | breach 'too long to read: split it'
matching '\.h$' | grep -v '^hw/regs/' | while read -r f; do
	lines=$(wc -l <"$f")
	if [ "$lines" -gt 400 ]; then echo "$f: $lines lines"; fi
done | breach 'longer than 400 lines'
matching '\.[ch]$' | while read -r f; do
	expand -t 8 "$f" | awk -v f="$f" 'length($0) > 140 { print f ":" NR ": " length($0) " columns" }'
done | breach 'wider than 140 columns (aim at 100)'
matching '\.(c|h|cpp|sh|cmake|md|yaml)$|CMakeLists\.txt$' | xargs grep -nE '[ 	]+$' | breach 'blanks at the end of the line'

# Include guards are named after the file.
matching '^(sim|hw|kernel-model|vfio-model|kvm-model|workloads|cli|bench)/.*\.h$' | grep -v '^kernel-model/linux/' |
	while read -r f; do
		guard=$(printf '%s' "$f" | tr 'a-z/.-' 'A-Z___')
		grep -q "^#define $guard\$" "$f" || echo "$f: no $guard"
	done | breach 'include guard'

# Whoever needs a run bit has it.
for f in phbsim test .ci/run $(matching '\.sh$' | grep -vE '(^|/)(launch|lib)\.sh$|^cmake/import\.sh$'); do
	[ -x "$f" ] || echo "$f"
done | breach 'not executable'

cat "$bad"
[ ! -s "$bad" ] && echo "tidy: ${#all[@]} files"
