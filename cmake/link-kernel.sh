#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# One relocatable object of a hosted kernel: what its operations table reaches, all names local but the table's.
# usage: LD=ld OBJCOPY=objcopy NM=nm TREE=dir [WRAP=file] [RENAME=file] link-kernel.sh ROOT NAME OUT.o OBJECT...
#   ROOT: the table to keep; NAME: its new name; TREE: where the kernel's sources are, for messages
#   WRAP: functions, one a line, that are called through __wrap_NAME(); RENAME: names of the seam that become others, "OLD NEW"
# Local names and debug information stay, for sanitizers and debuggers. Names that only dropped sections asked for go,
# so that what is left undefined is what the kernel really needs; if that is more than kernel-needs.txt allows, say
# which file asks for what and where the kernel has it, and fail.
set -eu
root=${1:?ROOT} name=${2:?NAME} out=${3:?OUT} ld=${LD:-ld} objcopy=${OBJCOPY:-objcopy} nm=${NM:-nm} tree=${TREE:-/}
allowed=$(dirname "$0")/kernel-needs.txt wrap=${WRAP:-} rename=${RENAME:-}
shift 3
trap 'rm -f "$out.all" "$out.lean" "$out.needed" "$out.named" "$out.dead" "$out.missing" "$out.who"' EXIT INT TERM HUP
wraps=
if [ -n "$wrap" ]; then
	wraps=$(sed 's/^/--wrap=/' "$wrap")
fi
# shellcheck disable=SC2086 # words, on purpose
"$ld" -r --gc-sections $wraps -u "$root" -o "$out.all" "$@"
"$objcopy" --strip-unneeded --keep-symbol="$root" "$out.all" "$out.lean"
"$nm" -u "$out.lean" | awk '{print $2}' | LC_ALL=C sort -u >"$out.needed"
"$nm" -u "$out.all" | awk '{print $2}' | LC_ALL=C sort -u >"$out.named"
LC_ALL=C comm -13 "$out.needed" "$out.named" | grep -vx _GLOBAL_OFFSET_TABLE_ >"$out.dead" || true

# where SYMBOL - the kernel's file that exports or defines it.
where() {
	file=$(grep -rlE "EXPORT_SYMBOL[A-Z_]*\($1\)" --include='*.c' "$tree" 2>/dev/null | head -n 1) || true
	[ -n "$file" ] || file=$(grep -rlE "^[a-z][a-z_ *]*[ *]$1\(" --include='*.c' "$tree" 2>/dev/null | head -n 1) || true
	echo "${file#"$tree"/}"
}

grep -v '^#' "$allowed" | grep -vxEf - "$out.needed" >"$out.missing" || true
if [ -s "$out.missing" ]; then
	rm -f "$out"
	"$nm" -uA "$@" | sed 's/:[ ]*[Uw] / /' >"$out.who"
	while read -r symbol; do
		users=$(awk -v s="$symbol" '$2 == s { print $1 }' "$out.who" | sed "s|^.*$tree/||; s|^.*/imports/[^/]*/tree/||; s|^.*\.dir/\./__/||; s|^.*\.dir/|kernel-model/|; s|\.o$||" | sort -u | paste -sd, |
			sed 's/,/, /g')
		place=$(where "$symbol")
		echo "$name: missing symbol: $users needs $symbol(), which is neither hosted nor modelled${place:+; in this kernel it is in $place}"
	done <"$out.missing" >&2
	echo "$name: add the file to kernel-model/hosted/files.txt, or a function of that name to kernel-model/linux" >&2
	exit 1
fi
"$objcopy" --redefine-sym "$root=$name" --keep-global-symbol="$name" --strip-symbols="$out.dead" \
	${rename:+--redefine-syms="$rename" --rename-section .data..percpu=gm_percpu} "$out.all" "$out"
