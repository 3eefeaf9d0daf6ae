#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Fails when a file includes, defines or links against what its layer must not know (docs/architecture.md, "Folders").
# usage: check-layers.sh SOURCE_DIR [BUILD_DIR]    exit 0: clean; otherwise every violation is printed, exit 1.
set -u
src=${1:?SOURCE_DIR} build=${2:-} bad=$(mktemp)
trap 'rm -f "$bad" "$bad".*' EXIT

# allow AREA - the prefixes that quoted includes may have there. The Linux side (compiled with kernel headers) knows
# the seam and register layouts only; upstream paths are the kernel's own.
allow() {
	case $1 in
	sim) echo "sim/" ;;
	hw) echo "hw/ sim/" ;;
	kernel-model) echo "kernel-model/ sim/ hw/platform.h hw/regs/" ;;
	kernel-model/linux) echo "kernel-model/host.h kernel-model/ops.h kernel-model/guest_ops.h kernel-model/engine.h kernel-model/linux/ hw/platform.h hw/regs/ arch/ drivers/" ;;
	vfio-model) echo "vfio-model/ sim/ kernel-model/" ;;
	vfio-model/bus) echo "vfio-model/bus/ kernel-model/host.h kernel-model/linux/ arch/ drivers/" ;;
	kvm-model) echo "kvm-model/ sim/ kernel-model/ vfio-model/" ;;
	workloads) echo "workloads/ sim/ hw/ kernel-model/ vfio-model/ kvm-model/" ;;
	cli) echo "cli/ sim/ hw/ kernel-model/ vfio-model/ kvm-model/ workloads/" ;;
	bench) echo "bench/ sim/ hw/ kernel-model/ vfio-model/ kvm-model/ workloads/" ;;
	tests/kernel-model/linux) echo "kernel-model/host.h kernel-model/ops.h kernel-model/guest_ops.h kernel-model/engine.h kernel-model/linux/ tests/kernel-model/linux/ arch/ drivers/" ;;
	tests/elf) echo "kernel-model/elf/ sim/ tests/" ;;
	tests/kernel-model) echo "$(allow kernel-model) hw/ tests/" ;; # on a fake PHB with a real fabric, or a real machine
	tests/firmware) echo "kernel-model/ hw/ sim/ tests/" ;;	   # firmware on the modelled hardware
	tests/*) echo "$(allow "${1#tests/}") tests/" ;;
	esac
}

# Files of AREA: what lies below it, areas of their own left out.
files() {
	find "$src/$1" -name '*.[ch]' 2>/dev/null | sort | case $1 in
	kernel-model | vfio-model | tests/kernel-model) grep -vE '^[^ ]*/(kernel-model/linux|vfio-model/bus)/' ;;
	*) cat ;;
	esac
}

areas="sim hw kernel-model kernel-model/linux vfio-model vfio-model/bus kvm-model workloads cli bench"
for area in $areas tests/sim tests/hw tests/kernel-model tests/firmware tests/kernel-model/linux tests/elf tests/vfio-model tests/kvm-model tests/workloads; do
	files "$area" | while read -r f; do
		awk -v f="${f#"$src"/}" -v area="$area" -v ok="$(allow "$area")" '
		function say(what) { print f ":" FNR ": " what }
		/^[ \t]*#[ \t]*include[ \t]*"/ {
			split($0, q, "\""); inc = q[2]
			if (inc ~ /\.\./)         { say("relative include \"" inc "\""); next }
			if (index(inc, "/") == 0 && area ~ /^tests/) next   # a fake beside the test
			if (index(inc, "/") == 0) { say("include \"" inc "\" must name its folder"); next }
			n = split(ok, p, " "); hit = 0
			for (i = 1; i <= n; i++) if (index(inc, p[i]) == 1) hit = 1
			if (!hit) say(area " must not include \"" inc "\"")
			# Private headers are for their own top-level folder and its tests.
			own = area; sub(/^tests\//, "", own); sub(/\/.*/, "", own); of = inc; sub(/\/.*/, "", of)
			if (own == "firmware") own = "kernel-model"
			if (inc ~ /_internal\.h$/ && of != own && of != "tests")
				say(area " must not include the private header \"" inc "\"")
			if (area !~ /linux|bus/ && inc ~ /^kernel-model\/linux\//)
				say("the host side must not include \"" inc "\"")
		}
		# Kernel headers stay on the Linux side; user programs know two uapi headers of it.
		area !~ /linux|bus/ && /^[ \t]*#[ \t]*include[ \t]*<(linux|asm|uapi|asm-generic|generated)\// {
			if ($0 !~ /<linux\/(vfio|kvm|pci_regs)\.h>/ || area !~ /vfio-model|kvm-model|workloads|bench|^tests/) say(area " must not include a kernel header: " $0)
		}' "$f"
	done
done >>"$bad"

# The symbol level catches declarations that dodge the headers.
lib() { echo "$build/$1/lib$1.a"; }
undefined() { nm -u "$1" 2>/dev/null | awk 'NF == 2 { print $2 }' | sort -u; }
if [ -n "$build" ]; then
	seen=0
	for pair in sim:hw sim:kernel-model sim:vfio-model sim:workloads hw:kernel-model hw:vfio-model hw:workloads \
		kernel-model:hw kernel-model:vfio-model kernel-model:workloads vfio-model:hw vfio-model:workloads \
		sim:kvm-model hw:kvm-model kernel-model:kvm-model vfio-model:kvm-model kvm-model:hw kvm-model:workloads; do
		a=$(lib "${pair%%:*}") b=$(lib "${pair##*:}")
		if [ ! -f "$a" ] || [ ! -f "$b" ]; then echo "no library $a or $b"; continue; fi
		undefined "$a" >"$bad.undefined"
		nm -g --defined-only "$b" 2>/dev/null | awk 'NF == 3 { print $3 }' | sort -u |
			comm -12 - "$bad.undefined" | sed "s|^|lib${pair%%:*}.a uses a symbol of ${pair##*:}: |"
		seen=$((seen + 1))
	done >>"$bad"
	# Hidden state: mutable objects belong to struct sim. Names of sanitizers and gcov are the compiler's.
	for l in sim hw vfio-model kvm-model; do
		objdump -t "$(lib $l)" | awk -v l="$l" '   # .data.rel.ro* holds const tables: allowed
			$NF !~ /^\.|^__?(asan|odr|gcov)|^_sub_|^__gcov|^__llvm/ && match($0, /[ \t]\.(data|bss|tdata|tbss)[^ \t]*/) {
				sec = substr($0, RSTART + 1, RLENGTH - 1)
				if (sec !~ /^\.data\.rel\.ro/) print "lib" l ".a: mutable file-scope object " $NF " in " sec }'
	done >>"$bad"
	# Only cli/ prints, ends the process, asks the environment or the clock on the wall.
	printf '%s\n' _Exit _exit clock clock_gettime exit getenv getopt_long gettimeofday printf putchar puts quick_exit \
		rand random secure_getenv sigaction signal srand srandom stdout time vprintf | sort >"$bad.reserved"
	for l in sim hw kernel-model vfio-model kvm-model workloads; do
		undefined "$(lib $l)" | comm -12 - "$bad.reserved" | sed "s|^|lib$l.a uses what is left to cli/: |"
	done >>"$bad"
fi
cat "$bad"
[ ! -s "$bad" ]
