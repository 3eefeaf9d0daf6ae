#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# What is compiled is what its origin holds, for every kernel of the build. Of a kernel that came in an archive, every
# unpacked file (hosted sources and headers alike) is compared with a fresh extraction; every hosted file must be
# compiled from where the build says, once per page size, and the sums that the program shows must be those of the
# archive's members, or of what was imported.
set -eu
build=${PHBSIM_BUILD:?}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT INT TERM HUP
fail() {
	echo "pristine: $*"
	exit 1
}
ours='-x .complete -x .package-version -x .kernel-version'

# compare_tree NAME TREE ARCHIVE - the tree, byte for byte: the same members again, from the archive, into $work/fresh; once
# for kernels that share a tree.
compare_tree() {
	[ "$2" != "$(cat "$work/fresh.tree" 2>/dev/null)" ] || return 0
	rm -rf "$work/fresh"
	mkdir "$work/fresh"
	echo "$2" >"$work/fresh.tree"
	top=$(tar -tf "$3" 2>/dev/null | head -n 1 | sed 's|^\./||; s|/.*||')
	(cd "$2" && find . ! -type d ! -name '.complete' ! -name '.package-version' ! -name '.kernel-version' |
		sed "s|^\./|$top/|") >"$work/members"
	tar -xf "$3" -C "$work/fresh" --strip-components=1 -T "$work/members" 2>"$work/tar.log" ||
		fail "$1: the tree has files that the archive has not: $(head -1 "$work/tar.log")"
	# shellcheck disable=SC2086 # a list of options
	diff -rq --no-dereference $ours "$work/fresh" "$2" >"$work/diff" ||
		fail "$1: unpacked tree and archive differ: $(head -3 "$work/diff")"
}

# of_kernel NAME - the rows of the program's table that belong to that kernel.
of_kernel() {
	sed -n "/^static const struct km_hosted hosted_$1\[\]/,/^};/p" "$build/kernel/kernels_generated.c"
}

# compiled FILE - how often it is compiled for the page sizes of kernel ID.
compiled() {
	grep -F "\"file\": \"$1\"" -B 2 "$build/compile_commands.json" | grep -c "CMakeFiles/kernel_$2_[46]" || true
}

# Kernels that share a tree are neighbours.
sort -t'|' -k 4,4 "$build/kernel/kernels.txt" >"$work/kernels"
kernels=0 archives=0
while IFS='|' read -r name id _ tree archive; do
	[ -n "$name" ] || continue
	[ -d "$tree" ] || fail "$name: found no $tree, expected an unpacked tree"
	[ -s "$build/kernel/$id.files" ] || fail "$name hosts no file"
	if [ "$archive" != - ]; then
		compare_tree "$name" "$tree" "$archive"
		archives=$((archives + 1))
	fi
	of_kernel "$id" >"$work/table"
	while read -r path file sum _; do
		now=$(sha256sum "$file" | cut -c1-64)
		if [ -z "$sum" ] && [ "$archive" != - ]; then
			cmp "$work/fresh/$path" "$file" || fail "$name: $path is not the archive's"
			sum=$(sha256sum "$work/fresh/$path" | cut -c1-64)
		fi
		[ -z "$sum" ] || [ "$sum" = "$now" ] || fail "$name: $path is not what was imported"
		grep -A 1 -F "\"$path\"" "$work/table" | grep -qF "\"$now\"" ||
			fail "$name: the program's table has another sum for $path than $now"
		# A kernel that is another with one file changed shares the other's objects.
		n=$(compiled "$file" "$id")
		[ "$n" -eq 2 ] || { [ "$n" -eq 0 ] && grep -q "^base " "$build/kernel/$id.import" 2>/dev/null; } ||
			fail "$name: $path is compiled $n times from $file, expected 2 (64K and 4K pages)"
	done <"$build/kernel/$id.files"
	# What guests have besides; compiled once, for pages of 64K.
	sed -n "/^static const struct km_hosted guest_hosted_$id\[\]/,/^};/p" "$build/kernel/kernels_generated.c" >"$work/table"
	[ ! -f "$build/kernel/$id.guest" ] || while read -r path file; do
		cmp "$work/fresh/$path" "$file" || fail "guest of $name: $path is not the archive's"
		grep -A 1 -F "\"$path\"" "$work/table" | grep -qF "\"$(sha256sum "$file" | cut -c1-64)\"" ||
			fail "guest of $name: the program's table has another sum for $path"
		grep -F "\"file\": \"$file\"" -B 2 "$build/compile_commands.json" | grep -q "CMakeFiles/guest_$id" ||
			fail "guest of $name: $path is not compiled from $file"
	done <"$build/kernel/$id.guest"
	echo "$name: $(wc -l <"$build/kernel/$id.files") hosted files are those of their origin"
	kernels=$((kernels + 1))

done <"$work/kernels"
# The comparison itself must be able to fail.
echo >>"$work/fresh/drivers/vfio/vfio_main.c"
# shellcheck disable=SC2086 # a list of options
if diff -rq --no-dereference $ours "$work/fresh" "$(cat "$work/fresh.tree")" >/dev/null; then
	fail "an appended newline was not noticed"
fi
if [ "$kernels" -lt 2 ] || [ "$archives" -lt 2 ]; then
	fail "found $kernels kernels, $archives from archives, expected 2 or more"
fi
