#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# What is compiled is what Debian's archive holds: every unpacked file (hosted sources and headers alike) is compared with
# a fresh extraction, every hosted file must be compiled from there, once per page size, and the sums that the program
# shows must be those of the archive's members.
set -eu
source=${PHBSIM_SOURCE:?} build=${PHBSIM_BUILD:?}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT INT TERM HUP
fail() {
	echo "pristine: $*"
	exit 1
}

lists=0
for list in "$source"/kernel-model/hosted/linux-*.txt; do
	name=$(basename "$list" .txt)
	version=${name#linux-}
	variable=PHBSIM_KERNEL_TREE_$(echo "$version" | tr . _)
	tree=$(sed -n "s/^$variable:INTERNAL=//p" "$build/CMakeCache.txt")
	archive=/usr/src/linux-source-$version.tar.xz
	[ -d "$tree" ] || fail "found no $variable in the build's cache, expected an unpacked tree"
	[ -r "$archive" ] || fail "found no $archive"

	# The tree, byte for byte: the same members again, from the archive.
	mkdir "$work/$version"
	(cd "$tree" && find . ! -type d ! -name '.complete' ! -name '.package-version' ! -name '.kernel-version' |
		sed "s|^\./|linux-source-$version/|") >"$work/members"
	tar -xJf "$archive" -C "$work/$version" --strip-components=1 -T "$work/members" 2>"$work/tar.log" ||
		fail "the tree has files that the archive has not: $(head -1 "$work/tar.log")"
	diff -rq --no-dereference -x .complete -x .package-version -x .kernel-version "$work/$version" "$tree" \
		>"$work/diff" || fail "unpacked tree and archive differ: $(head -3 "$work/diff")"

	sed -n 's/^\([^# ][^ ]*\) .*/\1/p' "$list" >"$work/hosted"
	[ -s "$work/hosted" ] || fail "$list names no file"
	while read -r path; do
		cmp "$work/$version/$path" "$tree/$path" || fail "$path is not the archive's"
		sum=$(sha256sum "$work/$version/$path" | cut -c1-64)
		grep -A 1 -F "\"$path\"" "$build/kernel/kernels_generated.c" | grep -qF "\"$sum\"" ||
			fail "the program's table has another sum for $path than the archive's $sum"
		compiled=$(grep -cF "\"file\": \"$tree/$path\"" "$build/compile_commands.json") || compiled=0
		[ "$compiled" -eq 2 ] || fail "$path is compiled $compiled times from $tree, expected 2 (64K and 4K pages)"
	done <"$work/hosted"
	echo "$name: $(wc -l <"$work/hosted") hosted files and $(wc -l <"$work/members") files of the tree are the archive's"

	# The comparison itself must be able to fail.
	victim=$work/$version/$(head -1 "$work/hosted")
	echo >>"$victim"
	if diff -rq --no-dereference -x .complete -x .package-version -x .kernel-version "$work/$version" "$tree" >/dev/null
	then
		fail "an appended newline was not noticed"
	fi
	lists=$((lists + 1))
done
[ "$lists" -ge 1 ] || fail "no list in kernel-model/hosted"
