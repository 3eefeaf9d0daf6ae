#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# One relocatable object of a hosted kernel: what its operations table reaches, all names local but the table's.
# usage: LD=ld OBJCOPY=objcopy NM=nm link-kernel.sh ROOT NAME OUT.o OBJECT...   (ROOT: the table to keep; NAME: its new name)
# Local names and debug information stay, for sanitizers and debuggers. Names that only dropped sections asked for go,
# so that what is left undefined is what the kernel really needs (tests/kernel-model/undefined-symbols.sh).
set -eu
root=${1:?ROOT} name=${2:?NAME} out=${3:?OUT} ld=${LD:-ld} objcopy=${OBJCOPY:-objcopy} nm=${NM:-nm}
shift 3
trap 'rm -f "$out.all" "$out.lean" "$out.needed" "$out.named" "$out.dead"' EXIT INT TERM HUP
"$ld" -r --gc-sections -u "$root" -o "$out.all" "$@"
"$objcopy" --strip-unneeded --keep-symbol="$root" "$out.all" "$out.lean"
"$nm" -u "$out.lean" | awk '{print $2}' | LC_ALL=C sort -u >"$out.needed"
"$nm" -u "$out.all" | awk '{print $2}' | LC_ALL=C sort -u >"$out.named"
LC_ALL=C comm -13 "$out.needed" "$out.named" | grep -vx _GLOBAL_OFFSET_TABLE_ >"$out.dead" || true
"$objcopy" --redefine-sym "$root=$name" --keep-global-symbol="$name" --strip-symbols="$out.dead" \
	"$out.all" "$out"
