#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# A kernel object may ask its surroundings for what cmake/kernel-needs.txt lists (host_*() and plain memory and string
# functions), and may show them nothing but its operations table. Whatever else it lacked would be bound to a namesake in
# libc, silently. The link refuses such objects already; here the finished ones are looked at, and the refusal itself.
set -eu
build=${PHBSIM_BUILD:?} source=${PHBSIM_SOURCE:?} cc=${CC:-cc}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT INT TERM HUP
grep -v '^#' "$source/cmake/kernel-needs.txt" >"$work/allowed"

# check OBJECT ID [TABLE] - print what is wrong with it.
check() {
	nm -u "$1" | awk '{print $2}' | sort -u | grep -vxEf "$work/allowed" | sed 's/^/needs /' || true
	nm -g --defined-only "$1" | awk '{print $3}' | grep -vx "${3:-km}_ops_$2" | sed 's/^/shows /' || true
	nm -g --defined-only "$1" | grep -q " ${3:-km}_ops_$2\$" || echo "lacks ${3:-km}_ops_$2"
}

# The check itself must be able to fail.
echo 'int printf(const char *, ...); int km_ops_x; int other; int f(void); int f(void) { return printf("x"); }' >"$work/x.c"
"$cc" -c -o "$work/x.o" "$work/x.c"
check "$work/x.o" x >"$work/found"
printf '%s\n' 'needs printf' 'shows f' 'shows other' | cmp -s - "$work/found" || {
	echo "undefined-symbols: the check does not see what it must:"
	cat "$work/found"
	exit 1
}

# The link says which file asks for what, and leaves no object behind.
mkdir -p "$work/tree/kernel" "$work/tree/drivers"
echo 'EXPORT_SYMBOL_GPL(frob_device);' >"$work/tree/kernel/frob.c"
echo 'extern int frob_device(void); int (*km_ops[])(void) = {frob_device};' >"$work/tree/drivers/user.c"
"$cc" -c -o "$work/tree/drivers/user.c.o" "$work/tree/drivers/user.c"
if TREE=$work/tree "$source/cmake/link-kernel.sh" km_ops km_ops_y "$work/y.o" "$work/tree/drivers/user.c.o" 2>"$work/said"; then
	echo "undefined-symbols: the link accepted an object that lacks a function"
	exit 1
fi
grep -qx 'km_ops_y: missing symbol: drivers/user.c needs frob_device(), .*; in this kernel it is in kernel/frob.c' "$work/said" || {
	echo "undefined-symbols: the link did not name file, function and place:"
	cat "$work/said"
	exit 1
}
[ ! -e "$work/y.o" ] || { echo "undefined-symbols: the link left an object behind"; exit 1; }

checked=0
while IFS='|' read -r name id _; do
	[ -n "$name" ] || continue
	for page in 64k 4k; do
		check "$build/kernel/${id}_$page.o" "${id}_$page" >"$work/found"
		if [ -s "$work/found" ]; then
			sed "s/^/$name, $page: /" "$work/found"
			exit 1
		fi
		checked=$((checked + 1))
	done
	# Of a guest's kernel: the same, and the seam by its other names, which none of the host's must hear.
	[ -f "$build/kernel/$id.guest" ] || continue
	{
		check "$build/kernel/guest_$id.o" "$id" gm
		nm -u "$build/kernel/guest_$id.o" | awk '{print $2}' | grep '^host_' | grep -vE '^host_(guest_.*|malloc|calloc|realloc|free)$' || true
	} >"$work/found"
	if [ -s "$work/found" ]; then
		sed "s/^/guest of $name: /" "$work/found"
		exit 1
	fi
done <"$build/kernel/kernels.txt"
[ "$checked" -ge 4 ] || { echo "undefined-symbols: found $checked kernel objects, expected 4 or more"; exit 1; }
echo "$checked kernel objects ask for nothing but host_*() and string functions"
