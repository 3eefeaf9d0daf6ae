#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Kernels and drivers of one's own as the build sees them, in a build folder of their own: a tree under another name is hosted,
# trees that are none, too old or too new are told so, and a driver that does not compile or link is reported by file,
# symbol and place.
. "$(dirname "$0")/../cli/lib.sh"
build=${PHBSIM_BUILD:?the build}
driver=drivers/vfio/vfio_iommu_spapr_tce.c
tree=$(sed -n 's/^linux-6\.12|[^|]*|[^|]*|\([^|]*\)|.*/\1/p' "$build/kernel/debian.txt")
[ -f "$tree/$driver" ] || { echo "found no tree of linux-6.12"; exit 1; }

# configure ARGUMENT... - configure the checkout in scratch/.
configure() {
	cmake -S "$source" -B scratch -G Ninja -DCMAKE_C_FLAGS=-O0 "$@" >.out 2>.err </dev/null
	status=$?
	# CMake breaks its messages into lines.
	tr -s '\n ' '  ' <.err >.message
}
# tree_of NAME VERSION PATCHLEVEL SUBLEVEL - the tree of 6.12 once more, as links, with another version.
tree_of() {
	mkdir "$1"
	ln -s "$tree"/* "$1/"
	rm "$1/Makefile"
	sed "s/^VERSION = .*/VERSION = $2/; s/^PATCHLEVEL = .*/PATCHLEVEL = $3/; s/^SUBLEVEL = .*/SUBLEVEL = $4/" "$tree/Makefile" >"$1/Makefile"
}

# Debian's next update of the kernel, as a tree: no word, and a kernel of the program.
tree_of next 6 12 999
configure -DPHBSIM_SEED="$PWD/nowhere" -DPHBSIM_KERNEL_next="$PWD/next"
check "next: exit status $status, $(tail -n 5 .err)" [ "$status" = 0 ]
check "next: no warning: $(head -c 300 .message)" [ ! -s .err ]
check 'next: is a kernel' grep -qx "next|next|6\.12\.999|$PWD/next|-" scratch/kernel/kernels.txt
check 'next: its files' grep -q "^$driver $PWD/next/$driver\$" scratch/kernel/next.files
check 'next: in the table of the program' grep -q '{"next", 64 << 10, "6.12.999", "a tree of one.s own"' scratch/kernel/kernels_generated.c

# What is not there is left out and said; here the text of 2013.
check 'left out: written down' grep -qx 'seed-2013|the build found no patch text in .*' scratch/kernel/kernels.txt.left-out
"$source/cmake/kernel-sources.sh" scratch/kernel/kernels.txt left_out.c
check 'left out: known to the program' grep -q '{"seed-2013", "the build found no patch text in ' left_out.c

# Neither older nor newer than what is known goes unsaid.
tree_of old 5 10 1
configure -DPHBSIM_KERNEL_next= -U PHBSIM_KERNEL_next -DPHBSIM_KERNEL_old="$PWD/old"
check 'old: refused' [ "$status" != 0 ]
check "old: why: $(head -c 400 .message)" grep -q 'PHBSIM_KERNEL_old: found Linux 5\.10\.1 in .*, expected 6\.1 or later' .message
tree_of new 6 99 0
configure -U PHBSIM_KERNEL_old -DPHBSIM_KERNEL_new="$PWD/new"
check "new: said: $(head -c 400 .message)" grep -q 'new is Linux 6\.99\.0, newer than 6\.12, the newest that was tried' .message
mkdir none
echo 'PATCHLEVEL = 1' >none/Makefile
configure -U PHBSIM_KERNEL_new -DPHBSIM_KERNEL_none="$PWD/none"
check 'none: refused' [ "$status" != 0 ]
check "none: why: $(head -c 400 .message)" grep -q 'found no include/linux/kconfig.h in .*/none, expected a full kernel tree' .message
configure -U PHBSIM_KERNEL_none -DPHBSIM_KERNEL_gone="$PWD/gone"
check "gone: why: $(head -c 400 .message)" grep -q 'found no .*/gone, expected a folder or an archive' .message
configure -U PHBSIM_KERNEL_gone -DPHBSIM_KERNEL_linux-6.1="$PWD/next"
check "taken: why: $(head -c 400 .message)" grep -q 'PHBSIM_KERNEL_linux-6\.1: found that name, expected one that is not taken' .message

# A driver that does not compile, and one that asks for what is not there; on the same base, in one build.
import() { # NAME FILE
	"$source/cmake/import-driver.pl" --name "$1" --out "imports/$1" --kernels scratch/kernel/debian.txt --base linux-6.12 \
		--eras "$source/kernel-model/hosted/eras.txt" --file "$2" >.out 2>.err || cat .err
}
sed '/^static int tce_iommu_clear/,/^{/s/^{/{\n\tcontainer->no_such_member = no_such_call();/' "$tree/$driver" >wrong.c
sed 's/^\tiommu_tce_kill(tbl, firstentry, pages);/&\n\tkernel_halt();/; 1s/^/extern void kernel_halt(void);\n/' "$tree/$driver" >lacking.c
import wrong wrong.c
import lacking lacking.c
configure -U PHBSIM_KERNEL_linux-6.1 -DPHBSIM_KERNEL_next="$PWD/next" -DPHBSIM_IMPORTS="$PWD/imports"
check "imports: exit status $status, $(tail -n 5 .err)" [ "$status" = 0 ]
# object NAME - the driver's, of that kernel.
object() {
	ninja -C scratch -t targets all | sed -n "s|^\([^:]*/kernel_$1_64k\.dir/[^:]*/$(basename $driver)\.o\):.*|\1|p"
}
for name in next wrong lacking; do
	check "$name: its driver is compiled once, found $(object $name)" [ "$(object $name | wc -l)" = 1 ]
done
nice ninja -C scratch "$(object next)" >.out 2>&1
check "next: its driver compiles: $(tail -n 3 .out)" [ -s "scratch/$(object next)" ]
# All of a kernel is needed to see what is lacking; the driver alone is what is wrong.
nice ninja -k 0 -C scratch "$(object wrong)" kernel/lacking_64k.o >build.log 2>&1
check 'the broken ones fail' [ $? != 0 ]
check 'broken ones leave no object' [ ! -e scratch/kernel/wrong_64k.o ]
check 'broken ones leave no object' [ ! -e scratch/kernel/lacking_64k.o ]

# What "phbsim import" says of such a log.
report() { # OWN
	# shellcheck disable=SC2034 # for what is sourced
	(me=phbsim top=$source && . "$source/cmake/import.sh" && import_report build.log "$tree" "$1") >.report
}
report "$PWD/imports/wrong/tree"
check "report: the member: $(head -c 600 .report)" grep -qE "^  $driver:[0-9]+:[0-9]+: error: .*no_such_member.* \[this kernel has no no_such_member\]\$" .report
check 'report: the call' grep -qE "^  $driver:[0-9]+:[0-9]+: error: implicit declaration of function 'no_such_call'.*\[this kernel has no no_such_call\]\$" .report
check 'report: the symbol, who needs it, where it is' grep -qx \
	"  $driver needs kernel_halt(), which is neither hosted nor modelled; in this kernel it is in kernel/reboot.c" .report
check 'report: each once' [ "$(sort .report | uniq -d | wc -l)" = 0 ]
verdict 26
