#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# A kernel object may ask its surroundings for host_*() and for plain memory and string functions, and may show them
# nothing but its operations table. Whatever else it lacked would be bound to a namesake in libc, silently.
set -eu
build=${PHBSIM_BUILD:?} cc=${CC:-cc}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT INT TERM HUP

# Freestanding libc: functions of memory and strings alone, with the kernel's own meaning.
cat >"$work/allowed" <<'END'
_GLOBAL_OFFSET_TABLE_
memchr
memcmp
memcpy
memmove
memset
strcat
strchr
strchrnul
strcmp
strcpy
strcspn
strlen
strncmp
strncpy
strnlen
strpbrk
strrchr
strspn
strstr
END

# check OBJECT ID - print what is wrong with it.
check() {
	nm -u "$1" | awk '{print $2}' | sort -u | grep -vxFf "$work/allowed" |
		grep -vE '^(host_[a-z0-9_]+|__(asan|ubsan|gcov)_[a-z0-9_]+|_?__sanitizer_[a-z0-9_]+)$' |
		sed 's/^/needs /' || true
	nm -g --defined-only "$1" | awk '{print $3}' | grep -vx "km_ops_$2" | sed 's/^/shows /' || true
	nm -g --defined-only "$1" | grep -q " km_ops_$2\$" || echo "lacks km_ops_$2"
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

checked=0
for object in "$build"/kernel/linux_*.o; do
	[ -e "$object" ] || continue
	id=$(basename "$object" .o)
	check "$object" "$id" >"$work/found"
	if [ -s "$work/found" ]; then
		sed "s/^/$id /" "$work/found"
		exit 1
	fi
	checked=$((checked + 1))
done
[ "$checked" -ge 2 ] || { echo "undefined-symbols: found $checked kernel objects in $build/kernel, expected 2 or more"; exit 1; }
echo "$checked kernel objects ask for nothing but host_*() and string functions"
