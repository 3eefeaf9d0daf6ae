# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# "./phbsim import": a kernel with a driver of one's own, or a kernel tree of one's own, becomes a kernel of the program.
# Sourced by ./phbsim after launch.sh. What is imported lies in build/imports/NAME and is built into build/release from
# then on; what does not compile or link is reported and leaves nothing behind.
# shellcheck disable=SC2154 # top, me: launch.sh

import_usage() {
	cat <<'END'
usage: ./phbsim import --name NAME [--base KERNEL] [--era ERA|none] --patch FILE | --file FILE | --tree DIR
       ./phbsim import --remove NAME
       ./phbsim import --report LOG...

Builds a kernel NAME into the program, to be used with --kernel NAME.

  --patch FILE    a patch, or a text that holds one, which changes or adds vfio_iommu_spapr_tce.c, other hosted files, or
                  headers; a text that lost leading blanks will do for files that it adds
  --file FILE     a whole vfio_iommu_spapr_tce.c
  --tree DIR      a kernel tree (or its archive), or a folder with files at their places in one
  --base KERNEL   the hosted kernel whose files are replaced (default: the first of "phbsim list kernels", or the era's)
  --era ERA       surroundings of an older kernel; by itself chosen for a driver that calls what is gone ("none": never)
  --remove NAME   take it out again
  --report LOG    say in short what a build log complains of (also used for -DPHBSIM_KERNEL_<name>=...)

docs/kernels.md explains it with examples. Exit status: 0 built; 2 usage, or not what can be imported; 3 it does not compile or
link, with what, where and why.
END
}

import_mistake() {
	printf '%s import: %s\nTry "./phbsim import --help".\n' "$me" "$1" >&2
	exit 2
}

# import_report LOG TREE OWN - the compiler's errors and the linker's missing symbols, each once, by file of the kernel.
# TREE: of the base kernel, to say whether it knows a name. OWN: what was imported; may be empty.
import_report() {
	local log=$1 tree=$2 own=$3 line name hint
	{
		# One line for both page sizes; the kernel's paths without the folders that they are in.
		grep -hE ': (fatal )?error: ' "$log" | sed "s|^$own/||; s|^$tree/||; s|^$top/||; s/‘/'/g; s/’/'/g"
		grep -h ': missing symbol: ' "$log" | sed 's/^[^ ]*: missing symbol: //'
	} | awk '!seen[$0]++' | head -n 60 | while IFS= read -r line; do
		hint=
		name=$(printf '%s\n' "$line" | sed -n "
			s/.*implicit declaration of function '\([A-Za-z_0-9]*\)'.*/\1/p
			s/.*has no member named '\([A-Za-z_0-9]*\)'.*/\1/p
			s/.*unknown type name '\([A-Za-z_0-9]*\)'.*/\1/p
			s/.*error: '\([A-Za-z_0-9]*\)' undeclared.*/\1/p" | head -n 1)
		# A member called "name" is mentioned everywhere.
		if [[ $name == *_* && -d $tree ]]; then
			hint=$(cd "$tree" && grep -rlwF -- "$name" include arch/powerpc/include drivers/vfio 2>/dev/null | head -n 1)
			hint=" [this kernel ${hint:+mentions $name in }${hint:-has no $name}]"
		fi
		printf '  %s%s\n' "$line" "$hint"
	done
}

# Is SOURCE a whole kernel: a tree with a version, or an archive?
import_is_kernel() {
	if [ -d "$1" ]; then
		[ -f "$1/include/linux/kconfig.h" ] && grep -q '^PATCHLEVEL = ' "$1/Makefile" 2>/dev/null
	else
		[ -f "$1" ]
	fi
}

import_configure() {
	local log=$top/build/release/build.log
	mkdir -p "$top/build/release"
	(cd "$top" && cmake --preset release) </dev/null >"$log" 2>&1
}

import_remove() {
	local dir=$top/build/imports/$1
	[[ $1 =~ ^[A-Za-z][A-Za-z0-9._-]*$ && -d $dir ]] || import_mistake "found \"$1\", expected an imported kernel: $(cd "$top/build/imports" 2>/dev/null && printf "%s " *)"
	rm -rf "$dir"
	import_configure || { tail -n 25 "$top/build/release/build.log" >&2; launch_die "found that configuring failed"; }
	echo "removed $1"
}

# import_fail NAME TEXT - say what failed, take it back, end.
import_fail() {
	local name=$1 dir=$top/build/imports/$1 log=$top/build/release/build.log tree
	tree=$(sed -n "s/^$name|[^|]*|[^|]*|\([^|]*\)|.*/\1/p" "$top/build/release/kernel/kernels.txt" 2>/dev/null)
	printf '%s import: %s\n' "$me" "$2" >&2
	import_report "$log" "${tree:-/nowhere}" "$dir/tree" >&2
	cp "$log" "$top/build/import-$name.log"
	printf '  (all of it: build/import-%s.log; nothing was changed)\n' "$name" >&2
	rm -rf "$dir"
	if [ -d "$dir.before" ]; then mv "$dir.before" "$dir"; fi
	import_configure || true
	exit 3
}

import_main() {
	local name='' source='' kind='' options=() dir id kept=0
	while [ $# -gt 0 ]; do
		case $1 in
		--help | -h) import_usage; exit 0 ;;
		--report)
			shift
			[ $# -gt 0 ] || import_mistake "found --report without a value, expected a build log"
			for log in "$@"; do
				[ -r "$log" ] || import_mistake "found no $log, expected a build log"
				import_report "$log" "$(sed -n 's/.* TREE=\([^ ]*\) .*/\1/p' "$log" | head -n 1)" "$top/build/imports"
			done
			exit 0
			;;
		--name | --base | --era | --patch | --file | --tree | --remove)
			[ $# -gt 1 ] || import_mistake "found $1 without a value, expected one after it"
			case $1 in
			--remove) import_remove "$2"; exit 0 ;;
			--name) name=$2 ;;
			--base | --era) options+=("$1" "$2") ;;
			*)
				[ -z "$kind" ] || import_mistake "found $kind and $1, expected one of --patch, --file, --tree"
				kind=$1 source=$2
				;;
			esac
			shift 2
			;;
		*) import_mistake "found \"$1\", expected an option of the help" ;;
		esac
	done
	[[ $name =~ ^[A-Za-z][A-Za-z0-9._-]*$ ]] || import_mistake "found --name \"$name\", expected letters, digits and ._-"
	[ -n "$kind" ] || import_mistake "found no source, expected one of --patch, --file, --tree"
	[ -e "$source" ] || import_mistake "found no $source, expected what $kind names"

	# The kernels that one can build upon are known when the program has been configured.
	[ -f "$top/build/release/kernel/debian.txt" ] || launch_build release phbsim
	if grep -q "^$name|" "$top/build/release/kernel/debian.txt" || [ "$name" = seed-2013 ]; then
		import_mistake "found --name \"$name\", expected one that is not taken by the program itself"
	fi
	dir=$top/build/imports/$name
	id=$(printf '%s' "$name" | tr -c 'A-Za-z0-9_' _)
	mkdir -p "$top/build/imports"
	rm -rf "$dir.before"
	if [ -d "$dir" ]; then mv "$dir" "$dir.before" && kept=1; fi
	if [ "$kind" = --tree ] && import_is_kernel "$source"; then
		[ ${#options[@]} = 0 ] || import_mistake "found ${options[0]} with a whole kernel, expected it to be its own base"
		mkdir -p "$dir"
		printf 'name %s\ntree %s\n' "$name" "$(readlink -f "$source")" >"$dir/import.txt"
		printf 'import %s: the kernel in %s\n' "$name" "$source"
	elif ! "$top/cmake/import-driver.pl" --name "$name" --out "$dir" --eras "$top/kernel-model/hosted/eras.txt" \
		--kernels "$top/build/release/kernel/debian.txt" "$kind" "$source" ${options[@]+"${options[@]}"}; then
		rm -rf "$dir"
		[ $kept = 0 ] || mv "$dir.before" "$dir"
		exit 2
	fi
	if ! import_configure; then
		grep -E '^(gen-headers|extract-kernel): ' "$top/build/release/build.log" >&2
		grep -A 6 -m 1 'CMake Error' "$top/build/release/build.log" | sed -n '2,7p' | grep . >&2
		import_fail "$name" "$name cannot be built"
	fi
	launch_say "building $name"
	if ! ninja -k 0 -C "$top/build/release" "kernel/${id}_64k.o" "kernel/${id}_4k.o" </dev/null >"$top/build/release/build.log" 2>&1; then
		import_fail "$name" "$name does not build:"
	fi
	rm -rf "$dir.before"
	launch_build release phbsim
	printf '  built for 64 KiB and 4 KiB pages: ./phbsim run isolation-probe --kernel %s\n' "$name"
}
